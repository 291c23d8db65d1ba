// SPDX-License-Identifier: MIT
#include "support/random_body.hpp"

namespace vc7::test {

void RandomBody::item() {
  const RandomProgramOptions& o = w_.options;
  const unsigned kind = random_.below(100);
  if (kind < 12 && o.tmu) return access();
  if (kind < 16 && o.branches && depth_ < 4) return forward_branch();
  if (kind < 19 && o.loops && loop_depth_ < 2 && depth_ < 4 && !in_subroutine_) return loop();
  if (kind < 21 && o.subroutines && !in_subroutine_) return call();
  if (kind < 23 && o.barriers && w_.switches_allowed && depth_ == 0 && !in_subroutine_)
    return barrier();
  if (kind < 25 && o.unifa && w_.place().may_take_uniform) return new_unifa();
  if (kind < 35 && w_.outstanding > w_.floor) return w_.drain(w_.outstanding - 1);
  w_.fill();
}

void RandomBody::items(unsigned instructions) {
  const std::size_t end = w_.here() + instructions;
  while (w_.here() < end) item();
}

void RandomBody::write(unsigned instructions) {
  w_.switches_allowed = w_.options.switches && !w_.options.single_segment;
  items(instructions);
  w_.drain(0);
  w_.agree();
  w_.wait_for_stores();
  w_.switches_allowed = false;
  w_.agree();
}

}  // namespace vc7::test
