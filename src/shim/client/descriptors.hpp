// SPDX-License-Identifier: MIT
//
// Descriptors in messages.
#pragma once

#include <sys/uio.h>

#include <cstddef>

namespace vc7::shim::client {

/// Sends one message, with a descriptor if `descriptor` is not -1. 0 or a positive errno.
int send_message(int fd, iovec* parts, std::size_t count, int descriptor);

/// Waits for a descriptor, which is closed on exec; -1 if the other side closes.
int receive_descriptor(int fd);

}  // namespace vc7::shim::client
