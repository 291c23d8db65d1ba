// SPDX-License-Identifier: MIT
//
// A single batch on the oracle, for hand-written programs: short names for instructions, uniforms
// that are written where they are taken, and an output row per stored register.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <vc7/isa/encode.hpp>
#include <vc7/isa/print.hpp>

#include "sim/exec/executor.hpp"

namespace vc7::sim::testing {

using isa::AddOp;
using isa::Magic;
using isa::MulOp;
using isa::Signal;
using isa::Source;
using isa::WriteAddress;

constexpr WriteAddress reg(unsigned n) { return {static_cast<std::uint8_t>(n), false}; }
constexpr WriteAddress magic(Magic m) { return isa::write_address(m); }
constexpr WriteAddress nowhere{};
constexpr Source r(unsigned n, isa::Unpack unpack = isa::Unpack::none) {
  return {static_cast<std::uint8_t>(n), false, unpack};
}
constexpr Source imm(std::int32_t value) {
  return {*isa::small_immediate_index(static_cast<std::uint32_t>(value)), true};
}

/// An instruction under construction.
struct Line {
  isa::AluInstruction i;

  Line& add(AddOp op, WriteAddress dst, Source a = {}, Source b = {}) {
    i.add.op = op;
    i.add.dst = dst;
    i.add.src = {a, b};
    if (a.immediate) i.signals = i.signals.with(Signal::smimm_a);
    if (b.immediate) i.signals = i.signals.with(Signal::smimm_b);
    return *this;
  }
  Line& mul(MulOp op, WriteAddress dst, Source c = {}, Source d = {}) {
    i.mul.op = op;
    i.mul.dst = dst;
    i.mul.src = {c, d};
    if (c.immediate) i.signals = i.signals.with(Signal::smimm_c);
    if (d.immediate) i.signals = i.signals.with(Signal::smimm_d);
    return *this;
  }
  Line& add_if(isa::Condition c) { return i.flags.add.condition = c, *this; }
  Line& mul_if(isa::Condition c) { return i.flags.mul.condition = c, *this; }
  Line& add_flag(isa::FlagOp op) { return i.flags.add.op = op, *this; }
  Line& mul_flag(isa::FlagOp op) { return i.flags.mul.op = op, *this; }
  Line& pack(isa::Pack p) { return i.add.pack = p, *this; }
  Line& sig(Signal s) { return i.signals = i.signals.with(s), *this; }
  Line& sig(Signal s, WriteAddress dst) { return i.signal_destination = dst, sig(s); }
};

inline Line nop() { return {}; }
inline Line op(AddOp o, WriteAddress dst, Source a = {}, Source b = {}) {
  return Line{}.add(o, dst, a, b);
}
inline Line op(MulOp o, WriteAddress dst, Source a = {}, Source b = {}) {
  return Line{}.mul(o, dst, a, b);
}
inline Line mov(WriteAddress dst, Source a) { return op(AddOp::mov, dst, a); }

class OracleJob {
 public:
  static constexpr std::uint32_t code = 0x10000, uniform_base = 0x20000, data = 0x30000,
                                 output = 0x40000;
  static constexpr std::uint32_t unmapped = 0x50000;

  OracleJob() {
    memory.map(code, 0x4000);
    memory.map(uniform_base, 0x1000);
    memory.map(data, 0x2000);
    memory.map(output, 0x4000);
  }

  // --- the program
  // --------------------------------------------------------------------------------
  OracleJob& operator<<(const Line& line) {
    isa::AluInstruction i = line.i;
    isa::arrange_operands(i);
    return put(isa::encode(i));
  }
  OracleJob& operator<<(const isa::BranchInstruction& b) { return put(isa::encode(b)); }
  OracleJob& raw(std::uint64_t word) { return words_.push_back(word), *this; }
  std::size_t here() const { return words_.size(); }

