# SPDX-License-Identifier: MIT
# Fails unless a command prints exactly what a file holds: for committed files that a program makes.
#   cmake -DCOMMAND=program;argument -DEXPECTED=file -P compare_output.cmake
execute_process(COMMAND ${COMMAND} OUTPUT_VARIABLE printed ERROR_VARIABLE errors RESULT_VARIABLE result)
if(NOT result STREQUAL "0")
  message(FATAL_ERROR "${COMMAND}: exit code ${result}\n${errors}")
endif()
file(READ "${EXPECTED}" expected)
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "${EXPECTED} is not current. Make it again:\n  ${COMMAND} > ${EXPECTED}")
endif()
