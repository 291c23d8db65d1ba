# SPDX-License-Identifier: MIT
# Cross build for 64-bit ARM (Raspberry Pi OS, Debian) with Debian's packages; tests run under QEMU's user mode.
# Target libraries are Debian's own for arm64 (`./dev setup aarch64` adds that architecture to dpkg): Debian's cross
# compiler searches /usr/include like the native one, and CMake finds the packages by the library architecture.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

# Without -L /usr/aarch64-linux-gnu: the loader there is the cross compiler's copy of the C library, but finds the
# libc.so.6 of libc6:arm64, and the two differ in version; measured: every program that makes a thread hangs.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64)

# Host programs (pkg-config) stay; its modules are those of the target and those without architecture.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(ENV{PKG_CONFIG_LIBDIR} "/usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig")
