// SPDX-License-Identifier: MIT
//
// Raw DRM system calls on a Node: what the kernel does between the ioctl of a program and the
// driver's functions. Checks the pads, flags and pointers that the typed calls do not have (v3d71
// §14.2, §14.3). The shim and the tests put it behind a file descriptor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include <vc7/drm/caller.hpp>
#include <vc7/drm/node.hpp>

namespace vc7::drm::raw {

/// One open DRM file. Thread-safe.
class RawFile {
 public:
  explicit RawFile(std::unique_ptr<Node> node) : node_{std::move(node)} {}

  /// Answers an ioctl of `caller`; 0 or a positive errno. As in the DRM core only type and number
  /// of the request count: a structure may be shorter (the rest is zero) or longer than ours.
  /// EFAULT: `argument` is not accessible. EINVAL: a request that is not modelled; ENOTTY: no DRM
  /// request at all.
  int ioctl(Caller& caller, std::uint64_t request, std::uint64_t argument);
  int ioctl(std::uint64_t request, void* argument);  ///< by this program

  /// Answers an mmap at a fake offset. EINVAL: no such offset, its buffer is closed, or the length
  /// does not fit.
  Result<Mapping> map(std::uint64_t offset, std::size_t length);

  /// The buffer whose fake offset this is. EINVAL: none, or it is closed.
  Result<BoHandle> buffer_at(std::uint64_t offset);

  Node& node() { return *node_; }

 private:
  /// What the kernel adds to fake offsets, so that none looks like a small file's.
  static constexpr std::uint64_t first_offset = std::uint64_t{1} << 32;

  std::unique_ptr<Node> node_;
  std::mutex mutex_;
  std::map<std::uint64_t, BoHandle> offsets_;  // fake offset -> the buffer that has it
  friend struct Calls;
};

}  // namespace vc7::drm::raw
