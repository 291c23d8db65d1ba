// SPDX-License-Identifier: MIT
// expect: tmu_config_out_of_range
//
// Vectors have one to four components.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto word = vc7::TmuConfig::sequential_read_write_vec(5);
#else
inline constexpr auto word = vc7::TmuConfig::sequential_read_write_vec(4);
#endif
