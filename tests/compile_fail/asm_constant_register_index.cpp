// SPDX-License-Identifier: MIT
// expect: register_out_of_range
//
// A constant index is checked by the compiler.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto r = rf[64];
#else
inline constexpr auto r = rf[63];
#endif
