// SPDX-License-Identifier: MIT
#include <vc7/drm/raw_file.hpp>

#include <algorithm>
#include <cerrno>
#include <new>

#include "calls.hpp"

namespace vc7::drm::raw {
namespace {

// Numbers of the DRM core's requests (drm.h).
enum Core : std::uint32_t {
  nr_version = 0x00,
  nr_get_cap = 0x0c,
  nr_prime_handle_to_fd = 0x2d,
  nr_prime_fd_to_handle = 0x2e,
  nr_syncobj_create = 0xbf,
  nr_syncobj_destroy = 0xc0,
  nr_syncobj_handle_to_fd = 0xc1,
  nr_syncobj_fd_to_handle = 0xc2,
  nr_syncobj_wait = 0xc3,
  nr_syncobj_reset = 0xc4,
  nr_syncobj_signal = 0xc5,
  nr_syncobj_timeline_wait = 0xca,
  nr_syncobj_query = 0xcb,
  nr_syncobj_transfer = 0xcc,
  nr_syncobj_timeline_signal = 0xcd,
};

int gem_close(Node& node, Caller&, const uapi::GemClose& args) {
  return node.gem_close(args.handle).error();
}

int wait_bo(Node& node, Caller& caller, uapi::WaitBo& args) {
  if (args.pad != 0) return EINVAL;
  const int error = node.wait_bo(args.handle, caller.patience(args.timeout_ns)).error();
  return error == ETIME ? caller.timed_out(args.timeout_ns) : error;
}

int create_bo(Node& node, Caller&, uapi::CreateBo& args) {
  const auto bo = node.create_bo(args.size, args.flags);
  if (!bo) return bo.error();
  args.handle = bo.value().handle;
  args.offset = bo.value().address;
  return 0;
}

int get_bo_offset(Node& node, Caller&, uapi::GetBoOffset& args) {
  const auto address = node.get_bo_offset(args.handle);
  if (address) args.offset = address.value();
  return address.error();
}

int get_param(Node& node, Caller&, uapi::GetParam& args) {
  if (args.pad != 0) return EINVAL;
  // The register parameters alone insist on a clean value.
  if (args.param <= static_cast<std::uint32_t>(Param::core0_ident2) && args.value != 0)
    return EINVAL;
  const auto value = node.get_param(static_cast<Param>(args.param));
  if (value) args.value = value.value();
  return value.error();
}

}  // namespace

struct Calls {
  static int mmap_bo(RawFile& file, uapi::MmapBo& args) {
    if (args.flags != 0) return EINVAL;
    const auto address = file.node_->get_bo_offset(args.handle);
    if (!address) return ENOENT;
    args.offset = RawFile::first_offset + address.value();
    const std::lock_guard lock{file.mutex_};
    file.offsets_[args.offset] = args.handle;
    return 0;
  }

  // Runs `handler` on a copy of the argument and copies back what it changed. The argument may be
  // shorter than T.
  template <class T, class Handler>
  static int with(std::span<std::byte> argument, Handler handler) {
    T args{};
    const auto size = std::min(argument.size(), sizeof(T));
    const auto bytes = std::as_writable_bytes(std::span{&args, 1});
    std::ranges::copy(argument.first(size), bytes.begin());
    const int error = handler(args);
    std::ranges::copy(bytes.first(size), argument.begin());
    return error;
  }

