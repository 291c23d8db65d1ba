# SPDX-License-Identifier: MIT
# Finds libdrm and makes the target Libdrm::Libdrm. libdrm has a pkg-config file but no CMake package; this module
# is installed beside vc7Config.cmake for users of static libraries.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_Libdrm QUIET libdrm)
endif()

find_path(Libdrm_INCLUDE_DIR xf86drm.h HINTS ${PC_Libdrm_INCLUDE_DIRS})
# drm.h, which xf86drm.h includes, sits in a folder of its own.
find_path(Libdrm_UAPI_INCLUDE_DIR drm.h HINTS ${PC_Libdrm_INCLUDE_DIRS} PATH_SUFFIXES libdrm)
find_library(Libdrm_LIBRARY drm HINTS ${PC_Libdrm_LIBRARY_DIRS})
set(Libdrm_VERSION "${PC_Libdrm_VERSION}")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libdrm
  REQUIRED_VARS Libdrm_LIBRARY Libdrm_INCLUDE_DIR Libdrm_UAPI_INCLUDE_DIR
  VERSION_VAR Libdrm_VERSION)
mark_as_advanced(Libdrm_INCLUDE_DIR Libdrm_UAPI_INCLUDE_DIR Libdrm_LIBRARY)

if(Libdrm_FOUND AND NOT TARGET Libdrm::Libdrm)
  add_library(Libdrm::Libdrm UNKNOWN IMPORTED)
  set_target_properties(Libdrm::Libdrm PROPERTIES
    IMPORTED_LOCATION "${Libdrm_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Libdrm_INCLUDE_DIR};${Libdrm_UAPI_INCLUDE_DIR}")
endif()
