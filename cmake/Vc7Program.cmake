# SPDX-License-Identifier: MIT
#
# vc7_add_example(NAME sgemm SOURCES sgemm.cpp [LIBS device OpenBLAS::OpenBLAS] [OPTIONS ...]
#                 [TEST | TEST_ARGS --size 64 ...])
#   An executable build/PRESET/examples/<name>, linked with vc7::device if LIBS does not say otherwise.
#   TEST runs it as the ctest test example.<name>; TEST_ARGS does so with these arguments (small sizes, please).
#   A library that not every build has is the caller's question: if(TARGET OpenBLAS::OpenBLAS).
#
# vc7_add_benchmark(NAME vc7_bench SOURCES sgemm_bench.cpp ... [LIBS device] [OPTIONS ...])
#   A Google Benchmark executable build/PRESET/bench/<name>; main() comes with benchmark::benchmark_main.
#
# vc7_add_fuzzer(NAME fuzz_decode SOURCES decode.cpp [LIBS isa])
#   A libFuzzer executable build/fuzz/fuzz/<name>; NAME starts with fuzz_, `./dev fuzz` runs all of them, each
#   with the corpus fuzz/corpus/<name> if there is one. Only in builds with VC7_FUZZ (Clang; the preset `fuzz`).

include_guard(GLOBAL)

function(vc7_add_example)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "TEST" "NAME" "SOURCES;LIBS;OPTIONS;TEST_ARGS")
  vc7_check_arguments(vc7_add_example)
  if(NOT ARG_LIBS)
    set(ARG_LIBS device)
  endif()
  vc7_add_program(${ARG_NAME} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS} OPTIONS ${ARG_OPTIONS})
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/examples")
  if(BUILD_TESTING AND (ARG_TEST OR ARG_TEST_ARGS))
    vc7_add_script_test(NAME example.${ARG_NAME} COMMAND ${ARG_NAME} ${ARG_TEST_ARGS} LABELS example)
  endif()
endfunction()

function(vc7_add_benchmark)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;LIBS;OPTIONS")
  vc7_check_arguments(vc7_add_benchmark)
  vc7_add_program(${ARG_NAME} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS} benchmark::benchmark_main
    OPTIONS ${ARG_OPTIONS})
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
endfunction()

function(vc7_add_fuzzer)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;LIBS;OPTIONS")
  vc7_check_arguments(vc7_add_fuzzer)
  if(NOT ARG_NAME MATCHES "^fuzz_")
    message(FATAL_ERROR "vc7_add_fuzzer: ${ARG_NAME} must start with fuzz_")
  endif()
  vc7_add_program(${ARG_NAME} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS} OPTIONS ${ARG_OPTIONS})
  # The libraries are compiled with fuzzer-no-link (vc7_build_options); only these have libFuzzer's main().
  target_link_options(${ARG_NAME} PRIVATE -fsanitize=fuzzer)
  target_include_directories(${ARG_NAME} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzz")
endfunction()
