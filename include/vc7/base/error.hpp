// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace vc7 {

/// Base of every exception of vc7. The message names what was found, what is allowed, and where.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace vc7
