// SPDX-License-Identifier: MIT
#include "tmu.hpp"

#include <algorithm>
#include <atomic>
#include <string_view>

#include "mutation.hpp"
#include "sim/exec/messages.hpp"
#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::oracle {
namespace {

constexpr std::string_view type_names[8] = {"int8", "int16", "vec2",   "vec3",
                                            "vec4", "uint8", "uint16", "uint32"};

struct Config {
  bool per_pixel;
  unsigned op, type;
  explicit Config(std::uint32_t word)
      : per_pixel{(word & 0x80) != 0}, op{word >> 3 & 15}, type{word & 7} {}
  unsigned components() const { return type >= 2 && type <= 4 ? type : 1; }
  unsigned bytes() const {
    if (type == 0 || type == 5) return 1;
    if (type == 1 || type == 6) return 2;
    return 4;
  }
};

/// Host pointer of an element. Unaligned addresses lose their low bits (v3d71 §10.4).
template <class Element>
Element* element(Memory& memory, std::uint32_t address, int lane, std::string_view access) {
  address &= ~static_cast<std::uint32_t>(sizeof(Element) - 1);
  if (!memory.mapped(address, sizeof(Element)))
    throw Trap{FaultKind::memory, messages::memory(access, address), lane, address};
  return reinterpret_cast<Element*>(memory.at(address));
}

template <class Element>
Element get(Memory& memory, std::uint32_t address, int lane) {
  return std::atomic_ref{*element<Element>(memory, address, lane, "TMU load")}.load(
      std::memory_order_relaxed);
}
template <class Element>
void put(Memory& memory, std::uint32_t address, int lane, std::uint32_t word) {
  std::atomic_ref{*element<Element>(memory, address, lane, "TMU store")}.store(
      static_cast<Element>(word), std::memory_order_relaxed);
}

std::uint32_t load(Memory& memory, unsigned type, std::uint32_t address, int lane) {
  switch (type) {
    case 0: return semantics::sign_extend_8(get<std::uint8_t>(memory, address, lane));
    case 1: return semantics::sign_extend_16(get<std::uint16_t>(memory, address, lane));
    case 5: return get<std::uint8_t>(memory, address, lane);
    case 6: return get<std::uint16_t>(memory, address, lane);
    default: return get<std::uint32_t>(memory, address, lane);
  }
}

void store(Memory& memory, const Config& config, std::uint32_t address, int lane,
           std::uint32_t word) {
  switch (config.bytes()) {
    case 1: put<std::uint8_t>(memory, address, lane, word); break;
    case 2: put<std::uint16_t>(memory, address, lane, word); break;
    default: put<std::uint32_t>(memory, address, lane, word);
  }
}

/// New memory word of an atomic (v3d71 §10.2, §10.5). Operations 8 to 10 mean something else
/// without data.
std::uint32_t combine(unsigned op, bool has_data, std::uint32_t old, std::uint32_t x,
                      std::uint32_t y) {
  const auto less = [](std::uint32_t a, std::uint32_t b) {
    return semantics::as_signed(a) < semantics::as_signed(b);
  };
  switch (op) {
    case 0: return old + x;
    case 1: return old - x;
    case 2: return x;
    case 3: return old == x ? y : old;
    case 4: return std::min(old, x);
    case 5: return std::max(old, x);
    case 6: return less(x, old) ? x : old;
    case 7: return less(old, x) ? x : old;
    case 8: return has_data ? old & x : old + 1;
    case 9: return has_data ? old | x : old - 1;
    default: return has_data ? old ^ x : ~old;
  }
}

void push_result(ThreadState& state, const Lanes& words) { state.tmu_results.push_back(words); }

void expect_room(const ThreadState& state, unsigned words, const JobContext& job) {
  const auto total = static_cast<unsigned>(state.tmu_results.size()) + words;
  if (total > job.output_fifo())
    throw Trap{FaultKind::deadlock, messages::fifo_overflow(total, job.output_fifo())};
}

void do_load(ThreadState& state, const Config& config, const Lanes& addresses, LaneMask active,
             JobContext& job) {
  expect_room(state, config.components(), job);
  std::vector<Lanes> results(config.components());
  for (unsigned lane = 0; lane < lanes; ++lane) {
    if (!semantics::in_mask(active, lane)) continue;
    std::uint32_t address = addresses[lane];
    for (Lanes& result : results) {
      result[lane] = broken_if(VC7_MUTATED(tmu_load, config.type),
                               load(job.memory, config.type, address, static_cast<int>(lane)));
      address += VC7_MUTATED(tmu_components) ? 8 : 4;
    }
  }
  for (const Lanes& result : results) push_result(state, result);
}

// Lane by lane, so that of several lanes that store to one word the highest wins.
void do_store(const std::vector<TmuData>& data, const Config& config, const Lanes& addresses,
              LaneMask active, JobContext& job) {
  const auto words = static_cast<unsigned>(data.size());
  if (words != config.components()) {
    const std::string message = messages::data_count(words, type_names[config.type]);
    if (job.trap_hazards) throw Trap{FaultKind::restriction, "R46: " + message};
    job.warnings.add(message);
  }
  for (unsigned lane = 0; lane < lanes; ++lane) {
    if (!semantics::in_mask(active, lane)) continue;
    for (unsigned k = 0; k < std::min(words, config.components()); ++k)
      store(job.memory, config, addresses[lane] + 4 * k, static_cast<int>(lane),
            broken_if(VC7_MUTATED(tmu_store, config.type), data[k].words[lane]));
  }
}

void do_atomic(ThreadState& state, const std::vector<TmuData>& data, const Config& config,
               const Lanes& addresses, LaneMask active, JobContext& job) {
  for (const TmuData& d : data)
    if (d.is_tmud != data.front().is_tmud)
      throw Trap{FaultKind::restriction, messages::atomic_conventions()};
  if (config.op == 3 && data.size() < 2)
    throw Trap{FaultKind::restriction, messages::missing_atomic_data(config.op)};
  expect_room(state, 1, job);
  Lanes result{};
  for (unsigned lane = 0; lane < lanes; ++lane) {  // serialised, ascending
    if (!semantics::in_mask(active, lane)) continue;
    std::atomic_ref word{
        *element<std::uint32_t>(job.memory, addresses[lane], static_cast<int>(lane), "TMU store")};
    const std::uint32_t old = word.load(std::memory_order_relaxed);
    const std::uint32_t x = data.empty() ? 0 : data[0].words[lane];
    const std::uint32_t y = data.size() < 2 ? 0 : data[1].words[lane];
    const bool wrong =
        data.empty() ? VC7_MUTATED(atomic_plain, config.op) : VC7_MUTATED(atomic, config.op);
    word.store(broken_if(wrong, combine(config.op, !data.empty(), old, x, y)),
               std::memory_order_relaxed);
    result[lane] = broken_if(VC7_MUTATED(atomic_old), old);
  }
  push_result(state, result);
}

}  // namespace

