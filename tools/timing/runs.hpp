// SPDX-License-Identifier: MIT
//
// Runs of kernels whose times on a Pi 5 have been published.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <vc7/vc7.hpp>

namespace vc7::timing_runs {

struct Published {
  std::string name;
  std::string source;   ///< who measured it
  double seconds;       ///< as published
  bool cold;            ///< the first job after a pause: the clock has to be raised
  bool fitted;          ///< a parameter was chosen by looking at it
  double instructions;  ///< roughly, to choose what is quick
  /// Executes it; the device has nothing to do with other runs.
  std::function<Event(Device&)> run;
};

const std::vector<Published>& published_runs();

}  // namespace vc7::timing_runs
