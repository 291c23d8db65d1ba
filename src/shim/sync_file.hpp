// SPDX-License-Identifier: MIT
//
// Sync files: descriptors of fences, the only way in which a program hears of a job that was killed
// (v3d71 §14.5).
#pragma once

#include <drm.h>

#include <vc7/drm/node.hpp>

#include "message_caller.hpp"

namespace vc7::shim {

/// Thrown by a call that makes a descriptor for a program that has sent no channel for it.
struct NoChannel {};

/// SYNCOBJ_HANDLE_TO_FD with the flag for a sync file.
bool exports_sync_file(MessageCaller& caller, const Request& request);
drm_syncobj_handle read_export(MessageCaller& caller, const Request& request);

/// An ioctl on a sync file.
int sync_file_ioctl(const drm::FenceStatus& fence, MessageCaller& caller, const Request& request);

}  // namespace vc7::shim
