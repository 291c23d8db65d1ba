// SPDX-License-Identifier: MIT
//
// Microbenchmarks of `vc7 selftest --timing`: small programs whose cycles tell about one parameter
// of the timing model each, on a real GPU and on the model.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vc7/asm.hpp>
#include <vc7/device/device.hpp>

namespace vc7::tool::microbench {

using Code = std::function<void(Assembler&)>;
using Words = std::vector<std::uint32_t>;

struct Kernel {
  Code body;         ///< of a loop that rf4 counts; registers from rf5 on are free
  Code before = {};  ///< reads uniforms
  Code after = {};
  Words uniforms = {};
};

struct Launch {
  std::uint32_t batches = 1;
  bool one_supergroup = false;  ///< all batches, at most 16
};

/// A number that was found, and what stands behind it.
struct Sample {
  std::string what;
  double cycles;
};
struct Finding {
  std::string parameter;
  double value = 0;
  std::string how;  ///< one line
  std::vector<Sample> samples;
};

/// What a mechanism of the model makes of the parameters that were found, and what it is: where the
/// two differ, the mechanism is another one.
struct Check {
  std::string what;
  double cycles = 0, expected = 0;
  bool agrees() const { return std::abs(cycles - expected) <= 0.05 * expected; }
};

/// Runs kernels and counts their cycles. What depends on noise is taken as the least of several.
class Bench {
 public:
  explicit Bench(Device& device);

  const DeviceInfo& device() const { return device_.info(); }
  unsigned qpus() const { return device().qpus(); }

  /// Cycles of a round of the loop: the difference of two jobs that differ in their rounds alone,
  /// the shorter of which has filled all caches.
  double round(const Kernel& kernel, const Launch& launch = {}, std::uint32_t rounds = 64);
  /// The same of a batch of a job with many of them.
  double batch(const Code& program, std::uint32_t batches);

  /// A loop without a body.
  double empty();
  /// Zeroed memory that all benchmarks share.
  std::uint32_t memory() const { return memory_.address(); }
  static constexpr std::uint32_t memory_bytes = 8 << 20;

  void found(Finding finding);
  /// Of a parameter that was found before.
  double value(std::string_view parameter) const;
  const std::vector<Finding>& findings() const { return findings_; }
  void checked(Check check) { checks_.push_back(std::move(check)); }
  const std::vector<Check>& checks() const { return checks_; }

 private:
  std::uint64_t cycles(const vc7::Code& code, const Words& uniforms, const Launch& launch);

  Device& device_;
  Perfmon perfmon_;
  Buffer<std::uint32_t> memory_;
  unsigned repetitions_;
  double empty_ = 0;
  std::vector<Finding> findings_;
  std::vector<Check> checks_;
};

/// In this order: later ones use what earlier ones found.
void issue(Bench& bench);
void requests(Bench& bench);
void caches(Bench& bench, double clock_mhz);
void streams(Bench& bench);
void groups(Bench& bench);

}  // namespace vc7::tool::microbench
