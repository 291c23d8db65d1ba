// SPDX-License-Identifier: MIT
//
// The submissions of the simulated node (v3d71 §14.3).
#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

#include "node.hpp"
#include "submission.hpp"

namespace vc7::drm::simulated {
namespace {

// Runs `prepare`, which fills a Submission and answers with an errno, and submits. `lock` outlives
// the submission: buffers that nobody else has are freed under it, as everywhere.
template <class Prepare>
Result<void> submitted(SimulatedDevice& device, const std::shared_ptr<Client>& client,
                       const char* call, Prepare prepare) try {
  const auto lock = device.lock();
  Submission submission{device, lock, client};
  if (const int error = prepare(submission)) return Failure{error, call};
  submission.submit();
  return {};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, call};
} catch (const std::system_error&) {
  return Failure{ENOMEM, call};  // no thread to execute jobs
}

}  // namespace

Result<void> SimulatedNode::submit_csd(const SubmitCsd& request) {
  return submitted(*device_, client_, "submit_csd", [&](Submission& submission) {
    const auto& multi = request.multi_sync;
    if (const int e = submission.signals(request.out_sync, multi)) return e;
    if (const int e = submission.add(Queue::csd, request.in_sync, multi)) return e;
    submission.last().cfg = request.cfg;
    if (const int e = submission.buffers(request.bo_handles)) return e;
    return submission.perfmon(request.perfmon_id);
  });
}

Result<void> SimulatedNode::submit_cl(const SubmitCl& request) {
  return submitted(*device_, client_, "submit_cl", [&](Submission& submission) {
    const auto& multi = request.multi_sync;
    if (const int e = submission.signals(request.out_sync, multi)) return e;
    if (request.bcl_start != request.bcl_end) {
      if (const int e = submission.add(Queue::bin, request.in_sync_bcl, multi)) return e;
      submission.last().list = {request.bcl_start, request.bcl_end};
    }
    if (const int e = submission.add(Queue::render, request.in_sync_rcl, multi)) return e;
    submission.last().list = {request.rcl_start, request.rcl_end};
    if (request.flush_cache)
      if (const int e = submission.add(Queue::cache_clean, 0, std::nullopt)) return e;
    if (const int e = submission.buffers(request.bo_handles)) return e;
    return submission.perfmon(request.perfmon_id);
  });
}

Result<void> SimulatedNode::submit_tfu(const SubmitTfu& request) {
  return submitted(*device_, client_, "submit_tfu", [&](Submission& submission) {
    const auto& multi = request.multi_sync;
    if (const int e = submission.signals(request.out_sync, multi)) return e;
    if (const int e = submission.add(Queue::tfu, request.in_sync, multi)) return e;
    const auto end = std::ranges::find(request.bo_handles, BoHandle{0});
    const std::span handles{request.bo_handles.begin(), end};
    return handles.empty() ? 0 : submission.buffers(handles);
  });
}

}  // namespace vc7::drm::simulated
