# SPDX-License-Identifier: MIT
# Every library from outside, each only where it is used. HACKING.md says why each of them is there.
# Targets: asmjit::asmjit (not everywhere)  fmt::fmt  Threads::Threads  Libdrm::Libdrm  CLI11::CLI11  nlohmann_json::nlohmann_json
#          GTest::gtest GTest::gmock GTest::gtest_main  benchmark::benchmark  OpenBLAS::OpenBLAS (not everywhere)

include_guard(GLOBAL)

find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(Libdrm REQUIRED)
find_package(nlohmann_json 3 REQUIRED)
find_package(asmjit QUIET)  # without it the device model does not compile programs

if(VC7_BUILD_TOOLS OR VC7_BUILD_EXAMPLES OR VC7_BUILD_BENCH OR BUILD_TESTING)
  find_package(CLI11 2 REQUIRED)
endif()

if(BUILD_TESTING)
  find_package(GTest 1.12 REQUIRED)
endif()

if(VC7_BUILD_BENCH)
  find_package(benchmark REQUIRED)
endif()

# Reference results in tests, examples and benchmarks: all of them ask if(TARGET OpenBLAS::OpenBLAS).
if(VC7_BUILD_EXAMPLES OR VC7_BUILD_BENCH OR BUILD_TESTING)
  find_package(PkgConfig)
  if(PkgConfig_FOUND)
    pkg_check_modules(OpenBLAS IMPORTED_TARGET openblas)
  endif()
  if(TARGET PkgConfig::OpenBLAS)
    add_library(OpenBLAS::OpenBLAS ALIAS PkgConfig::OpenBLAS)
  else()
    message(STATUS "OpenBLAS not found: what compares with it is left out")
  endif()
endif()
