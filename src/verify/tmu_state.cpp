// SPDX-License-Identifier: MIT
#include <bit>

#include <vc7/isa/immediate.hpp>

#include "state.hpp"

namespace vc7::verify {

using isa::Magic;

bool Tmu::join(const Tmu& other) {
  const Tmu old = *this;
  counts |= other.counts;
  data |= other.data;
  exact = exact && other.exact;
  kinds |= other.kinds;
  unknown |= other.unknown;
  for (unsigned i = 0; i < 4; ++i)
    if (((config ^ other.config) >> 8 * i & 0xff) != 0)
      unknown = static_cast<std::uint8_t>(unknown | 1u << i);
  return counts != old.counts || data != old.data || exact != old.exact || kinds != old.kinds ||
         unknown != old.unknown;
}

namespace {

constexpr std::uint32_t data_mask = (1u << (TmuLimits::data_words + 1)) - 1;

/// The word that a half writes, if it is a constant: mov or bnot of a small immediate.
template <class Op>
bool constant(const isa::AluHalf<Op>& half, bool bnot, std::uint32_t& word) {
  if (!half.src[0].immediate || half.src[0].unpack != isa::Unpack::none) return false;
  if (half.pack != isa::Pack::none) return false;
  word = isa::small_immediate_value(half.src[0].address);
  if (bnot) word = ~word;
  return true;
}

void configure(Tmu& tmu, const Facts& facts) {
  const isa::AluInstruction& i = *facts.alu();
  const auto set_unknown = [&] { tmu.unknown = 15; };
  if (facts.wrtmuc || facts.to.signal.is(Magic::tmuc)) return set_unknown();
  const bool add = facts.to.add.is(Magic::tmuc), mul = facts.to.mul.is(Magic::tmuc);
  if (!add && !mul) return;
  std::uint32_t word = 0;
  const bool is_known = add ? (i.add.op == isa::AddOp::mov || i.add.op == isa::AddOp::bnot) &&
                                  i.flags.add.condition == isa::Condition::always &&
                                  constant(i.add, i.add.op == isa::AddOp::bnot, word)
                            : i.mul.op == isa::MulOp::mov &&
                                  i.flags.mul.condition == isa::Condition::always &&
                                  constant(i.mul, false, word);
  if (!is_known) return set_unknown();
  tmu.config = word;
  tmu.unknown = 0;
}

struct Byte {
  unsigned op, type;
  explicit Byte(std::uint8_t byte) : op{byte >> 3 & 15u}, type{byte & 7u} {}
  unsigned components() const { return type >= 2 && type <= 4 ? type : 1; }
};

unsigned results(const Byte& byte, bool has_data) {
  if (byte.op == 15) return has_data ? 0 : byte.components();
  if (byte.op > 10) return 0;
  return has_data || byte.op >= 8 ? 1 : 0;
}

/// All numbers of results that the access may have, as a set.
std::uint32_t possible_results(const Tmu& tmu, const TmuStep& step) {
  std::uint32_t set = 0;
  for (const bool has_data : {false, true}) {
    if ((has_data ? tmu.data & ~1u : tmu.data & 1u) == 0) continue;
    if (step.known)
      set |= 1u << results(Byte{step.byte}, has_data);
    else
      set |= has_data ? 0b11u : 0b11111u;
  }
  return set;
}

void judge_operands(TmuStep& step, const Tmu& tmu) {
  if (!step.known) return;
  const Byte byte{step.byte};
  const std::uint32_t with_data = tmu.data & ~1u;
  step.reserved = byte.op > 10 && byte.op < 15;
  if (with_data == 0 || step.reserved) return;
  if (byte.op == 15) {
    step.wrong_count = share(with_data & ~(1u << byte.components()), tmu.data);
    return;
  }
  step.mixed = tmu.kinds == 3;
  if (byte.op == 3) step.missing_operand = share(with_data & 2u, tmu.data);
}

void access(TmuStep& step, TmuLimits limits) {
  Tmu& tmu = step.after;
  step.access = true;
  step.known = (tmu.unknown & 1) == 0;
  step.byte = static_cast<std::uint8_t>(tmu.config);
  step.data = tmu.data;
  judge_operands(step, tmu);
  const std::uint32_t added = possible_results(tmu, step);
  std::uint32_t counts = 0;
  for (unsigned n = 0; n <= 4; ++n)
    if ((added >> n & 1) != 0) counts |= tmu.counts << n;
  if (!step.known) tmu.exact = false;
  const std::uint32_t fits = (2u << limits.words) - 1;
  step.full = share(counts & ~fits, counts);
  if (step.full != Share::none) step.most = static_cast<unsigned>(std::bit_width(counts) - 1);
  tmu.counts = counts & fits;
  if (tmu.counts == 0) tmu.counts = 1u << limits.words;  // it was reported
  tmu.config = tmu.config >> 8 | 0xff000000;
  tmu.unknown = static_cast<std::uint8_t>(tmu.unknown >> 1);
  tmu.data = 1;
  tmu.kinds = 0;
}

}  // namespace

TmuStep tmu_step(const Tmu& before, const Facts& facts, TmuLimits limits) {
  TmuStep step;
  step.after = before;
  Tmu& tmu = step.after;
  if (facts.ldtmu) {
    step.empty_pop = share(1, tmu.counts);
    tmu.counts = (tmu.counts & ~1u) >> 1;
    if (tmu.counts == 0) tmu.counts = 1;
  }
  if (!facts.tmu_write && !facts.wrtmuc) return step;
  configure(tmu, facts);
  for (const isa::WriteAddress to : facts.to.all()) {
    const bool by_tmud = to.is(Magic::tmud);
    if (!by_tmud && !to.is(Magic::tmudref) && !to.is(Magic::tmuoff)) continue;
    step.too_much_data = share(1u << TmuLimits::data_words, tmu.data);
    tmu.data = tmu.data << 1 & data_mask;
    if (tmu.data == 0) tmu.data = 1u << TmuLimits::data_words;
    tmu.kinds = static_cast<std::uint8_t>(tmu.kinds | (by_tmud ? 1u : 2u));
  }
  if (facts.writes_magic(Magic::tmuau)) tmu.unknown = 15;
  if (facts.writes_magic(Magic::tmua) || facts.writes_magic(Magic::tmuau)) access(step, limits);
  return step;
}

}  // namespace vc7::verify
