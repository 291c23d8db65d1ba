// SPDX-License-Identifier: MIT
//
// Sync files: descriptors of fences, the only way in which a program hears of a job that was killed
// (v3d71 §14.5).
#pragma once

#include <vc7/drm/node.hpp>

#include "message_caller.hpp"

namespace vc7::shim {

/// An ioctl on a sync file.
int sync_file_ioctl(const drm::FenceStatus& fence, MessageCaller& caller, const Request& request);

}  // namespace vc7::shim