  /// The next word of the uniform stream.
  OracleJob& uniform(std::uint32_t word) { return uniforms_.push_back(word), *this; }
  /// rfN := word, by a uniform.
  OracleJob& set(unsigned n, std::uint32_t word) {
    return uniform(word), *this << nop().sig(Signal::ldunifrf, reg(n));
  }
  /// rfN := base + step * lane, by way of rf63.
  OracleJob& ramp(unsigned n, std::uint32_t base, std::uint32_t step) {
    *this << op(AddOp::eidx, reg(n));
    set(63, step);
    *this << op(MulOp::umul24, reg(n), r(n), r(63));
    set(63, base);
    return *this << op(AddOp::add, reg(n), r(n), r(63));
  }
  /// Stores rfN into the next output row, by way of rf62.
  OracleJob& store(unsigned n) { return store(mov(magic(Magic::tmud), r(n))); }
  OracleJob& store(const Line& to_tmud) {
    ramp(62, output + 64 * rows_++, 4);
    *this << to_tmud;
    return *this << mov(magic(Magic::tmua), r(62));
  }
  OracleJob& end() {
    *this << nop().sig(Signal::thrsw) << nop().sig(Signal::thrsw) << nop() << nop();
    return *this << nop().sig(Signal::thrsw) << nop() << nop();
  }

  // --- running
  // ------------------------------------------------------------------------------------
  /// Prepares the batch; run() does so by itself.
  Batch& start() {
    // Not memcpy: a job without words or uniforms has no array to copy from.
    std::ranges::copy(std::as_bytes(std::span{words_}), memory.at(code));
    std::ranges::copy(std::as_bytes(std::span{uniforms_}), memory.at(uniform_base));
    context.code = code;
    context.uniform_start = uniform_base;
    if (context.instruction_budget == 0) context.instruction_budget = 100'000;
    executor_ = make_oracle(context);
    batch_ = executor_->start(first);
    return *batch_;
  }
  /// Runs to the end; throws if it does not come.
  OracleJob& run() {
    for (;;) {
      const Exit exit = (batch_ ? *batch_ : start()).resume(false);
      if (exit == Exit::ended) return *this;
      if (exit == Exit::fault)
        throw std::runtime_error(batch_->fault().message + " in " +
                                 isa::print_word(batch_->fault().word));
    }
  }
  /// The fault that ends the run.
  Fault fault() {
    Batch& batch = start();
    for (;;) {
      const Exit exit = batch.resume(false);
      if (exit == Exit::fault) return batch.fault();
      if (exit == Exit::ended) return Fault{.message = "no fault"};
    }
  }

  std::uint32_t word(std::uint32_t address) const {
    std::uint32_t w;
    std::memcpy(&w, memory.at(address), 4);
    return w;
  }
  void put_word(std::uint32_t address, std::uint32_t w) { std::memcpy(memory.at(address), &w, 4); }
  /// Output row n.
  LaneWords row(unsigned n) const {
    LaneWords words;
    for (std::uint32_t lane = 0; lane < lanes; ++lane)
      words[lane] = word(output + 64 * n + 4 * lane);
    return words;
  }

  Memory memory;
  UniformCache cache{memory};
  Turns turns;
  Warnings warnings;
  JobContext context{.memory = memory,
                     .uniforms = cache,
                     .turns = turns,
                     .warnings = warnings,
                     .topology = topology_7_1_10};
  BatchStart first;

 private:
  OracleJob& put(const isa::Encoded& encoded) {
    if (!encoded) throw std::logic_error(std::string{isa::message(encoded.error)});
    return raw(encoded.word);
  }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> uniforms_;
  unsigned rows_ = 0;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Batch> batch_;
};

/// The same word in all lanes.
inline LaneWords splat(std::uint32_t word) {
  LaneWords words;
  words.fill(word);
  return words;
}
/// f(lane) in every lane.
template <class F>
LaneWords each(F f) {
  LaneWords words;
  for (std::uint32_t lane = 0; lane < lanes; ++lane) words[lane] = f(lane);
  return words;
}

}  // namespace vc7::sim::testing
