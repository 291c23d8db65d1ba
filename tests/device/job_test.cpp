// SPDX-License-Identifier: MIT
//
// Jobs that succeed.
#include <thread>

#include "support.hpp"

namespace vc7::test {
namespace {

// The word that the first uniform of a job names becomes the second uniform.
FakeGpu::Run store_to(Buffer<std::uint32_t>& result, Buffer<std::uint32_t>& pool) {
  return [&](const sim::CsdConfig& cfg) -> sim::JobResult {
    const auto* words = pool.data() + (cfg[6] - pool.address()) / 4;
    result[words[0]] = words[1];
    return {.fault = {}, .instructions = 5, .batches = cfg[4], .warnings = {"careful"}};
  };
}

TEST(Job, RunsWithUniforms) {
  Buffer<std::uint32_t> result, pool;
  FakeGpu gpu{store_to(result, pool)};
  Device device = gpu.open();
  // First of all, so that everything in the shared buffer object lies behind it.
  pool = device.alloc<std::uint32_t>(1);
  result = device.alloc<std::uint32_t>(10);
  const Code code = device.load(words_with_lines(8), unchecked);
  device.run(code, Dispatch::batches(3), Uniforms{4u, 44u});
  EXPECT_EQ(result[4], 44u);
  const std::vector<std::uint32_t> words{5, 55};
  device.run(code, Dispatch::batches(3), words);
  EXPECT_EQ(result[5], 55u);
  auto own = device.alloc<std::uint32_t>(2);
  own[0] = 6, own[1] = 66;
  device.run(code, Dispatch::batches(3), own);
  EXPECT_EQ(result[6], 66u);
  device.run(code, Dispatch::batches(3), GpuAddress{own.address()});

  ASSERT_EQ(gpu.watch->cfgs.size(), 4u);
  EXPECT_EQ(gpu.watch->cfgs[0][5], code.address());
  EXPECT_EQ(gpu.watch->cfgs[0][6] % buffer_alignment, 0u);
  EXPECT_EQ(gpu.watch->cfgs[2][6], own.address());
  EXPECT_EQ(gpu.watch->cfgs[3][6], own.address());
}

TEST(Job, RawConfiguration) {
  FakeGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  const std::array<std::uint32_t, 7> cfg{1, 2, 3, 4, 5, code.address(), 7};
  device.run(cfg);
  EXPECT_EQ(gpu.watch->cfgs.at(0), cfg);
}

TEST(Job, HasStatistics) {
  FakeGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.hold();
  const Event event = device.submit(code, Dispatch::batches(3));
  EXPECT_FALSE(event.statistics());
  gpu.release();
  event.wait();
  const auto statistics = event.statistics();
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->instructions, 100u);
  EXPECT_EQ(statistics->batches, 3u);
  EXPECT_GT(statistics->host_seconds, 0.0);
  EXPECT_LT(statistics->host_seconds, 60.0);
}

TEST(Job, NoStatisticsOnHardware) {
  FakeGpu gpu;
  gpu.watch->hardware = true;
  Device device = gpu.open();
  EXPECT_FALSE(device.run(device.load(words_with_lines(8), unchecked), {}).statistics());
}

TEST(Job, CanBePolledAndWaitedForWithATimeout) {
  FakeGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.hold();
  const Event event = device.submit(code, {});
  EXPECT_FALSE(event.ready());
  EXPECT_FALSE(event.wait_for(0s));
  EXPECT_FALSE(event.wait_for(-1s));
  EXPECT_FALSE(event.wait_for(std::chrono::duration<double>{-1e300}));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(event.wait_for(130ms));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 130ms);
  gpu.release();
  EXPECT_TRUE(event.wait_for(1h));
  EXPECT_TRUE(event.wait_for(0s));
  EXPECT_TRUE(event.wait_for(std::chrono::hours::max()));
  EXPECT_TRUE(event.wait_for(std::chrono::duration<double>{1e300}));
  EXPECT_TRUE(event.ready());
  event.wait();
}

TEST(Job, EmptyEventIsDone) {
  const Event event;
  event.wait();
  EXPECT_TRUE(event.ready());
  EXPECT_TRUE(event.wait_for(0s));
  EXPECT_FALSE(event.statistics());
}

TEST(Job, InOrder) {
  std::vector<std::uint32_t> order;
  FakeGpu gpu{[&](const sim::CsdConfig& cfg) {
    order.push_back(cfg[4]);
    return sim::JobResult{};
  }};
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  std::vector<Event> events;
  for (std::uint32_t i = 1; i <= 50; ++i)
    events.push_back(device.submit(code, Dispatch::batches(i)));
  events.back().wait();
  EXPECT_EQ(order.size(), 50u);
  EXPECT_TRUE(std::ranges::is_sorted(order));
  EXPECT_TRUE(events.front().ready());
  device.synchronize();
  EXPECT_EQ(gpu.watch->syncobjs, 0);
}

