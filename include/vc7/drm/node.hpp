// SPDX-License-Identifier: MIT
//
// The V3D kernel interface (v3d71 §14) as typed calls. One Node is one open DRM file: handles
// belong to it and die with it. Two implementations: kernel.hpp (a real GPU) and simulated.hpp (the
// device model).
//
// Every call may be made from several threads at once. A failed call answers with the errno of
// v3d71 §14.3 and has changed nothing. Calls restart when a signal interrupts them: EINTR is never
// seen.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <vc7/drm/counters.hpp>
#include <vc7/drm/result.hpp>

namespace vc7::sim {
struct JobResult;
}

namespace vc7::drm {

/// Names a buffer object or a syncobj of one Node. 0 names nothing.
using BoHandle = std::uint32_t;
using SyncobjHandle = std::uint32_t;
/// Names a performance monitor of one Node. 0 names nothing.
using PerfmonId = std::uint32_t;

/// Waits without limit.
inline constexpr std::uint64_t wait_forever = std::numeric_limits<std::uint64_t>::max();

/// GET_PARAM numbers (v3d71 §14.6). Other numbers may be asked for by a cast; the answer is EINVAL
/// where unknown.
enum class Param : std::uint32_t {
  uifcfg = 0,
  hub_ident1 = 1,
  hub_ident2 = 2,
  hub_ident3 = 3,
  core0_ident0 = 4,
  core0_ident1 = 5,
  core0_ident2 = 6,
  supports_tfu = 7,
  supports_csd = 8,
  supports_cache_flush = 9,
  supports_perfmon = 10,
  supports_multisync_ext = 11,
  supports_cpu_queue = 12,
  max_perf_counters = 13,
  global_reset_counter = 14,   ///< newer kernels only
  context_reset_counter = 15,  ///< newer kernels only
};

/// The queues of the kernel driver, as a multi-sync extension names the one that waits (v3d71
/// §14.2).
enum class Queue : std::uint32_t {
  bin = 0,
  render = 1,
  tfu = 2,
  csd = 3,
  cache_clean = 4,
  cpu = 5,
};

/// A new buffer object.
struct BufferObject {
  BoHandle handle = 0;
  std::uint32_t address = 0;  ///< GPU address, a multiple of 4096, never 0
};

/// A CPU mapping of a buffer object; unmapped on destruction. Stays valid after the handle or the
/// Node is closed.
class Mapping {
 public:
  Mapping() = default;
  /// Used by the implementations: `owner` keeps the memory mapped.
  Mapping(std::span<std::byte> bytes, std::shared_ptr<void> owner)
      : bytes_{bytes}, owner_{std::move(owner)} {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  Mapping(Mapping&& other) noexcept { *this = std::move(other); }
  Mapping& operator=(Mapping&& other) noexcept {
    bytes_ = std::exchange(other.bytes_, {});
    owner_ = std::exchange(other.owner_, nullptr);
    return *this;
  }

  /// Exactly the bytes that were asked for; empty after a move or reset().
  std::span<std::byte> bytes() const { return bytes_; }
  void reset() { *this = Mapping{}; }

 private:
  std::span<std::byte> bytes_;
  std::shared_ptr<void> owner_;
};

/// The multi-sync extension (id 1): any number of syncobjs to wait for and to signal.
struct MultiSync {
  std::span<const SyncobjHandle> in_syncs = {};
  std::span<const SyncobjHandle> out_syncs = {};
  /// The queue whose job is held back by in_syncs; for a compute job: csd.
  Queue wait_stage = Queue::csd;
};

/// One compute job.
struct SubmitCsd {
  std::array<std::uint32_t, 7> cfg{};  ///< v3d71 §13.1; not checked at submission
  std::span<const BoHandle> bo_handles =
      {};                      ///< all buffers that the job uses (v3d71 §14.4), not none
  SyncobjHandle in_sync = 0;   ///< waited for; 0 or an unknown handle: start at once
  SyncobjHandle out_sync = 0;  ///< its fence is replaced by the job's; 0: none
  PerfmonId perfmon_id = 0;    ///< 0: none
  std::optional<MultiSync> multi_sync = {};  ///< if given, in_sync and out_sync are ignored
};

/// One job of the tile engine: a list for the binner, then one for the renderer.
struct SubmitCl {
  std::uint32_t bcl_start = 0, bcl_end = 0;  ///< equal: no job of the binner
  std::uint32_t rcl_start = 0, rcl_end = 0;
  std::uint32_t tile_memory = 0;              ///< qma: address and size for the binner's tile lists
  std::uint32_t tile_memory_size = 0;         ///< qms
  std::uint32_t tile_state = 0;               ///< qts: address of the tile state
  std::span<const BoHandle> bo_handles = {};  ///< all buffers that the job uses, not none
  SyncobjHandle in_sync_bcl = 0, in_sync_rcl = 0, out_sync = 0;  ///< as in SubmitCsd
  bool flush_cache = false;  ///< a cache-clean job after the renderer's
  PerfmonId perfmon_id = 0;
  /// If given, the three syncobjs are ignored; wait_stage bin or render.
  std::optional<MultiSync> multi_sync = {};
};

/// One job of the texture formatting unit, which converts images.
struct SubmitTfu {
  std::uint32_t icfg = 0, iia = 0, iis = 0, ica = 0, iua = 0, ioa = 0, ios = 0;  ///< registers
  std::array<std::uint32_t, 4> coef{};
  std::uint32_t ioc = 0;
  std::array<BoHandle, 4> bo_handles{};  ///< up to the first 0: output, then inputs
  SyncobjHandle in_sync = 0, out_sync = 0;
  std::optional<MultiSync> multi_sync = {};
};

/// How syncobj_wait waits.
struct SyncobjWait {
  bool all = true;          ///< for all handles, else for any
  bool for_submit = false;  ///< a syncobj without fence is waited for, else it is EINVAL
};

/// The state of a fence.
struct FenceStatus {
  bool signalled = false;
  /// 0, or the positive errno that the job ended with: ECANCELED for a job that faulted, hung or
  /// was stopped.
  int error = 0;
  friend bool operator==(const FenceStatus&, const FenceStatus&) = default;
};

/// What the kernel says of a counter.
struct CounterText {
  std::string category, name, description;
};

class Node {
 public:
  Node() = default;
  /// Closes the file. Safe with jobs in flight: they may finish (the kernel gives them a second),
  /// what then remains is dropped. Buffers live on while a job or a Mapping uses them.
  virtual ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// One line for people: "/dev/dri/renderD128: V3D 7.1.10", "device model of V3D 7.1.10
  /// (simulated)".
  virtual std::string description() const = 0;
  /// True if no hardware is behind this node.
  virtual bool simulated() const = 0;

