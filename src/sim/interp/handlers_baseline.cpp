// SPDX-License-Identifier: MIT
#include "control.hpp"

namespace vc7::sim::interp {

const Handlers& handlers_baseline() {
  static const Handlers table = [] {
    Handlers h = {};
    fill(h);
    return h;
  }();
  return table;
}

}  // namespace vc7::sim::interp
