# SPDX-License-Identifier: MIT
# Uses ccache where it is installed; CMAKE_CXX_COMPILER_LAUNCHER, set to anything, decides otherwise.
include_guard(GLOBAL)
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(VC7_CCACHE ccache)
  mark_as_advanced(VC7_CCACHE)
  if(VC7_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${VC7_CCACHE}")
  endif()
endif()
