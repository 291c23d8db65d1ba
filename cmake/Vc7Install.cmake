# SPDX-License-Identifier: MIT
# Installation: headers, the CMake package vc7 (components are the libraries), vc7.pc, and a Debian package by
# `cpack -G DEB` in the build folder. Included last, when all libraries are known.

include_guard(GLOBAL)
include(CMakePackageConfigHelpers)

get_property(vc7_built GLOBAL PROPERTY VC7_BUILT_LIBRARIES)
if(NOT vc7_built)
  return()
endif()

# The headers of the libraries that were built, and vc7.hpp that includes what most users need.
foreach(library IN LISTS vc7_built)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/vc7/${library}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/vc7")
endforeach()
file(GLOB vc7_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/vc7/*.hpp")
install(FILES ${vc7_headers} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/vc7")

# What a user needs besides vc7 follows from how the libraries are linked: a public library always, a private one
# only where vc7 is static. Rows: target, CMake package, pkg-config module or linker option, Debian package.
set(vc7_find_dependencies)
set(vc7_pc_requires)
set(vc7_pc_requires_private)
set(vc7_pc_libs_private)
set(vc7_deb_depends)
foreach(row IN ITEMS
    "fmt::fmt fmt fmt libfmt-dev"
    "Libdrm::Libdrm Libdrm libdrm libdrm-dev"
    "nlohmann_json::nlohmann_json nlohmann_json nlohmann_json nlohmann-json3-dev"
    "asmjit::asmjit asmjit -lasmjit libasmjit-dev"
    "Threads::Threads Threads -pthread -")
  separate_arguments(row UNIX_COMMAND "${row}")
  list(GET row 0 target)
  list(GET row 1 package)
  list(GET row 2 module)
  list(GET row 3 debian)
  set(public OFF)
  set(private OFF)
  foreach(library IN LISTS vc7_built)
    get_target_property(links vc7_${library} INTERFACE_LINK_LIBRARIES)
    if("${target}" IN_LIST links)
      set(public ON)
    elseif("$<LINK_ONLY:${target}>" IN_LIST links)
      set(private ON)
    endif()
  endforeach()
  if(public OR private)
    string(APPEND vc7_find_dependencies "find_dependency(${package})\n")
    if(module MATCHES "^-")
      list(APPEND vc7_pc_libs_private ${module})
    elseif(public)
      list(APPEND vc7_pc_requires ${module})
    else()
      list(APPEND vc7_pc_requires_private ${module})
    endif()
    if(NOT debian STREQUAL "-")
      list(APPEND vc7_deb_depends ${debian})
    endif()
  endif()
endforeach()

# --- The CMake package
set(vc7_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/vc7")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/vc7Config.cmake.in" "${PROJECT_BINARY_DIR}/vc7Config.cmake"
  INSTALL_DESTINATION "${vc7_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/vc7ConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/vc7Config.cmake"
  "${PROJECT_BINARY_DIR}/vc7ConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindLibdrm.cmake"
  DESTINATION "${vc7_package_dir}")
install(EXPORT vc7Targets NAMESPACE vc7:: DESTINATION "${vc7_package_dir}")

# --- pkg-config
set(vc7_pc_libs)
get_property(vc7_linked GLOBAL PROPERTY VC7_LINKED_LIBRARIES)
list(REVERSE vc7_linked) # the highest library first: static linking reads from left to right
foreach(target IN LISTS vc7_linked)
  list(APPEND vc7_pc_libs "-l${target}")
endforeach()
foreach(list IN ITEMS vc7_pc_requires vc7_pc_requires_private vc7_pc_libs vc7_pc_libs_private)
  list(JOIN ${list} " " ${list})
endforeach()
# The prefix is found from where vc7.pc lies, so that an installation can be moved.
file(RELATIVE_PATH vc7_pc_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" vc7_pc_prefix "${vc7_pc_prefix}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/vc7.pc.in" "${PROJECT_BINARY_DIR}/vc7.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/vc7.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# --- The Debian package
if(PROJECT_IS_TOP_LEVEL)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright)
  list(JOIN vc7_deb_depends ", " vc7_deb_depends)
  set(CPACK_PACKAGE_NAME vc7)
  set(CPACK_PACKAGE_CONTACT "The vc7 authors <vc7@localhost>")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
  # dpkg-shlibdeps finds what the binaries need; the libraries of vc7 itself lie in the build tree at that time.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "${vc7_deb_depends}")
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${PROJECT_BINARY_DIR}/lib")
  # Makes the package tell ldconfig about the libraries.
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  include(CPack)
endif()
