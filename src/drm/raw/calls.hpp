// SPDX-License-Identifier: MIT
//
// The structures of raw requests, answered by typed calls. Each function returns 0 or a positive
// errno; all have the same parameters, whether they need them or not, for the table in
// raw_file.cpp.
#pragma once

#include <drm.h>

#include <vc7/drm/node.hpp>

#include "../uapi.hpp"
#include <vc7/drm/caller.hpp>

namespace vc7::drm::raw {

int submit_csd(Node& node, Caller& caller, const uapi::SubmitCsd& args);
int submit_cl(Node& node, Caller& caller, const uapi::SubmitCl& args);

int submit_cpu(Node& node, Caller& caller, const uapi::SubmitCpu& args);
int submit_tfu(Node& node, Caller& caller, const uapi::SubmitTfu& args);

int perfmon_create(Node& node, Caller& caller, uapi::PerfmonCreate& args);
int perfmon_destroy(Node& node, Caller& caller, const uapi::PerfmonDestroy& args);
int perfmon_get_values(Node& node, Caller& caller, const uapi::PerfmonGetValues& args);
int perfmon_get_counter(Node& node, Caller& caller, uapi::PerfmonGetCounter& args);
int perfmon_set_global(Node& node, Caller& caller, const uapi::PerfmonSetGlobal& args);

int version(Node& node, Caller& caller, drm_version& args);

int syncobj_create(Node& node, Caller& caller, drm_syncobj_create& args);
int syncobj_destroy(Node& node, Caller& caller, const drm_syncobj_destroy& args);
int syncobj_wait(Node& node, Caller& caller, drm_syncobj_wait& args);
int syncobj_reset(Node& node, Caller& caller, const drm_syncobj_array& args);
int syncobj_signal(Node& node, Caller& caller, const drm_syncobj_array& args);

int syncobj_timeline_wait(Node& node, Caller& caller, drm_syncobj_timeline_wait& args);
int syncobj_timeline_signal(Node& node, Caller& caller, const drm_syncobj_timeline_array& args);
int syncobj_query(Node& node, Caller& caller, const drm_syncobj_timeline_array& args);
int syncobj_transfer(Node& node, Caller& caller, const drm_syncobj_transfer& args);
int get_cap(Node& node, Caller& caller, drm_get_cap& args);

int prime_handle_to_fd(Node& node, Caller& caller, drm_prime_handle& args);
int prime_fd_to_handle(Node& node, Caller& caller, drm_prime_handle& args);
int syncobj_handle_to_fd(Node& node, Caller& caller, drm_syncobj_handle& args);
int syncobj_fd_to_handle(Node& node, Caller& caller, drm_syncobj_handle& args);

}  // namespace vc7::drm::raw
