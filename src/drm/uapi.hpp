// SPDX-License-Identifier: MIT
//
// The V3D structures and request codes that cross the system call (v3d71 §14.1, §14.2). Written
// from the layout tables and not taken from a kernel header: libdrm installs v3d_drm.h on ARM only,
// and older ones lack the newer fields.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vc7::drm::uapi {

/// What DRM_IOCTL_VERSION says of the device model: how a program can know it from hardware.
inline constexpr std::string_view model_description = "V3D device model of vc7";

struct GemClose {
  std::uint32_t handle, pad;
};

struct WaitBo {
  std::uint32_t handle, pad;
  std::uint64_t timeout_ns;  ///< relative; what remains of it after an interruption
};

struct CreateBo {
  std::uint32_t size, flags;
  std::uint32_t handle;  ///< out
  std::uint32_t offset;  ///< out: GPU address
};

struct MmapBo {
  std::uint32_t handle, flags;
  std::uint64_t offset;  ///< out: where to mmap the DRM file
};

struct GetParam {
  std::uint32_t param, pad;
  std::uint64_t value;  ///< out
};

struct GetBoOffset {
  std::uint32_t handle;
  std::uint32_t offset;  ///< out
};

struct SubmitCsd {
  std::array<std::uint32_t, 7> cfg;
  std::array<std::uint32_t, 4> coef;
  std::uint32_t hole;
  std::uint64_t bo_handles;  ///< pointer to u32[bo_handle_count]
  std::uint32_t bo_handle_count;
  std::uint32_t in_sync, out_sync;
  std::uint32_t perfmon_id;
  std::uint64_t extensions;  ///< pointer to the first ExtensionHeader
  std::uint32_t flags, pad;
};

struct SubmitCl {
  std::uint32_t bcl_start, bcl_end, rcl_start, rcl_end;
  std::uint32_t in_sync_bcl, in_sync_rcl, out_sync;
  std::uint32_t qma, qms, qts;
  std::uint64_t bo_handles;  ///< pointer to u32[bo_handle_count]
  std::uint32_t bo_handle_count;
  std::uint32_t flags, perfmon_id, pad;
  std::uint64_t extensions;
};

struct SubmitTfu {
  std::uint32_t icfg, iia, iis, ica, iua, ioa, ios;
  std::array<std::uint32_t, 4> coef;
  std::array<std::uint32_t, 4> bo_handles;
  std::uint32_t in_sync, out_sync, flags;
  std::uint64_t extensions;
  std::uint32_t ioc, pad;  ///< of 7.1 alone
};

/// SubmitCl::flags.
inline constexpr std::uint32_t submit_cl_flush_cache = 1;
/// flags of submissions: `extensions` is a list.
inline constexpr std::uint32_t submit_extension = 2;

struct ExtensionHeader {
  std::uint64_t next;
  std::uint32_t id, flags;
};

inline constexpr std::uint32_t extension_multi_sync = 1;

struct MultiSync {
  ExtensionHeader header;
  std::uint64_t in_syncs, out_syncs;  ///< pointers to Semaphore[]
  std::uint32_t in_sync_count, out_sync_count;
  std::uint32_t wait_stage, pad;
};

/// SUBMIT_CPU. It has one of the extensions 2 to 7, which say what is to be done.
struct SubmitCpu {
  std::uint64_t bo_handles;  ///< pointer to u32[bo_handle_count]
  std::uint32_t bo_handle_count, flags;
  std::uint64_t extensions;
};

struct IndirectCsd {
  static constexpr std::uint32_t id = 2;
  ExtensionHeader header;
  SubmitCsd submit;
  std::uint32_t indirect;  ///< handle
  std::uint32_t offset, wg_size;
  std::array<std::uint32_t, 3> wg_uniform_offsets;
};

struct TimestampQuery {
  static constexpr std::uint32_t id = 3;
  ExtensionHeader header;
  std::uint64_t offsets, syncs;  ///< pointers to u32[count]
  std::uint32_t count, pad;
};

struct ResetTimestampQuery {
  static constexpr std::uint32_t id = 4;
  ExtensionHeader header;
  std::uint64_t syncs;  ///< pointer to u32[count]
  std::uint32_t offset, count;
};

