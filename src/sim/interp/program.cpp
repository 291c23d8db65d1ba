// SPDX-License-Identifier: MIT
#include "program.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "block_maker.hpp"
#include "sim/exec/messages.hpp"

namespace vc7::sim::interp {

Program::Program(const Memory& memory, const Handlers& handlers, ProgramKey key,
                 MakeCompiler make_compiler)
    : memory_{memory}, handlers_{handlers}, key_{key}, make_compiler_{std::move(make_compiler)} {}

const MicroOp* Program::entry(std::uint32_t address) {
  const std::lock_guard lock{mutex_};
  if (const auto found = by_address_.find(address); found != by_address_.end())
    return found->second->ops.data();
  // Not recursive: a long chain of branches must not use up the stack.
  std::vector<std::uint32_t> open{address};
  jumps_.clear();
  std::size_t seen_jumps = 0;
  const std::size_t first_new = blocks_.size();
  while (!open.empty()) {
    const std::uint32_t next = open.back();
    open.pop_back();
    if (by_address_.contains(next)) continue;
    Block& block = blocks_.emplace_back();
    block.address = next;
    by_address_.emplace(next, &block);
    BlockMaker{*this, block}.run();
    count_slots(block);
    for (; seen_jumps < jumps_.size(); ++seen_jumps) open.push_back(jumps_[seen_jumps].address);
  }
  for (const Jump& jump : jumps_) {
    const Block& target = *by_address_.at(jump.address);
    MicroOp& op = jump.block->ops[jump.op];
    op.target = target.ops.data();
    may_loop_ |= target.address <= jump.block->address + 8 * op.index;
  }
  jumps_.clear();
  for (std::size_t n = first_new; n < blocks_.size(); ++n)
    for (const MicroOp& op : blocks_[n].ops)
      may_loop_ |= op.run == handlers_.branch && op.target == nullptr;  // to who knows where
  if (compiling_) compile_from(first_new);
  return by_address_.at(address)->ops.data();
}

void Program::count_slots(const Block& block) {
  unsigned registers = registers_, temporaries = temporaries_;
  for (const MicroOp& op : block.ops)
    for (const unsigned slot : {op.dst, op.a, op.b}) {
      if (slot < slot_temp)
        registers = std::max(registers, slot + 1);
      else if (slot < slot_immediate)
        temporaries = std::max(temporaries, slot - slot_temp + 1);
    }
  registers_ = registers;
  temporaries_ = temporaries;
}

void Program::compile() {
  const std::lock_guard lock{mutex_};
  if (compiling_ || !make_compiler_) return;
  compiler_ = std::exchange(make_compiler_, nullptr)();
  if (!compiler_) return;  // none for this host
  compiling_ = true;
  if (!blocks_.empty()) compile_from(0);
}

void Program::compile_from(std::size_t first) {
  const NativeCode made = compiler_->compile(blocks_, first, has_barrier_);
  native_.units += made.units;
  native_.bytes += made.bytes;
  native_.seconds += made.seconds;
}

NativeCode Program::native_code() const {
  const std::lock_guard lock{mutex_};
  return native_;
}

bool Program::current() const {
  const std::lock_guard lock{mutex_};
  for (const Block& block : blocks_) {
    const std::uint64_t bytes = block.words.size() * 8;
    const bool ends_unmapped = block.ops.back().run == handlers_.trap &&
                               faults_[block.ops.back().value].kind == FaultKind::fetch;
    const std::uint64_t readable = ends_unmapped ? bytes - 8 : bytes;
    if (ends_unmapped && memory_.mapped(block.address + static_cast<std::uint32_t>(readable), 8))
      return false;
    if (readable == 0) continue;
    if (!memory_.mapped(block.address, readable)) return false;
    if (std::memcmp(block.words.data(), memory_.at(block.address), readable) != 0) return false;
  }
  return true;
}

bool Program::may_loop() const {
  const std::lock_guard lock{mutex_};
  return may_loop_;
}

bool Program::has_barrier() const {
  const std::lock_guard lock{mutex_};
  return has_barrier_;
}

const StaticFault& Program::fault(std::uint32_t number) const {
  const std::lock_guard lock{mutex_};
  return faults_[number];
}

std::pair<std::uint32_t, std::uint64_t> Program::place(const MicroOp* op) const {
  const std::lock_guard lock{mutex_};
  for (const Block& block : blocks_)
    if (op >= block.ops.data() && op < block.ops.data() + block.ops.size())
      return {block.address + 8 * op->index, block.words[op->index]};
  return {0, 0};
}

}  // namespace vc7::sim::interp
