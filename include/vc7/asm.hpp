// SPDX-License-Identifier: MIT
//
// The C++ assembler. In kernels: `using namespace vc7::qpu;` for the names of registers, conditions
// and signals.
#pragma once

#include <vc7/asm/assemble.hpp>
#include <vc7/asm/assembler.hpp>
#include <vc7/asm/error.hpp>
#include <vc7/asm/program.hpp>
#include <vc7/asm/tmu_config.hpp>