struct CopyTimestampQuery {
  static constexpr std::uint32_t id = 5;
  ExtensionHeader header;
  std::uint8_t do_64bit, do_partial, availability_bit, pad;
  std::uint32_t offset, stride, count;
  std::uint64_t offsets, syncs;  ///< pointers to u32[count]
};

struct ResetPerformanceQuery {
  static constexpr std::uint32_t id = 6;
  ExtensionHeader header;
  std::uint64_t syncs;  ///< pointer to u32[count]
  std::uint32_t count, nperfmons;
  std::uint64_t kperfmon_ids;  ///< pointer to pointers to u32[nperfmons], count of them
};

struct CopyPerformanceQuery {
  static constexpr std::uint32_t id = 7;
  ExtensionHeader header;
  std::uint8_t do_64bit, do_partial, availability_bit, pad;
  std::uint32_t offset, stride, nperfmons, ncounters, count;
  std::uint64_t syncs, kperfmon_ids;  ///< as above
};

struct Semaphore {
  std::uint32_t handle, flags;
  std::uint64_t point;
  std::array<std::uint64_t, 2> must_be_zero;
};

struct PerfmonCreate {
  std::uint32_t id;  ///< out
  std::uint32_t ncounters;
  std::array<std::uint8_t, 32> counters;
};

struct PerfmonDestroy {
  std::uint32_t id;
};

struct PerfmonGetValues {
  std::uint32_t id, pad;
  std::uint64_t values;  ///< pointer to u64[ncounters]
};

struct PerfmonGetCounter {
  std::uint8_t counter;
  std::array<char, 64> name;          ///< out
  std::array<char, 32> category;      ///< out
  std::array<char, 256> description;  ///< out
  std::array<std::uint8_t, 7> reserved;
};

struct PerfmonSetGlobal {
  std::uint32_t flags, id;
};

inline constexpr std::uint32_t perfmon_clear_global = 1;

/// Numbers of the requests: the low byte of a request code.
enum class Nr : std::uint32_t {
  gem_close = 0x09,
  submit_cl = 0x40,
  wait_bo = 0x41,
  create_bo = 0x42,
  mmap_bo = 0x43,
  get_param = 0x44,
  get_bo_offset = 0x45,
  submit_tfu = 0x46,
  submit_csd = 0x47,
  perfmon_create = 0x48,
  perfmon_destroy = 0x49,
  perfmon_get_values = 0x4a,
  submit_cpu = 0x4b,
  perfmon_get_counter = 0x4c,
  perfmon_set_global = 0x4d,
};

inline constexpr std::uint32_t drm_type = 0x64;  ///< 'd'
enum class Direction : std::uint32_t { write = 1, read_write = 3 };

/// A request code as Linux packs it: direction 31:30, size 29:16, type 15:8, number 7:0.
constexpr std::uint32_t request(Nr nr, std::size_t size, Direction direction) {
  return static_cast<std::uint32_t>(direction) << 30 | static_cast<std::uint32_t>(size) << 16 |
         drm_type << 8 | static_cast<std::uint32_t>(nr);
}

inline constexpr auto gem_close = request(Nr::gem_close, sizeof(GemClose), Direction::write);
inline constexpr auto wait_bo = request(Nr::wait_bo, sizeof(WaitBo), Direction::read_write);
inline constexpr auto create_bo = request(Nr::create_bo, sizeof(CreateBo), Direction::read_write);
inline constexpr auto mmap_bo = request(Nr::mmap_bo, sizeof(MmapBo), Direction::read_write);
inline constexpr auto get_param = request(Nr::get_param, sizeof(GetParam), Direction::read_write);
inline constexpr auto get_bo_offset =
    request(Nr::get_bo_offset, sizeof(GetBoOffset), Direction::read_write);
inline constexpr auto submit_csd = request(Nr::submit_csd, sizeof(SubmitCsd), Direction::write);
inline constexpr auto perfmon_create =
    request(Nr::perfmon_create, sizeof(PerfmonCreate), Direction::read_write);
inline constexpr auto perfmon_destroy =
    request(Nr::perfmon_destroy, sizeof(PerfmonDestroy), Direction::read_write);
inline constexpr auto perfmon_get_values =
    request(Nr::perfmon_get_values, sizeof(PerfmonGetValues), Direction::read_write);
