// SPDX-License-Identifier: MIT
//
// The lines that sgemm and scopy print, after those of py-videocore7's examples.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include <fmt/format.h>

#include <vc7/vc7.hpp>

namespace vc7::examples {

/// Seconds that a call takes.
template <class Function>
double seconds_of(Function function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// "QPU", or what stands in for it: times of the device model are the host's.
inline std::string qpu_label(const Device& device) {
  return device.is_simulated() ? "QPU, simulated (time of this host)" : "QPU";
}

/// What the device model counted, empty on a GPU.
inline std::string statistics_line(const Event& event) {
  const auto statistics = event.statistics();
  if (!statistics || statistics->host_seconds <= 0) return {};
  return fmt::format(
      "     simulated: {} instructions in {} {}, {:.1f} million instructions/s on this host\n",
      statistics->instructions, statistics->batches, statistics->batches == 1 ? "batch" : "batches",
      static_cast<double>(statistics->instructions) / statistics->host_seconds / 1e6);
}

/// Smallest and largest absolute and relative differences.
struct Errors {
  double min_absolute = 0, max_absolute = 0, min_relative = 0, max_relative = 0;
};

inline Errors compare(std::span<const float> result, std::span<const float> expected) {
  Errors errors{1e300, 0, 1e300, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double absolute = std::abs(static_cast<double>(result[i]) - expected[i]);
    const double relative =
        expected[i] == 0 ? absolute : absolute / std::abs(static_cast<double>(expected[i]));
    // Written so that NaN counts as the largest error.
    if (!(absolute <= errors.max_absolute)) errors.max_absolute = absolute;
    if (!(relative <= errors.max_relative)) errors.max_relative = relative;
    errors.min_absolute = std::min(errors.min_absolute, absolute);
    errors.min_relative = std::min(errors.min_relative, relative);
  }
  return errors;
}

inline std::string describe(const Errors& errors) {
  return fmt::format("Minimum absolute error: {}\nMaximum absolute error: {}\n"
                     "Minimum relative error: {}\nMaximum relative error: {}\n",
                     errors.min_absolute, errors.max_absolute, errors.min_relative,
                     errors.max_relative);
}

}  // namespace vc7::examples
