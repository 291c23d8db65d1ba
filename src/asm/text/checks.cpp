// SPDX-License-Identifier: MIT
//
// Rules about the parts of an instruction together (v3d71 §3, §4.1, §5): which token breaks them.
#include <fmt/format.h>

#include "names.hpp"
#include "parser.hpp"

namespace vc7::text {

namespace {

std::string names_of(isa::Signals signals) {
  std::string text;
  for (std::size_t s = 0; s < isa::signal_count; ++s)
    if (signals.has(static_cast<isa::Signal>(s)))
      text.append(text.empty() ? "" : " + ").append(isa::signal_names[s]);
  return text;
}

/// The sets that an instruction can have and this signal is in.
std::string sets_with(isa::Signal signal) {
  std::string text;
  for (unsigned index = 0; index < 32; ++index) {
    const auto set = isa::signals_from_index(index);
    if (!set || !set->has(signal)) continue;
    text.append(text.empty() ? "" : ", ").append(names_of(*set));
  }
  return text;
}

constexpr isa::Signal smimm(unsigned half, unsigned source) {
  return static_cast<isa::Signal>(static_cast<unsigned>(isa::Signal::smimm_a) + half * 2 + source);
}

}  // namespace

// Called after each signal: some set of signals must hold all of those so far.
bool Parser::check_signals(const isa::AluInstruction& i, std::string_view last) {
  for (unsigned index = 0; index < 32; ++index) {
    const auto set = isa::signals_from_index(index);
    if (set && (set->bits() & i.signals.bits()) == i.signals.bits()) return true;
  }
  return error(last, fmt::format("these signals cannot be combined: {}; allowed with `{}`: {}",
                                 names_of(i.signals), last,
                                 sets_with(static_cast<isa::Signal>(*signal_names.find(last)))));
}

bool Parser::check_immediates(isa::AluInstruction& i, const Places& places) {
  const isa::Source* const sources[2][2] = {{&i.add.src[0], &i.add.src[1]},
                                            {&i.mul.src[0], &i.mul.src[1]}};
  const unsigned counts[2] = {isa::info(i.add.op).sources, isa::info(i.mul.op).sources};
  const HalfPlaces* const halves[2] = {&places.add, &places.mul};
  isa::Signals signals = i.signals;
  std::string_view first;
  for (unsigned h = 0; h < 2; ++h)
    for (unsigned s = 0; s < 2; ++s) {
      const std::string_view place = halves[h]->sources[s];
      if (s < counts[h] && i.signals.has(smimm(h, s)))
        return error(place, fmt::format("`{}` is not written: an immediate as this source says it; "
                                        "the name is for halves without this source",
                                        isa::signal_names[static_cast<std::size_t>(smimm(h, s))]));
      if (!sources[h][s]->immediate) continue;
      if (!first.empty())
        return error(place, fmt::format("two small immediates in one instruction, {} and {}: at "
                                        "most 1 fits",
                                        quoted(first), quoted(place)));
      first = place;
      signals = signals.with(smimm(h, s));
    }
  if (!first.empty() && !i.signals.empty())
    return error(first, fmt::format("small immediate {} cannot go with {}: it takes the place of "
                                    "the signals",
                                    quoted(first), names_of(i.signals)));
  if (!isa::signal_index(signals))
    return error(places.add.operation,
                 fmt::format("these signals cannot be combined: {}", names_of(signals)));
  i.signals = signals;
  return true;
}

bool Parser::check_flags(const isa::AluInstruction& i, const Places& places) {
  const std::string_view add = places.add.flags, mul = places.mul.flags;
  if (!places.load.empty()) {
    const std::string_view flags = add.empty() ? mul : add;
    return error(flags, fmt::format("{} cannot go with the signal {}: condition and destination of "
                                    "the signal share a field",
                                    quoted(flags), quoted(places.load)));
  }
  if (isa::encode_flags(i.flags)) return true;
  if (i.flags.add.op != isa::FlagOp::none && i.flags.mul.op != isa::FlagOp::none)
    return error(mul, fmt::format("{} cannot go with {} of the add half: one flag operation per "
                                  "instruction",
                                  quoted(mul), quoted(add)));
  return error(mul, fmt::format("{} cannot go with {} of the add half: beside a condition of the "
                                "add half the mul half has a condition, .pushz, .pushn or .pushc",
                                quoted(mul), quoted(add)));
}

}  // namespace vc7::text
