# SPDX-License-Identifier: MIT
#
# vc7_add_library(NAME isa
#                 SOURCES decode.cpp print.cpp      # relative to the folder; none = a header-only library
#                 [DEPENDS base]                    # libraries of vc7, public; default: the row of cmake/arrows.txt
#                 [PUBLIC_LIBS Threads::Threads]    # other libraries that appear in public headers
#                 [PRIVATE_LIBS fmt::fmt]           # other libraries used by the sources alone
#                 [OPTIONS -ffp-contract=off])      # compile options of this library alone (PRIVATE)
#   Makes the target vc7_isa (file libvc7_isa.so), with alias and export name vc7::isa.
#   Public headers are those of include/vc7/isa and are installed; private headers are included
#   by a path from src/ ("isa/decode_table.hpp") or from the file's own folder.
#
# vc7_add_tool(NAME vc7 SOURCES main.cpp ... [LIBS device CLI11::CLI11] [OPTIONS ...])
#   An executable that is installed into bin/.
#
# In every LIBS argument of vc7's functions a bare library name of cmake/arrows.txt ("device") means vc7::device.

include_guard(GLOBAL)
include(GNUInstallDirs)

# vc7_read_arrows(): sets VC7_LIBRARIES (lowest first) and VC7_DEPENDS_<name> in the caller's scope.
macro(vc7_read_arrows)
  set(VC7_LIBRARIES)
  file(STRINGS "${PROJECT_SOURCE_DIR}/cmake/arrows.txt" vc7_rows REGEX "^[a-z]")
  set_property(
    DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/arrows.txt")
  foreach(vc7_row IN LISTS vc7_rows)
    if(NOT vc7_row MATCHES "^([a-z]+):([a-z ]*)$")
      message(FATAL_ERROR "cmake/arrows.txt: a row is `NAME: dependencies`, not `${vc7_row}`")
    endif()
    list(APPEND VC7_LIBRARIES "${CMAKE_MATCH_1}")
    separate_arguments(VC7_DEPENDS_${CMAKE_MATCH_1} UNIX_COMMAND "${CMAKE_MATCH_2}")
  endforeach()
endmacro()

# Turns bare names of vc7's libraries into targets, leaves everything else.
function(vc7_link_names out)
  set(result)
  foreach(lib IN LISTS ARGN)
    if(lib IN_LIST VC7_LIBRARIES)
      list(APPEND result "vc7::${lib}")
    else()
      list(APPEND result "${lib}")
    endif()
  endforeach()
  set(${out} "${result}" PARENT_SCOPE)
endfunction()

# A misspelt or valueless keyword would otherwise silently lose what follows it.
macro(vc7_check_arguments function)
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${function}: unknown arguments: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT ARG_NAME)
    message(FATAL_ERROR "${function}: NAME is missing")
  endif()
endmacro()

function(vc7_add_library)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;DEPENDS;PUBLIC_LIBS;PRIVATE_LIBS;OPTIONS")
  vc7_check_arguments(vc7_add_library)
  if(NOT ARG_NAME IN_LIST VC7_LIBRARIES)
    message(FATAL_ERROR "vc7_add_library: ${ARG_NAME} has no row in cmake/arrows.txt")
  endif()
  foreach(dependency IN LISTS ARG_DEPENDS)
    if(NOT dependency IN_LIST VC7_DEPENDS_${ARG_NAME})
      message(FATAL_ERROR "vc7_add_library: ${ARG_NAME} -> ${dependency} is no arrow of cmake/arrows.txt")
    endif()
  endforeach()
  if(NOT ARG_DEPENDS)
    set(ARG_DEPENDS ${VC7_DEPENDS_${ARG_NAME}})
  endif()
  vc7_link_names(depends ${ARG_DEPENDS})

  set(target vc7_${ARG_NAME})
  if(ARG_SOURCES)
    add_library(${target} ${ARG_SOURCES})
    set(scope PUBLIC)
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${target} PRIVATE ${ARG_PRIVATE_LIBS} $<BUILD_INTERFACE:vc7_build_options>)
    target_compile_options(${target} PRIVATE ${ARG_OPTIONS})
    set_target_properties(${target} PROPERTIES
      VERSION "${PROJECT_VERSION}"
      # Before 1.0 every minor version may change the binary interface.
      SOVERSION "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}"
      LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib"
      # The libraries of vc7 find each other wherever the prefix is.
      INSTALL_RPATH "$ORIGIN"
      POSITION_INDEPENDENT_CODE ON)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(vc7::${ARG_NAME} ALIAS ${target})

  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope} "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
  target_link_libraries(${target} ${scope} ${depends} ${ARG_PUBLIC_LIBS})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${ARG_NAME})
  set_property(GLOBAL APPEND PROPERTY VC7_BUILT_LIBRARIES ${ARG_NAME})
  if(ARG_SOURCES)
    set_property(GLOBAL APPEND PROPERTY VC7_LINKED_LIBRARIES ${target})
  endif()

  install(TARGETS ${target} EXPORT vc7Targets
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
endfunction()

# What every executable of the build has in common; makes the target.
function(vc7_add_program target)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LIBS;OPTIONS")
  add_executable(${target} ${ARG_SOURCES})
  vc7_link_names(libs ${ARG_LIBS})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE ${ARG_OPTIONS})
  if(VC7_SANITIZE)
    # Sanitizers make the optimiser slow, and the time of a test is spent in the libraries.
    # Of their own code AddressSanitizer sees enough: the checks of every pointer are a quarter of compile time.
    target_compile_options(${target} PRIVATE -O0 -fno-sanitize=null,alignment,object-size)
  endif()
  target_link_libraries(${target} PRIVATE ${libs} vc7_build_options)
endfunction()

function(vc7_add_tool)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;LIBS;OPTIONS")
  vc7_check_arguments(vc7_add_tool)
  vc7_add_program(${ARG_NAME} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS} OPTIONS ${ARG_OPTIONS})
  file(RELATIVE_PATH libdir "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  set_target_properties(${ARG_NAME} PROPERTIES INSTALL_RPATH "$ORIGIN/${libdir}")
  install(TARGETS ${ARG_NAME} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()