inline constexpr auto perfmon_get_counter =
    request(Nr::perfmon_get_counter, sizeof(PerfmonGetCounter), Direction::read_write);
inline constexpr auto perfmon_set_global =
    request(Nr::perfmon_set_global, sizeof(PerfmonSetGlobal), Direction::write);

inline constexpr auto submit_cpu = request(Nr::submit_cpu, sizeof(SubmitCpu), Direction::write);
inline constexpr auto submit_tfu = request(Nr::submit_tfu, sizeof(SubmitTfu), Direction::write);
inline constexpr auto submit_cl = request(Nr::submit_cl, sizeof(SubmitCl), Direction::read_write);

static_assert(gem_close == 0x40086409);
static_assert(wait_bo == 0xc0106441);
static_assert(create_bo == 0xc0106442);
static_assert(mmap_bo == 0xc0106443);
static_assert(get_param == 0xc0106444);
static_assert(get_bo_offset == 0xc0086445);
static_assert(submit_csd == 0x40586447);
static_assert(submit_cpu == 0x4018644b);
static_assert(submit_cl == 0xc0486440 && submit_tfu == 0x40586446);
static_assert(perfmon_create == 0xc0286448);
static_assert(perfmon_destroy == 0xc0046449);
static_assert(perfmon_get_values == 0xc010644a);
static_assert(perfmon_get_counter == 0xc168644c);
static_assert(perfmon_set_global == 0x4008644d);

static_assert(offsetof(WaitBo, timeout_ns) == 8);
static_assert(offsetof(CreateBo, handle) == 8 && offsetof(CreateBo, offset) == 12);
static_assert(offsetof(MmapBo, offset) == 8);
static_assert(offsetof(GetParam, value) == 8);
static_assert(offsetof(PerfmonGetCounter, name) == 1);
static_assert(offsetof(PerfmonGetCounter, category) == 65);
static_assert(offsetof(PerfmonGetCounter, description) == 97);
static_assert(offsetof(SubmitCsd, coef) == 28 && offsetof(SubmitCsd, hole) == 44);
static_assert(offsetof(SubmitCsd, bo_handles) == 48 && offsetof(SubmitCsd, bo_handle_count) == 56);
static_assert(offsetof(SubmitCsd, in_sync) == 60 && offsetof(SubmitCsd, out_sync) == 64);
static_assert(offsetof(SubmitCsd, perfmon_id) == 68 && offsetof(SubmitCsd, extensions) == 72);
static_assert(offsetof(SubmitCsd, flags) == 80 && offsetof(SubmitCsd, pad) == 84);
static_assert(offsetof(SubmitCl, in_sync_bcl) == 16 && offsetof(SubmitCl, qma) == 28);
static_assert(offsetof(SubmitCl, bo_handles) == 40 && offsetof(SubmitCl, flags) == 52);
static_assert(offsetof(SubmitCl, perfmon_id) == 56 && offsetof(SubmitCl, extensions) == 64);
static_assert(offsetof(SubmitTfu, coef) == 28 && offsetof(SubmitTfu, bo_handles) == 44);
static_assert(offsetof(SubmitTfu, in_sync) == 60 && offsetof(SubmitTfu, flags) == 68);
static_assert(offsetof(SubmitTfu, extensions) == 72 && offsetof(SubmitTfu, ioc) == 80);
static_assert(sizeof(IndirectCsd) == 128 && offsetof(IndirectCsd, indirect) == 104);
static_assert(sizeof(TimestampQuery) == 40 && sizeof(ResetTimestampQuery) == 32);
static_assert(sizeof(CopyTimestampQuery) == 48 && offsetof(CopyTimestampQuery, offset) == 20);
static_assert(sizeof(ResetPerformanceQuery) == 40);
static_assert(sizeof(CopyPerformanceQuery) == 56 && offsetof(CopyPerformanceQuery, syncs) == 40);
static_assert(sizeof(ExtensionHeader) == 16 && offsetof(ExtensionHeader, id) == 8);
static_assert(sizeof(MultiSync) == 48 && offsetof(MultiSync, in_syncs) == 16);
static_assert(offsetof(MultiSync, in_sync_count) == 32 && offsetof(MultiSync, wait_stage) == 40);
static_assert(sizeof(Semaphore) == 32 && offsetof(Semaphore, point) == 8);

}  // namespace vc7::drm::uapi
