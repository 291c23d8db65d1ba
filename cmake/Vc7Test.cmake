# SPDX-License-Identifier: MIT
#
# vc7_add_test(NAME isa_test                   # one executable; usually one per library
#              SOURCES encode_test.cpp ...     # GoogleTest sources, main() comes with GTest::gtest_main
#              [LIBS isa fmt::fmt]             # libraries of vc7 by bare name, others as targets
#              [OPTIONS -ffp-contract=off]     # compile options of this test alone
#              [TIMEOUT 120]                   # seconds for one test case, times VC7_TEST_TIMEOUT_SCALE
#              [LABELS slow])
#   Every TEST() becomes one ctest test named Suite.Name; in cross and sanitizer builds the executable is one test.
#   Tests see src/ on their include path, so a test
#   of isa may include the private "isa/decode_table.hpp", and tests/ ("support/x.hpp").
#   VC7_TESTS_DIR is defined as the path of tests/, for text cases and vectors, VC7_EMULATOR as what a command line
#   that runs a built program starts with: nothing, or the emulator of a cross build.
#
# vc7_add_script_test(NAME cases COMMAND vc7 run x.qasm ... [TIMEOUT 120] [LABELS slow])
#   One ctest test that runs a command; an executable target's name runs it, under the emulator if there is one.
#
# vc7_add_compile_tests(NAME asm               # prefix of the ctest names: compile.asm.<stem>
#                       SOURCES a.cpp b.cpp    # one file per promise "this does not compile"
#                       [LIBS asm])
#   For every file the real compiler with the real flags checks (-fsyntax-only) that the file compiles as it is,
#   and that it does not compile with -DVC7_FAIL. If the first line is
#     // expect: regex
#   (POSIX extended) the compiler's output of the failing variant must match it. Both GCC and Clang run these.
#   Sanitizer and cross builds leave them out: it would be the same front end once more.
#   An example:
#     // expect: register .* 64
#     #include <vc7/asm/registers.hpp>
#     #ifdef VC7_FAIL
#     constexpr auto r = vc7::rf(64);
#     #else
#     constexpr auto r = vc7::rf(63);
#     #endif

include_guard(GLOBAL)
include(GoogleTest)

set(VC7_TEST_TIMEOUT_SCALE 1 CACHE STRING "Factor on all test timeouts: sanitizers and emulators are slow")

# The time of a test is spent in the libraries, that of its compiler in the optimiser.
if(VC7_SANITIZE OR CMAKE_CROSSCOMPILING)
  set(VC7_TEST_OPTIMISATION "")  # as all programs there; under an emulator tests take long themselves
else()
  set(VC7_TEST_OPTIMISATION $<$<CONFIG:Release>:-O1>)
endif()

option(VC7_TEST_PCH "Precompile what all tests include; without it every test shows that it includes what it uses" OFF)

# One precompiled header for the tests that have no options of their own. (For the files of the vc7 command it does not
# pay: GCC takes longer over a precompiled CLI11 than over the source.)
if(VC7_TEST_PCH)
  file(WRITE "${PROJECT_BINARY_DIR}/test_pch.cpp" "")
  vc7_add_program(vc7_test_pch SOURCES "${PROJECT_BINARY_DIR}/test_pch.cpp" LIBS GTest::gtest_main
    OPTIONS ${VC7_TEST_OPTIMISATION})
  target_precompile_headers(vc7_test_pch PRIVATE <gtest/gtest.h> <algorithm> <array> <functional>
    <map> <random> <span> <string> <vector>)
endif()

function(vc7_test_timeout out seconds)
  if(NOT seconds)
    set(seconds 120)
  endif()
  math(EXPR seconds "${seconds} * ${VC7_TEST_TIMEOUT_SCALE}")
  set(${out} ${seconds} PARENT_SCOPE)
endfunction()

