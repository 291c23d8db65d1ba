// SPDX-License-Identifier: MIT
//
// The counters of a timed job by all ways to read them: the kernel's interface, the registers, C++,
// and the report that `vc7 prof` shows.
#include <map>

#include <vc7/device/perfmon.hpp>
#include <vc7/device/registers.hpp>

#include "../../examples/kernels/sgemm.hpp"
#include "support.hpp"

namespace vc7::test {
namespace {

using Values = std::map<Counter, std::uint64_t>;

class CountersAgree : public testing::Test {
 protected:
  static constexpr std::uint32_t size = 64;

  static Device open() {
    sim::Options model = sim::options_from_environment();
    model.timing = sim::timing::Parameters{};
    return Device::open(OpenOptions{.device = "sim", .model = model});
  }
  static std::vector<Counter> counted() {
    std::vector<Counter> list;
    for (const auto& info : sim::counters)
      if (info.counted != sim::Counted::never) list.push_back(info.counter);
    return list;
  }
  /// One and the same job.
  Event run(const Perfmon* perfmon = nullptr) {
    return device.run(
        code, {.local_size = {16}, .workgroups = {size / 16, size / 16}, .perfmon = perfmon},
        Uniforms{a, size * 4, b, size * 4, c, size * 4, size / 4, examples::sgemm_load_config,
                 examples::sgemm_tile_config, 1.0f, 0.0f});
  }
  template <class List>
  Values by_counter(const List& values) const {
    Values result;
    for (std::size_t n = 0; n < list.size(); ++n) result[list[n]] = values[n];
    return result;
  }

  Device device = open();
  const std::vector<Counter> list = counted();
  Code code = device.load(assemble(examples::sgemm_kernel), {.check = Check::compat});
  Buffer<float> a = device.alloc<float>(size * size, 0.5f), b = device.alloc<float>(size * size),
                c = device.alloc<float>(size * size);
};

TEST_F(CountersAgree, KernelRegistersAndCpp) {
  ASSERT_LE(list.size(), drm::most_perfmon_counters);
  const Perfmon perfmon = device.perfmon(list);
  run(&perfmon);
  const Values cpp = by_counter(perfmon.values());

  std::vector<std::uint8_t> numbers;
  for (const Counter counter : list) numbers.push_back(static_cast<std::uint8_t>(counter));
  const auto id = device.node().perfmon_create(numbers).value();
  ASSERT_TRUE(device.node().perfmon_set_global(id).ok());
  run();
  const Values kernel = by_counter(device.node().perfmon_get_values(id).value());
  ASSERT_TRUE(device.node().perfmon_set_global(id, true).ok());
  EXPECT_EQ(kernel, cpp);

  const PerformanceCounter registers{Registers::open(device), list};
  const Values before = by_counter(registers.values());
  run();
  const Values after = by_counter(registers.values());
  for (const Counter counter : list)
    if (counter != Counter::cycle_count) {  // in registers it counts without a job, too
      EXPECT_EQ(after.at(counter) - before.at(counter), cpp.at(counter)) << info(counter).name;
    }
}

TEST_F(CountersAgree, WithTheReportOfTheProfiler) {
  const Perfmon perfmon = device.perfmon(list);
  const auto report = run(&perfmon).statistics()->timing;
  ASSERT_NE(report, nullptr);
  const auto value = [&](Counter counter) { return perfmon.value(counter); };
  EXPECT_EQ(value(Counter::cycle_count), report->cycles);
  EXPECT_EQ(value(Counter::compute_active_cycles), report->cycles);
  EXPECT_EQ(value(Counter::qpu_active), report->instructions);
  EXPECT_EQ(value(Counter::qpu_total_instr_cache_miss), report->instruction_cache.misses);
  EXPECT_EQ(value(Counter::qpu_total_uniform_cache_hit), report->uniform_cache.hits);
  EXPECT_EQ(value(Counter::qpu_total_uniform_cache_miss), report->uniform_cache.misses);
  EXPECT_EQ(value(Counter::l2t_total_cache_hit), report->l2.hits);
  EXPECT_EQ(value(Counter::l2t_total_cache_miss), report->l2.misses);
  EXPECT_EQ(value(Counter::l2t_memory_reads) * report->parameters.l2_line, report->dram_bytes_read);
  EXPECT_EQ(value(Counter::l2t_memory_writes) * report->parameters.l2_line,
            report->dram_bytes_written);
  EXPECT_EQ(value(Counter::tmu_active_cycles), report->tmu_busy);
  using sim::timing::Stall;
  EXPECT_EQ(4 * value(Counter::qpu_stalls_sfu),
            report->stalls[Stall::special_unit] + report->stalls[Stall::special_result]);
  EXPECT_GT(value(Counter::qpu_stalls_sfu), 0u);
}

}  // namespace
}  // namespace vc7::test
