// SPDX-License-Identifier: MIT
#include "block_maker.hpp"

#include <algorithm>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/immediate.hpp>

#include "lane_functions.hpp"
#include "sim/exec/messages.hpp"
#include "sim/exec/semantics/integer.hpp"
#include "static_checks.hpp"

namespace vc7::sim::interp {
namespace {

static_assert(slot_temp == isa::register_count && immediate_count == isa::small_immediate_count);
static_assert(isa::add_op_count <= max_add_ops && isa::mul_op_count <= max_mul_ops);

/// Longer straight runs are cut so that garbage behind a program is not decoded to the end of
/// memory.
constexpr std::uint32_t longest_block = 4096;

constexpr auto byte(auto e) { return static_cast<std::uint8_t>(e); }

const Handler* handlers_of(const Handlers& h, isa::AddOp op) {
  return h.add[static_cast<unsigned>(op)];
}
const Handler* handlers_of(const Handlers& h, isa::MulOp op) {
  return h.mul[static_cast<unsigned>(op)];
}

bool is_lane_number(isa::AddOp op) { return op == isa::AddOp::eidx; }
bool is_lane_number(isa::MulOp) { return false; }

int slot_of(const isa::Source& source) {
  return source.immediate ? static_cast<int>(slot_immediate) + source.address : source.address;
}

Handler sink_handler(const Handlers& h, isa::Magic to) {
  switch (to) {
    case isa::Magic::quad: return h.quad;
    case isa::Magic::rep: return h.rep;
    case isa::Magic::unifa: return h.unifa;
    case isa::Magic::tmud: return h.tmud;
    case isa::Magic::tmudref:
    case isa::Magic::tmuoff: return h.tmu_named_data;
    case isa::Magic::tmua: return h.tmua;
    case isa::Magic::tmuau: return h.tmuau;
    case isa::Magic::tmuc: return h.tmuc;
    case isa::Magic::syncb: return h.syncb;
    default: return nullptr;  // refused by static_fault
  }
}

}  // namespace

MicroOp& BlockMaker::emit(Handler handler) {
  MicroOp& op = block_.ops.emplace_back(MicroOp{});
  op.run = handler;
  op.index = index_;
  return op;
}

bool BlockMaker::trap(FaultKind kind, std::string message) {
  program_.faults_.push_back({kind, std::move(message)});
  emit(program_.handlers_.trap).value = static_cast<std::uint32_t>(program_.faults_.size() - 1);
  return false;
}

// Within an instruction all sources are read before any destination is written (v3d71 §7), so a
// piece that reads a register or the flags comes before the piece that writes them.
bool BlockMaker::must_precede(const Piece& first, const Piece& second, bool registers_too) const {
  if (first.reads_flags && second.writes_flags) return true;
  // flpop in the add half and a push in the mul half; pieces_ is in the order of the halves.
  if (first.writes_flags && second.writes_flags && &first < &second) return true;
  if (first.phase == Phase::early && second.phase == Phase::late) return true;
  const auto is_temp = [](int slot) { return slot >= static_cast<int>(slot_temp); };
  if (is_temp(first.writes) && second.reads(first.writes))
    return true;  // a result on its way to a magic address
  return registers_too && second.writes >= 0 && !is_temp(second.writes) &&
         first.reads(second.writes);
}

/// Lets all others read what `writer` is about to overwrite from a copy.
void BlockMaker::snapshot(Piece& writer) {
  const auto temp = static_cast<std::uint16_t>(slot_temp + static_cast<unsigned>(temps_++));
  MicroOp& op = emit(program_.handlers_.copy);
  op.dst = temp;
  op.a = static_cast<std::uint16_t>(writer.writes);
  for (Piece& other : pieces_) {
    if (&other == &writer) continue;
    if (other.reads_a && other.op.a == writer.writes) other.op.a = temp;
    if (other.reads_b && other.op.b == writer.writes) other.op.b = temp;
  }
}

void BlockMaker::emit_pieces() {
  while (!pieces_.empty()) {
    const auto ready = [&](bool registers_too) {
      return std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
        return std::none_of(pieces_.begin(), pieces_.end(), [&](const Piece& other) {
          return &other != &piece && must_precede(other, piece, registers_too);
        });
      });
    };
    auto next = ready(true);
    if (next == pieces_.end()) {
      next = ready(false);
      if (next->writes >= 0 && next->writes < static_cast<int>(slot_temp)) snapshot(*next);
    }
    const MicroOp op = next->op;
    pieces_.erase(next);
    block_.ops.push_back(op);
    block_.ops.back().index = index_;
    trace_sink(op.run);
  }
  temps_ = 0;
}