void tmu_data(ThreadState& state, bool is_tmud, const Lanes& words, LaneMask mask) {
  if (state.tmu_data.size() == 16) throw Trap{FaultKind::deadlock, messages::data_overflow()};
  TmuData data{is_tmud, {}};
  for (unsigned lane = 0; lane < lanes; ++lane)
    if (semantics::in_mask(mask, lane)) data.words[lane] = words[lane];
  state.tmu_data.push_back(data);
}

void tmu_access(ThreadState& state, const Lanes& addresses, LaneMask mask, JobContext& job) {
  const Config config{state.tmu_config};
  if (!VC7_MUTATED(tmu_config_shift)) state.tmu_config = state.tmu_config >> 8 | 0xff000000u;
  const std::vector<TmuData> data = std::move(state.tmu_data);
  state.tmu_data.clear();

  auto active =
      static_cast<LaneMask>((VC7_MUTATED(tmu_inactive) ? all_lanes : mask) & state.live());
  if (!config.per_pixel && !VC7_MUTATED(tmu_quad))  // whole quads of which a lane is active
    for (unsigned quad = 0; quad < lanes; quad += 4)
      if ((active >> quad & 15) != 0) active = static_cast<LaneMask>(active | 15u << quad);

  if (config.op == 15)
    return data.empty() ? do_load(state, config, addresses, active, job)
                        : do_store(data, config, addresses, active, job);
  if (config.op > 10) throw Trap{FaultKind::restriction, messages::reserved_tmu_op(config.op)};
  if (data.empty() && config.op < 8) return;  // prefetch, cache maintenance: nothing comes back
  do_atomic(state, data, config, addresses, active, job);
}

Lanes tmu_pop(ThreadState& state) {
  if (state.tmu_results.empty()) throw Trap{FaultKind::deadlock, messages::nothing_to_pop()};
  if (VC7_MUTATED(tmu_fifo)) std::swap(state.tmu_results.front(), state.tmu_results.back());
  const Lanes words = state.tmu_results.front();
  state.tmu_results.pop_front();
  return words;
}

}  // namespace vc7::sim::oracle
