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
  std::string source;  ///< who measured it
  double seconds;      ///< as published
  bool cold;           ///< the first job after a pause: the clock has to be raised
  /// The parameter that is fitted to it; several if only one value for all of them can be. Empty:
  /// it is a check.
  std::vector<std::string> fits;
  double instructions;  ///< roughly, to choose what is quick

  bool fitted() const { return !fits.empty(); }
  /// Executes it; the device has nothing to do with other runs.
  std::function<Event(Device&)> run;
};

const std::vector<Published>& published_runs();

}  // namespace vc7::timing_runs
