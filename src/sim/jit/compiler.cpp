// SPDX-License-Identifier: MIT
#include "compiler.hpp"

#include <string_view>
#include <vector>

#include "code_memory.hpp"
#include "translator.hpp"
#include "x86_avx2.hpp"
#include "x86_avx512.hpp"

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

template <class Vectors>
class Compiler final : public interp::BlockCompiler {
 public:
  explicit Compiler(const Handlers& handlers) : actions_{handlers} {}

  void compile(std::deque<interp::Block>& blocks, std::size_t first, bool barriers) override {
    std::size_t ops = 0;
    for (std::size_t n = first; n < blocks.size(); ++n) ops += blocks[n].ops.size();
    if (used_ + ops * bytes_per_op > most_bytes) return;

    asmjit::CodeHolder code;
    if (code.init(asmjit::Environment::host()) != asmjit::kErrorOk) return;
    Failures failures;
    code.setErrorHandler(&failures);
    x86::Assembler assembler{&code};
    Vectors vectors{assembler};
    Translator translator{assembler, vectors, actions_, barriers};
    for (const Unit& unit : find_units(blocks, first, actions_)) translator.unit(unit);
    translator.finish();
    if (failures.any) return;  // the interpreter goes on
    place(code, translator.entries());
  }

 private:
  void place(asmjit::CodeHolder& code, const std::vector<Entry>& entries) {
    if (code.flatten() != asmjit::kErrorOk || code.resolveUnresolvedLinks() != asmjit::kErrorOk)
      return;
    CodeMemory memory{code.codeSize()};
    if (memory.base() == nullptr) return;
    const auto base = reinterpret_cast<std::uintptr_t>(memory.base());
    if (code.relocateToBase(base) != asmjit::kErrorOk ||
        code.copyFlattenedData(memory.base(), memory.size()) != asmjit::kErrorOk || !memory.seal())
      return;
    for (const Entry& entry : entries)
      entry.op->run = reinterpret_cast<Handler>(base + code.labelOffsetFromBase(entry.label));
    used_ += memory.size();
    memory_.push_back(std::move(memory));
  }

  Actions actions_;
  std::vector<CodeMemory> memory_;
  std::size_t used_ = 0;
};

}  // namespace

std::unique_ptr<interp::BlockCompiler> make_compiler(const Handlers& handlers, const char* isa) {
  if (std::string_view{isa} == "avx512") return std::make_unique<Compiler<Avx512Vectors>>(handlers);
  if (std::string_view{isa} == "avx2") return std::make_unique<Compiler<Avx2Vectors>>(handlers);
  return nullptr;
}

}  // namespace vc7::sim::jit
