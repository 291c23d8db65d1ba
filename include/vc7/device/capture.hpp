// SPDX-License-Identifier: MIT
//
// Saves submitted jobs as job files: job-0001.json, job-0002.json, ... in a folder.
#pragma once

#include <string>

#include <vc7/device/job_file.hpp>

namespace vc7 {

/// Not thread-safe; several of them, also in several processes, may use one folder.
class Capture {
 public:
  /// Throws Error if it is no folder to write to. `source` is what named it, for messages.
  Capture(std::string folder, std::string source);

  /// Saves the job under the next free number. Each buffer whose name starts with "data" becomes an
  /// output. Throws Error if it cannot be written.
  void save(JobFile job);

  /// What a segment in GPU memory becomes: what is behind its last byte that is not zero is left
  /// out.
  static JobContent::Any content(std::span<const std::byte> bytes);

 private:
  std::string claim();

  std::string folder_, source_;
  unsigned last_ = 0;
};

}  // namespace vc7
