// SPDX-License-Identifier: MIT
//
// One call to the server.
#pragma once

#include <cstdint>

#include "../protocol.hpp"

namespace vc7::shim::client {

struct Question {
  Kind kind;
  std::uint64_t code;
  std::uint64_t argument;
  std::uint32_t structure;  ///< size of what `argument` points to; 0 if it is no pointer
  int descriptor;           ///< sent along; -1: none
};

/// Asks the server of the open file `fd`. 0 or a positive errno.
/// `position`, if not null: what the answer to Kind::map or Kind::seek says.
int exchange(int fd, const Question& question, std::uint64_t* position = nullptr);

}  // namespace vc7::shim::client