  /// A buffer object of at least `size` bytes, zeroed. EINVAL: flags != 0, size 0 or too near to 4
  /// GiB to be rounded up to a page. ENOMEM: no memory. ENOSPC: no address space.
  virtual Result<BufferObject> create_bo(std::uint32_t size, std::uint32_t flags = 0) = 0;

  /// GPU address of a buffer. ENOENT: unknown handle.
  virtual Result<std::uint32_t> get_bo_offset(BoHandle bo) = 0;

  /// The first `length` bytes of a buffer as host memory (MMAP_BO and mmap). ENOENT: unknown
  /// handle. EINVAL: length 0 or beyond the buffer's last page. ENOMEM.
  virtual Result<Mapping> map_bo(BoHandle bo, std::size_t length) = 0;

  /// Forgets a handle; jobs and mappings keep the buffer. EINVAL: unknown handle.
  virtual Result<void> gem_close(BoHandle bo) = 0;

  /// EINVAL: unknown parameter.
  virtual Result<std::uint64_t> get_param(Param param) = 0;

  /// Queues a compute job and returns at once; the jobs of one Node run in order. EINVAL: no
  /// buffer, an in_sync that has no fence yet, an unknown out_sync, a wait_stage that is no queue.
  /// ENOENT: unknown buffer or perfmon. EALREADY: a buffer is listed twice. EAGAIN: a perfmon,
  /// while a global one counts. EACCES, EPERM: a
  /// primary node that is not authenticated. ENOMEM. The kernel checks neither cfg nor addresses
  /// nor the program: what is wrong there shows in fence_status().
  virtual Result<void> submit_csd(const SubmitCsd& job) = 0;

