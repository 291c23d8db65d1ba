// SPDX-License-Identifier: MIT
//
// Programs as users have them: the kernel's interface by its numbers (v3d71 §14), nothing of vc7.
#pragma once

#include <sys/ioctl.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace client {

inline void fail(const char* file, int line, const char* what) {
  std::fprintf(stderr, "%s:%d: %s: errno %d (%s)\n", file, line, what, errno, std::strerror(errno));
  std::_Exit(1);
}
#define CHECK(condition) ((condition) ? void() : client::fail(__FILE__, __LINE__, #condition))
/// The call fails with this errno.
#define CHECK_ERRNO(call, code) CHECK((errno = 0, (call) == -1) && errno == (code))

/// Under QEMU's user mode some things are not as the kernel has them: see docs/exec.md.
inline bool emulated() { return std::getenv("SHIM_CLIENT_EMULATED") != nullptr; }

inline constexpr const char* render_node = "/dev/dri/renderD128";

struct CreateBo {
  std::uint32_t size, flags, handle, offset;
};
struct MmapBo {
  std::uint32_t handle, flags;
  std::uint64_t offset;
};
struct WaitBo {
  std::uint32_t handle, pad;
  std::uint64_t timeout_ns;
};
struct GetParam {
  std::uint32_t param, pad;
  std::uint64_t value;
};
struct GemClose {
  std::uint32_t handle, pad;
};
struct SubmitCsd {
  std::uint32_t cfg[7], coef[4], hole;
  std::uint64_t bo_handles;
  std::uint32_t bo_handle_count, in_sync, out_sync, perfmon_id;
  std::uint64_t extensions;
  std::uint32_t flags, pad;
};
struct SubmitCl {
  std::uint32_t bcl_start, bcl_end, rcl_start, rcl_end, in_sync_bcl, in_sync_rcl, out_sync;
  std::uint32_t qma, qms, qts;
  std::uint64_t bo_handles;
  std::uint32_t bo_handle_count, flags, perfmon_id, pad;
  std::uint64_t extensions;
};

inline constexpr unsigned long gem_close = 0x40086409, wait_bo = 0xc0106441, create_bo = 0xc0106442,
                               mmap_bo = 0xc0106443, get_param = 0xc0106444,
                               get_bo_offset = 0xc0086445, submit_csd = 0x40586447,
                               submit_cl = 0xc0486440;

/// Stores the lane number: see examples/kernels/lane_index.s.
inline constexpr std::array<std::uint64_t, 12> store_program{
    0x39816184bb03f002, 0x3800318bf903f103, 0x39e021847c03f102, 0x3800318c3803f144,
    0x38003186bb03f00f, 0x38203186bb03f000, 0x38203186bb03f000, 0x38003186bb03f000,
    0x38003186bb03f000, 0x38203186bb03f000, 0x38003186bb03f000, 0x38003186bb03f000};

/// A mapped buffer; its program is at 0, uniforms at 1024, results at 2048.
struct Buffer {
  explicit Buffer(int file, std::uint32_t bytes = 4096) : fd{file}, size{bytes} {
    CreateBo create{bytes, 0, 0, 0};
    CHECK(ioctl(fd, create_bo, &create) == 0);
    handle = create.handle;
    address = create.offset;
    map_words();
  }
  /// One that has a handle already.
  Buffer(int file, std::uint32_t bytes, std::uint32_t known) : fd{file}, size{bytes} {
    handle = known;
    std::uint32_t args[2]{known, 0};
    CHECK(ioctl(fd, get_bo_offset, args) == 0);
    address = args[1];
    map_words();
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void map_words() {
    MmapBo map{handle, 0, 0};
    CHECK(ioctl(fd, mmap_bo, &map) == 0);
    offset = map.offset;
    void* const start =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(map.offset));
    CHECK(start != MAP_FAILED);
    words = static_cast<std::uint32_t*>(start);
  }
  void load() {
    std::memcpy(words, store_program.data(), sizeof store_program);
    words[256] = address + 2048;
  }
  /// One workgroup of 16 lanes.
  SubmitCsd job() const {
    SubmitCsd job{};
    const std::uint32_t cfg[7] = {1u << 16, 1u << 16, 1u << 16,      1u << 8 | 16,
                                  1,        address,  address + 1024};
    std::memcpy(job.cfg, cfg, sizeof cfg);
    job.bo_handles = reinterpret_cast<std::uint64_t>(&handle);
    job.bo_handle_count = 1;
    return job;
  }
  int submit(std::uint32_t out_sync = 0, std::uint32_t perfmon = 0) {
    SubmitCsd job = this->job();
    job.out_sync = out_sync;
    job.perfmon_id = perfmon;
    return ioctl(fd, submit_csd, &job);
  }
  int wait(std::uint64_t timeout_ns = 10'000'000'000) {
    WaitBo args{handle, 0, timeout_ns};
    return ioctl(fd, wait_bo, &args);
  }
  bool results_right() const {
    for (std::uint32_t i = 0; i < 16; ++i)
      if (words[512 + i] != i) return false;
    return true;
  }
  void close() {
    GemClose args{handle, 0};
    CHECK(ioctl(fd, gem_close, &args) == 0);
    CHECK(munmap(words, size) == 0);
  }

  const int fd;
  const std::uint32_t size;
  std::uint32_t handle = 0, address = 0;
  std::uint64_t offset = 0;
  std::uint32_t* words = nullptr;
};

// The programs, one file each; `count` is how often they do what they do.
void raw(int count);
void libdrm(int count);
void threads(int count);
void files(int count);
void signals(int count);
void opens(int count);
void latency(int count);
void garbage(int count);
void sharing(int count);
void registers(int count);
void orphan(int server);
void tile(int count);
void cpu_job(int count);

}  // namespace client
