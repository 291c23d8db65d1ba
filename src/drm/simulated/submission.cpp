// SPDX-License-Identifier: MIT
#include "submission.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace vc7::drm::simulated {

int Submission::signals(SyncobjHandle out_sync, const std::optional<MultiSync>& multi_sync) {
  if (multi_sync && multi_sync->wait_stage > Queue::cpu) return EINVAL;
  const auto add = [&](SyncobjHandle handle) {
    out_syncs_.push_back(client_->syncobjs.find(handle));
    return out_syncs_.back() != nullptr;
  };
  if (multi_sync) return std::ranges::all_of(multi_sync->out_syncs, add) ? 0 : EINVAL;
  return out_sync == 0 || add(out_sync) ? 0 : EINVAL;
}

// An unknown handle (and so 0) means "do not wait"; an empty syncobj is an error of the DRM core.
int Submission::wait_for(Job& job, SyncobjHandle in_sync) const {
  const auto syncobj = client_->syncobjs.find(in_sync);
  if (!syncobj) return 0;
  if (!syncobj->fence) return EINVAL;
  job.waits.push_back(syncobj->fence);
  return 0;
}

int Submission::add(Queue queue, SyncobjHandle in_sync,
                    const std::optional<MultiSync>& multi_sync) {
  auto job = std::make_unique<Job>();
  job->client = client_;
  job->queue = queue;
  job->fence = std::make_shared<Fence>();
  if (!jobs_.empty()) {
    job->follows = last().fence;
    job->waits.push_back(job->follows);
  }
  if (!multi_sync) {
    if (const int error = wait_for(*job, in_sync)) return error;
  } else if (multi_sync->wait_stage == queue) {
    // in_syncs meant for another queue than the one of the job are not looked at.
    for (const auto handle : multi_sync->in_syncs)
      if (const int error = wait_for(*job, handle)) return error;
  }
  jobs_.push_back(std::move(job));
  return 0;
}

int Submission::buffers(std::span<const BoHandle> handles) {
  if (handles.empty()) return EINVAL;
  for (const auto handle : handles) {
    buffers_.push_back(client_->buffers.find(handle));
    if (!buffers_.back()) return ENOENT;
  }
  last().buffers = buffers_;
  // The kernel locks the reservation of each buffer and cannot lock one twice.
  std::ranges::sort(buffers_);
  return std::ranges::adjacent_find(buffers_) == buffers_.end() ? 0 : EALREADY;
}

int Submission::perfmon(PerfmonId id) {
  if (id == 0) return 0;
  if (device_.global_perfmon(lock_)) return EAGAIN;
  const auto found = client_->perfmons.find(id);
  if (!found) return ENOENT;
  for (const auto& job : jobs_) job->perfmon = found;
  return 0;
}

int Submission::own_buffers(std::span<const BoHandle> handles) {
  for (const auto handle : handles) {
    own_buffers_.push_back(client_->buffers.find(handle));
    if (!own_buffers_.back()) return ENOENT;
  }
  last().buffers = own_buffers_;
  return 0;
}

void Submission::submit() {
  for (auto& buffer : own_buffers_)
    if (std::ranges::find(buffers_, buffer) == buffers_.end())
      buffers_.push_back(std::move(buffer));
  auto& waits = jobs_.front()->waits;
  for (const auto& buffer : buffers_)
    if (buffer->fence && !buffer->fence->done) waits.push_back(buffer->fence);
  const auto fence = last().fence;
  device_.submit(lock_, std::move(jobs_));
  // From here on nothing fails. `buffers_` keeps the buffers; the job cannot have ended while we
  // hold the lock.
  for (const auto& buffer : buffers_) buffer->fence = fence;
  for (const auto& syncobj : out_syncs_) syncobj->fence = fence;
  device_.changed();
}

}  // namespace vc7::drm::simulated
