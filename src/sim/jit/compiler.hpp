// SPDX-License-Identifier: MIT
//
// The second tier of the device model: blocks of micro-operations as code of the host.
#pragma once

#include <memory>

#include "sim/interp/program.hpp"

namespace vc7::sim::jit {

class PerfMap;

struct CompilerOptions {
  const interp::Handlers& handlers;
  const char* isa;        ///< of the handlers: a name of interp::HostIsa
  std::uint32_t program;  ///< GPU address, for the map
  PerfMap* perf_map;      ///< gets the names of units; may be null
};

/// A compiler for the handlers' host; nullptr if there is none for it.
std::unique_ptr<interp::BlockCompiler> make_compiler(const CompilerOptions& options);

}  // namespace vc7::sim::jit
