// SPDX-License-Identifier: MIT
//
// What descriptors stand for that carry objects of the device model from one open file to another,
// and to other processes: buffers (PRIME), syncobjs and sync files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <vc7/drm/node.hpp>
#include <vc7/drm/result.hpp>

namespace vc7::drm {

/// Keeps its object alive. Thread-safe.
class Exported {
 public:
  Exported() = default;
  virtual ~Exported() = default;
  Exported(const Exported&) = delete;
  Exported& operator=(const Exported&) = delete;

  /// A new descriptor of the file with the bytes of a buffer, of which `length` shall be mapped.
  /// ENODEV: no buffer. EINVAL: it is shorter. EMFILE, ENFILE.
  virtual Result<int> file(std::size_t length) const;
  /// Of a buffer, in bytes; nothing for the others.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
  /// The fence of a sync file; nothing for the others.
  virtual std::optional<FenceStatus> fence_status() const { return std::nullopt; }
};

using Shared = std::shared_ptr<const Exported>;

// For nodes of open_simulated(); else ENODEV. What was exported by another device: EINVAL.

/// ENOENT: unknown handle.
Result<Shared> export_bo(Node& node, BoHandle bo);
/// The same buffer always has the same handle. EINVAL: no buffer.
Result<BoHandle> import_bo(Node& node, const Shared& object);

/// EINVAL: unknown handle.
Result<Shared> export_syncobj(Node& node, SyncobjHandle syncobj);
/// Another handle of it each time. EINVAL: no syncobj.
Result<SyncobjHandle> import_syncobj(Node& node, const Shared& object);

/// The fence that is in a syncobj now: a sync file. ENOENT: unknown handle. EINVAL: no fence in it.
Result<Shared> export_fence(Node& node, SyncobjHandle syncobj);
/// Puts the fence of a sync file into a syncobj. ENOENT: unknown handle. EINVAL: no sync file.
Result<void> import_fence(Node& node, SyncobjHandle syncobj, const Shared& object);

}  // namespace vc7::drm
