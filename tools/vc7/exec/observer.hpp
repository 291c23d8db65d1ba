// SPDX-License-Identifier: MIT
//
// What `vc7 exec` tells of the calls and jobs of a command.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <vc7/device/capture.hpp>
#include <vc7/shim/server.hpp>

namespace vc7::tool {

class Observer {
 public:
  /// `trace`: where a line per call goes: a file, "-" for standard error, "" for nowhere.
  /// `capture`: the folder for job files, or "". Throws vc7::Error if one cannot be written to.
  Observer(const std::string& trace, const std::string& capture);

  void attach(shim::ServerOptions& options);
  void print_summary(const shim::Counts& counts) const;

 private:
  void trace_call(const shim::Call& call, int error);
  void count_job(const drm::JobDone& job);
  void capture_job(const drm::JobStart& job);

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> owned_{nullptr, nullptr};
  std::FILE* trace_ = nullptr;
  std::optional<Capture> capture_;
  std::atomic<std::uint64_t> jobs_ = 0, instructions_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> faults_;  // text -> jobs that ended with it
};

}  // namespace vc7::tool
