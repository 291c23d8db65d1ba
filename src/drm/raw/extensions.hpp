// SPDX-License-Identifier: MIT
//
// The list of extensions of a submission.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <vc7/drm/caller.hpp>
#include <vc7/drm/node.hpp>

#include "../uapi.hpp"

namespace vc7::drm::raw {

struct Extensions {
  std::optional<std::uint32_t> wait_stage{};  ///< of a multi-sync
  std::vector<SyncobjHandle> in_syncs{}, out_syncs{};

  /// Points into this object.
  std::optional<MultiSync> multi_sync() const {
    if (!wait_stage) return std::nullopt;
    return MultiSync{in_syncs, out_syncs, static_cast<Queue>(*wait_stage)};
  }
};

/// Reads an extension that is no multi-sync; 0 or an errno.
using OtherExtension = std::function<int(std::uint32_t id, std::uint64_t from)>;

/// `from`: the first extension, 0: none. Without `other` a multi-sync is all that is allowed.
int read_extensions(Caller& caller, Extensions& extensions, std::uint64_t from,
                    const OtherExtension& other);

}  // namespace vc7::drm::raw
