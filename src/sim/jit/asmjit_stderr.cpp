// SPDX-License-Identifier: MIT
//
// Debian's libasmjit.a is made for programs, not for shared libraries. All that stands in the way
// is its direct use of `stderr`, a variable of the C library. CMakeLists.txt has the linker take
// the variable below instead (--wrap), which lies in the same library as asmjit.
#include <cstdio>

extern "C" {
extern FILE* __real_stderr;
[[gnu::visibility("hidden")]] FILE* __wrap_stderr = __real_stderr;
}
