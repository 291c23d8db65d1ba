// SPDX-License-Identifier: MIT
#include "support/random_alu.hpp"

#include <array>
#include <stdexcept>
#include <vector>

namespace vc7::test {

using namespace isa;

std::uint32_t interesting_word(Random& random) {
  static constexpr std::array<std::uint32_t, 40> words{
      0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x3f000000, 0xbf000000,
      0x40000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc12345,  // infinities, NaNs
      0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff,  // denormal, limits
      0x4b000000, 0x4b000001, 0x4effffff, 0x4f000000, 0xcf000000, 0x4f800000,  // 2^23, 2^31, 2^32
      0x3fc00000, 0x40200000, 0xbfc00000,                          // 1.5, 2.5, -1.5: ties
      0x38800000, 0x33800000, 0x477fe000, 0x477ff000,              // least and largest halves
      0x3c003c00, 0x7c00fc00, 0x7e000001, 0x03ff8400, 0x7bfffbff,  // pairs of halves
      0x7fffffff, 0xffffffff, 0x0000ffff, 0x00ffffff};
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2: return words[random.below(words.size())];
    case 3: return random.below(64);
    case 4: return 0u - random.below(64);
    case 5:  // a float of moderate size
      return (static_cast<std::uint32_t>(random.word()) & 0x807fffffu) | (117 + random.below(22))
                                                                             << 23;
    case 6: {  // two halves of moderate size
      const auto half = [&] {
        return (static_cast<std::uint32_t>(random.word()) & 0x83ffu) | (10 + random.below(12))
                                                                           << 10;
      };
      const std::uint32_t low = half();
      return low | half() << 16;
    }
    default: return static_cast<std::uint32_t>(random.word());
  }
}

namespace {

std::optional<const char*> exclusion_of(const OpInfo& op) {
  if (op.effect == Effect::vpm) return "VPM exists in graphics shaders only (v3d71 §9.5)";
  if (op.effect == Effect::graphics) return "meaningless in compute, the model traps (§18 row 31)";
  if (op.mnemonic == "ftoc") return "meaning unknown, the model traps (§18 row 15)";
  return std::nullopt;
}

class Draw {
 public:
  Draw(Random& random, const RandomProgramOptions& options, const Place& place)
      : random_{random}, options_{options}, place_{place} {}

  AluInstruction instruction(const Wanted& wanted) {
    AluInstruction i;
    i.signals = wanted.signals ? *wanted.signals : signals();
    if (i.signals.has_destination())
      i.signal_destination = wanted.signals ? wanted.signal_destination : load_destination();
    i.add = wanted.add ? *wanted.add : half<AddOp>(add_op_count, i.signals, Signal::smimm_a);
    i.mul = wanted.mul ? *wanted.mul : half<MulOp>(mul_op_count, i.signals, Signal::smimm_c);
    if (!i.signals.has_destination()) i.flags = flags(wanted);
    if (wanted.add) i.flags.add = wanted.add_use;
    if (wanted.mul) i.flags.mul = wanted.mul_use;
    return i;
  }

 private:
  Signals signals() {
    using enum Signal;
    static const std::vector<Signals> sets = [] {
      std::vector<Signals> all;
      for (unsigned index = 1; index < 32; ++index) {
        const auto set = signals_from_index(index);
        // ldvary and the tile buffer exist in fragment shaders only. wrtmuc is rewritten with the
        // word that is in force, see Generator::write.
        if (set && !set->has(ldvary) && !set->has(ldtlb) && !set->has(ldtlbu)) all.push_back(*set);
      }
      return all;
    }();
    if (random_.percent(45)) return {};
    return sets[random_.below(static_cast<unsigned>(sets.size()))];
  }

  std::uint8_t any_register() { return static_cast<std::uint8_t>(random_.below(place_.registers)); }

  WriteAddress free_register() {
    return {static_cast<std::uint8_t>(random_.below(place_.free_registers)), false};
  }
  WriteAddress load_destination() {
    if (random_.percent(5)) return write_address(Magic::null);
    if (random_.percent(5)) return write_address(random_.percent(50) ? Magic::rep : Magic::quad);
    return free_register();
  }
  WriteAddress destination(const OpInfo& op) {
    if (!op.has_destination() || op.dest == Dest::side) return {};
    return load_destination();
  }

