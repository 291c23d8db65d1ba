// SPDX-License-Identifier: MIT
//
// The V3D requests (v3d71 §14.1); the syncobjs are in syncobjs.cpp.
#include "kernel_node.hpp"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <xf86drm.h>

#include <cerrno>
#include <new>
#include <utility>
#include <vector>

#include "../uapi.hpp"

namespace vc7::drm::kernel {
namespace {

static_assert(sizeof(off_t) == 8, "fake mmap offsets start at 4 GiB");

// 0 or the errno. drmIoctl goes on after EINTR and EAGAIN.
template <class Args>
int call(int fd, std::uint32_t request, Args& args) {
  return drmIoctl(fd, request, &args) == 0 ? 0 : errno;
}

// EAGAIN is an answer here: a global perfmon counts (v3d71 §14.3), and drmIoctl would ask for ever.
template <class Args>
int submit(int fd, std::uint32_t request, Args& args) {
  while (ioctl(fd, request, &args) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

std::uint64_t pointer(const void* to) { return reinterpret_cast<std::uint64_t>(to); }

std::vector<uapi::Semaphore> semaphores(std::span<const SyncobjHandle> handles) {
  std::vector<uapi::Semaphore> list(handles.size());
  for (std::size_t i = 0; i < handles.size(); ++i) list[i].handle = handles[i];
  return list;
}

Result<void> status(int code, const char* name) {
  if (code != 0) return Failure{code, name};
  return {};
}

}  // namespace

Result<std::uint64_t> get_param(int fd, Param param) {
  uapi::GetParam args{.param = static_cast<std::uint32_t>(param), .pad = 0, .value = 0};
  if (const int code = call(fd, uapi::get_param, args)) return Failure{code, "get_param"};
  return args.value;
}

KernelNode::KernelNode(Fd fd, std::string description, bool simulated)
    : fd_{std::move(fd)}, description_{std::move(description)}, simulated_{simulated} {}

Result<BufferObject> KernelNode::create_bo(std::uint32_t size, std::uint32_t flags) {
  uapi::CreateBo args{.size = size, .flags = flags, .handle = 0, .offset = 0};
  if (const int code = call(fd_.get(), uapi::create_bo, args)) return Failure{code, "create_bo"};
  return BufferObject{args.handle, args.offset};
}

Result<std::uint32_t> KernelNode::get_bo_offset(BoHandle bo) {
  uapi::GetBoOffset args{.handle = bo, .offset = 0};
  if (const int code = call(fd_.get(), uapi::get_bo_offset, args))
    return Failure{code, "get_bo_offset"};
  return args.offset;
}

Result<Mapping> KernelNode::map_bo(BoHandle bo, std::size_t length) try {
  uapi::MmapBo args{.handle = bo, .flags = 0, .offset = 0};
  if (const int code = call(fd_.get(), uapi::mmap_bo, args)) return Failure{code, "map_bo"};
  void* const start = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(),
                           static_cast<off_t>(args.offset));
  if (start == MAP_FAILED) return Failure{errno, "map_bo"};
  // If there is no memory for the count, the deleter runs and the exception goes on.
  std::shared_ptr<void> owner{start, [length](void* mapped) { munmap(mapped, length); }};
  return Mapping{{static_cast<std::byte*>(start), length}, std::move(owner)};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "map_bo"};
}

Result<void> KernelNode::gem_close(BoHandle bo) {
  uapi::GemClose args{.handle = bo, .pad = 0};
  return status(call(fd_.get(), uapi::gem_close, args), "gem_close");
}

Result<void> KernelNode::wait_bo(BoHandle bo, std::uint64_t timeout_ns) {
  // The kernel leaves the rest of the time in the structure when a signal interrupts it.
  uapi::WaitBo args{.handle = bo, .pad = 0, .timeout_ns = timeout_ns};
  return status(call(fd_.get(), uapi::wait_bo, args), "wait_bo");
}

Result<std::uint64_t> KernelNode::get_param(Param param) {
  return kernel::get_param(fd_.get(), param);
}

namespace {

// The extension of a request, which points into it.
class MultiSyncExtension {
 public:
  explicit MultiSyncExtension(const std::optional<MultiSync>& wanted) : present_{wanted} {
    if (!wanted) return;
    in_ = semaphores(wanted->in_syncs);
    out_ = semaphores(wanted->out_syncs);
    args_.header.id = uapi::extension_multi_sync;
    args_.in_syncs = pointer(in_.data());
    args_.out_syncs = pointer(out_.data());
    args_.in_sync_count = static_cast<std::uint32_t>(in_.size());
    args_.out_sync_count = static_cast<std::uint32_t>(out_.size());
    args_.wait_stage = static_cast<std::uint32_t>(wanted->wait_stage);
  }
  MultiSyncExtension(const MultiSyncExtension&) = delete;
  MultiSyncExtension& operator=(const MultiSyncExtension&) = delete;