/// The timing model wants to know what execution alone can tell.
void BlockMaker::trace(TraceEvent event) {
  if (!program_.key_.traced) return;
  MicroOp& op = emit(program_.handlers_.trace);
  op.flag_op = byte(event);
  op.value = block_.address + 8 * index_;
}

void BlockMaker::trace_sink(Handler handler) {
  const Handlers& h = program_.handlers_;
  if (handler == h.tmua || handler == h.tmuau) trace(TraceEvent::access);
  if (handler == h.unifa) trace(TraceEvent::unifa);
  if (handler == h.syncb) trace(TraceEvent::barrier);
}

void BlockMaker::sink(isa::WriteAddress to, int from, isa::Condition condition) {
  const auto magic = static_cast<isa::Magic>(to.address);
  if (magic == isa::Magic::syncb) program_.has_barrier_ = true;
  Piece piece;
  piece.op.run = sink_handler(program_.handlers_, magic);
  piece.op.a = static_cast<std::uint16_t>(from);
  piece.op.condition = byte(condition);
  piece.reads_a = true;
  piece.reads_flags = condition != isa::Condition::always;
  piece.phase = Phase::late;
  if (magic == isa::Magic::rep || magic == isa::Magic::quad) piece.writes = 0;
  pieces_.push_back(piece);
}

template <class Op>
void BlockMaker::choose_handler(Op operation, MicroOp& op) {
  const bool modified = op.pack != 0 || op.unpack_a != 0 || op.unpack_b != 0;
  const Variant variant = modified                  ? Variant::general
                          : op.flag_op != 0         ? Variant::flags
                          : op.write_condition != 0 ? Variant::masked
                                                    : Variant::plain;
  op.run = handlers_of(program_.handlers_, operation)[static_cast<unsigned>(variant)];
  if (op.run != nullptr) return;
  op.lane_function = lane_function(operation);
  op.run = program_.handlers_.slow[static_cast<unsigned>(variant)];
}

template <class Op>
void BlockMaker::half(const isa::AluHalf<Op>& half, const isa::FlagUse& flags, int temp,
                      bool value_first) {
  const isa::OpInfo& info = isa::info(half.op);
  const bool discards = !info.has_destination() || half.dst.is(isa::Magic::null);
  if (discards && flags.op == isa::FlagOp::none && info.effect == isa::Effect::none) return;

  const bool to_sink = !discards && half.dst.magic;
  const bool plain_copy = half.op == Op::mov && half.src[0].unpack == isa::Unpack::none &&
                          half.pack == isa::Pack::none && flags.op == isa::FlagOp::none;
  if (to_sink && plain_copy) return sink(half.dst, slot_of(half.src[0]), flags.condition);

  Piece piece;
  MicroOp& op = piece.op;
  op.a = op.b = slot_zero;
  if (info.sources > 0)
    op.a = static_cast<std::uint16_t>(slot_of(half.src[0])), piece.reads_a = true;
  if (info.sources > 1)
    op.b = static_cast<std::uint16_t>(slot_of(half.src[1])), piece.reads_b = true;
  op.unpack_a = byte(half.src[0].unpack);
  op.unpack_b = byte(half.src[1].unpack);
  op.pack = byte(half.pack);
  op.condition = byte(flags.condition);
  op.flag_op = byte(flags.op);
  op.flag_rule = byte(info.flags);
  piece.reads_flags = flags.condition != isa::Condition::always ||
                      info.effect == isa::Effect::reads_flags ||
                      info.effect == isa::Effect::cross_flags;
  piece.writes_flags = flags.op != isa::FlagOp::none || info.effect == isa::Effect::writes_flags;
  if (to_sink || discards) {
    op.dst = static_cast<std::uint16_t>(temp);
    if (half.pack !=
        isa::Pack::none) {  // the other half of a packed result in a magic address is 0 (v3d71 §6)
      MicroOp& clear = emit(program_.handlers_.copy);
      clear.dst = op.dst;
      clear.a = slot_zero;
    }
  } else {
    op.dst = half.dst.address;
    op.write_condition = op.condition;
  }
  piece.writes = op.dst;

  if (op.flag_op == 0 && is_lane_number(half.op)) {
    op.a = slot_lane;
    choose_handler(Op::mov, op);
  } else {
    choose_handler(half.op, op);
  }
  if (to_sink && info.effect == isa::Effect::writes_flags)
    pop_to_sink(piece, temp);
  else if (to_sink && value_first)
    value_to_sink(half.op, piece, temp);
  pieces_.push_back(piece);
  if (to_sink) sink(half.dst, temp, flags.condition);
}