  static int dispatch(RawFile& file, Caller& caller, std::uint32_t number,
                      std::span<std::byte> argument) {
    const auto on_node = [&](auto handler) {
      return [&, handler](auto& a) { return handler(*file.node_, caller, a); };
    };
    using uapi::Nr;
    switch (number) {
      case nr_version: return with<drm_version>(argument, on_node(version));
      case nr_get_cap: return with<drm_get_cap>(argument, on_node(get_cap));
      case nr_prime_handle_to_fd:
        return with<drm_prime_handle>(argument, on_node(prime_handle_to_fd));
      case nr_prime_fd_to_handle:
        return with<drm_prime_handle>(argument, on_node(prime_fd_to_handle));
      case nr_syncobj_create: return with<drm_syncobj_create>(argument, on_node(syncobj_create));
      case nr_syncobj_destroy: return with<drm_syncobj_destroy>(argument, on_node(syncobj_destroy));
      case nr_syncobj_wait: return with<drm_syncobj_wait>(argument, on_node(syncobj_wait));
      case nr_syncobj_reset: return with<drm_syncobj_array>(argument, on_node(syncobj_reset));
      case nr_syncobj_signal: return with<drm_syncobj_array>(argument, on_node(syncobj_signal));
      case nr_syncobj_handle_to_fd:
        return with<drm_syncobj_handle>(argument, on_node(syncobj_handle_to_fd));
      case nr_syncobj_fd_to_handle:
        return with<drm_syncobj_handle>(argument, on_node(syncobj_fd_to_handle));
      case nr_syncobj_timeline_wait:
        return with<drm_syncobj_timeline_wait>(argument, on_node(syncobj_timeline_wait));
      case nr_syncobj_query:
        return with<drm_syncobj_timeline_array>(argument, on_node(syncobj_query));
      case nr_syncobj_transfer:
        return with<drm_syncobj_transfer>(argument, on_node(syncobj_transfer));
      case nr_syncobj_timeline_signal:
        return with<drm_syncobj_timeline_array>(argument, on_node(syncobj_timeline_signal));
      case static_cast<std::uint32_t>(Nr::gem_close):
        return with<uapi::GemClose>(argument, on_node(gem_close));
      case static_cast<std::uint32_t>(Nr::wait_bo):
        return with<uapi::WaitBo>(argument, on_node(wait_bo));
      case static_cast<std::uint32_t>(Nr::create_bo):
        return with<uapi::CreateBo>(argument, on_node(create_bo));
      case static_cast<std::uint32_t>(Nr::mmap_bo):
        return with<uapi::MmapBo>(argument, [&](auto& a) { return mmap_bo(file, a); });
      case static_cast<std::uint32_t>(Nr::get_param):
        return with<uapi::GetParam>(argument, on_node(get_param));
      case static_cast<std::uint32_t>(Nr::get_bo_offset):
        return with<uapi::GetBoOffset>(argument, on_node(get_bo_offset));
      case static_cast<std::uint32_t>(Nr::submit_csd):
        return with<uapi::SubmitCsd>(argument, on_node(submit_csd));
      case static_cast<std::uint32_t>(Nr::perfmon_create):
        return with<uapi::PerfmonCreate>(argument, on_node(perfmon_create));
      case static_cast<std::uint32_t>(Nr::perfmon_destroy):
        return with<uapi::PerfmonDestroy>(argument, on_node(perfmon_destroy));
      case static_cast<std::uint32_t>(Nr::perfmon_get_values):
        return with<uapi::PerfmonGetValues>(argument, on_node(perfmon_get_values));
      case static_cast<std::uint32_t>(Nr::perfmon_get_counter):
        return with<uapi::PerfmonGetCounter>(argument, on_node(perfmon_get_counter));
      case static_cast<std::uint32_t>(Nr::perfmon_set_global):
        return with<uapi::PerfmonSetGlobal>(argument, on_node(perfmon_set_global));
      case static_cast<std::uint32_t>(Nr::submit_cl):
        return with<uapi::SubmitCl>(argument, on_node(submit_cl));
      case static_cast<std::uint32_t>(Nr::submit_cpu):
        return with<uapi::SubmitCpu>(argument, on_node(submit_cpu));
      case static_cast<std::uint32_t>(Nr::submit_tfu):
        return with<uapi::SubmitTfu>(argument, on_node(submit_tfu));
      default: return EINVAL;
    }
  }
};

int RawFile::ioctl(Caller& caller, std::uint64_t request, std::uint64_t argument) try {
  const auto type = (request >> 8) & 0xff;
  const auto size = static_cast<std::size_t>((request >> 16) & 0x3fff);
  const bool writes_back = (request >> 31 & 1) != 0;
  if (type != uapi::drm_type) return ENOTTY;
  std::vector<std::byte> copy(size);
  if (size != 0 && !caller.read(copy.data(), argument, size)) return EFAULT;
  const int error =
      Calls::dispatch(*this, caller, static_cast<std::uint32_t>(request & 0xff), copy);
  if (size != 0 && writes_back && !caller.write(argument, copy.data(), size)) return EFAULT;
  return error;
} catch (const std::bad_alloc&) {
  return ENOMEM;
}

int RawFile::ioctl(std::uint64_t request, void* argument) {
  ThisProgram caller;
  return ioctl(caller, request, reinterpret_cast<std::uint64_t>(argument));
}

Result<BoHandle> RawFile::buffer_at(std::uint64_t offset) {
  const std::lock_guard lock{mutex_};
  const auto found = offsets_.find(offset);
  if (found == offsets_.end()) return Failure{EINVAL, "mmap"};
  // The handle may be closed, and another buffer may have its number by now.
  const auto address = node_->get_bo_offset(found->second);
  if (!address || first_offset + address.value() != offset) return Failure{EINVAL, "mmap"};
  return found->second;
}

Result<Mapping> RawFile::map(std::uint64_t offset, std::size_t length) {
  const auto bo = buffer_at(offset);
  if (!bo) return bo.failure();
  return node_->map_bo(bo.value(), length);
}

}  // namespace vc7::drm::raw
