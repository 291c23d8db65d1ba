// SPDX-License-Identifier: MIT
#include "compiler.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <vc7/isa/print.hpp>

#include "code_memory.hpp"
#include "perf_map.hpp"
#include "translator.hpp"

#if defined(__x86_64__)
#include "x86_avx2.hpp"
#include "x86_avx512.hpp"
#elif defined(__aarch64__)
#include "a64_neon.hpp"
#endif

namespace vc7::sim::jit {
namespace {

/// Of compiled code per program; what would go beyond is left to the interpreter.
constexpr std::size_t most_bytes = 16 << 20;
constexpr std::size_t bytes_per_op = 64;  ///< roughly

/// Notes that an instruction could not be encoded: then there is no code.
struct Failures final : asmjit::ErrorHandler {
  void handleError(asmjit::Error, const char*, asmjit::BaseEmitter*) override { any = true; }
  bool any = false;
};

/// "vc7 program 0x00010000, loop at 0x00010038: fadd rf1, rf2, rf3 ; nop"
std::string name_of(const Unit& unit, std::uint32_t program) {
  const interp::Block& first =
      **std::min_element(unit.blocks.begin(), unit.blocks.end(),
                         [](const auto* a, const auto* b) { return a->address < b->address; });
  return fmt::format("vc7 program 0x{:08x}, {} at 0x{:08x}: {}", program,
                     unit.loop ? "loop" : "block", first.address,
                     first.words.empty() ? "no instruction" : isa::print_word(first.words.front()));
}

template <class Assembler, class Code, class HostVectors>
class Compiler final : public interp::BlockCompiler {
 public:
  explicit Compiler(const CompilerOptions& options)
      : options_{options}, actions_{options.handlers} {}

  interp::NativeCode compile(std::deque<interp::Block>& blocks, std::size_t first,
                             bool barriers) override {
    std::size_t ops = 0;
    for (std::size_t n = first; n < blocks.size(); ++n) ops += blocks[n].ops.size();
    if (used_ + ops * bytes_per_op > most_bytes) return {};

    const auto start = std::chrono::steady_clock::now();
    const std::vector<Unit> units = find_units(blocks, first, actions_);
    std::size_t bytes = make(units, barriers, false);
    if (bytes == 0 && Code::has_far_jumps) bytes = make(units, barriers, true);
    if (bytes == 0) return {};  // the interpreter goes on
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    return {units.size(), bytes, taken.count()};
  }

 private:
  /// The size of the code, 0 if there is none.
  std::size_t make(const std::vector<Unit>& units, bool barriers, bool far_jumps) {
    asmjit::CodeHolder code;
    if (code.init(asmjit::Environment::host()) != asmjit::kErrorOk) return 0;
    Failures failures;
    code.setErrorHandler(&failures);
    Assembler assembler{&code};
    Code host{assembler, far_jumps};
    HostVectors vectors{assembler};
    Translator translator{host, vectors, actions_, barriers};
    std::vector<std::size_t> starts;
    for (const Unit& unit : units) {
      starts.push_back(assembler.offset());
      translator.unit(unit);
    }
    starts.push_back(assembler.offset());
    translator.finish();
    if (failures.any || !place(code, translator.entries())) return 0;
    copies_.push_back(translator.take_copies());
    if (options_.perf_map != nullptr) list(units, starts, code.codeSize());
    return code.codeSize();
  }

  bool place(asmjit::CodeHolder& code, const std::vector<Entry>& entries) {
    if (code.flatten() != asmjit::kErrorOk || code.resolveUnresolvedLinks() != asmjit::kErrorOk)
      return false;
    CodeMemory memory{code.codeSize()};
    if (memory.base() == nullptr) return false;
    const auto base = reinterpret_cast<std::uintptr_t>(memory.base());
    if (code.relocateToBase(base) != asmjit::kErrorOk ||
        code.copyFlattenedData(memory.base(), memory.size()) != asmjit::kErrorOk || !memory.seal())
      return false;
    for (const Entry& entry : entries)
      entry.op->run = reinterpret_cast<Handler>(base + code.labelOffsetFromBase(entry.label));
    used_ += memory.size();
    memory_.push_back(std::move(memory));
    return true;
  }

  /// Names the code that was placed last. `starts`: of the units, and of what they share.
  void list(const std::vector<Unit>& units, const std::vector<std::size_t>& starts,
            std::size_t end) const {
    const std::byte* const base = memory_.back().base();
    for (std::size_t n = 0; n < units.size(); ++n)
      options_.perf_map->add(base + starts[n], starts[n + 1] - starts[n],
                             name_of(units[n], options_.program));
    options_.perf_map->add(base + starts.back(), end - starts.back(),
                           fmt::format("vc7 program 0x{:08x}, TMU accesses", options_.program));
  }

  CompilerOptions options_;
  Actions actions_;
  std::vector<CodeMemory> memory_;
  std::vector<std::deque<Copy>> copies_;
  std::size_t used_ = 0;
};

}  // namespace

std::unique_ptr<interp::BlockCompiler> make_compiler(const CompilerOptions& options) {
  const std::string_view isa{options.isa};
#if defined(__x86_64__)
  if (isa == "avx512")
    return std::make_unique<Compiler<x86::Assembler, X86Code, Avx512Vectors>>(options);
  if (isa == "avx2")
    return std::make_unique<Compiler<x86::Assembler, X86Code, Avx2Vectors>>(options);
#elif defined(__aarch64__)
  if (isa == "neon")
    return std::make_unique<Compiler<a64::Assembler, A64Code, NeonVectors>>(options);
#endif
  return nullptr;
}

}  // namespace vc7::sim::jit