  /// Queues a job of the tile engine; errors as submit_csd(). The device model executes buffer
  /// fills, buffer copies and empty jobs; others end with an error, and report() says why.
  virtual Result<void> submit_cl(const SubmitCl& job) = 0;

  /// Queues a job of the texture formatting unit; errors as submit_csd(), but it needs no buffer.
  /// The device model has no such unit: there the job ends with an error, and report() says why.
  virtual Result<void> submit_tfu(const SubmitTfu& job) = 0;

  /// Waits until no submitted job uses the buffer; then the results are in memory. Also succeeds
  /// when a job was killed (v3d71 §14.5): see fence_status(). ETIME: still busy after `timeout_ns`
  /// (0 polls). EINVAL: unknown handle.
  virtual Result<void> wait_bo(BoHandle bo, std::uint64_t timeout_ns) = 0;

  /// A syncobj: a box for one fence, empty or, if `signalled`, with a fence that is done. ENOMEM.
  virtual Result<SyncobjHandle> syncobj_create(bool signalled = false) = 0;

  /// EINVAL: unknown handle.
  virtual Result<void> syncobj_destroy(SyncobjHandle syncobj) = 0;

  /// Waits `timeout_ns` at most, from now on; the value is the index of a signalled handle (with
  /// `all` that of the one that was signalled first, as far as known). No handles: succeeds at once
  /// with 0, as the kernel does. ETIME: not signalled in time (0 polls). EINVAL: a syncobj without
  /// fence (unless for_submit). ENOENT: unknown handle.
  virtual Result<std::uint32_t> syncobj_wait(std::span<const SyncobjHandle> syncobjs,
                                             std::uint64_t timeout_ns, SyncobjWait how = {}) = 0;

  /// Takes the fences out. EINVAL: no handles. ENOENT: unknown handle.
  virtual Result<void> syncobj_reset(std::span<const SyncobjHandle> syncobjs) = 0;

  /// Puts in fences that are done. EINVAL: no handles. ENOENT: unknown handle.
  virtual Result<void> syncobj_signal(std::span<const SyncobjHandle> syncobjs) = 0;

  /// The state of a syncobj's fence, without waiting: the only way to hear of a job that the kernel
  /// killed (v3d71 §14.5). ENOENT: unknown handle. EINVAL: no fence in it. EMFILE, ENFILE: no free
  /// descriptor (kernel only).
  ///
  /// On hardware the fence belongs to the cache-clean job that follows the compute job, and it is
  /// not sure that every kernel hands the error on: compare Param::context_reset_counter before and
  /// after as well where it is known, and use a sentinel in the results.
  virtual Result<FenceStatus> fence_status(SyncobjHandle syncobj) = 0;

  /// A monitor of 1 to 32 counters, for jobs that are submitted with it. EINVAL: another number of
  /// them, a counter that the GPU has not. ENOMEM.
  virtual Result<PerfmonId> perfmon_create(std::span<const Counter> counters) = 0;

  /// Jobs that have it go on counting, for nobody. EINVAL: unknown.
  virtual Result<void> perfmon_destroy(PerfmonId perfmon) = 0;

  /// What its counters have counted during all jobs that are done, in the order of creation. Wait
  /// for the job first. EINVAL: unknown. ENOMEM.
  virtual Result<std::vector<std::uint64_t>> perfmon_values(PerfmonId perfmon) = 0;

  /// Lets a monitor count the jobs of all files, or ends that if `clear`. EINVAL: unknown, or
  /// nothing to end. EBUSY: there is one. Kernels before 6.14 lack this: EINVAL or ENOTTY.
  virtual Result<void> perfmon_set_global(PerfmonId perfmon, bool clear = false) = 0;

  /// EINVAL: no such counter, or a kernel before 6.11.
  virtual Result<CounterText> perfmon_counter(Counter counter) = 0;

  /// What the device model reports about the job whose fence is in the syncobj: fault, counts,
  /// warnings (include vc7/sim/machine.hpp). Null on hardware, for an unknown handle, while the job
  /// is not done, and if it never ran.
  virtual std::shared_ptr<const sim::JobResult> report(SyncobjHandle syncobj) = 0;
};

}  // namespace vc7::drm
