// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/isa/print.hpp>

#include "profile.hpp"

namespace vc7::tool {

using namespace sim::timing;
using Json = nlohmann::ordered_json;

namespace {

Json to_json(const StallCycles& cycles) {
  Json json = Json::object();
  for (std::size_t n = 0; n < stalls.size(); ++n)
    if (cycles.cycles[n] != 0) json[std::string{stalls[n].id}] = cycles.cycles[n];
  return json;
}

Json to_json(const CacheUse& use) { return {{"hits", use.hits}, {"misses", use.misses}}; }

Json to_json(const Parameters& values) {
  Json json;
  for (const ParameterInfo& p : parameters) json[std::string{p.name}] = values.get(p.name);
  return json;
}

}  // namespace

Json Profile::values() const {
  const Report& r = report_;
  Json instructions = Json::array();
  for (const InstructionCost& cost : r.costs)
    instructions.push_back({{"address", cost.address},
                            {"place", place(cost.address)},
                            {"text", isa::print_word(cost.word)},
                            {"executed", cost.executed},
                            {"cycles", cost.cycles},
                            {"stalls", to_json(cost.stalls)}});
  return {{"simulated", true},
          {"chip", r.topology.name},
          {"qpus", r.topology.qpus()},
          {"modelled_cycles", r.cycles},
          {"modelled_execution_seconds", r.execution_seconds()},
          {"modelled_seconds", r.seconds()},
          {"batches", r.batches},
          {"instructions", r.instructions},
          {"slots", {{"both", r.both}, {"add_only", r.add_only}, {"mul_only", r.mul_only}}},
          {"float_operations", r.float_operations},
          {"issue_cycles", r.issue_cycles},
          {"stall_cycles", to_json(r.stalls)},
          {"tmu",
           {{"loads", r.tmu_loads},
            {"stores", r.tmu_stores},
            {"atomics", r.tmu_atomics},
            {"bytes_loaded", r.tmu_bytes_loaded},
            {"bytes_stored", r.tmu_bytes_stored}}},
          {"caches",
           {{"instructions", to_json(r.instruction_cache)},
            {"uniforms", to_json(r.uniform_cache)},
            {"l1", to_json(r.l1)},
            {"l2", to_json(r.l2)}}},
          {"dram", {{"bytes_read", r.dram_bytes_read}, {"bytes_written", r.dram_bytes_written}}},
          {"parameters", to_json(r.parameters)},
          {"hottest_lines", lines()},
          {"per_instruction", instructions}};
}

std::string Profile::json() const {
  return values().dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace vc7::tool
