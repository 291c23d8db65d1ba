// SPDX-License-Identifier: MIT
#include "core.hpp"

#include <algorithm>

namespace vc7::sim::timing {

Core::Core(const Job& job, Sites& sites, Report& report)
    : job_{job},
      sites_{sites},
      report_{report},
      p_{report.parameters},
      recorder_{report.timeline, report.topology.qpus()},
      memory_{report.parameters, report.topology.slices, report} {
  report.threads_per_qpu = job.threads_per_qpu;
  for (unsigned n = 0; n < report.topology.slices; ++n)
    slices_.push_back({Cache{p_.instruction_cache_bytes, p_.instruction_cache_line},
                       Cache{p_.uniform_cache_bytes, p_.uniform_cache_line},
                       {}});
  for (unsigned n = 0; n < report.topology.qpus(); ++n) {
    Qpu& qpu = qpus_.emplace_back();
    qpu.number = n;
    for (unsigned t = 0; t < job.threads_per_qpu; ++t) qpu.threads.emplace_back();
  }
  turns_.resize(qpus_.size(), idle);
}

/// Null if all are idle.
Core::Qpu* Core::furthest_behind() {
  const auto first = std::min_element(turns_.begin(), turns_.end());
  return *first == idle ? nullptr : &qpus_[static_cast<std::size_t>(first - turns_.begin())];
}

void Core::run() {
  // Breadth first over the QPUs, then their threads (v3d71 §12.3).
  for (unsigned thread = 0; thread < job_.threads_per_qpu; ++thread)
    for (Qpu& qpu : qpus_) launch(qpu, thread, 0);
  while (Qpu* qpu = furthest_behind()) {
    step(*qpu);
    turns_[qpu->number] = qpu->running < 0 ? idle : qpu->time;
  }
  report_.cycles = memory_.flush(end_);
  for (Qpu& qpu : qpus_) stall(qpu, nullptr, Stall::idle, report_.cycles);
  recorder_.finish();
  report_.costs = sites_.costs();
}

// ---- dispatch

void Core::launch(Qpu& qpu, unsigned thread, std::uint64_t now) {
  if (stopped_ || next_batch_ == job_.batches) return;
  auto trace = job_.trace_of(next_batch_);
  // What stopped before its first instruction takes no time, and is the last.
  if (trace == nullptr || trace->runs().empty()) {
    stopped_ = true;
    return;
  }
  QpuThread& t = qpu.threads[thread];
  t.batch = next_batch_++;
  t.begin(std::move(trace), job_.uniform_start);
  t.launched = t.ready = launches_.reserve(now, p_.batch_launch);
  t.why = Stall::idle;
  t.waits_at = nullptr;
  ++report_.batches;
  if (qpu.running < 0) choose(qpu, thread);
}

/// Looks for a thread that can run behind `after`, or else the first that will.
void Core::choose(Qpu& qpu, unsigned after) {
  qpu.running = -1;
  for (unsigned n = 1; n <= qpu.threads.size(); ++n) {
    const unsigned number = (after + n) % static_cast<unsigned>(qpu.threads.size());
    const QpuThread& t = qpu.threads[number];
    if (!t.busy() || t.at_barrier) continue;
    const auto start = [&](const QpuThread& other) { return std::max(other.ready, qpu.time); };
    if (qpu.running < 0 || start(t) < start(qpu.threads[static_cast<unsigned>(qpu.running)]))
      qpu.running = static_cast<int>(number);
  }
  if (qpu.running < 0) return;
  const QpuThread& t = qpu.threads[static_cast<unsigned>(qpu.running)];
  if (t.ready > qpu.time) stall(qpu, t.waits_at, t.why, t.ready);
  qpu.fetched = ~0u;
  turns_[qpu.number] = qpu.time;
}

void Core::end_batch(Qpu& qpu, QpuThread& thread) {
  if (report_.batches_run.size() < Report::most_intervals) {
    const auto slot = static_cast<std::uint16_t>(qpu.running);
    report_.batches_run.push_back(
        {static_cast<std::uint16_t>(qpu.number), slot, thread.batch, thread.launched, qpu.time});
  }
  recorder_.close(qpu.number);
  end_ = std::max({end_, qpu.time, thread.stores_done});
  thread.end();
}

void Core::arrive(Qpu& qpu, QpuThread& thread) {
  const std::uint32_t group = job_.supergroup_of(thread.batch);
  auto& waiting = barriers_[group];
  thread.wants_barrier = false;
  thread.at_barrier = true;
  waiting.emplace_back(&qpu, &thread);
  if (waiting.size() < job_.size_of(group)) return;
  const std::uint64_t now = qpu.time + p_.barrier_extra;
  const auto all = std::move(waiting);
  barriers_.erase(group);
  for (const auto& [other, t] : all) {
    t->at_barrier = false;
    t->ready = std::max(t->ready, now);
    t->why = Stall::barrier;
  }
  for (const auto& [other, t] : all)
    if (other != &qpu && other->running < 0) choose(*other, 0);
}

// ---- instructions

void Core::stall(Qpu& qpu, Site* site, Stall why, std::uint64_t until) {
  if (until <= qpu.time) return;
  const std::uint64_t cycles = until - qpu.time;
  report_.stalls[why] += cycles;
  recorder_.spent(qpu.number, Timeline::kind_of(why),
                  qpu.running < 0 ? Timeline::no_thread : static_cast<std::uint8_t>(qpu.running),
                  cycles);
  if (site != nullptr) {
    site->cost.stalls[why] += cycles;
    site->cost.cycles += cycles;
  }
  qpu.time = until;
}

void Core::step(Qpu& qpu) {
  QpuThread& thread = qpu.threads[static_cast<unsigned>(qpu.running)];
  Site& site = sites_.at(thread.pc());
  if (!qpu.granted) {
    const Wait wait = earliest(qpu, thread, site);
    if (wait.until > qpu.time) return stall(qpu, &site, wait.why, wait.until);
    if (site.unit != Unit::none && !take_special(qpu, site)) return;
  }
  qpu.granted = false;
  issue(qpu, thread, site);
}

/// The special function unit serves the QPUs of its slice in the order in which they come. False:
/// not now.
bool Core::take_special(Qpu& qpu, Site& site) {
  const std::uint32_t service = site.unit == Unit::rotate ? p_.rotate_service : p_.special_service;
  const std::uint64_t start = slice_of(qpu).special.reserve(qpu.time, service);
  if (start == qpu.time) return true;
  stall(qpu, &site, Stall::special_unit, start);
  qpu.granted = true;
  return false;
}

/// When the instruction could be issued, and what is in its way for longest.
Core::Wait Core::earliest(Qpu& qpu, QpuThread& thread, const Site& site) {
  Wait wait{qpu.time, Stall::idle};
  if (must_fetch(qpu, thread.pc(), wait)) return wait;  // only then the rest is looked at
  const auto until = [&](std::uint64_t time, Stall why) {
    if (time > wait.until) wait = {time, why};
  };
  for (const QpuThread::Special& special : thread.special)
    for (unsigned n = 0; special.to >= 0 && n < site.reads; ++n)
      if (site.read[n] == special.to) until(special.ready, Stall::special_result);
  if (site.ldtmu && !thread.results.empty()) until(thread.results.front(), Stall::tmu_result);
  if (site.tmuwt) until(thread.stores_done, Stall::tmu_write);
  if (site.uniforms != 0) need_uniforms(qpu, thread.uniforms, site.uniforms, wait);
  if (site.unifa_words != 0) need_uniforms(qpu, thread.unifa, site.unifa_words, wait);
  if (site.tmu_words != 0) need_room(qpu, site.tmu_words, wait);
  return wait;
}

bool Core::must_fetch(Qpu& qpu, std::uint32_t pc, Wait& wait) {
  Cache& cache = slice_of(qpu).instructions;
  const std::uint32_t number = cache.number_of(pc);
  if (number == qpu.fetched) return false;
  Cache::Line* line = cache.find(number);
  if (line == nullptr) {
    line = &cache.victim(number);
    line->number = number;
    line->ready = qpu.time + p_.instruction_miss;
    ++report_.instruction_cache.misses;
  }
  if (line->ready > qpu.time) {
    wait = {line->ready, Stall::instruction};
    return true;
  }
  qpu.fetched = number;
  ++report_.instruction_cache.hits;
  return false;
}

/// Lines are fetched one ahead, as streams are read in order.
void Core::need_uniforms(Qpu& qpu, std::uint32_t address, unsigned words, Wait& wait) {
  Cache& cache = slice_of(qpu).uniforms;
  const std::uint32_t last = cache.number_of(address + 4 * words - 1);
  for (std::uint32_t number = cache.number_of(address); number <= last + 1; ++number) {
    Cache::Line* line = cache.find(number);
    if (line == nullptr) {
      line = &cache.victim(number);
      line->number = number;
      line->ready = qpu.time + p_.uniform_miss;
      ++report_.uniform_cache.misses;
    } else if (number <= last) {
      ++report_.uniform_cache.hits;
    }
    if (number <= last && line->ready > wait.until) wait = {line->ready, Stall::uniform};
  }
}

void Core::need_room(Qpu& qpu, unsigned words, Wait& wait) const {
  while (!qpu.fifo.empty() && qpu.fifo.front().leaves <= qpu.time) qpu.fifo.pop_front();
  unsigned held = qpu.unsent + words;
  for (const InFlight& request : qpu.fifo) held += request.words;
  for (const InFlight& request : qpu.fifo) {
    if (held <= p_.tmu_input_fifo) return;
    held -= request.words;
    if (request.leaves > wait.until) wait = {request.leaves, Stall::tmu_full};
  }
}

void Core::issue(Qpu& qpu, QpuThread& thread, Site& site) {
  ++report_.instructions;
  report_.add_only += site.add_works && !site.mul_works;
  report_.mul_only += site.mul_works && !site.add_works;
  report_.both += site.add_works && site.mul_works;
  report_.float_operations += 16u * site.float_operations;
  ++site.cost.executed;
  report_.issue_cycles += p_.instruction_cycles;
  site.cost.cycles += p_.instruction_cycles;

  const std::uint32_t pc = thread.pc();
  if (site.ldtmu && !thread.results.empty()) thread.results.pop_front();
  thread.uniforms += 4u * site.uniforms;
  thread.unifa += 4u * site.unifa_words;
  qpu.unsent += site.tmu_words;
  if (site.events != 0) events(qpu, thread, site, pc);
  if (site.special_to >= 0)
    thread.special = {thread.special[1],
                      {site.special_to, qpu.time + p_.special_latency * p_.instruction_cycles}};
  thread.advance();
  recorder_.spent(qpu.number, Timeline::issue, static_cast<std::uint8_t>(qpu.running),
                  p_.instruction_cycles);
  qpu.time += p_.instruction_cycles;
  if (site.branch) stall(qpu, &site, Stall::branch, qpu.time + p_.branch_extra);
  after_slots(qpu, thread, site);
}

void Core::events(Qpu& qpu, QpuThread& thread, Site& site, std::uint32_t pc) {
  for (unsigned n = 0; n < site.events; ++n) {
    const auto item = thread.event(pc);
    if (!item) return;  // the last instruction of the batch may have come to nothing
    switch (item->event) {
      case Event::access: access(qpu, thread, item->access); break;
      case Event::unifa: thread.unifa = item->value; break;
      case Event::uniforms: thread.uniforms = item->value; break;
      case Event::barrier: thread.wants_barrier = thread.wants_barrier || item->value != 0; break;
    }
  }
}

void Core::access(Qpu& qpu, QpuThread& thread, const Access& access) {
  const Pattern& pattern = *access.pattern;
  const auto answer =
      memory_.request(qpu.number / report_.topology.qpus_per_slice, access, qpu.time);
  qpu.fifo.push_back({answer.accepted, qpu.unsent});
  qpu.unsent = 0;
  if (pattern.kind != AccessKind::load) {
    thread.stores_done = std::max(thread.stores_done, answer.done);
    if (pattern.kind == AccessKind::store) return;
  }
  // Results come in the order of the requests.
  thread.loads_done = std::max(thread.loads_done, answer.done);
  thread.results.insert(thread.results.end(), pattern.components, thread.loads_done);
}

void Core::after_slots(Qpu& qpu, QpuThread& thread, Site& site) {
  const bool second_of_pair = thread.switch_in == 2;
  if (site.thrsw && !second_of_pair) thread.switch_in = 3;
  const bool switches = thread.switch_in > 0 && --thread.switch_in == 0;
  const auto number = static_cast<unsigned>(qpu.running);
  if (!thread.more()) {
    end_batch(qpu, thread);
    qpu.running = -1;
    launch(qpu, number, qpu.time);
    if (qpu.running < 0) choose(qpu, number);
    return;
  }
  if (!switches) return;
  stall(qpu, &site, Stall::branch, qpu.time + p_.switch_extra);
  thread.ready = thread.loads_done;
  thread.why = Stall::tmu_switch;
  thread.waits_at = &site;
  if (thread.wants_barrier) arrive(qpu, thread);
  choose(qpu, number);
}

}  // namespace vc7::sim::timing
