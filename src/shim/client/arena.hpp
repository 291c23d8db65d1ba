// SPDX-License-Identifier: MIT
//
// The slots in which answers arrive. All programs share them, so a child has them after a fork
// without doing anything.
#pragma once

#include "../protocol.hpp"

namespace vc7::shim::client {

/// Takes a free slot; null if the server does not give its memory or all slots are taken.
Slot* claim_slot(std::uint32_t& index);
void release_slot(Slot& slot);

/// The server has changed.
void forget_arena();

}  // namespace vc7::shim::client
