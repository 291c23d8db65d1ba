// SPDX-License-Identifier: MIT
// expect: word
//
// A configuration word holds four accesses.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr vc7::TmuConfig c{};
inline constexpr auto word = vc7::TmuConfig::word({c, c, c, c, c});
#else
inline constexpr vc7::TmuConfig c{};
inline constexpr auto word = vc7::TmuConfig::word({c, c, c, c});
#endif