function(vc7_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME;TIMEOUT" "SOURCES;LIBS;OPTIONS;LABELS")
  vc7_check_arguments(vc7_add_test)
  vc7_test_timeout(timeout "${ARG_TIMEOUT}")
  vc7_add_program(${ARG_NAME} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS} GTest::gtest_main
    OPTIONS ${VC7_TEST_OPTIMISATION} ${ARG_OPTIONS})
  target_include_directories(${ARG_NAME} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${ARG_NAME} PRIVATE "VC7_TESTS_DIR=\"${PROJECT_SOURCE_DIR}/tests\""
    "VC7_EMULATOR=\"${CMAKE_CROSSCOMPILING_EMULATOR}\"")
  if(VC7_TEST_PCH AND NOT ARG_OPTIONS)
    target_precompile_headers(${ARG_NAME} REUSE_FROM vc7_test_pch)
  endif()
  set(properties TIMEOUT ${timeout})
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  # Under an emulator or a sanitizer the start of a process takes longer than most tests: one for all.
  if(CMAKE_CROSSCOMPILING OR VC7_SANITIZE)
    vc7_test_timeout(timeout 300)
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --gtest_brief=1)
    set_tests_properties(${ARG_NAME} PROPERTIES ${properties} TIMEOUT ${timeout})
    return()
  endif()
  # PRE_TEST: ctest asks for the list of tests, so that building never runs target code.
  gtest_discover_tests(${ARG_NAME}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 120
    # Names stay plain Suite.Name/parameter; a parameter printed as bytes is no name to type.
    NO_PRETTY_VALUES
    PROPERTIES ${properties})
endfunction()

function(vc7_add_script_test)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME;TIMEOUT" "COMMAND;LABELS")
  vc7_check_arguments(vc7_add_script_test)
  vc7_test_timeout(timeout "${ARG_TIMEOUT}")
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_COMMAND})
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT ${timeout} LABELS "${ARG_LABELS}")
endfunction()

function(vc7_add_compile_tests)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;LIBS")
  vc7_check_arguments(vc7_add_compile_tests)
  if(VC7_SANITIZE OR CMAKE_CROSSCOMPILING)
    return()
  endif()
  vc7_link_names(libs ${ARG_LIBS})

  # Never built: the target is where CMake works out the flags that a user of LIBS would compile with.
  set(target compile_tests_${ARG_NAME})
  add_library(${target} OBJECT EXCLUDE_FROM_ALL ${ARG_SOURCES})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_link_libraries(${target} PRIVATE ${libs} vc7_build_options)

  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_COMPILER_ARG1} ${CMAKE_CXX_FLAGS}")
  if(CMAKE_CXX_COMPILER_TARGET)
    list(APPEND flags "--target=${CMAKE_CXX_COMPILER_TARGET}")
  endif()
  list(APPEND flags ${CMAKE_CXX20_STANDARD_COMPILE_OPTION})
  set(includes "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
  set(definitions "$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>")
  set(options "$<TARGET_PROPERTY:${target},COMPILE_OPTIONS>")
  set(response "${CMAKE_CURRENT_BINARY_DIR}/${target}.rsp")
  string(CONCAT content
    "$<JOIN:${flags},\n>\n"
    "$<$<BOOL:${definitions}>:-D\"$<JOIN:${definitions},\"\n-D\">\"\n>"
    "$<$<BOOL:${includes}>:-I\"$<JOIN:${includes},\"\n-I\">\"\n>"
    "$<JOIN:${options},\n>\n")
  file(GENERATE OUTPUT "${response}" CONTENT "${content}" TARGET ${target})

  vc7_test_timeout(timeout 60)
  foreach(source IN LISTS ARG_SOURCES)
    get_filename_component(path "${source}" ABSOLUTE)
    get_filename_component(stem "${source}" NAME_WE)
    set(name compile.${ARG_NAME}.${stem})
    add_test(NAME ${name}
      COMMAND "${PROJECT_SOURCE_DIR}/scripts/compile_test" "${CMAKE_CXX_COMPILER}" "${response}" "${path}")
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} LABELS compile)
  endforeach()
endfunction()
