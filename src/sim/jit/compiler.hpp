// SPDX-License-Identifier: MIT
//
// The second tier of the device model: blocks of micro-operations as code of the host.
#pragma once

#include <memory>

#include "sim/interp/program.hpp"

namespace vc7::sim::jit {

/// A compiler for the handlers' host; nullptr if there is none for it. `isa`: a name of
/// interp::HostIsa.
std::unique_ptr<interp::BlockCompiler> make_compiler(const interp::Handlers& handlers,
                                                     const char* isa);

}  // namespace vc7::sim::jit
