// SPDX-License-Identifier: MIT
#include "recorder.hpp"

#include <algorithm>
#include <limits>

namespace vc7::sim::timing {

Recorder::Recorder(Timeline& timeline, unsigned qpus) : timeline_{timeline}, open_(qpus) {
  timeline_.qpus.resize(qpus);
}

void Recorder::finish() {
  for (unsigned qpu = 0; qpu < open_.size(); ++qpu) close(qpu);
}

void Recorder::close(unsigned qpu) {
  Open& open = open_[qpu];
  if (open.cycles == 0) return;
  Timeline::Qpu& to = timeline_.qpus[qpu];
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  for (std::uint64_t rest = open.cycles; rest != 0 && to.first.size() < Timeline::most_spans;) {
    const auto part = static_cast<std::uint32_t>(std::min(rest, most));
    to.first.push_back({open.kind, open.thread, part});
    rest -= part;
  }
  add(to, open);
  open.start += open.cycles;
  open.cycles = 0;
}

void Recorder::add(Timeline::Qpu& to, const Open& span) {
  const std::uint64_t end = span.start + span.cycles;
  while (end > timeline_.bucket_cycles * Timeline::most_buckets) halve();
  const std::uint64_t width = timeline_.bucket_cycles;
  if (to.buckets.size() * width < end) to.buckets.resize((end + width - 1) / width);
  for (std::uint64_t at = span.start; at < end;) {
    const std::uint64_t bucket = at / width, next = std::min(end, (bucket + 1) * width);
    to.buckets[bucket][span.kind] += static_cast<std::uint32_t>(next - at);
    at = next;
  }
}

/// Two buckets become one.
void Recorder::halve() {
  timeline_.bucket_cycles *= 2;
  for (Timeline::Qpu& qpu : timeline_.qpus) {
    std::vector<Timeline::Bucket>& buckets = qpu.buckets;
    for (std::size_t n = 0; n < buckets.size(); ++n)
      for (unsigned kind = 0; kind < Timeline::kinds; ++kind) {
        const std::uint32_t cycles = buckets[n][kind];
        if (n % 2 == 0) buckets[n / 2][kind] = 0;
        buckets[n / 2][kind] += cycles;
      }
    buckets.resize((buckets.size() + 1) / 2);
  }
}

}  // namespace vc7::sim::timing