  Source source(SourceKind kind, bool immediate) {
    Source s;
    s.immediate = immediate;
    s.address = immediate ? static_cast<std::uint8_t>(random_.below(small_immediate_count))
                          : any_register();
    const bool plain_immediate = immediate && !(options_.exotic && random_.percent(30));
    if (plain_immediate || random_.percent(40)) {
      s.unpack = Unpack::none;
      return s;
    }
    for (;;) {
      const auto unpack = unpack_from_code(kind, random_.below(7));
      if (!unpack) continue;
      if (may_assemble(kind, *unpack))
        s.unpack = *unpack;
      else if (options_.exotic)
        s.unpack = *unpack;
      else
        continue;
      return s;
    }
  }

  template <class Op>
  AluHalf<Op> half(std::size_t count, Signals signals, Signal first_immediate) {
    AluHalf<Op> h;
    const auto second_immediate = static_cast<Signal>(static_cast<unsigned>(first_immediate) + 1);
    const bool needs_operation = signals.has(first_immediate) || signals.has(second_immediate);
    if (!needs_operation && random_.percent(10)) return h;
    h.op = static_cast<Op>(random_.below(static_cast<unsigned>(count)));
    const OpInfo& op = info(h.op);
    h.dst = destination(op);
    if (op.packing == Packing::packed) h.pack = static_cast<Pack>(random_.below(3));
    if (op.sources > 0) h.src[0] = source(op.kinds[0], signals.has(first_immediate));
    if (op.sources > 1) h.src[1] = source(op.kinds[1], signals.has(second_immediate));
    return h;
  }

  FlagUses flags(const Wanted& wanted) {
    if (!options_.flags || random_.percent(40)) return {};
    FlagUses uses;
    for (;;) {
      if (const auto drawn = decode_flags(random_.below(128))) {
        uses = *drawn;
        break;
      }
    }
    if (wanted.add) uses.add = {};
    if (wanted.mul) uses.mul = {};
    return uses;
  }

  Random& random_;
  const RandomProgramOptions& options_;
  const Place& place_;
};

bool is_tmu(WriteAddress w) {
  if (!w.magic) return false;
  const MagicGroup g = magic_table[w.address].group;
  return g == MagicGroup::tmu_data || g == MagicGroup::tmu_address || g == MagicGroup::tmu_config;
}
bool writes_rf0(WriteAddress w) {
  return w.is(Magic::rep) || w.is(Magic::quad) || (!w.magic && w.address == 0);
}

/// The rules, in the order of v3d71 §7.
class Rules {
 public:
  Rules(const RandomProgramOptions& options, const Place& place, const Wanted& wanted,
        const AluInstruction& i)
      : options_{options},
        place_{place},
        wanted_{wanted},
        i_{i},
        add_{info(i.add.op)},
        mul_{info(i.mul.op)} {}

  bool accept() const {
    return operations() && immediates() && writes() && uniforms() && peripherals() && signals() &&
           switch_slots() && hidden_state() && encode(i_).error == EncodeError::none;
  }

