// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace vc7::sim::jit {

/// The file in which `perf report` looks for the names of code that no file on disk holds:
/// /tmp/perf-PID.map with lines "START SIZE NAME", numbers in hexadecimal.
class PerfMap {
 public:
  /// There is one per process. Throws vc7::Error if it cannot be written.
  static PerfMap& of_process();

  /// Thread-safe. Pages of programs that are gone may be used again: perf takes the last line then.
  void add(const void* start, std::size_t bytes, std::string_view name);

 private:
  PerfMap();
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace vc7::sim::jit
