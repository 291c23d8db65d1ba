// SPDX-License-Identifier: MIT
//
// The oracle: a slow second reading of v3d71, one instruction and one lane at a time, that judges
// the interpreter. Nothing is prepared, remembered or shared between instructions.
#include <bit>
#include <memory>
#include <optional>
#include <utility>

#include <vc7/isa/decode.hpp>

#include "alu.hpp"
#include "checks.hpp"
#include "hazards.hpp"
#include "mutation.hpp"
#include "sim/exec/executor.hpp"
#include "sim/exec/messages.hpp"
#include "sim/exec/semantics/modifiers.hpp"
#include "tmu.hpp"

namespace vc7::sim {
namespace oracle {
namespace {

namespace sem = semantics;
using isa::Magic;
using isa::Signal;

class OracleBatch : public Batch {
 public:
  OracleBatch(JobContext& job, const BatchStart& start)
      : job_{job}, start_{start}, identity_{start.qpu, start.thread}, pc_{job.code} {
    if (job.trap_hazards) hazards_.emplace();
    state_.rf[2] = start.rf2;
    state_.rf[3] = start.rf3;
    if (VC7_MUTATED(payload_rf2)) state_.rf[2][5] ^= 1u << 24;
    if (VC7_MUTATED(payload_rf3)) state_.rf[3][5] ^= 1u;
    state_.uniforms = job.uniform_start & ~3u;
    for (unsigned lane = 0; lane < lanes; ++lane) state_.msf[lane] = start.live >> lane & 1;
  }

  Exit resume(bool stop_at_switch) override {
    for (;;) {
      try {
        const auto exit = step();
        if (exit && (*exit != Exit::switched || stop_at_switch)) return *exit;
      } catch (const Trap& trap) {
        fault_ = {.kind = trap.kind,
                  .message = trap.message,
                  .batch = start_.batch,
                  .qpu = start_.qpu,
                  .thread = start_.thread,
                  .lane = trap.lane,
                  .address = trap.address,
                  .pc = pc_,
                  .word = word_};
        return Exit::fault;
      }
    }
  }
  const Fault& fault() const override { return fault_; }
  std::uint64_t instructions() const override { return instructions_; }

 private:
  /// One instruction. What a thread switch or end that completes with it asks for, else nothing.
  std::optional<Exit> step() {
    word_ = 0;
    if (!job_.memory.mapped(pc_, 8)) throw Trap{FaultKind::fetch, messages::fetch(pc_), -1, pc_};
    word_ = *reinterpret_cast<const std::uint64_t*>(job_.memory.at(pc_));
    if (job_.stop != nullptr && job_.stop->load(std::memory_order_relaxed))
      throw Trap{FaultKind::budget, messages::stopped()};
    const isa::Decoded decoded = isa::decode(word_);
    if (!decoded) throw Trap{FaultKind::invalid, messages::invalid(isa::message(decoded.error))};

    bool branched = false;
    if (const auto* branch = std::get_if<isa::BranchInstruction>(&*decoded.instruction)) {
      execute(*branch);
      branched = true;
    } else {
      execute(std::get<isa::AluInstruction>(*decoded.instruction));
    }
    ++instructions_;
    if (!branched) finish_branch();
    const auto exit = finish_switches();  // what is wrong there is told of this instruction
    pc_ += 8;
    if (jump_) pc_ = *std::exchange(jump_, std::nullopt);
    return exit;
  }

  // --- program counter, slots, thread switches
  // ----------------------------------------------------

  /// After a branch three more instructions run before it takes effect. Only jumps look at the
  /// budget: without them every program comes to an end.
  void finish_branch() {
    if (branch_slots_ == 0 || --branch_slots_ != 0) return;
    if (pointer_) state_.uniforms = *std::exchange(pointer_, std::nullopt);
    if (!target_) return;
    if (instructions_ > job_.instruction_budget)
      throw Trap{FaultKind::budget, messages::budget(job_.instruction_budget)};
    jump_ = std::exchange(target_, std::nullopt);
  }