TEST(Job, NamesAllBufferObjects) {
  FakeGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  const auto a = device.alloc<float>(1), b = device.alloc<float>(100000);
  device.run(code, {});
  EXPECT_EQ(gpu.watch->object_counts.at(0), 3u);
}

TEST(Job, KeepsFreedBuffers) {
  std::uint32_t seen = 0;
  Buffer<std::uint32_t> first;
  const std::uint32_t* small = nullptr;
  FakeGpu gpu{[&](const sim::CsdConfig&) {
    seen = *small;
    return sim::JobResult{};
  }};
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  first = device.alloc<std::uint32_t>(1);  // keeps the shared buffer object mapped
  gpu.hold();
  Event event;
  std::uint32_t address = 0;
  {
    auto buffer = device.alloc<std::uint32_t>(1, 77u);
    address = buffer.address();
    small = buffer.data();
    event = device.submit(code, {});
  }
  const auto other = device.alloc<std::uint32_t>(1, 88u);
  EXPECT_NE(other.address(), address);
  gpu.release();
  event.wait();
  EXPECT_EQ(seen, 77u);
  EXPECT_EQ(device.alloc<std::uint32_t>(1).address(), address);
}

TEST(Job, KeepsFreedCode) {
  FakeGpu gpu;
  Device device = gpu.open();
  Code code = device.load(words_with_lines(8), unchecked);
  const auto address = code.address();
  gpu.hold();
  const Event event = device.submit(code, {});
  code = {};
  EXPECT_NE(device.load(words_with_lines(8), unchecked).address(), address);
  gpu.release();
  event.wait();
  EXPECT_EQ(device.load(words_with_lines(8), unchecked).address(), address);
}

TEST(Job, FromManyThreads) {
  std::atomic<int> runs{0};
  FakeGpu gpu{[&](const sim::CsdConfig&) {
    ++runs;
    return sim::JobResult{};
  }};
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          auto buffer = device.alloc<int>(10 + static_cast<std::size_t>(i * t), t);
          const Event event = device.submit(code, Dispatch::batches(1), Uniforms{buffer});
          if (i % 3 == 0) event.wait();
          if (i % 7 == 0) device.synchronize();
          for (const int value : buffer) ASSERT_EQ(value, t);
        }
      });
  }
  device.synchronize();
  EXPECT_EQ(runs, 400);
  EXPECT_EQ(gpu.watch->syncobjs, 0);
}

TEST(Job, OneEventInManyThreads) {
  FakeGpu gpu;
  Device device = gpu.open();
  gpu.hold();
  const Event event = device.submit(device.load(words_with_lines(8), unchecked), {});
  std::atomic<int> done{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([event, &done] {
        event.wait();
        ++done;
      });
    gpu.wait_started(1);
    gpu.release();
  }
  EXPECT_EQ(done, 4);
}

TEST(Job, RefusesWhatDoesNotBelongTogether) {
  FakeGpu gpu, other_gpu;
  Device device = gpu.open(), other = other_gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  EXPECT_CONTAINS(error_of([&] { device.submit(Code{}, {}); }), "submit: the Code is empty");
  EXPECT_CONTAINS(error_of([&] { other.submit(code, {}); }),
                  "the Code was loaded on another Device");
  const auto buffer = other.alloc<int>(1);
  EXPECT_CONTAINS(error_of([&] { device.submit(code, {}, buffer); }), "belongs to another Device");
  EXPECT_CONTAINS(error_of([&] { device.submit(code, {}, Buffer<int>{}); }),
                  "the Buffer of the uniforms is empty");
  EXPECT_CONTAINS(error_of([&] { device.submit(code, {}, GpuAddress{3}); }),
                  "uniforms at 0x00000003");
  EXPECT_CONTAINS(error_of([&] { device.submit(code, Dispatch::batches(0)); }),
                  "workgroups.x is 0");
  const auto text = error_of([&] { device.submit(code, Dispatch::batches(0)); });
  const auto place = "job_test.cpp" + line_before();
  EXPECT_CONTAINS(text, place);
  FakeGpu third;
  Device empty = third.open();
  EXPECT_CONTAINS(error_of([&] {
                    empty.submit({1, 2, 3, 4, 5, 6, 7});
                  }),
                  "nothing is allocated or loaded");
  EXPECT_TRUE(gpu.watch->cfgs.empty());
}

TEST(Job, RefusedByTheKernelLeavesNothing) {
  FakeGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.watch->submit_error = ENOMEM;
  EXPECT_CONTAINS(error_of([&] { device.submit(code, {}, Uniforms{1}); }),
                  "submit: submit_csd: ENOMEM");
  EXPECT_EQ(gpu.watch->syncobjs, 0);
  gpu.watch->submit_error = 0;
  device.run(code, {}, Uniforms{1});
}

}  // namespace
}  // namespace vc7::test
