// SPDX-License-Identifier: MIT
//
// The assembler in C++, and assembly text to words and back. In kernels: `using namespace
// vc7::qpu;` for the names of registers, conditions and signals.
#pragma once

#include <vc7/asm/assemble.hpp>
#include <vc7/asm/assembler.hpp>
#include <vc7/asm/disassemble.hpp>
#include <vc7/asm/error.hpp>
#include <vc7/asm/program.hpp>
#include <vc7/asm/text.hpp>
#include <vc7/asm/tmu_config.hpp>
