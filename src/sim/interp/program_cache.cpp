// SPDX-License-Identifier: MIT
#include "program_cache.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/sim/machine.hpp>

#include "sim/jit/compiler.hpp"
#include "sim/jit/perf_map.hpp"

namespace vc7::sim::interp {

ProgramCache::ProgramCache(const Memory& memory, Compile compile, bool perf_map)
    : memory_{memory},
      handlers_{*host_isa().handlers},
      compile_{compile},
      perf_map_{perf_map ? &jit::PerfMap::of_process() : nullptr} {}

std::shared_ptr<Program> ProgramCache::get(const ProgramKey& key) {
  const std::lock_guard lock{mutex_};
  const auto found = std::find_if(programs_.begin(), programs_.end(),
                                  [&](const auto& program) { return program->key() == key; });
  std::shared_ptr<Program> program;
  if (found != programs_.end()) {
    program = *found;
    programs_.erase(found);
    if (!program->current()) program.reset();
  }
  if (!program) {
    Program::MakeCompiler compiler;
    if (compile_ != Compile::never && !key.traced)
      compiler = [this, isa = host_isa().name, code = key.code] {
        return jit::make_compiler({handlers_, isa, code, perf_map_});
      };
    program = std::make_shared<Program>(memory_, handlers_, key, std::move(compiler));
  }
  programs_.push_front(program);
  if (programs_.size() > limit) programs_.pop_back();
  return program;
}

bool ProgramCache::wants_native_code(Program& program, std::uint32_t batches) const {
  // Compiling takes as long as some hundred short batches.
  constexpr std::uint64_t many = 16;
  const bool many_so_far = program.count_batches(batches) >= many;
  return compile_ == Compile::at_once || many_so_far || (batches > 1 && program.may_loop());
}

namespace {

#if defined(__x86_64__)
// Clang 16 does not know the names of the levels.
bool has_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}
bool has_v4() {
  return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#endif

/// What this host can execute, best first.
std::vector<HostIsa> available() {
  std::vector<HostIsa> list;
#if defined(__x86_64__)
  if (has_v4()) list.push_back({&handlers_avx512(), "avx512"});
  if (has_v3()) list.push_back({&handlers_avx2(), "avx2"});
  list.push_back({&handlers_baseline(), "sse2"});
#elif defined(__aarch64__)
  list.push_back({&handlers_baseline(), "neon"});
#else
  list.push_back({&handlers_baseline(), "generic"});
#endif
  return list;
}

}  // namespace

HostIsa host_isa() {
  const auto list = available();
  const char* wanted = std::getenv("VC7_SIM_ISA");
  if (wanted == nullptr || *wanted == '\0') return list.front();
  std::string names;
  for (const HostIsa& isa : list) {
    if (std::string_view{wanted} == isa.name) return isa;
    names += names.empty() ? "" : ", ";
    names += isa.name;
  }
  throw Error(fmt::format("VC7_SIM_ISA is '{}'; this host has {}", wanted, names));
}

}  // namespace vc7::sim::interp

namespace vc7::sim {
std::string vector_isa() { return interp::host_isa().name; }
}  // namespace vc7::sim
