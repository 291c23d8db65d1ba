# SPDX-License-Identifier: MIT
#
# A program in the style of py-videocore7: ctypes on the C library itself, no packages.
import ctypes
import mmap
import os
import struct
import sys
import time

libc = ctypes.CDLL("libc.so.6", use_errno=True)
libc.ioctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p]
libc.ioctl.restype = ctypes.c_int
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]

NODE = "/dev/dri/by-path/platform-1002000000.v3d-card"
CREATE_BO, MMAP_BO, WAIT_BO = 0xC0106442, 0xC0106443, 0xC0106441
GET_PARAM, GEM_CLOSE, SUBMIT_CSD = 0xC0106444, 0x40086409, 0x40586447

# Stores the lane number to the address in the first uniform, 16 words from there on:
#   nop ; ldunifrf.rf10 / eidx rf11 / shl ... as `vc7 as` makes it of store.qasm
WORDS = [int(word, 16) for word in open(os.path.join(os.path.dirname(__file__), "store.hex")).read().split()]


def ioctl(fd, request, layout, *values):
    buffer = ctypes.create_string_buffer(struct.pack(layout, *values))
    if libc.ioctl(fd, request, ctypes.addressof(buffer)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return struct.unpack_from(layout, buffer)


class Buffer:
    def __init__(self, fd, size):
        self.fd, self.size = fd, size
        _, _, self.handle, self.address = ioctl(fd, CREATE_BO, "IIII", size, 0, 0, 0)
        offset = ioctl(fd, MMAP_BO, "IIQ", self.handle, 0, 0)[2]
        self.pointer = libc.mmap(None, size, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, fd, offset)
        assert self.pointer != ctypes.c_void_p(-1).value, os.strerror(ctypes.get_errno())
        self.words = (ctypes.c_uint32 * (size // 4)).from_address(self.pointer)

    def close(self):
        libc.munmap(self.pointer, self.size)
        ioctl(self.fd, GEM_CLOSE, "II", self.handle, 0)


def run(fd, buffer):
    code = (ctypes.c_uint64 * len(WORDS)).from_address(buffer.pointer)
    code[:] = WORDS
    buffer.words[256] = buffer.address + 2048
    handles = (ctypes.c_uint32 * 1)(buffer.handle)
    cfg = (1 << 16, 1 << 16, 1 << 16, 1 << 8 | 16, 1, buffer.address, buffer.address + 1024)
    ioctl(fd, SUBMIT_CSD, "7I4IIQIIIIQII", *cfg, 0, 0, 0, 0, 0, ctypes.addressof(handles), 1, 0, 0, 0, 0, 0, 0)
    ioctl(fd, WAIT_BO, "IIQ", buffer.handle, 0, 10**10)
    return buffer.words[512:528]


def opens(count):
    for _ in range(count):
        fd = os.open(NODE, os.O_RDWR)
        buffer = Buffer(fd, 33 << 20)
        buffer.words[5] = 1
        buffer.close()
        os.close(fd)


def fork(fd):
    buffer = Buffer(fd, 4096)
    child = os.fork()
    if child == 0:
        ok = run(fd, buffer) == list(range(16))
        os._exit(0 if ok else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert buffer.words[512:528] == list(range(16))


def places():
    path = open("/proc/device-tree/__symbols__/v3d").read().rstrip("\0")
    names = open("/proc/device-tree" + path + "/reg-names").read().rstrip("\0").split("\0")
    reg = open("/proc/device-tree" + path + "/reg", "rb").read()
    return {name: struct.unpack_from(">QQ", reg, 16 * i) for i, name in enumerate(names)}


class RegisterMapping:
    """Accesses of 32 bits to the blocks that the device tree names."""

    def __enter__(self):
        fd = os.open("/dev/mem", os.O_RDWR | os.O_SYNC)
        self.blocks = {}
        for name, (address, size) in places().items():
            if name == "sms":  # not at the start of a page
                continue
            pointer = libc.mmap(None, size, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, fd, address)
            assert pointer != ctypes.c_void_p(-1).value, os.strerror(ctypes.get_errno())
            self.blocks[name] = (pointer, size, (ctypes.c_uint32 * (size // 4)).from_address(pointer))
        os.close(fd)
        return self

    def __exit__(self, *_):
        for pointer, size, _ in self.blocks.values():
            libc.munmap(pointer, size)

    def read(self, block, offset):
        return self.blocks[block][2][offset // 4]

    def write(self, block, offset, value):
        self.blocks[block][2][offset // 4] = value


class PerformanceCounter:
    EN, CLR, OVERFLOW, SRC, PCTR = 0x650, 0x654, 0x658, 0x660, 0x680

    def __init__(self, mapping, sources):
        self.mapping, self.sources = mapping, sources
        self.mask = (1 << len(sources)) - 1

    def set(self, enable):
        for register, value in ((self.EN, enable), (self.CLR, self.mask), (self.OVERFLOW, self.mask)):
            self.mapping.write("core0", register, value)

    def __enter__(self):
        for k in range(0, len(self.sources), 4):
            part = self.sources[k:k + 4]
            self.mapping.write("core0", self.SRC + k, sum(source << 8 * i for i, source in enumerate(part)))
        self.set(self.mask)
        return self

    def __exit__(self, *_):
        self.set(0)

    def result(self):
        return [self.mapping.read("core0", self.PCTR + 4 * i) for i in range(len(self.sources))]


def registers(fd, params, buffer):
    assert places()["hub"] == (0x1002000000, 0x4000), places()
    with RegisterMapping() as mapping:
        seen = [mapping.read("hub", offset) for offset in (4, 0xC, 0x10, 0x14)]
        seen += [mapping.read("core0", offset) for offset in (0, 4, 8)]
        assert seen == params[:7], seen
        with PerformanceCounter(mapping, [0, 18, 19, 20, 21, 83]) as counter:
            run(fd, buffer)
            first = counter.result()
            time.sleep(0.02)
            second = counter.result()
            assert second[0] > first[0] > 0, (first, second)
            assert first[1:] == [0, 0, 0, 0, 12], first


def main():
    fd = os.open(NODE, os.O_RDWR)
    assert os.fstat(fd).st_rdev == os.makedev(226, 0)
    params = [ioctl(fd, GET_PARAM, "IIQ", number, 0, 0)[2] for number in range(9)]
    assert params[4] == 0x07443356, params
    buffer = Buffer(fd, 4096)
    result = run(fd, buffer)
    assert result == list(range(16)), result
    fork(fd)
    registers(fd, params, buffer)
    opens(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    print("ok")


main()