  /// thrsw (v3d71 §12.2, §12.5): an ordinary switch, the marker that announces the last one, or the
  /// end.
  void request_switch(const isa::AluInstruction& i) {
    if (branch_slots_ > 0) throw Trap{FaultKind::restriction, messages::switch_in_branch_slots()};
    const bool directly_after = last_thrsw_ && instructions_ - *last_thrsw_ == 1;
    if (directly_after && last_was_second_)
      throw Trap{FaultKind::restriction, messages::third_switch()};
    last_thrsw_ = instructions_;
    last_was_second_ = directly_after;
    const bool end = last_announced_ || job_.single_segment;
    if (hazards_)
      hazards_->thread_switch(i, instructions_,
                              directly_after ? SwitchKind::last_marker
                              : end          ? SwitchKind::end
                                             : SwitchKind::ordinary);
    if (directly_after) {
      if (job_.single_segment) return;  // the end is already on its way
      if (last_announced_) throw Trap{FaultKind::restriction, messages::second_last_switch()};
      last_announced_ = true;
      return;
    }
    pending_.push_back({instructions_ + 2, end});
  }

  std::optional<Exit> finish_switches() {
    if (pending_.empty() || instructions_ - 1 < pending_.front().after) return std::nullopt;
    const bool end = pending_.front().end;
    pending_.erase(pending_.begin());
    if (end) {
      if (hazards_) HazardWatch::ended(state_);
      if (!state_.tmu_results.empty()) job_.warnings.add(messages::early_end());
      return Exit::ended;
    }
    if (hazards_) hazards_->switched();
    state_.rtop = {};
    state_.dot_mode = sem::DotMode::uu;
    if (VC7_MUTATED(switch_flags)) state_.flags = {};
    return std::exchange(state_.barrier_requested, false) ? Exit::barrier : Exit::switched;
  }

  // --- branches (v3d71 §1.3, §11)
  // -----------------------------------------------------------------

  bool taken(const isa::BranchInstruction& branch) const {
    using enum isa::BranchCondition;
    const LaneMask a = state_.flags.a;
    LaneMask counted = all_lanes;
    if (branch.msf == isa::MsfIgnore::p && !VC7_MUTATED(branch_p)) counted = state_.live();
    if (branch.msf == isa::MsfIgnore::q && !VC7_MUTATED(branch_q))
      for (unsigned quad = 0; quad < lanes; quad += 4)
        if ((state_.live() >> quad & 15) == 0)
          counted = static_cast<LaneMask>(counted & ~(15u << quad));
    switch (branch.condition) {
      case always: return true;
      case a0: return (a & 1) != 0;
      case na0: return (a & 1) == 0;
      case alla: return (~a & counted) == 0;
      case anyna: return (~a & counted) != 0;
      case anya: return (a & counted) != 0;
      case allna: return (a & counted) == 0;
    }
    return false;
  }

  std::uint32_t target_of(const isa::BranchInstruction& branch) const {
    switch (branch.target) {
      case isa::BranchTarget::absolute: return branch.offset;
      case isa::BranchTarget::relative: return pc_ + 32 + branch.offset;
      case isa::BranchTarget::link: return state_.link;
      case isa::BranchTarget::reg: return state_.rf[branch.reg][0];
    }
    return 0;
  }

  void execute(const isa::BranchInstruction& branch) {
    if (branch_slots_ > 0) throw Trap{FaultKind::restriction, messages::branch_in_branch_slots()};
    if (!pending_.empty()) throw Trap{FaultKind::restriction, messages::branch_in_switch_slots()};
    check(branch, job_);
    if (hazards_) hazards_->branch(instructions_);
    const bool jump = taken(branch) != VC7_MUTATED(branch, branch.condition);
    const std::uint32_t target =
        broken_if(VC7_MUTATED(target, branch.target), target_of(branch), 8);
    if (jump && target % 8 != 0)
      throw Trap{FaultKind::restriction, messages::misaligned_target(target)};

    // A branch that is not taken takes its uniform all the same.
    const std::uint32_t before = state_.uniforms;
    std::uint32_t pointer = before;
    switch (branch.uniforms) {
      case isa::UniformTarget::unchanged: break;
      case isa::UniformTarget::absolute: pointer = next_uniform(); break;
      case isa::UniformTarget::relative: {
        const std::uint32_t distance = next_uniform();
        pointer = state_.uniforms + distance;
        break;
      }
      case isa::UniformTarget::link: pointer = state_.link; break;
      case isa::UniformTarget::reg: pointer = state_.rf[branch.reg][1] & ~7u; break;  // lane 1
    }
    if (branch.uniforms != isa::UniformTarget::unchanged)
      pointer = broken_if(VC7_MUTATED(uniform_target, branch.uniforms), pointer, 8);
    if (!jump && VC7_MUTATED(uniform_not_taken)) state_.uniforms = before;
    branch_slots_ = VC7_MUTATED(branch_slots) ? 2 : 3;
    if (!jump) return;
    target_ = target;
    if (branch.uniforms != isa::UniformTarget::unchanged) pointer_ = pointer & ~3u;
    if (branch.set_link) state_.link = broken_if(VC7_MUTATED(set_link), pc_ + 32, 8);
  }

