// SPDX-License-Identifier: MIT
//
// Any words as a program: every engine of the device model comes to the same end, with the same
// memory, and none of them crashes or hangs. The first two bytes are the shape of the job.
#include <cstring>
#include <span>
#include <string>

#include <vc7/sim/machine.hpp>

#include "require.hpp"

namespace {

using vc7::sim::Engine;
using vc7::sim::Machine;

constexpr std::uint32_t low = 0, code = 0x10000, uniforms = 0x20000;
constexpr std::uint32_t low_size = 0x2000, uniforms_size = 0x1000;

std::uint32_t code_size(std::size_t words) {
  return static_cast<std::uint32_t>((words * 8 + 4095) / 4096 * 4096);
}

/// A machine that is reused: reserving 4 GiB for every input would be most of the time.
class Model {
 public:
  explicit Model(Engine engine)
      : machine_{{.engine = engine, .host_threads = 1, .instruction_budget = 2000}} {
    machine_.memory().map(low, low_size);
    machine_.memory().map(uniforms, uniforms_size);
  }

  vc7::sim::JobResult run(std::span<const std::uint64_t> words, const vc7::sim::CsdConfig& cfg) {
    auto& memory = machine_.memory();
    memory.map(code, code_size(words.size()));
    fill(low, low_size);
    fill(uniforms, uniforms_size);
    std::memcpy(memory.at(code), words.data(), words.size_bytes());
    auto result = machine_.run(cfg);
    code_.assign(memory.at(code), memory.at(code) + code_size(words.size()));
    memory.unmap(code);
    return result;
  }

  bool same_memory(Model& other) {
    const auto same = [&](std::uint32_t at, std::size_t size) {
      return std::memcmp(machine_.memory().at(at), other.machine_.memory().at(at), size) == 0;
    };
    return same(low, low_size) && same(uniforms, uniforms_size) && code_ == other.code_;
  }

 private:
  void fill(std::uint32_t at, std::uint32_t size) {
    for (std::uint32_t i = 0; i < size; i += 4) {
      const std::uint32_t word = i * 0x01000193u % 0x3001;
      std::memcpy(machine_.memory().at(at + i), &word, 4);
    }
  }

  Machine machine_;
  std::vector<std::byte> code_;  ///< as the last program left it
};

std::string text(const vc7::sim::JobResult& result) {
  return result.fault ? vc7::sim::describe(*result.fault) : "no fault";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 10 || size > 2 + 8 * 256) return 0;
  static Model oracle{Engine::oracle}, interpreter{Engine::interpreter}, jit{Engine::jit};
  const auto words = words_of(data + 2, size - 2);
  const std::uint32_t batches = 1 + data[1] % 4, mode = data[0] & 3u;
  const std::uint32_t groups = batches << 16, lanes = data[0] >> 2 & 15u;
  const std::uint32_t cfg3 = 0x100 | (lanes == 0 ? 16 : lanes);
  const vc7::sim::CsdConfig cfg{groups, 1u << 16, 1u << 16, cfg3, batches, code | mode, uniforms};

  const auto expected = oracle.run(words, cfg);
  for (Model* model : {&interpreter, &jit}) {
    const auto result = model->run(words, cfg);
    if (text(expected) != text(result))
      std::fprintf(stderr, "oracle: %s\n%s: %s\n", text(expected).c_str(),
                   model == &jit ? "jit" : "interpreter", text(result).c_str());
    if (expected.warnings != result.warnings)
      std::fprintf(stderr, "warnings: %s\n%s: %s\n",
                   expected.warnings.empty() ? "none" : expected.warnings.back().c_str(),
                   model == &jit ? "jit" : "interpreter",
                   result.warnings.empty() ? "none" : result.warnings.back().c_str());
    REQUIRE(text(expected) == text(result));
    REQUIRE(expected.instructions == result.instructions);
    REQUIRE(expected.batches == result.batches);
    REQUIRE(expected.warnings == result.warnings);
    REQUIRE(oracle.same_memory(*model));
  }
  return 0;
}
