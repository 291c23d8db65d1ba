// SPDX-License-Identifier: MIT
//
// Closing, with and without work in flight; what is left behind.
#include <thread>

#include "support.hpp"

namespace vc7::test {
namespace {

DeviceOptions impatient(std::vector<std::string>* unreported = nullptr) {
  DeviceOptions options;
  options.close_grace = 20ms;
  options.unreported = [unreported](const JobError& error) {
    if (unreported != nullptr) unreported->emplace_back(error.what());
  };
  return options;
}

TEST(Close, WaitsForJobs) {
  std::atomic<int> runs{0};
  FakeGpu gpu{[&](const sim::CsdConfig&) {
    std::this_thread::sleep_for(5ms);
    ++runs;
    return sim::JobResult{};
  }};
  Event event;
  {
    Device device = gpu.open();
    const Code code = device.load(words_with_lines(8), unchecked);
    for (int i = 0; i < 10; ++i) event = device.submit(code, {});
  }
  EXPECT_EQ(runs, 10);
  EXPECT_TRUE(event.ready());
  event.wait();
  EXPECT_TRUE(gpu.watch->clean());
}

TEST(Close, StopsJobsThatHang) {
  FakeGpu gpu;
  Event event, queued;
  {
    Device device = gpu.open(impatient());
    const Code code = device.load(words_with_lines(8), unchecked);
    gpu.hold();
    event = device.submit(code, {});
    queued = device.submit(code, {});
    gpu.wait_started(1);
  }
  EXPECT_EQ(gpu.stopped, 1);
  EXPECT_TRUE(gpu.watch->clean());
  const auto text = error_of<JobError>([&] { event.wait(); });
  EXPECT_CONTAINS(text, "the Device was closed while the job was running");
  EXPECT_THROW(queued.wait(), JobError);
}

TEST(Close, TellsOfStoppedJobs) {
  FakeGpu gpu;
  std::vector<std::string> unreported;
  Event kept;
  {
    Device device = gpu.open(impatient(&unreported));
    const Code code = device.load(words_with_lines(8), unchecked);
    gpu.hold();
    device.submit(code, {});
    kept = device.submit(code, {});
  }
  EXPECT_EQ(unreported.size(), 1u);
  kept = {};
  EXPECT_EQ(unreported.size(), 2u);
}

TEST(Close, WhileAnotherThreadWaits) {
  FakeGpu gpu;
  std::atomic<bool> failed{false};
  std::jthread waiter;
  {
    Device device = gpu.open(impatient());
    gpu.hold();
    const Event event = device.submit(device.load(words_with_lines(8), unchecked), {});
    waiter = std::jthread{[event, &failed] {
      try {
        event.wait();
      } catch (const JobError&) {
        failed = true;
      }
    }};
    gpu.wait_started(1);
  }
  waiter.join();
  EXPECT_TRUE(failed);
  EXPECT_TRUE(gpu.watch->clean());
}

TEST(Close, MovedDevice) {
  FakeGpu gpu, other;
  Device a = gpu.open();
  Device b = std::move(a);
  EXPECT_CONTAINS(error_of([&] { (void)a.alloc<int>(1); }),
                  "this Device was moved to another one");  // NOLINT
  EXPECT_CONTAINS(error_of([&] { (void)a.info(); }), "moved");
  b.run(b.load(words_with_lines(4), unchecked), {});
  b = other.open();
  EXPECT_TRUE(gpu.watch->clean());
}

TEST(Close, LeavesNothingBehind) {
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    FakeGpu gpu{[](const sim::CsdConfig& cfg) {
      return cfg[4] % 2 == 0 ? faulty(0x1000) : sim::JobResult{};
    }};
    {
      Device device = gpu.open(impatient());
      const Code code = device.load(words_with_lines(100), unchecked);
      const auto large = device.alloc<float>(100000), small = device.alloc<float>(1);
      for (std::uint32_t n = 1; n < 10; ++n) try {
          device.submit(code, Dispatch::batches(n), Uniforms{large, small});
        } catch (const JobError&) {
        }
      EXPECT_THROW(device.run(code, Dispatch::batches(2)), JobError);
    }
    EXPECT_TRUE(gpu.watch->clean());
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace vc7::test
