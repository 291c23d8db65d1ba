// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <vc7/isa/encode.hpp>

#include "names.hpp"
#include "parser.hpp"

namespace vc7::text {

bool Parser::unknown_operation(std::string_view name, bool second_field) {
  if (name.empty() || name.starts_with(';'))
    return error(name, "an operation or signal is missing here");
  if (signal_names.find(name))
    return error(name, fmt::format("{} is a signal: it follows the operations, `nop ; nop ; {}`",
                                   quoted(name), name));
  if (!second_field && mul_names.find(name))
    return error(name, fmt::format("{} is an operation of the mul half: write `nop ; {} ...`",
                                   quoted(name), name));
  if (second_field && add_names.find(name))
    return error(name, fmt::format("{} is an operation of the add half, which comes before the "
                                   "`;`; this is the place of the mul half",
                                   quoted(name)));
  Nearest nearest{name};
  const auto visit = [&](std::string_view known) { nearest(known); };
  if (!second_field) add_names.each(visit);
  if (second_field) signal_names.each(visit);
  mul_names.each(visit);
  return error(name, fmt::format("unknown {} {}{}",
                                 second_field ? "mul operation or signal" : "operation",
                                 quoted(name), nearest.hint()));
}

bool Parser::flag_modifiers(std::string_view word, std::string_view mnemonic, isa::FlagUse& flags,
                            HalfPlaces& places) {
  for (std::size_t at = mnemonic.size(); at < word.size();) {
    const std::size_t next = word.find('.', at + 1);
    const std::string_view dotted = word.substr(at, next - at);  // `next` may be npos: the rest
    const std::string_view name = dotted.substr(1);
    at += dotted.size();
    const auto condition = condition_names.find(name);
    const auto flag = flag_names.find(name);
    if (!condition && !flag) {
      Nearest nearest{name};
      condition_names.each([&](std::string_view known) { nearest(known); });
      flag_names.each([&](std::string_view known) { nearest(known); });
      return error(dotted, fmt::format("{} is no condition (.ifa .ifb .ifna .ifnb) and no flag "
                                       "operation (.pushz, .andn, ...){}",
                                       quoted(dotted), nearest.hint()));
    }
    if (!places.flags.empty())
      return error(dotted, fmt::format("{} cannot go with {}: an operation has at most one "
                                       "condition or flag operation",
                                       quoted(dotted), quoted(places.flags)));
    if (condition) flags.condition = static_cast<isa::Condition>(*condition);
    if (flag) flags.op = static_cast<isa::FlagOp>(*flag);
    places.flags = dotted;
  }
  return true;
}

template <class Op>
bool Parser::half(std::string_view word, Op op, Cursor& cursor, isa::AluHalf<Op>& half,
                  isa::FlagUse& flags, HalfPlaces& places) {
  const isa::OpInfo& row = isa::info(op);
  half.op = op;
  places.operation = word.substr(0, row.mnemonic.size());
  if (word.size() != row.mnemonic.size() && !flag_modifiers(word, row.mnemonic, flags, places))
    return false;
  unsigned operand = 0;
  if (row.has_destination() &&
      (!separator(row, operand++, cursor) || !destination(row, cursor, half.dst, half.pack)))
    return false;
  for (unsigned i = 0; i < row.sources; ++i)
    if (!separator(row, operand++, cursor) ||
        !source(row, i, cursor, half.src[i], places.sources[i]))
      return false;
  if (cursor.at_end() || cursor.peek() == ';') return true;
  const std::string_view found = cursor.found();
  return error(found, fmt::format("unexpected {} after the {} operand{} of `{}`; `;` comes between "
                                  "operations and signals",
                                  quoted(found), operand, operand == 1 ? "" : "s", row.mnemonic));
}

bool Parser::signal(std::string_view word, std::size_t index, isa::AluInstruction& i,
                    Places& places) {
  const auto signal = static_cast<isa::Signal>(index);
  const std::string_view name = isa::signal_names[index];
  if (i.signals.has(signal))
    return error(word.substr(0, name.size()), fmt::format("signal `{}` is given twice", name));
  if (isa::has_destination(signal) && i.signals.has_destination())
    return error(word, fmt::format("{} cannot go with {}: an instruction has one signal with a "
                                   "destination",
                                   quoted(word), quoted(places.load)));
  i.signals = i.signals.with(signal);
  return check_signals(i, word.substr(0, name.size()));
}

bool Parser::field(Cursor& cursor, isa::AluInstruction& i, Places& places, bool& has_mul) {
  cursor.skip_blanks();
  const std::string_view found = cursor.found();
  const char* const begin = cursor.position();
  const std::string_view name = cursor.word();
  const auto index = signal_names.find(name);
  if (!index) {
    if (has_mul) {
      if (mul_names.find(name))
        return error(
            name, fmt::format("{}: the instruction has its mul operation already", quoted(name)));
      return unknown_operation(name.empty() ? found : name, true);
    }
    has_mul = true;
    const auto op = mul_names.find(name);
    if (!op) return unknown_operation(name.empty() ? found : name, true);
    if (cursor.peek() == '.') cursor.dotted_word();
    return half(cursor.since(begin), static_cast<isa::MulOp>(*op), cursor, i.mul, i.flags.mul,
                places.mul);
  }
  has_mul = true;  // a signal: the mul half before it is left out or there
  const bool load = isa::has_destination(static_cast<isa::Signal>(*index));
  isa::WriteAddress destination;
  if (cursor.peek() == '.') {
    cursor.take('.');
    if (!load) return error(cursor.found(), fmt::format("signal `{}` has no destination", name));
    if (!write_address(cursor, destination)) return false;
  } else if (load) {
    return error(name, fmt::format("signal `{}` needs a destination: `{}.rf0`", name, name));
  }
  if (!signal(cursor.since(begin), *index, i, places)) return false;
  if (load) {
    places.load = cursor.since(begin);
    i.signal_destination = destination;
  }
  if (cursor.at_end() || cursor.peek() == ';') return true;
  return error(cursor.found(),
               fmt::format("unexpected {} after a signal; `;` comes between signals",
                           quoted(cursor.found())));
}

bool Parser::alu(isa::AddOp op, std::string_view word, Cursor& cursor) {
  isa::AluInstruction i;
  Places places;
  if (!half(word, op, cursor, i.add, i.flags.add, places.add)) return false;
  bool has_mul = false;
  while (cursor.take_after_blanks(';'))
    if (!field(cursor, i, places, has_mul)) return false;
  return finish(i, places);
}

bool Parser::finish(isa::AluInstruction& i, const Places& places) {
  if (!check_immediates(i, places)) return false;
  if (!(i.flags == isa::FlagUses{}) && !check_flags(i, places)) return false;
  isa::arrange_operands(i);
  const isa::Encoded encoded = isa::encode(i);
  if (!encoded) return error(places.add.operation, std::string{isa::message(encoded.error)});
  append(encoded.word, places.add.operation);
  return true;
}

bool Parser::instruction(std::string_view word, Cursor& cursor) {
  const std::string_view mnemonic = word.substr(0, word.find('.'));
  if (const auto op = add_names.find(mnemonic))
    return alu(static_cast<isa::AddOp>(*op), word, cursor);
  if (is_branch(mnemonic)) return branch(word, cursor);
  return unknown_operation(mnemonic, false);
}

}  // namespace vc7::text
