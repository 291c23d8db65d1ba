// SPDX-License-Identifier: MIT
//
// vc7 exec --pace: jobs last their modelled time, times a factor (docs/exec.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include <vc7/shim/server.hpp>

namespace vc7::tool {

/// The factor grows when the host needs longer for a job than that. Must outlive the server.
class Pacer {
 public:
  using Duration = std::chrono::nanoseconds;

  /// `factor`: a number from 0.01 to 1000000. Throws vc7::Error for others.
  explicit Pacer(const std::string& factor);

  void attach(shim::ServerOptions& options);
  void print_summary() const;

 private:
  Duration lasts(const drm::JobDone& job, Duration taken);
  Duration now() const;
  Duration at(Duration host) const;
  double modelled_seconds(const sim::timing::Report& report, Duration start) const;
  void grow(double factor);

  mutable std::mutex mutex_;
  const double asked_;
  double factor_ = asked_;
  double modelled_ = 0;  ///< seconds of all jobs
  std::uint64_t jobs_ = 0, growths_ = 0;
  // Time of the modelled device goes on from `since_` at the pace that the host has had from
  // `host_since_` on.
  Duration host_since_, since_{0};
  std::optional<Duration> last_end_;  ///< of a job, in that time
};

}  // namespace vc7::tool
