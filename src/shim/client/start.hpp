// SPDX-License-Identifier: MIT
#pragma once

namespace vc7::shim::client {

/// Preloaded by hand, without a server: starts one that serves this process and its children, and
/// puts its socket into the environment. The path of the socket; null if that fails.
const char* start_server();

}  // namespace vc7::shim::client
