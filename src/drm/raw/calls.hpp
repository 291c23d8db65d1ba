// SPDX-License-Identifier: MIT
//
// The structures of raw requests, answered by typed calls. Each function returns 0 or a positive
// errno.
#pragma once

#include <drm.h>

#include <vc7/drm/node.hpp>

#include "../uapi.hpp"

namespace vc7::drm::raw {

int submit_csd(Node& node, const uapi::SubmitCsd& args);
int submit_cl(Node& node, const uapi::SubmitCl& args);

int version(drm_version& args);

int syncobj_create(Node& node, drm_syncobj_create& args);
int syncobj_destroy(Node& node, const drm_syncobj_destroy& args);
int syncobj_wait(Node& node, drm_syncobj_wait& args);
int syncobj_reset(Node& node, const drm_syncobj_array& args);
int syncobj_signal(Node& node, const drm_syncobj_array& args);

}  // namespace vc7::drm::raw
