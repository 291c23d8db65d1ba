# SPDX-License-Identifier: MIT
#
# vc7_build_options: the interface target that every library, tool and test of this build links privately:
# warnings, sanitizers, coverage of fuzzers. It is never installed, and users of vc7 get none of it.
#
#   VC7_WERROR    warnings are errors; off for users, on in the presets that CI builds
#   VC7_SANITIZE  a list for -fsanitize: "address;undefined", "thread"
#   VC7_FUZZ      instruments everything for libFuzzer and builds fuzz/ (Clang only)

include_guard(GLOBAL)

option(VC7_WERROR "Treat warnings as errors" OFF)
set(VC7_SANITIZE "" CACHE STRING "Sanitizers, as a list for -fsanitize")
option(VC7_FUZZ "Build the fuzzers (Clang only)" OFF)

add_library(vc7_build_options INTERFACE)
target_compile_options(vc7_build_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
  -Wimplicit-fallthrough
  # GCC notes for vectors wider than the baseline that their calling convention changed in GCC 4.6; all of vc7
  # is compiled by one compiler, and Clang has no such note.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>
  $<$<BOOL:${VC7_WERROR}>:-Werror>)

if(VC7_SANITIZE)
  string(REPLACE ";" "," vc7_sanitize "${VC7_SANITIZE}")
  set(vc7_sanitize_flags -fsanitize=${vc7_sanitize} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # GCC's manual: sanitizers lead to false positives of this warning.
  target_compile_options(vc7_build_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_compile_options(vc7_build_options INTERFACE ${vc7_sanitize_flags})
  target_link_options(vc7_build_options INTERFACE ${vc7_sanitize_flags})
endif()

if(VC7_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "VC7_FUZZ needs Clang: libFuzzer is part of it (use the preset `fuzz`)")
  endif()
  target_compile_options(vc7_build_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