/// A conditional flpop to a magic address: its write goes by the flags before it, so that it would
/// have to precede itself. The value, a >> 2, is calculated apart.
void BlockMaker::pop_to_sink(Piece& pop, int temp) {
  Piece value;
  value.op.run = program_.handlers_.add[static_cast<unsigned>(isa::AddOp::shr)][0];
  value.op.a = pop.op.a;
  value.op.b = slot_immediate + 2;
  value.op.dst = static_cast<std::uint16_t>(temp);
  value.reads_a = true;
  value.writes = temp;
  pieces_.push_back(value);
  pop.writes = static_cast<int>(slot_temp) + temps_++;
  pop.op.dst = static_cast<std::uint16_t>(pop.writes);
}

/// The half writes flags that the write of the other half goes by, and both go to magic addresses:
/// so that they come in the order of the halves, the value is calculated apart from the flags.
template <class Op>
void BlockMaker::value_to_sink(Op operation, Piece& flags, int temp) {
  Piece value = flags;
  value.op.flag_op = 0;
  value.writes_flags = false;
  choose_handler(operation, value.op);
  value.writes = temp;
  pieces_.push_back(value);
  flags.writes = static_cast<int>(slot_temp) + temps_++;
  flags.op.dst = static_cast<std::uint16_t>(flags.writes);
}

void BlockMaker::load(Handler handler, isa::WriteAddress to, Phase phase) {
  Piece piece;
  piece.op.run = handler;
  piece.phase = phase;
  if (!to.magic) {
    piece.op.dst = to.address;
    piece.writes = to.address;
    pieces_.push_back(piece);
    return;
  }
  const int temp = static_cast<int>(slot_temp) + temps_++;
  piece.op.dst = static_cast<std::uint16_t>(temp);
  piece.writes = temp;
  pieces_.push_back(piece);
  if (!to.is(isa::Magic::null)) sink(to, temp, isa::Condition::always);
}

void BlockMaker::signals(const isa::AluInstruction& instruction) {
  const Handlers& h = program_.handlers_;
  const isa::WriteAddress rf0{0, false};
  const auto has = [&](isa::Signal s) { return instruction.signals.has(s); };
  if (has(isa::Signal::ldtmu)) load(h.ldtmu, instruction.signal_destination, Phase::early);
  if (has(isa::Signal::ldunif)) load(h.ldunif, rf0, Phase::early);
  if (has(isa::Signal::ldunifrf)) load(h.ldunif, instruction.signal_destination, Phase::early);
  if (has(isa::Signal::ldunifa)) load(h.ldunifa, rf0, Phase::early);
  if (has(isa::Signal::ldunifarf)) load(h.ldunifa, instruction.signal_destination, Phase::early);
  if (has(isa::Signal::wrtmuc)) {
    Piece piece;
    piece.op.run = h.wrtmuc;
    piece.phase = Phase::early;
    pieces_.push_back(piece);
  }
}

/// Changes that the rest of the instruction does not see yet.
void BlockMaker::late_effect(isa::AddOp op) {
  using semantics::DotMode;
  const auto set_mode = [&](DotMode mode) {
    emit(program_.handlers_.nn_mode).value = static_cast<std::uint32_t>(mode);
  };
  switch (op) {
    case isa::AddOp::setmsf: emit(program_.handlers_.live); break;
    case isa::AddOp::setnnmode_uu: set_mode(DotMode::uu); break;
    case isa::AddOp::setnnmode_su: set_mode(DotMode::su); break;
    case isa::AddOp::setnnmode_us: set_mode(DotMode::us); break;
    case isa::AddOp::setnnmode_ss: set_mode(DotMode::ss); break;
    default: break;
  }
}

