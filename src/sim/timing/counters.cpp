// SPDX-License-Identifier: MIT
#include <vc7/sim/timing.hpp>

namespace vc7::sim::timing {

CounterValues counters(const Report& r) {
  const auto turns = [&](auto... causes) {
    return (r.stalls[causes] + ...) / r.parameters.instruction_cycles;
  };
  using enum Stall;
  CounterValues values{
      {Counter::cycle_count, r.cycles},
      {Counter::core_active, r.cycles},
      {Counter::compute_active_cycles, r.cycles},
      {Counter::qpu_total_instr_cache_hit, r.instructions - r.instruction_cache.misses},
      {Counter::qpu_total_instr_cache_miss, r.instruction_cache.misses},
      {Counter::qpu_total_uniform_cache_hit, r.uniform_cache.hits},
      {Counter::qpu_total_uniform_cache_miss, r.uniform_cache.misses},
      {Counter::tmu_active_cycles, r.tmu_busy},
      {Counter::l2t_total_cache_hit, r.l2.hits},
      {Counter::l2t_total_cache_miss, r.l2.misses},
      {Counter::l2t_tmu_read_hits, r.l2.hits},
      {Counter::l2t_tmu_read_miss, r.l2.misses},
      {Counter::l2t_fill, r.dram_bytes_read / r.parameters.l2_line},
      {Counter::l2t_memory_reads, r.dram_bytes_read / r.parameters.l2_line},
      {Counter::l2t_writeback, r.dram_bytes_written / r.parameters.l2_line},
      {Counter::l2t_memory_writes, r.dram_bytes_written / r.parameters.l2_line},
      {Counter::qpu_wait_bubble, turns(tmu_switch, barrier)},
      {Counter::qpu_ic_miss_bubble, turns(instruction)},
      {Counter::qpu_stalls_tmu, turns(tmu_result, tmu_write, tmu_full)},
      {Counter::qpu_stalls_uniforms, turns(uniform)},
      {Counter::qpu_stalls_sfu, turns(special_unit, special_result)},
  };
  values[Counter::qpu_stalls] =
      turns(tmu_result, tmu_write, tmu_full, uniform, special_unit, special_result, branch);
  return values;
}

}  // namespace vc7::sim::timing
