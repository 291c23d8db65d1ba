// SPDX-License-Identifier: MIT
//
// Faults on request: `vc7 exec --inject RULE` (docs/exec.md).
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/shim/server.hpp>

namespace vc7::tool {

/// Thread-safe.
class Injection {
 public:
  /// Throws vc7::Error that says what is wrong with the rule and what is allowed.
  void add(std::string_view rule);
  void attach(shim::ServerOptions& options);

 private:
  struct Rule {
    std::optional<std::uint64_t> number{};  ///< of the call; nothing: all
    int error = 0;
    std::uint64_t nth = 0, every = 0, after = 0, job = 0;  ///< 0: not given
    bool reset = false, removed = false;
    std::uint64_t seen = 0;  ///< calls that match
    bool strikes();
  };
  std::optional<int> answer(const shim::Call& call);
  bool hangs();
  static Rule parse(std::string_view text);

  std::mutex mutex_;
  std::vector<Rule> rules_;
  std::uint64_t jobs_ = 0;
};

}  // namespace vc7::tool
