// SPDX-License-Identifier: MIT
//
// A program as micro-operations. Machine words are decoded once, when execution first reaches them.
//
// The unit is a block: the micro-operations of a straight run of instructions, entered only at its
// start. A block goes on over conditional branches (not taken), so the delay slots of every branch
// and thread switch lie in the block that holds it, and what happens after them is known when the
// block is made.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <vc7/isa/instruction.hpp>
#include <vc7/sim/fault.hpp>
#include <vc7/sim/memory.hpp>

#include "state.hpp"

namespace vc7::sim::interp {

/// A fault that executing a certain instruction raises, known from its word.
struct StaticFault {
  FaultKind kind;
  std::string message;
};

struct Block {
  std::uint32_t address = 0;         ///< of the first instruction
  std::vector<std::uint64_t> words;  ///< instruction index -> word
  std::vector<MicroOp> ops;
};

/// What a compiler made.
struct NativeCode {
  std::size_t units = 0, bytes = 0;
  double seconds = 0;
};

/// Makes native code of blocks, and has it executed by changing MicroOp::run where they are
/// entered.
class BlockCompiler {
 public:
  virtual ~BlockCompiler() = default;
  /// Blocks from number `first` on, complete and not yet seen by any executor. `barriers`: the
  /// program writes a synchronisation register.
  virtual NativeCode compile(std::deque<Block>& blocks, std::size_t first, bool barriers) = 0;
};

struct ProgramKey {
  std::uint32_t code = 0;
  bool four_way = false, single_segment = false;
  bool traced = false;  ///< records for the timing model; never compiled
  friend bool operator==(const ProgramKey&, const ProgramKey&) = default;
};

class Program {
 public:
  using MakeCompiler = std::function<std::unique_ptr<BlockCompiler>()>;

  /// Called by compile(), as a compiler takes longer to make than a short program to run. Without
  /// one the handlers execute everything, as they do before compile().
  Program(const Memory& memory, const Handlers& handlers, ProgramKey key,
          MakeCompiler make_compiler = nullptr);

  const ProgramKey& key() const { return key_; }
  /// First micro-operation at a GPU address, a multiple of 8. Makes the block, and those it can
  /// branch to, at the first call. Thread-safe; pointers stay valid.
  const MicroOp* entry(std::uint32_t address);
  /// Makes native code of all blocks, present and future, where there is a compiler. No other
  /// thread may execute the program at its first call.
  void compile();
  /// All native code so far.
  NativeCode native_code() const;
  /// Adds to the number of batches that ran it, and returns that.
  std::uint64_t count_batches(std::uint32_t more) { return batches_ += more; }
  /// False if no instruction seen so far can be executed twice by a batch.
  bool may_loop() const;
  /// True if memory still holds the words that the blocks were made from.
  bool current() const;
  /// True if an instruction seen so far writes a synchronisation register. Stable once entry() has
  /// returned.
  bool has_barrier() const;
  /// No block so far reads or writes the register of this number, or of a higher one.
  unsigned registers() const { return registers_.load(std::memory_order_relaxed); }
  /// The same of temporaries.
  unsigned temporaries() const { return temporaries_.load(std::memory_order_relaxed); }
  const StaticFault& fault(std::uint32_t number) const;
  /// Address and word of the instruction that a micro-operation belongs to.
  std::pair<std::uint32_t, std::uint64_t> place(const MicroOp* op) const;

 private:
  friend class BlockMaker;
  /// A micro-operation that goes to the block at an address.
  struct Jump {
    Block* block;
    std::size_t op;
    std::uint32_t address;
  };

  const Memory& memory_;
  const Handlers& handlers_;
  ProgramKey key_;
  MakeCompiler make_compiler_;
  std::unique_ptr<BlockCompiler> compiler_;
  void compile_from(std::size_t first);
  void count_slots(const Block& block);

  NativeCode native_;
  mutable std::recursive_mutex mutex_;
  std::deque<Block> blocks_;
  std::unordered_map<std::uint32_t, Block*> by_address_;
  std::deque<StaticFault> faults_;
  std::vector<Jump> jumps_;              ///< of the blocks in the making
  std::atomic<unsigned> registers_ = 1;  ///< rf0 takes rep and quad
  std::atomic<unsigned> temporaries_ = 0;
  bool has_barrier_ = false, may_loop_ = false;
  bool compiling_ = false;
  std::uint64_t batches_ = 0;
};

}  // namespace vc7::sim::interp
