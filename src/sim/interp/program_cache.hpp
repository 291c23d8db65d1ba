// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "program.hpp"

namespace vc7::sim::interp {

/// The programs that were run last. Checked against memory at the start of each job, as the
/// device's instruction cache is cleared there.
class ProgramCache {
 public:
  explicit ProgramCache(const Memory& memory);
  std::shared_ptr<Program> get(const ProgramKey& key);

 private:
  static constexpr std::size_t limit = 64;
  const Memory& memory_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Program>> programs_;  ///< latest first
};

/// The handlers for the best instruction set of this host, and its name.
struct HostIsa {
  const Handlers* handlers;
  const char* name;
};
const HostIsa& host_isa();

}  // namespace vc7::sim::interp
