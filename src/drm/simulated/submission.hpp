// SPDX-License-Identifier: MIT
//
// What all submissions have in common: the syncobjs and buffers that they name (v3d71 §14.3).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "device.hpp"

namespace vc7::drm::simulated {

/// Collects the jobs of one request. Functions answer with 0 or an errno; nothing has changed
/// before submit(). The lock of the device is held all the time.
class Submission {
 public:
  Submission(SimulatedDevice& device, const SimulatedDevice::Lock& lock,
             std::shared_ptr<Client> client)
      : device_{device}, lock_{lock}, client_{std::move(client)} {}

  /// The syncobjs to signal: those of `multi_sync` if given, else `out_sync`.
  int signals(SyncobjHandle out_sync, const std::optional<MultiSync>& multi_sync);
  /// A job of `queue` after those added before; it waits for `in_sync`, or for what `multi_sync`
  /// has for its queue.
  int add(Queue queue, SyncobjHandle in_sync, const std::optional<MultiSync>& multi_sync);
  Job& last() { return *jobs_.back(); }
  /// The buffers of all jobs.
  int buffers(std::span<const BoHandle> handles);
  /// The buffers of the last job alone, none or more, in this order.
  int own_buffers(std::span<const BoHandle> handles);
  /// What counts the jobs; 0: nothing.
  int perfmon(PerfmonId id);
  /// Throws std::system_error, std::bad_alloc.
  void submit();

 private:
  int wait_for(Job& job, SyncobjHandle in_sync) const;

  SimulatedDevice& device_;
  const SimulatedDevice::Lock& lock_;
  const std::shared_ptr<Client> client_;
  std::vector<std::shared_ptr<Syncobj>> out_syncs_;
  std::vector<std::shared_ptr<Buffer>> buffers_, own_buffers_;
  SimulatedDevice::Jobs jobs_;
};

}  // namespace vc7::drm::simulated
