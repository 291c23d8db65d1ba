# SPDX-License-Identifier: MIT
#
# 16 lanes each store their number, from Python and without vc7: the kernel's interface alone.
# Usage: lane_index.py lane_index.hex, where the words are those of `vc7 as`.
import ctypes
import fcntl
import mmap
import os
import struct
import sys

CREATE_BO, MMAP_BO, WAIT_BO, SUBMIT_CSD = 0xC0106442, 0xC0106443, 0xC0106441, 0x40586447


def call(fd, request, layout, *values):
    return struct.unpack(layout, fcntl.ioctl(fd, request, struct.pack(layout, *values)))


fd = os.open("/dev/dri/by-path/platform-1002000000.v3d-render", os.O_RDWR)

# 1. One buffer: code at 0, uniforms at 1024, results at 2048
_, _, handle, address = call(fd, CREATE_BO, "IIII", 4096, 0, 0, 0)
offset = call(fd, MMAP_BO, "IIQ", handle, 0, 0)[2]
memory = mmap.mmap(fd, 4096, offset=offset)
words = [int(line, 16) for line in open(sys.argv[1])]
struct.pack_into(f"{len(words)}Q", memory, 0, *words)
struct.pack_into("I", memory, 1024, address + 2048)

# 2. One workgroup of 16 lanes
cfg = (1 << 16, 1 << 16, 1 << 16, 1 << 8 | 16, 1, address, address + 1024)
handles = ctypes.c_uint32(handle)
call(fd, SUBMIT_CSD, "7I4IIQIIIIQII", *cfg, 0, 0, 0, 0, 0, ctypes.addressof(handles), 1, 0, 0, 0, 0, 0, 0)

# 3. The results
call(fd, WAIT_BO, "IIQ", handle, 0, 10**10)
print(struct.unpack_from("16I", memory, 2048))
