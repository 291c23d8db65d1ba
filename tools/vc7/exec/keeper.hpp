// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <vc7/shim/server.hpp>

namespace vc7::tool {

/// A process that waits for the end of this one. If it was killed, so that no destructor of it has
/// run, the keeper ends the calls that programs wait for, and removes the server's folder.
class Keeper {
 public:
  /// Throws vc7::Error if there are no processes or descriptors left.
  explicit Keeper(const shim::Server& server);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

 private:
  pid_t process_ = -1;
  int alive_ = -1;  ///< a socket whose other end the keeper reads: closed when this process ends
};

}  // namespace vc7::tool
