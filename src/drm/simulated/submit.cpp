// SPDX-License-Identifier: MIT
//
// SUBMIT_CSD of the simulated node (v3d71 §14.3).
#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "node.hpp"

namespace vc7::drm::simulated {
namespace {

Failure failure(int code) { return Failure{code, "submit_csd"}; }

// 0, or the errno for a syncobj to wait for. An unknown handle (and so 0) means "do not wait"; an
// empty syncobj is an error of the DRM core. There is nothing to wait for: see SimulatedDevice.
int check_in_sync(const Client& client, SyncobjHandle handle) {
  const auto syncobj = client.syncobjs.find(handle);
  return syncobj && !syncobj->fence ? EINVAL : 0;
}

}  // namespace

Result<void> SimulatedNode::submit_csd(const SubmitCsd& request) try {
  auto job = std::make_unique<Job>();
  job->client = client_;
  job->cfg = request.cfg;
  job->fence = std::make_shared<Fence>();
  if (request.multi_sync && request.multi_sync->wait_stage > Queue::cpu) return failure(EINVAL);

  const auto lock = device_->lock();
  std::vector<std::shared_ptr<Syncobj>> out_syncs;
  const auto add_out_sync = [&](SyncobjHandle handle) {
    out_syncs.push_back(find_syncobj(handle));
    return out_syncs.back() != nullptr;
  };
  if (const auto& multi = request.multi_sync) {
    if (!std::ranges::all_of(multi->out_syncs, add_out_sync)) return failure(EINVAL);
    // in_syncs meant for another queue than the one of the job are not looked at.
    if (multi->wait_stage == Queue::csd)
      for (const auto handle : multi->in_syncs)
        if (const int code = check_in_sync(*client_, handle); code != 0) return failure(code);
  } else {
    if (request.out_sync != 0 && !add_out_sync(request.out_sync)) return failure(EINVAL);
    if (const int code = check_in_sync(*client_, request.in_sync); code != 0) return failure(code);
  }

  if (request.bo_handles.empty()) return failure(EINVAL);
  for (const auto handle : request.bo_handles) {
    job->buffers.push_back(client_->buffers.find(handle));
    if (!job->buffers.back()) return failure(ENOENT);
  }
  // The kernel locks the reservation of each buffer and cannot lock one twice.
  auto unique = job->buffers;
  std::ranges::sort(unique);
  if (std::ranges::adjacent_find(unique) != unique.end()) return failure(EALREADY);
  if (request.perfmon_id != 0) {
    if (device_->global_perfmon(lock)) return failure(EAGAIN);
    job->perfmon = client_->perfmons.find(request.perfmon_id);
    if (!job->perfmon) return failure(ENOENT);
  }

  const auto fence = job->fence;
  device_->submit(lock, std::move(job));
  // From here on nothing fails. `unique` keeps the buffers; the job cannot have ended while we hold
  // the lock.
  for (const auto& buffer : unique) buffer->fence = fence;
  for (const auto& syncobj : out_syncs) syncobj->fence = fence;
  device_->changed();
  return {};
} catch (const std::bad_alloc&) {
  return failure(ENOMEM);
} catch (const std::system_error&) {
  return failure(ENOMEM);  // no thread to execute jobs
}

}  // namespace vc7::drm::simulated
