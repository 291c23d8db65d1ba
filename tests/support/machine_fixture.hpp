// SPDX-License-Identifier: MIT
//
// A device model with a code, a uniform and a data buffer, for tests that run programs written in
// the DSL. The engine is what the environment asks for, so VC7_SIM=oracle runs the same tests on
// the oracle.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/sim/machine.hpp>

namespace vc7::test {

using Words = std::vector<std::uint32_t>;
using LaneWords = std::array<std::uint32_t, 16>;

/// One value in all lanes.
constexpr LaneWords all_lanes(std::uint32_t word) {
  LaneWords lanes{};
  lanes.fill(word);
  return lanes;
}

/// value(lane) in every lane.
template <class Value>
constexpr LaneWords each_lane(Value value) {
  LaneWords lanes{};
  for (std::uint32_t lane = 0; lane < 16; ++lane)
    lanes[lane] = static_cast<std::uint32_t>(value(lane));
  return lanes;
}

/// How many batches, and in which mode. Workgroups are 16 lanes, one batch each.
struct Launch {
  std::uint32_t batches = 1;
  std::uint32_t batches_per_supergroup = 1;
  bool four_way = false, single_segment = false;
};

/// Instructions of Assembler::end_program().
inline constexpr std::uint64_t end_instructions = 7;

// ---- a body that reads and writes vectors of 16 words; rf29-rf31 are taken --------------------

/// The next vector of the input into a register.
constexpr void in(Assembler& a, qpu::Register to) {
  using namespace vc7::qpu;
  a.mov(tmua, rf29).add(rf29, rf29, rf31);
  a.nop(ldtmu(to));
}
/// A register to the next vector of the output.
constexpr void out(Assembler& a, qpu::Register from) {
  using namespace vc7::qpu;
  a.mov(tmud, from);
  a.mov(tmua, rf30).add(rf30, rf30, rf31);
}
/// Points rf29 and rf30 to the lane's word in input and output; takes two uniforms.
constexpr void begin(Assembler& a) {
  using namespace vc7::qpu;
  a.eidx(rf31, ldunifrf(rf29));
  a.shl(rf31, rf31, 2);
  a.add(rf29, rf29, rf31, ldunifrf(rf30));
  a.add(rf30, rf30, rf31);
  a.mov(rf31, 1);
  a.shl(rf31, rf31, 6);
}

class MachineFixture : public testing::Test {
 protected:
  static constexpr std::uint32_t code = 0x0010'0000, code_bytes = 0x80'0000;
  static constexpr std::uint32_t uniforms = 0x0100'0000, uniform_bytes = 0x10'0000;
  static constexpr std::uint32_t data = 0x0200'0000, data_bytes = 0x400'0000;
  /// Where run_body() reads and writes.
  static constexpr std::uint32_t input = data, output = data + 0x100'0000;

  MachineFixture() { new_machine(); }

  /// A fresh machine with empty buffers.
  void new_machine(sim::Options options = {}) {
    machine_ = std::make_unique<sim::Machine>(sim::options_from_environment(options));
    memory().map(code, code_bytes);
    memory().map(uniforms, uniform_bytes);
    memory().map(data, data_bytes);
  }
  sim::Machine& machine() { return *machine_; }
  sim::Memory& memory() { return machine_->memory(); }

  // ---- memory ----------------------------------------------------------------------------------

  void write(std::uint32_t address, std::span<const std::uint32_t> words) {
    if (!words.empty()) std::memcpy(memory().at(address), words.data(), words.size_bytes());
  }
  void write(std::uint32_t address, std::initializer_list<std::uint32_t> words) {
    write(address, std::span{words.begin(), words.size()});
  }
  std::uint32_t word(std::uint32_t address) {
    std::uint32_t value = 0;
    std::memcpy(&value, memory().at(address), sizeof value);
    return value;
  }
  Words words(std::uint32_t address, std::size_t count) {
    Words list(count);
    std::memcpy(list.data(), memory().at(address), 4 * count);
    return list;
  }
  LaneWords vector(std::uint32_t address) {
    LaneWords lanes{};
    std::memcpy(lanes.data(), memory().at(address), sizeof lanes);
    return lanes;
  }

  // ---- jobs ------------------------------------------------------------------------------------

  /// Puts a program at the code address; what was there is gone.
  template <class Kernel>
  Program load(Kernel&& kernel, std::uint32_t at = code) {
    Program program = assemble(AssembleOptions{.base_address = at}, kernel);
    std::memset(memory().at(code), 0, loaded_bytes_);
    std::memcpy(memory().at(at), program.words().data(), program.size_bytes());
    loaded_bytes_ = std::max(loaded_bytes_, at - code + program.size_bytes());
    return program;
  }

  static sim::CsdConfig config(const Launch& launch, std::uint32_t at = code) {
    const std::uint32_t per_supergroup = launch.batches_per_supergroup;
    return {launch.batches << 16,
            1u << 16,
            1u << 16,
            (per_supergroup - 1) << 12 | (per_supergroup & 15) << 8 | 16,
            launch.batches,
            at | (launch.single_segment ? 2u : 0u) | (launch.four_way ? 1u : 0u),
            uniforms};
  }

  /// Runs the program as it is.
  template <class Kernel>
  sim::JobResult launch(Kernel&& kernel, const Words& uniform_words = {}, const Launch& how = {}) {
    load(kernel);
    write(uniforms, uniform_words);
    return machine().run(config(how));
  }

  /// The same, with the end of a program behind it. Faults are failures.
  template <class Kernel>
  sim::JobResult run(Kernel&& kernel, const Words& uniform_words = {}, const Launch& how = {}) {
    sim::JobResult result = launch(
        [&](Assembler& a) {
          kernel(a);
          a.end_program();
        },
        uniform_words, how);
    EXPECT_FALSE(result.fault) << sim::describe(*result.fault);
    return result;
  }

  /// The fault of a program that must have one.
  template <class Kernel>
  sim::Fault fault_of(Kernel&& kernel, const Words& uniform_words = {}, const Launch& how = {}) {
    const sim::JobResult result = launch(
        [&](Assembler& a) {
          kernel(a);
          a.end_program();
        },
        uniform_words, how);
    EXPECT_TRUE(result.fault) << "no fault";
    return result.fault.value_or(sim::Fault{});
  }

  /// Runs begin(), the body and the end. `inputs` are what in() brings, `more` the uniforms that
  /// the body takes, result(i) is the i-th vector that it wrote by out().
  template <class Body>
  sim::JobResult run_body(Body&& body, const std::vector<LaneWords>& inputs = {},
                          const Words& more = {}, const Launch& how = {}) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
      write(input + static_cast<std::uint32_t>(64 * i), inputs[i]);
    Words uniform_words{input, output};
    uniform_words.insert(uniform_words.end(), more.begin(), more.end());
    return run(
        [&](Assembler& a) {
          begin(a);
          body(a);
        },
        uniform_words, how);
  }
  LaneWords result(std::size_t index = 0) {
    return vector(output + static_cast<std::uint32_t>(64 * index));
  }

 private:
  std::unique_ptr<sim::Machine> machine_;
  std::size_t loaded_bytes_ = 0;
};

}  // namespace vc7::test