  // --- ALU instructions
  // ---------------------------------------------------------------------------

  std::uint32_t read_stream(std::uint32_t& pointer, std::string (*message)(std::uint32_t)) {
    const std::uint32_t address = pointer & ~3u;  // of the word that is read
    const UniformCache::Line* line = job_.uniforms.line(address);
    if (line == nullptr) throw Trap{FaultKind::uniform, message(address), -1, address};
    std::uint32_t word = (*line)[pointer % UniformCache::line_bytes / 4];
    if (VC7_MUTATED(stale_uniforms))
      word = *reinterpret_cast<const std::uint32_t*>(job_.memory.at(address));
    pointer += 4;
    return word;
  }
  std::uint32_t next_uniform() { return read_stream(state_.uniforms, messages::uniform); }
  std::uint32_t next_unifa() { return read_stream(state_.unifa, messages::unifa); }

  void execute(const isa::AluInstruction& i) {
    check(i, job_);
    if (hazards_) hazards_->instruction(i, instructions_, branch_slots_ > 0, state_);
    if (i.signals.has(Signal::thrsw)) request_switch(i);

    // Everything is read before anything is written.
    const sem::Flags flags = state_.flags;
    const AluResult add = evaluate(i.add, i.flags.add.condition, state_, identity_);
    AluResult mul = evaluate(i.mul, state_);
    Lanes named{}, implicit{};
    if (i.signals.has(Signal::ldtmu)) named = tmu_pop(state_);
    if (VC7_MUTATED(ldtmu)) named[5] ^= 1u;
    if (i.signals.has(Signal::ldunifrf))
      named = sem::splat(broken_if(VC7_MUTATED(ldunifrf), next_uniform()));
    if (i.signals.has(Signal::ldunifarf))
      named = sem::splat(broken_if(VC7_MUTATED(ldunifarf), next_unifa()));
    if (i.signals.has(Signal::ldunif))
      implicit = sem::splat(broken_if(VC7_MUTATED(ldunif), next_uniform()));
    if (i.signals.has(Signal::ldunifa))
      implicit = sem::splat(broken_if(VC7_MUTATED(ldunifa), next_unifa()));

    if (i.signals.has(Signal::wrtmuc))
      state_.tmu_config = broken_if(VC7_MUTATED(wrtmuc), next_uniform());
    if (i.signals.has(Signal::ldunif) || i.signals.has(Signal::ldunifa)) state_.rf[0] = implicit;
    if (i.signals.has_destination()) write(i.signal_destination, isa::Pack::none, named, all_lanes);
    if (info(i.mul.op).effect == isa::Effect::rtop) state_.rtop = mul.rtop;
    if (info(i.add.op).effect == isa::Effect::nnmode) state_.dot_mode = add.dot_mode;
    if (i.add.op == isa::AddOp::flpop) state_.flags.a = add.a_flags;
    change_flags(i.flags.add.op, add);
    change_flags(i.flags.mul.op, mul);

    if (info(i.add.op).has_destination())
      write(i.add.dst, i.add.pack, add.value, passing(i.flags.add.condition, flags));
    if (VC7_MUTATED(read_first)) mul = evaluate(i.mul, state_);
    if (info(i.mul.op).has_destination())
      write(i.mul.dst, i.mul.pack, mul.value, passing(i.flags.mul.condition, flags));
    // Last: the accesses above go by the lanes that were live before.
    if (i.add.op == isa::AddOp::setmsf) state_.msf = add.msf;
  }

  void change_flags(isa::FlagOp op, const AluResult& result) {
    if (op == isa::FlagOp::none) return;
    const auto code = static_cast<unsigned>(op);
    const LaneMask tested[] = {0, result.z, result.n, result.c};
    state_.flags = is_push(op)
                       ? sem::push(state_.flags, tested[code])
                       : sem::update(code, state_.flags, tested[sem::tested_by_update(code)]);
    const bool wrong_a = is_push(op) ? VC7_MUTATED(push_a) : VC7_MUTATED(update, code);
    if (wrong_a) state_.flags.a = static_cast<LaneMask>(state_.flags.a ^ 1u << 5);
    if (is_push(op) && VC7_MUTATED(push_b))
      state_.flags.b = static_cast<LaneMask>(state_.flags.b ^ 1u << 5);
  }

