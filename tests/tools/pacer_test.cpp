// SPDX-License-Identifier: MIT
//
// How long jobs last under vc7 exec --pace: the proportions are those of the modelled device.
#include "exec/pacer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include <vc7/asm.hpp>

#include "kernels/scopy.hpp"
#include "support/machine_fixture.hpp"

namespace vc7::tool {
namespace {

using namespace std::chrono_literals;
using test::Launch;
using Seconds = std::chrono::duration<double>;

class PacerTest : public test::MachineFixture {
 protected:
  PacerTest() {
    pacer_.attach(options_);
    new_machine(options_.device.machine);
  }

  /// Of the device, without the factor, if the host took `taken` for the job.
  double lasts(const sim::JobResult& job, Pacer::Duration taken = 0ns) const {
    const Seconds paced = options_.device.lasts({.queue = drm::Queue::csd, .result = job}, taken);
    return paced.count() / factor;
  }

  double loop(std::uint32_t batches) {
    return lasts(run(
        [](Assembler& a) {
          using namespace qpu;
          a.mov(rf4, 15);
          a.shl(rf4, rf4, 7);
          const auto again = a.loop();
          a.sub(rf4, rf4, 1, pushz);
          again.b(na0);
          for (int i = 0; i < 3; ++i) a.nop();
        },
        {}, {.batches = batches}));
  }

  double copy(std::uint32_t batches) {
    constexpr std::uint32_t bytes = 3 << 19;
    return lasts(
        run([](Assembler& a) { examples::scopy_kernel(a); },
            {input, output, bytes, batches * examples::scopy_chunk, examples::scopy_config},
            {.batches = batches}));
  }

  static constexpr double factor = 50;
  Pacer pacer_{"50"};
  shim::ServerOptions options_;
};

TEST_F(PacerTest, BatchesInParallelTakeAsLongAsOne) {
  loop(1);  // the clock is up
  const double one = loop(1);
  EXPECT_NEAR(loop(12) / one, 1, 0.02);
  EXPECT_GT(loop(24), one);
}

TEST_F(PacerTest, ACopyOn12QpusIsFasterThanOnOne) {
  copy(1);
  EXPECT_GT(copy(1) / copy(12), 2);
}

TEST_F(PacerTest, TheFirstJobRaisesTheClock) {
  const auto& parameters = *machine().options().timing;
  const double first = loop(1);
  EXPECT_NEAR(first - loop(1), 1e-6 * parameters.job_cold_us, 1e-6);
}

TEST_F(PacerTest, TheFactorGrowsForASlowHost) {
  const double job = loop(1);
  testing::internal::CaptureStderr();
  const auto grown = lasts(launch([](Assembler& a) { a.end_program(); }), 1s);
  EXPECT_NEAR(grown * factor, 1.25, 0.001);
  pacer_.print_summary();
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("the factor was 50 and is "), std::string::npos) << text;
  EXPECT_NE(text.find("paced: 2 jobs, modelled time "), std::string::npos) << text;
  EXPECT_NE(text.find("; it was 50 and grew once\n"), std::string::npos) << text;
  EXPECT_GT(loop(1), job);
}

}  // namespace
}  // namespace vc7::tool
