// SPDX-License-Identifier: MIT
//
// The implementations of drm::Node that the generic tests run against. VC7_TEST_DRM=kernel: the
// real one of this computer, alone; for a Raspberry Pi and for runs under the shim.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <vc7/drm/kernel.hpp>
#include <vc7/drm/simulated.hpp>

#include "descriptors.hpp"
#include "job_control.hpp"
#include "shimmed_device.hpp"

namespace vc7::drm::test {

enum class Backend {
  simulated,  ///< the simulated node, jobs by JobControl
  shim,       ///< the kernel node under the shim, jobs by JobControl
  machine,    ///< the simulated node on the device model
  kernel,     ///< the kernel node on a real device
};

std::vector<Backend> all_backends();
/// Those whose jobs a test can control.
std::vector<Backend> controlled_backends();
std::string backend_name(const testing::TestParamInfo<Backend>& info);

/// One GPU; open() gives a new file on it each time.
class NodeTest : public testing::TestWithParam<Backend> {
 protected:
  NodeTest();

  std::unique_ptr<Node> open();
  bool controlled() const {
    return GetParam() == Backend::simulated || GetParam() == Backend::shim;
  }

  /// A buffer of the node; its handle.
  BoHandle buffer(std::uint32_t size = 4096);

  /// Submits a job that uses the buffer `bo`; a harmless program where jobs are real. `tag` is in
  /// JobControl::tags().
  Result<void> submit(BoHandle bo, JobKind kind = quick, SyncobjHandle out_sync = 0,
                      std::uint32_t tag = 0);
  /// The configuration words of such a job; puts the program into the buffer if need be.
  std::array<std::uint32_t, 7> job_words(BoHandle bo, JobKind kind = quick, std::uint32_t tag = 0);

  JobControl jobs;
  std::shared_ptr<SimulatedDevice> device;  ///< of the backends simulated and machine
  std::optional<ShimmedDevice> shimmed;     ///< of the backend shim
  std::unique_ptr<Node> node;
};

/// Runs the tests of a suite, an alias of NodeTest, on the backends.
#define VC7_ON_BACKENDS(suite, backends) \
  INSTANTIATE_TEST_SUITE_P(On, suite, testing::ValuesIn(backends), backend_name)

/// Waits until it is true, some seconds at most: under the shim, closing takes a moment.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 5000 && !condition(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return condition();
}

}  // namespace vc7::drm::test