  // --- destinations (v3d71 §6)
  // --------------------------------------------------------------------

  static std::uint32_t packed(isa::Pack pack, std::uint32_t old, std::uint32_t value) {
    const bool wrong = pack != isa::Pack::none && VC7_MUTATED(pack, pack);
    if (pack != isa::Pack::none && VC7_MUTATED(pack_keep, pack)) old ^= 0x00010001;
    if (pack == isa::Pack::l) return broken_if(wrong, sem::pack_l(old, value));
    if (pack == isa::Pack::h) return broken_if(wrong, sem::pack_h(old, value), 1u << 16);
    return value;
  }

  void write(isa::WriteAddress to, isa::Pack pack, const Lanes& value, LaneMask mask) {
    if (to.magic) {
      write_magic(static_cast<Magic>(to.address),
                  sem::each_lane([&](std::size_t lane) { return packed(pack, 0, value[lane]); }),
                  mask);
      return;
    }
    for (unsigned lane = 0; lane < lanes; ++lane) {
      std::uint32_t& word = state_.rf[to.address][lane];
      if (sem::in_mask(mask, lane)) word = packed(pack, word, value[lane]);
    }
  }

  void write_magic(Magic to, const Lanes& value, LaneMask mask) {
    switch (to) {
      case Magic::rep:
        if (mask != 0) state_.rf[0] = VC7_MUTATED(rep) ? value : sem::rep(value);
        break;
      case Magic::quad:
        if (mask != 0) state_.rf[0] = VC7_MUTATED(quad) ? value : sem::quad(value);
        break;
      case Magic::unifa:
        if (mask != 0) state_.unifa = value[VC7_MUTATED(unifa) ? 1 : 0] & ~3u;
        break;
      case Magic::tmuc:
        if (mask != 0) state_.tmu_config = broken_if(VC7_MUTATED(tmuc), value[0]);
        break;
      case Magic::tmud: tmu_data(state_, true, value, mask); break;
      case Magic::tmudref:
      case Magic::tmuoff: tmu_data(state_, false, value, mask); break;
      case Magic::tmuau:
        state_.tmu_config = broken_if(VC7_MUTATED(tmuau), next_uniform());
        [[fallthrough]];
      case Magic::tmua: tmu_access(state_, value, mask, job_); break;
      case Magic::syncb: request_barrier(value, mask); break;
      default: break;  // null; all others were refused
    }
  }

  /// Only the word of barrierid is known (v3d71 §12.4).
  void request_barrier(const Lanes& value, LaneMask mask) {
    for (unsigned lane = 0; lane < lanes; ++lane)
      if (sem::in_mask(mask, lane) && value[lane] != 0)
        throw Trap{FaultKind::unsupported, messages::sync_command()};
    if (mask != 0 && !VC7_MUTATED(barrier)) state_.barrier_requested = true;
  }

  struct Switch {
    std::uint64_t after;  ///< number of its second slot
    bool end;
  };

  JobContext& job_;
  BatchStart start_;
  Identity identity_;
  ThreadState state_;
  std::optional<HazardWatch> hazards_;
  Fault fault_;

  std::uint32_t pc_;
  std::uint64_t word_ = 0;
  std::uint64_t instructions_ = 0;  ///< completed; number of the current one, from 0
  unsigned branch_slots_ = 0;       ///< instructions that still run before a branch takes effect
  std::optional<std::uint32_t> target_, pointer_;  ///< where code and uniforms go on then
  std::optional<std::uint32_t> jump_;              ///< what is next after this instruction
  std::optional<std::uint64_t> last_thrsw_;
  bool last_was_second_ = false;  ///< the last thrsw came directly after another
  bool last_announced_ = false;
  std::vector<Switch> pending_;
};

class OracleExecutor : public Executor {
 public:
  explicit OracleExecutor(JobContext& job) : job_{job} {}
  std::unique_ptr<Batch> start(const BatchStart& start) override {
    return std::make_unique<OracleBatch>(job_, start);
  }
  HostExecution execution() const override { return {.tier = "oracle", .vector_isa = ""}; }

 private:
  JobContext& job_;
};

}  // namespace
}  // namespace oracle

std::unique_ptr<Executor> make_oracle(JobContext& job) {
  return std::make_unique<oracle::OracleExecutor>(job);
}

}  // namespace vc7::sim
