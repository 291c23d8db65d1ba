// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "program_cache.hpp"
#include "sim/exec/executor.hpp"

namespace vc7::sim::interp {

class InterpreterExecutor final : public Executor, private BlockSource {
 public:
  explicit InterpreterExecutor(JobContext& job);
  ~InterpreterExecutor() override;

  void prepare() override;
  std::unique_ptr<Batch> start(const BatchStart& start) override;
  bool serial() const override { return program_->has_barrier(); }
  bool pauses() const override { return program_->native_code().units != 0; }
  HostExecution execution() const override;

 private:
  friend class InterpreterBatch;

  bool refill(Stream& stream) override;
  const MicroOp* block(std::uint32_t address) override { return program_->entry(address); }
  bool tmu_access(State& state, const MicroOp* op, const std::uint32_t* addresses,
                  std::uint32_t active, std::uint32_t config) override;
  void trace(State& state, const MicroOp* op, TraceEvent event) override;
  bool stop_requested() const;

  std::unique_ptr<State> take_state();

  JobContext& job_;
  std::shared_ptr<Program> program_;
  const MicroOp* first_;
  std::vector<std::unique_ptr<State>> spare_;
  /// Lines used last, so that streams that come back need no lock.
  struct CachedLine {
    std::uint32_t address = 1;
    const UniformCache::Line* line = nullptr;
  };
  std::array<CachedLine, 16> lines_{};
  std::uint32_t task_ = 0;  ///< of the batch that executes
};

class InterpreterBatch final : public Batch {
 public:
  InterpreterBatch(InterpreterExecutor& executor, const BatchStart& start);
  ~InterpreterBatch() override;

  Exit resume(bool stop_at_switch) override { return run(stop_at_switch, endless); }
  Exit turn(std::uint64_t instructions) override { return run(false, instructions); }
  const Fault& fault() const override { return fault_; }
  std::uint64_t instructions() const override { return state_->instructions; }

 private:
  static constexpr std::uint64_t endless = std::uint64_t{1} << 62;

  Exit run(bool stop_at_switch, std::uint64_t instructions);
  void execute();
  void report_page_fault(std::uint32_t address);
  void report_trap();
  void fill_place(FaultKind kind, const MicroOp* op, std::string message);

  InterpreterExecutor& executor_;
  BatchStart start_;
  std::unique_ptr<State> state_;
  bool page_fault_ = false;
  std::uint32_t page_fault_address_ = 0;
  Fault fault_;
};

}  // namespace vc7::sim::interp
