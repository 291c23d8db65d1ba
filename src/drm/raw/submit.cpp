// SPDX-License-Identifier: MIT
#include <cerrno>
#include <vector>

#include "calls.hpp"
#include "extensions.hpp"

namespace vc7::drm::raw {
int submit_csd(Node& node, Caller& caller, const uapi::SubmitCsd& args) {
  if (args.pad != 0) return EINVAL;
  if (args.flags != 0 && (args.flags & uapi::submit_extension) == 0) return EINVAL;
  Extensions extensions;
  if ((args.flags & uapi::submit_extension) != 0)
    if (const int e = read_extensions(caller, extensions, args.extensions, {})) return e;
  std::vector<BoHandle> handles;
  if (!read_array(caller, handles, args.bo_handles, args.bo_handle_count)) return EFAULT;

  SubmitCsd job;
  job.cfg = args.cfg;
  job.bo_handles = handles;
  job.in_sync = args.in_sync;
  job.out_sync = args.out_sync;
  job.perfmon_id = args.perfmon_id;
  job.multi_sync = extensions.multi_sync();
  return node.submit_csd(job).error();
}

int submit_cl(Node& node, Caller& caller, const uapi::SubmitCl& args) {
  if (args.pad != 0) return EINVAL;
  if ((args.flags & ~(uapi::submit_cl_flush_cache | uapi::submit_extension)) != 0) return EINVAL;
  Extensions extensions;
  if ((args.flags & uapi::submit_extension) != 0)
    if (const int e = read_extensions(caller, extensions, args.extensions, {})) return e;
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
  job.multi_sync = extensions.multi_sync();
  return node.submit_cl(job).error();
}

int submit_tfu(Node& node, Caller& caller, const uapi::SubmitTfu& args) {
  if ((args.flags & ~uapi::submit_extension) != 0) return EINVAL;
  Extensions extensions;
  if ((args.flags & uapi::submit_extension) != 0)
    if (const int e = read_extensions(caller, extensions, args.extensions, {})) return e;

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
  job.multi_sync = extensions.multi_sync();
  return node.submit_tfu(job).error();
}

}  // namespace vc7::drm::raw