 private:
  bool operations() const {
    if (!wanted_.add && (exclusion(i_.add.op) || !operation_allowed(add_, i_.flags.add)))
      return false;
    if (!wanted_.mul && (exclusion(i_.mul.op) || !operation_allowed(mul_, i_.flags.mul)))
      return false;
    return true;
  }
  bool operation_allowed(const OpInfo& op, const FlagUse& use) const {
    const bool plain = use == FlagUse{};
    if (op.is_sfu() && !options_.sfu) return false;
    if (op.effect == Effect::writes_msf && !options_.msf) return false;
    if (op.dest != Dest::result && !plain && !options_.exotic) return false;
    // No source settles the following; the model has an answer.
    if (options_.exotic) return true;
    // Whether the A that flpop sets obeys its own condition, and which of flpop and a push in the
    // same instruction wins.
    if (op.effect == Effect::writes_flags &&
        (!plain || i_.flags.add.op != FlagOp::none || i_.flags.mul.op != FlagOp::none))
      return false;
    // What setmsf writes to a register, and thus what its flags test, is unspecified.
    if (op.effect == Effect::writes_msf && use.op != FlagOp::none) return false;
    // Nor whether a conditional multop spares rtop in the other lanes, and umul24 clears it there.
    if (op.effect == Effect::rtop && use.condition != Condition::always) return false;
    return true;
  }
  bool immediates() const {  // R1
    const auto has_source = [&](Signal s, const OpInfo& op, unsigned n) {
      return !i_.signals.has(s) || op.sources >= n;
    };
    if (!options_.immediates && !wanted_.signals &&
        (i_.signals.has(Signal::smimm_a) || i_.signals.has(Signal::smimm_b) ||
         i_.signals.has(Signal::smimm_c) || i_.signals.has(Signal::smimm_d)))
      return false;
    return has_source(Signal::smimm_a, add_, 1) && has_source(Signal::smimm_b, add_, 2) &&
           has_source(Signal::smimm_c, mul_, 1) && has_source(Signal::smimm_d, mul_, 2);
  }
  bool writes() const {  // R12, R13
    unsigned rf0 = 0;
    std::vector<WriteAddress> list;
    const auto note = [&](WriteAddress w) {
      if (w.is(Magic::null)) return true;
      rf0 += writes_rf0(w) ? 1 : 0;
      for (const WriteAddress& other : list)
        if (other == w) return false;
      list.push_back(w);
      return true;
    };
    if (i_.signals.has(Signal::ldunif) || i_.signals.has(Signal::ldunifa)) ++rf0;
    if (add_.has_destination() && !note(i_.add.dst)) return false;
    if (mul_.has_destination() && !note(i_.mul.dst)) return false;
    if (i_.signals.has_destination() && !note(i_.signal_destination)) return false;
    // py-videocore7 refuses rot, rotq and shuffle into rep and quad: "no effect" (v3d71 §6).
    if (add_.is_sfu() && i_.add.dst.magic && !i_.add.dst.is(Magic::null)) return false;
    return rf0 <= 1;
  }
  bool uniforms() const {  // R3, R4, R20, R22
    unsigned taken = 0;
    for (const Signal s : {Signal::ldunif, Signal::ldunifrf, Signal::wrtmuc})
      taken += i_.signals.has(s) ? 1 : 0;
    taken += i_.add.dst.is(Magic::tmuau) || i_.mul.dst.is(Magic::tmuau) ? 1 : 0;
    const bool second = i_.signals.has(Signal::ldunifa) || i_.signals.has(Signal::ldunifarf);
    if (taken > 0 && !place_.may_take_uniform) return false;
    if (second && !place_.may_read_unifa) return false;
    return taken + (second ? 1 : 0) <= 1;
  }
  bool peripherals() const {  // R8, R9
    unsigned used = (add_.is_sfu() ? 1 : 0) + (i_.signals.has(Signal::wrtmuc) ? 1 : 0);
    used += is_tmu(i_.add.dst) ? 1 : 0;
    used += is_tmu(i_.mul.dst) ? 1 : 0;
    used += i_.signals.has_destination() && is_tmu(i_.signal_destination) ? 1 : 0;
    used += i_.add.dst.is(Magic::syncb) ? 1 : 0;
    // Whether an access goes by the multisample flags before or after its instruction is open.
    used += add_.effect == Effect::writes_msf && !options_.exotic ? 1 : 0;
    return used <= 1;
  }
  bool signals() const {  // R14, R16, R38
    if (i_.signals.has(Signal::thrsw) && (!place_.may_switch || place_.branch_slot)) return false;
    if (i_.signals.has(Signal::ldtmu) && !place_.may_pop) return false;
    if (i_.signals.has(Signal::ucb) && !options_.exotic) return false;  // the verifier refuses it
    return true;
  }
  bool switch_slots() const {  // R24, R28
    if (place_.switch_slot && add_.is_sfu()) return false;
    return !(place_.second_switch_slot &&
             (i_.signals.has_destination() || i_.signals.has(Signal::ldunif) ||
              i_.signals.has(Signal::ldunifa)));
  }
  // What is lost at a thread switch (R26, v3d71 §9.1) does not cross one, and does not cross
  // labels, which a switch may precede on one of two ways.
  bool hidden_state() const {
    const bool switching = i_.signals.has(Signal::thrsw) || place_.switch_slot;
    if (i_.mul.op == MulOp::multop && (switching || place_.branch_slot)) return false;
    if (i_.signals.has(Signal::thrsw) && place_.rtop_pending) return false;
    if (i_.mul.op != MulOp::v8dot) return true;
    // The reading of a mode set by the same instruction is open.
    return place_.mode_known && (options_.exotic || add_.effect != Effect::nnmode);
  }

  const RandomProgramOptions& options_;
  const Place& place_;
  const Wanted& wanted_;
  const AluInstruction& i_;
  const OpInfo& add_;
  const OpInfo& mul_;
};

}  // namespace

std::optional<const char*> exclusion(AddOp op) { return exclusion_of(info(op)); }
std::optional<const char*> exclusion(MulOp op) { return exclusion_of(info(op)); }

AluInstruction random_alu(Random& random, const RandomProgramOptions& options, const Place& place,
                          const Wanted& wanted) {
  Draw draw{random, options, place};
  for (unsigned attempt = 0; attempt < 100'000; ++attempt) {
    AluInstruction i = draw.instruction(wanted);
    arrange_operands(i);
    if (Rules{options, place, wanted, i}.accept()) return i;
  }
  throw std::logic_error("random_alu: what is wanted is legal nowhere");
}

}  // namespace vc7::test
