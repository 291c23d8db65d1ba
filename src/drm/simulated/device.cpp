// SPDX-License-Identifier: MIT
#include "device.hpp"

#include <cerrno>
#include <exception>
#include <string>
#include <utility>

namespace vc7::drm {

using simulated::Client;
using simulated::Job;

SimulatedDevice::SimulatedDevice(SimulatedOptions options)
    : options_{std::move(options)},
      memory_{std::make_shared<simulated::VideoMemory>(options_)},
      registers_{std::make_shared<sim::Registers>(options_.machine.topology)} {}

SimulatedDevice::~SimulatedDevice() {
  {
    const auto guard = lock();
    quit_ = true;
    if (running_ != nullptr) running_->stop = true;
    for (const auto& job : queue_) finish(guard, *job, ECANCELED, nullptr);
    queue_.clear();
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SimulatedDevice::submit(const Lock&, std::unique_ptr<Job> job) {
  // The thread starts late: most devices that are opened to be looked at never run a job.
  if (!thread_.joinable()) thread_ = std::thread{[this] { work(); }};
  queue_.push_back(std::move(job));
  ++queue_.back()->client->unfinished_jobs;
  wake_.notify_one();
}

void SimulatedDevice::close(const std::shared_ptr<Client>& client) {
  auto guard = lock();
  // The kernel's scheduler lets a closing file drain its queue for a second as well.
  const auto idle = [&] { return client->unfinished_jobs == 0; };
  if (changed_.wait_until(guard, std::chrono::steady_clock::now() + options_.close_grace, idle))
    return;
  if (running_ != nullptr && running_->client == client) running_->stop = true;
  for (const auto& job : queue_)
    if (job->client == client) finish(guard, *job, ECANCELED, nullptr);
  std::erase_if(queue_, [&](const auto& job) { return job->client == client; });
}

void SimulatedDevice::finish(const Lock&, Job& job, int error,
                             std::shared_ptr<const sim::JobResult> report) {
  job.fence->signal(error, std::move(report));
  --job.client->unfinished_jobs;
  changed();
}

// Nothing that a job does may end the process: what goes wrong in the model itself is told like a
// fault.
void SimulatedDevice::execute(Job& job) noexcept {
  const auto broken = [&](const char* why) {
    job.result->fault = sim::Fault{.kind = sim::FaultKind::unsupported,
                                   .message = std::string{"the device model failed: "} + why};
  };
  try {
    *job.result = options_.executor ? options_.executor(job.cfg, job.stop)
                                    : memory_->machine()->run(job.cfg, &job.stop);
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

void SimulatedDevice::work() {
  auto guard = lock();
  while (true) {
    wake_.wait(guard, [this] { return quit_ || !queue_.empty(); });
    if (quit_) return;
    const auto job = std::move(queue_.front());
    queue_.pop_front();
    running_ = job.get();
    guard.unlock();

    if (options_.on_job_start) tell_start(*job);
    execute(*job);
    registers_->add(job->result->counters);
    if (options_.on_job_done) options_.on_job_done(job->cfg, *job->result);
    // Before the fence: who has waited and closes the handle finds the address free at once.
    job->buffers.clear();

    guard.lock();
    running_ = nullptr;
    if (const auto& perfmon = global_perfmon_ ? global_perfmon_ : job->perfmon)
      perfmon->add(job->result->counters);
    // ECANCELED is what the kernel's scheduler writes into the fence of a job that hung (v3d71
    // §14.5).
    const int error = job->result->fault || job->stop ? ECANCELED : 0;
    if (error != 0) {
      ++resets_;
      ++job->client->resets;
    }
    finish(guard, *job, error, job->result);
  }
}

std::shared_ptr<SimulatedDevice> make_simulated_device(SimulatedOptions options) {
  return std::make_shared<SimulatedDevice>(std::move(options));
}

sim::Machine* machine(SimulatedDevice& device) { return device.memory()->machine(); }

const std::shared_ptr<sim::Registers>& registers(SimulatedDevice& device) {
  return device.registers();
}

}  // namespace vc7::drm