  std::uint64_t address() const { return present_ ? pointer(&args_) : 0; }
  std::uint32_t flags() const { return present_ ? uapi::submit_extension : 0; }

 private:
  bool present_;
  std::vector<uapi::Semaphore> in_, out_;
  uapi::MultiSync args_{};
};

}  // namespace

Result<void> KernelNode::submit_csd(const SubmitCsd& job) try {
  uapi::SubmitCsd args{};
  args.cfg = job.cfg;
  args.bo_handles = pointer(job.bo_handles.data());
  args.bo_handle_count = static_cast<std::uint32_t>(job.bo_handles.size());
  args.in_sync = job.in_sync;
  args.out_sync = job.out_sync;
  args.perfmon_id = job.perfmon_id;

  const MultiSyncExtension extension{job.multi_sync};
  args.extensions = extension.address();
  args.flags = extension.flags();
  return status(submit(fd_.get(), uapi::submit_csd, args), "submit_csd");
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "submit_csd"};
}

Result<void> KernelNode::submit_cl(const SubmitCl& job) try {
  uapi::SubmitCl args{};
  args.bcl_start = job.bcl_start;
  args.bcl_end = job.bcl_end;
  args.rcl_start = job.rcl_start;
  args.rcl_end = job.rcl_end;
  args.in_sync_bcl = job.in_sync_bcl;
  args.in_sync_rcl = job.in_sync_rcl;
  args.out_sync = job.out_sync;
  args.qma = job.tile_memory;
  args.qms = job.tile_memory_size;
  args.qts = job.tile_state;
  args.bo_handles = pointer(job.bo_handles.data());
  args.bo_handle_count = static_cast<std::uint32_t>(job.bo_handles.size());
  args.perfmon_id = job.perfmon_id;
  const MultiSyncExtension extension{job.multi_sync};
  args.extensions = extension.address();
  args.flags = extension.flags() | (job.flush_cache ? uapi::submit_cl_flush_cache : 0);
  return status(submit(fd_.get(), uapi::submit_cl, args), "submit_cl");
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "submit_cl"};
}

Result<void> KernelNode::submit_tfu(const SubmitTfu& job) try {
  uapi::SubmitTfu args{};
  args.icfg = job.icfg;
  args.iia = job.iia;
  args.iis = job.iis;
  args.ica = job.ica;
  args.iua = job.iua;
  args.ioa = job.ioa;
  args.ios = job.ios;
  args.coef = job.coef;
  args.ioc = job.ioc;
  args.bo_handles = job.bo_handles;
  args.in_sync = job.in_sync;
  args.out_sync = job.out_sync;
  const MultiSyncExtension extension{job.multi_sync};
  args.extensions = extension.address();
  args.flags = extension.flags();
  return status(submit(fd_.get(), uapi::submit_tfu, args), "submit_tfu");
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "submit_tfu"};
}

}  // namespace vc7::drm::kernel