bool BlockMaker::alu(const isa::AluInstruction& instruction) {
  if (auto fault = static_fault(instruction, program_.key_.four_way))
    return trap(fault->kind, fault->message);
  const bool is_switch = instruction.signals.has(isa::Signal::thrsw);
  if (is_switch && in_slots(branch_at_, 3))
    return trap(FaultKind::restriction, messages::switch_in_branch_slots());
  if (is_switch && switch_is_pair_) return trap(FaultKind::restriction, messages::third_switch());
  // First, as it may be a fault of which the rest of the instruction has another.
  if (is_switch && follows_switch() && !program_.key_.single_segment)
    emit(program_.handlers_.announce_last);
  temps_ = 2;  // the first two are the results of the halves
  // Where nothing else decides, what a signal loads is written first, as to tmuc beside an access.
  signals(instruction);
  const bool value_first = instruction.flags.add.op != isa::FlagOp::none &&
                           instruction.flags.mul.condition != isa::Condition::always &&
                           instruction.mul.dst.magic;
  half(instruction.add, instruction.flags.add, slot_temp, value_first);
  half(instruction.mul, instruction.flags.mul, slot_temp + 1, false);
  emit_pieces();
  late_effect(instruction.add.op);
  return after_instruction(is_switch);
}

bool BlockMaker::branch(const isa::BranchInstruction& instruction) {
  if (auto fault = static_fault(instruction, program_.key_.four_way))
    return trap(fault->kind, fault->message);
  if (in_slots(branch_at_, 3))
    return trap(FaultKind::restriction, messages::branch_in_branch_slots());
  if (in_slots(switch_at_, 2))
    return trap(FaultKind::restriction, messages::branch_in_switch_slots());
  MicroOp& op = emit(program_.handlers_.branch);
  op.condition = byte(instruction.condition);
  op.pack = byte(instruction.msf);
  op.unpack_a = byte(instruction.target);
  op.unpack_b = byte(instruction.uniforms);
  op.a = instruction.reg;
  op.flag_op = instruction.set_link ? 1 : 0;
  const std::uint32_t after_slots = block_.address + 8 * (index_ + 4);
  op.value = after_slots;
  if (instruction.uses_offset()) {
    const std::uint32_t base = instruction.target == isa::BranchTarget::relative ? after_slots : 0;
    program_.jumps_.push_back({&block_, block_.ops.size() - 1, base + instruction.offset});
  }
  if (instruction.uniforms != isa::UniformTarget::unchanged) trace(TraceEvent::uniform_branch);
  branch_at_ = static_cast<int>(index_);
  branch_always_ = instruction.condition == isa::BranchCondition::always;
  return true;
}

bool BlockMaker::after_instruction(bool is_switch) {
  const Handlers& h = program_.handlers_;
  const int index = static_cast<int>(index_);
  const bool second_of_pair = is_switch && follows_switch();
  if (second_of_pair) switch_is_pair_ = true;
  if (switch_at_ >= 0 && index - switch_at_ == 2) {
    const bool surely_end = program_.key_.single_segment || (last_seen_ && !switch_is_pair_);
    if (switch_is_pair_) last_seen_ = true;
    emit(surely_end ? h.thread_end : switch_is_pair_ ? h.last_switch : h.thread_switch);
    switch_at_ = -1;
    switch_is_pair_ = false;
    if (surely_end) return false;
  }
  if (is_switch && !second_of_pair) switch_at_ = index;
  if (branch_at_ >= 0 && index - branch_at_ == 3) {
    emit(h.commit);
    branch_at_ = -1;
    if (branch_always_) return false;
  }
  return true;
}

bool BlockMaker::instruction(std::uint64_t word) {
  const isa::Decoded decoded = isa::decode(word);
  if (!decoded) return trap(FaultKind::invalid, messages::invalid(isa::message(decoded.error)));
  if (const auto* alu_instruction = std::get_if<isa::AluInstruction>(&*decoded.instruction))
    return alu(*alu_instruction);
  return branch(std::get<isa::BranchInstruction>(*decoded.instruction));
}

void BlockMaker::run() {
  trace(TraceEvent::block);
  for (;; ++index_) {
    const std::uint32_t address = block_.address + 8 * index_;
    const bool clear = branch_at_ < 0 && switch_at_ < 0;
    if (index_ > 0 && clear &&
        (program_.by_address_.contains(address) || index_ >= longest_block)) {
      --index_;  // the link belongs to the last instruction
      MicroOp& op = emit(program_.handlers_.link);
      op.value = address;
      if (program_.by_address_.contains(address))
        program_.jumps_.push_back({&block_, block_.ops.size() - 1, address});
      return;
    }
    if (!program_.memory_.mapped(address, 8)) {
      block_.words.push_back(0);
      trap(FaultKind::fetch, messages::fetch(address));
      return;
    }
    const auto word =
        *reinterpret_cast<const volatile std::uint64_t*>(program_.memory_.at(address));
    block_.words.push_back(word);
    if (!instruction(word)) return;
  }
}

}  // namespace vc7::sim::interp
