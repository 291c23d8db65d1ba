// SPDX-License-Identifier: MIT
#include "device.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <string>
#include <utility>

namespace vc7::drm {

using simulated::Client;
using simulated::Job;

namespace {

using Clock = std::chrono::steady_clock;

// What it costs to wake a thread on another processor.
constexpr std::chrono::microseconds short_time{50};

bool all_done(const std::vector<std::shared_ptr<simulated::Fence>>& fences) {
  return std::ranges::all_of(fences, [](const auto& fence) { return fence->done; });
}

}  // namespace

SimulatedDevice::SimulatedDevice(SimulatedOptions options)
    : options_{std::move(options)},
      memory_{std::make_shared<simulated::VideoMemory>(options_)},
      registers_{std::make_shared<sim::Registers>(options_.machine.topology, options_.clock)},
      watchdog_{options_.job_timeout} {}

SimulatedDevice::~SimulatedDevice() {
  {
    const auto guard = lock();
    quit_ = true;
    stop_running(guard, nullptr);
    for (const auto& job : queue_) finish(guard, *job, ECANCELED, nullptr);
    queue_.clear();
  }
  wake_.notify_all();
  for (auto& worker : workers_)
    if (worker.thread.joinable()) worker.thread.join();
}

void SimulatedDevice::submit(const Lock& lock, Jobs jobs) {
  const bool leave = can_leave(lock, jobs);
  // The threads start late: most devices that are opened to be looked at never run a job.
  for (const auto& job : jobs)
    if (auto& mine = worker(job->queue); !leave && !mine.thread.joinable())
      mine.thread = std::thread{[this, &mine] { work(mine); }};
  for (const auto& job : jobs) ++job->client->unfinished_jobs;
  queue_.splice(queue_.end(), jobs);
  if (leave)
    left_ = queue_.back().get();
  else
    wake_.notify_all();
}

// While it is left, or executed by the caller, others that come go to the thread, which then
// exists: whatever is left over finds it.
bool SimulatedDevice::can_leave(const Lock&, const Jobs& jobs) {
  const auto& job = *jobs.front();
  const auto compute = [](const auto& other) { return other->queue == Queue::csd; };
  return !options_.lasts && jobs.size() == 1 && job.queue == Queue::csd && left_ == nullptr &&
         job.client->short_jobs == ShortJobs::by_caller && job.client->last_was_short &&
         worker(Queue::csd).running == nullptr && all_done(job.waits) &&
         std::ranges::none_of(queue_, compute);
}

bool SimulatedDevice::short_job_left() {
  const auto guard = lock();
  return left_ != nullptr;
}

void SimulatedDevice::run_short_job() {
  auto guard = lock();
  const auto found =
      std::ranges::find_if(queue_, [&](const auto& job) { return job.get() == left_; });
  left_ = nullptr;
  auto& mine = worker(Queue::csd);
  // The thread that executes another one will take it.
  if (found == queue_.end() || mine.running != nullptr) return;
  const auto job = std::move(*found);
  queue_.erase(found);
  run(guard, mine, *job);
  if (!queue_.empty()) wake_.notify_all();
}

// Of one file, or of all.
void SimulatedDevice::stop_running(const Lock&, const Client* client) {
  for (const auto& worker : workers_)
    if (worker.running != nullptr && (client == nullptr || worker.running->client.get() == client))
      worker.running->stop = true;
}

void SimulatedDevice::close(const std::shared_ptr<Client>& client) {
  auto guard = lock();
  // The kernel's scheduler lets a closing file drain its queue for a second as well.
  const auto idle = [&] { return client->unfinished_jobs == 0; };
  if (changed_.wait_until(guard, Clock::now() + options_.close_grace, idle)) return;
  stop_running(guard, client.get());
  if (left_ != nullptr && left_->client == client) left_ = nullptr;
  for (const auto& job : queue_)
    if (job->client == client) finish(guard, *job, ECANCELED, nullptr);
  std::erase_if(queue_, [&](const auto& job) { return job->client == client; });
  wake_.notify_all();  // jobs of other files may have waited for the dropped ones
}

void SimulatedDevice::finish(const Lock&, Job& job, int error,
                             std::shared_ptr<const sim::JobResult> report) {
  job.fence->signal(error, std::move(report));
  --job.client->unfinished_jobs;
  changed();
}

void SimulatedDevice::run_compute(Job& job) {
  if (const auto& indirect = job.indirect) {
    if (indirect->empty) return;
    std::ranges::copy(indirect->counts, job.cfg.begin());
    job.cfg[4] = indirect->batches;
  }
  const auto reset = [&](std::string why) {
    job.result->fault = sim::Fault{.kind = sim::FaultKind::deadlock, .message = std::move(why)};
  };
  if (options_.hangs && options_.hangs())
    return reset("the job hangs and the GPU is reset, as asked for");
  std::atomic<std::uint64_t> ended = 0;
  struct Watch {  // ends also if the executor throws
    simulated::Watchdog& dog;
    ~Watch() { dog.end(); }
  };
  watchdog_.begin(job.stop, ended);
  const Watch watch{watchdog_};
  *job.result = options_.executor ? options_.executor(job.cfg, job.stop)
                                  : memory_->machine()->run(job.cfg, &job.stop, &ended);
  if (watchdog_.end())
    reset("no batch ended for " + std::to_string(watchdog_.period().count()) + " ms (" +
          std::to_string(ended.load()) +
          " had before), where the kernel resets the GPU: let a batch do less, or allow more time");
}

// Nothing that a job does may end the process: what goes wrong in the model itself is told like a
// fault.
void SimulatedDevice::execute(Job& job) noexcept {
  const auto broken = [&](const char* why) {
    job.result->fault = sim::Fault{.kind = sim::FaultKind::unsupported,
                                   .message = std::string{"the device model failed: "} + why};
  };
  try {
    switch (job.queue) {
      case Queue::bin:
        job.result->fault = sim::run_binner_list(memory_->memory(), job.list, &job.stop);
        break;
      case Queue::render:
        job.result->fault = sim::run_render_list(memory_->memory(), job.list, &job.stop);
        break;
      case Queue::csd: run_compute(job); break;
      case Queue::tfu:
        job.result->fault = sim::Fault{.kind = sim::FaultKind::unsupported,
                                       .message = "SUBMIT_TFU: the device model has no texture "
                                                  "formatting unit; the image was not converted"};
        break;
      case Queue::cpu: job.work(); break;
      case Queue::cache_clean: break;  // nothing to do: the model has no cache
    }
  } catch (const std::out_of_range& error) {
    job.result->fault = sim::Fault{.kind = sim::FaultKind::memory, .message = error.what()};
  } catch (const std::exception& error) {
    broken(error.what());
  } catch (...) {
    broken("unknown exception");
  }
}

void SimulatedDevice::tell_start(const Job& job) const {
  JobStart start{job.cfg, {}};
  for (const auto& buffer : job.buffers)
    start.buffers.push_back(
        {buffer->address, {memory_->at(buffer->address), static_cast<std::size_t>(buffer->size)}});
  options_.on_job_start(start);
}

bool SimulatedDevice::ready(Jobs::const_iterator job) const {
  const auto& wanted = **job;
  const auto before = [&](const Job& other) {
    return other.client == wanted.client && other.queue == wanted.queue;
  };
  // A running job of the same queue has our worker, so it needs no look.
  return all_done(wanted.waits) &&
         std::none_of(queue_.begin(), job, [&](const auto& other) { return before(*other); });
}

// Null if there is none now.
std::unique_ptr<Job> SimulatedDevice::take_ready(const Lock&, const Worker& mine) {
  if (mine.running != nullptr) return nullptr;
  for (auto job = queue_.begin(); job != queue_.end(); ++job) {
    if (&worker((*job)->queue) != &mine || job->get() == left_ || !ready(job)) continue;
    auto taken = std::move(*job);
    queue_.erase(job);
    return taken;
  }
  return nullptr;
}

void SimulatedDevice::end(const Lock& lock, Job& job) {
  if (job.follows && job.follows->error != 0)
    return finish(lock, job, job.follows->error, job.follows->report);
  // ECANCELED is what the kernel's scheduler writes into the fence of a job that hung (v3d71
  // §14.5).
  const int error = job.result->fault || job.stop ? ECANCELED : 0;
  if (error != 0) {
    ++resets_;
    ++job.client->resets;
  }
  finish(lock, job, error, job.result);
}

// Ends early if the job is not wanted any more.
void SimulatedDevice::pace(Lock& guard, const Job& job, Clock::time_point start) {
  const auto lasts = options_.lasts({job.queue, *job.result}, Clock::now() - start);
  guard.lock();
  wake_.wait_until(guard, start + lasts, [&] { return quit_ || job.stop; });
  guard.unlock();
}

void SimulatedDevice::work(Worker& mine) {
  auto guard = lock();
  while (true) {
    std::unique_ptr<Job> job;
    wake_.wait(guard, [&] { return quit_ || (job = take_ready(guard, mine)) != nullptr; });
    if (quit_) return;
    run(guard, mine, *job);
    wake_.notify_all();  // the other worker's jobs may have waited for this one
  }
}

void SimulatedDevice::run(Lock& guard, Worker& mine, Job& job) {
  mine.running = &job;
  const bool skipped = job.follows && job.follows->error != 0;
  guard.unlock();

  const auto start = Clock::now();
  if (job.queue == Queue::csd && options_.on_job_start) tell_start(job);
  if (!skipped) execute(job);
  if (!skipped && options_.lasts && job.queue == Queue::csd) pace(guard, job, start);
  registers_->add(job.result->counters);
  if (!skipped && options_.on_job_done) options_.on_job_done({job.queue, *job.result});
  // Before the fence: who has waited and closes the handle finds the address free at once.
  job.buffers.clear();
  const auto taken = Clock::now() - start;

  guard.lock();
  mine.running = nullptr;
  if (job.queue == Queue::csd) job.client->last_was_short = taken < short_time;
  if (const auto& perfmon = global_perfmon_ ? global_perfmon_ : job.perfmon)
    perfmon->add(job.result->counters);
  end(guard, job);
}

std::shared_ptr<SimulatedDevice> make_simulated_device(SimulatedOptions options) {
  return std::make_shared<SimulatedDevice>(std::move(options));
}

bool short_job_left(SimulatedDevice& device) { return device.short_job_left(); }
void run_short_job(SimulatedDevice& device) { device.run_short_job(); }

sim::Machine* machine(SimulatedDevice& device) { return device.memory()->machine(); }

const std::shared_ptr<sim::Registers>& registers(SimulatedDevice& device) {
  return device.registers();
}

}  // namespace vc7::drm
