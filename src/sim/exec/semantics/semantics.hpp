// SPDX-License-Identifier: MIT
//
// What every operation computes: pure functions without state, named as the mnemonic, shared by the
// interpreter, the tests of the JIT and the documentation (v3d71 §9).
//
// Words are std::uint32_t. Operands are expected after their unpack, results are returned before
// their pack (modifiers.hpp). Operations that are about machine state rather than values (tidx, lr,
// msf, setmsf, revf, barrierid, tmuwt, ldvpm*, setnnmode_*, ...) have no function here.
#pragma once

#include "sim/exec/semantics/convert.hpp"    // IWYU pragma: export
#include "sim/exec/semantics/flags.hpp"      // IWYU pragma: export
#include "sim/exec/semantics/float.hpp"      // IWYU pragma: export
#include "sim/exec/semantics/half.hpp"       // IWYU pragma: export
#include "sim/exec/semantics/integer.hpp"    // IWYU pragma: export
#include "sim/exec/semantics/lane.hpp"       // IWYU pragma: export
#include "sim/exec/semantics/modifiers.hpp"  // IWYU pragma: export
#include "sim/exec/semantics/pack.hpp"       // IWYU pragma: export
#include "sim/exec/semantics/sfu.hpp"        // IWYU pragma: export
#include "sim/exec/semantics/word.hpp"       // IWYU pragma: export
