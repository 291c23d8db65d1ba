// SPDX-License-Identifier: MIT
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "profile.hpp"

namespace vc7::tool {

using namespace sim::timing;
using Json = nlohmann::ordered_json;

namespace {

std::string_view name_of(unsigned kind) {
  return kind == Timeline::issue ? "issue" : stalls[kind - 1].name;
}

Json name(const char* what, unsigned qpu, unsigned thread, std::string text) {
  return {{"ph", "M"},
          {"name", what},
          {"pid", qpu},
          {"tid", thread},
          {"args", {{"name", std::move(text)}}}};
}

Json span(std::string_view text, unsigned qpu, unsigned thread, std::uint64_t start,
          std::uint64_t cycles) {
  return {{"ph", "X"},     {"name", text}, {"pid", qpu},
          {"tid", thread}, {"ts", start},  {"dur", cycles}};
}

/// A QPU without a batch has a track of its own.
void names(Json& events, unsigned qpu, unsigned threads) {
  events.push_back(name("process_name", qpu, 0, fmt::format("QPU {} (simulated)", qpu)));
  for (unsigned thread = 0; thread < threads; ++thread)
    events.push_back(name("thread_name", qpu, thread, fmt::format("thread {}", thread)));
  events.push_back(name("thread_name", qpu, threads, "no batch"));
}

void spans(Json& events, unsigned qpu, unsigned threads, const Timeline::Qpu& from) {
  std::uint64_t now = 0;
  for (const Timeline::Span& s : from.first) {
    const unsigned thread = s.thread == Timeline::no_thread ? threads : s.thread;
    events.push_back(span(name_of(s.kind), qpu, thread, now, s.cycles));
    now += s.cycles;
  }
}

void counters(Json& events, unsigned qpu, std::uint64_t bucket_cycles, const Timeline::Qpu& from) {
  for (std::size_t n = 0; n < from.buckets.size(); ++n) {
    Json cycles;
    for (unsigned kind = 0; kind < Timeline::kinds; ++kind)
      cycles[std::string{name_of(kind)}] = from.buckets[n][kind];
    events.push_back({{"ph", "C"},
                      {"name", "cycles"},
                      {"pid", qpu},
                      {"ts", n * bucket_cycles},
                      {"args", std::move(cycles)}});
  }
}

}  // namespace

std::string Profile::chrome_trace() const {
  const unsigned threads = report_.threads_per_qpu;
  Json events = Json::array();
  for (unsigned qpu = 0; qpu < report_.timeline.qpus.size(); ++qpu) {
    const Timeline::Qpu& from = report_.timeline.qpus[qpu];
    names(events, qpu, threads);
    spans(events, qpu, threads, from);
    counters(events, qpu, report_.timeline.bucket_cycles, from);
  }
  for (const Interval& run : report_.batches_run)
    events.push_back(span(fmt::format("batch {}", run.batch), run.qpu, run.thread, run.start,
                          run.end - run.start));
  const Json json{{"traceEvents", events},
                  {"otherData", {{"simulated", true}, {"unit", "1 us is 1 cycle"}}}};
  return json.dump() + "\n";
}

}  // namespace vc7::tool
