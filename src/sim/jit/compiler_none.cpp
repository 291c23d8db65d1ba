// SPDX-License-Identifier: MIT
//
// Hosts for which there is no compiler.
#include "compiler.hpp"

namespace vc7::sim::jit {

std::unique_ptr<interp::BlockCompiler> make_compiler(const CompilerOptions&) { return nullptr; }

}  // namespace vc7::sim::jit
