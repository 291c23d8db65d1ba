// SPDX-License-Identifier: MIT
#include <cerrno>
#include <vector>

#include "calls.hpp"

namespace vc7::drm::raw {
namespace {

struct Extensions {
  bool multi_sync = false;
  std::vector<SyncobjHandle> in_syncs, out_syncs;
  std::uint32_t wait_stage = 0;
};

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
  if (extensions.multi_sync || args.pad != 0) return EINVAL;
  extensions.multi_sync = true;
  extensions.wait_stage = args.wait_stage;
  if (const int e = read_semaphores(caller, extensions.in_syncs, args.in_syncs, args.in_sync_count))
    return e;
  return read_semaphores(caller, extensions.out_syncs, args.out_syncs, args.out_sync_count);
}

// A list that bites its tail ends at the second multi-sync.
int read_extensions(Caller& caller, Extensions& extensions, std::uint64_t from) {
  while (from != 0) {
    uapi::ExtensionHeader header;
    if (!caller.read(&header, from, sizeof header)) return EFAULT;
    if (header.flags != 0 || header.id != uapi::extension_multi_sync) return EINVAL;
    if (const int e = read_multi_sync(caller, extensions, from)) return e;
    from = header.next;
  }
  return 0;
}

}  // namespace

int submit_csd(Node& node, Caller& caller, const uapi::SubmitCsd& args) {
  if (args.pad != 0) return EINVAL;
  if (args.flags != 0 && (args.flags & uapi::submit_extension) == 0) return EINVAL;
  Extensions extensions;
  if ((args.flags & uapi::submit_extension) != 0)
    if (const int e = read_extensions(caller, extensions, args.extensions)) return e;
  std::vector<BoHandle> handles;
  if (!read_array(caller, handles, args.bo_handles, args.bo_handle_count)) return EFAULT;

  SubmitCsd job;
  job.cfg = args.cfg;
  job.bo_handles = handles;
  job.in_sync = args.in_sync;
  job.out_sync = args.out_sync;
  job.perfmon_id = args.perfmon_id;
  if (extensions.multi_sync)
    job.multi_sync = MultiSync{extensions.in_syncs, extensions.out_syncs,
                               static_cast<Queue>(extensions.wait_stage)};
  return node.submit_csd(job).error();
}

int submit_cl(Node& node, Caller& caller, const uapi::SubmitCl& args) {
  if (args.pad != 0) return EINVAL;
  if ((args.flags & ~(uapi::submit_cl_flush_cache | uapi::submit_extension)) != 0) return EINVAL;
  Extensions extensions;
  if ((args.flags & uapi::submit_extension) != 0)
    if (const int e = read_extensions(caller, extensions, args.extensions)) return e;
  std::vector<BoHandle> handles;
  if (!read_array(caller, handles, args.bo_handles, args.bo_handle_count)) return EFAULT;

  SubmitCl job;
  job.bcl_start = args.bcl_start;
  job.bcl_end = args.bcl_end;
  job.rcl_start = args.rcl_start;
  job.rcl_end = args.rcl_end;
  job.tile_memory = args.qma;
  job.tile_memory_size = args.qms;
  job.tile_state = args.qts;
  job.bo_handles = handles;
  job.in_sync_bcl = args.in_sync_bcl;
  job.in_sync_rcl = args.in_sync_rcl;
  job.out_sync = args.out_sync;
  job.flush_cache = (args.flags & uapi::submit_cl_flush_cache) != 0;
  job.perfmon_id = args.perfmon_id;
  if (extensions.multi_sync)
    job.multi_sync = MultiSync{extensions.in_syncs, extensions.out_syncs,
                               static_cast<Queue>(extensions.wait_stage)};
  return node.submit_cl(job).error();
}

int submit_tfu(Node& node, Caller& caller, const uapi::SubmitTfu& args) {
  if ((args.flags & ~uapi::submit_extension) != 0) return EINVAL;
  Extensions extensions;
  if ((args.flags & uapi::submit_extension) != 0)
    if (const int e = read_extensions(caller, extensions, args.extensions)) return e;

  SubmitTfu job;
  job.icfg = args.icfg;
  job.iia = args.iia;
  job.iis = args.iis;
  job.ica = args.ica;
  job.iua = args.iua;
  job.ioa = args.ioa;
  job.ios = args.ios;
  job.coef = args.coef;
  job.ioc = args.ioc;
  job.bo_handles = args.bo_handles;
  job.in_sync = args.in_sync;
  job.out_sync = args.out_sync;
  if (extensions.multi_sync)
    job.multi_sync = MultiSync{extensions.in_syncs, extensions.out_syncs,
                               static_cast<Queue>(extensions.wait_stage)};
  return node.submit_tfu(job).error();
}

}  // namespace vc7::drm::raw
