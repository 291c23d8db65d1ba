// SPDX-License-Identifier: MIT
#include "extensions.hpp"

#include <cerrno>

namespace vc7::drm::raw {
namespace {

int read_semaphores(Caller& caller, std::vector<SyncobjHandle>& handles, std::uint64_t from,
                    std::uint32_t count) {
  std::vector<uapi::Semaphore> semaphores;
  if (!read_array(caller, semaphores, from, count)) return EFAULT;
  for (const auto& s : semaphores) {
    // Timelines are not supported by the driver.
    if (s.flags != 0 || s.point != 0 || s.must_be_zero[0] != 0 || s.must_be_zero[1] != 0)
      return EINVAL;
    handles.push_back(s.handle);
  }
  return 0;
}

int read_multi_sync(Caller& caller, Extensions& extensions, std::uint64_t from) {
  uapi::MultiSync args;
  if (!caller.read(&args, from, sizeof args)) return EFAULT;
  if (extensions.wait_stage || args.pad != 0) return EINVAL;
  extensions.wait_stage = args.wait_stage;
  if (const int e = read_semaphores(caller, extensions.in_syncs, args.in_syncs, args.in_sync_count))
    return e;
  return read_semaphores(caller, extensions.out_syncs, args.out_syncs, args.out_sync_count);
}

}  // namespace

// A list that bites its tail ends at the second multi-sync, or at the second of another kind.
int read_extensions(Caller& caller, Extensions& extensions, std::uint64_t from,
                    const OtherExtension& other) {
  while (from != 0) {
    uapi::ExtensionHeader header;
    if (!caller.read(&header, from, sizeof header)) return EFAULT;
    if (header.flags != 0) return EINVAL;
    const bool known = header.id == uapi::extension_multi_sync;
    if (!known && !other) return EINVAL;
    if (const int e = known ? read_multi_sync(caller, extensions, from) : other(header.id, from))
      return e;
    from = header.next;
  }
  return 0;
}

}  // namespace vc7::drm::raw
