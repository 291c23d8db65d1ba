// SPDX-License-Identifier: MIT
#include "observer.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

#include "decode_call.hpp"

namespace vc7::tool {

Observer::Observer(const std::string& trace, const std::string& capture) {
  if (!capture.empty()) capture_.emplace(capture, "--capture");
  if (trace.empty()) return;
  if (trace == "-") {
    trace_ = stderr;
    return;
  }
  owned_ = {std::fopen(trace.c_str(), "w"), &std::fclose};
  if (!owned_) throw Error{fmt::format("cannot write {}: {}", trace, std::strerror(errno))};
  trace_ = owned_.get();
}

void Observer::attach(shim::ServerOptions& options) {
  if (trace_ != nullptr)
    options.observe = [this](const shim::Call& call, int error) { trace_call(call, error); };
  if (capture_)
    options.device.on_job_start = [this](const drm::JobStart& job) { capture_job(job); };
  options.device.on_job_done = [this](const drm::JobDone& job) { count_job(job); };
}

void Observer::trace_call(const shim::Call& call, int error) {
  const std::string result =
      error == 0 ? "0" : fmt::format("-1 {} ({})", drm::errno_name(error), std::strerror(error));
  fmt::print(trace_, "[{}] {}: {} = {}\n", call.process, call.file, decode_call(call), result);
  std::fflush(trace_);
}

// The program goes on if the disk is full: it does not know that it is being watched.
void Observer::capture_job(const drm::JobStart& job) {
  JobFile file;
  file.comment = fmt::format("job {} of vc7 exec", jobs_ + 1);
  file.launch = job.cfg;
  for (const auto& [address, bytes] : job.buffers)
    file.memory.push_back({.name = fmt::format("data-{:08x}", address),
                           .address = address,
                           .size = bytes.size(),
                           .content = Capture::content(bytes)});
  try {
    capture_->save(std::move(file));
  } catch (const Error& error) {
    fmt::print(stderr, "vc7: exec: {}\n", error.what());
  }
}

// A fault is told at once, as the kernel writes it to its log, but each only once.
void Observer::count_job(const drm::JobDone& job) {
  const auto number = ++jobs_;
  instructions_ += job.result.instructions;
  if (!job.result.fault) return;
  const std::string text = sim::describe(*job.result.fault);
  const std::lock_guard lock{mutex_};
  if (faults_[text]++ == 0) fmt::print(stderr, "vc7 exec: job {}: {}\n", number, text);
}

void Observer::print_summary(const shim::Counts& counts) const {
  const std::lock_guard lock{mutex_};
  std::uint64_t faulted = 0;
  for (const auto& [text, times] : faults_) faulted += times;
  fmt::print(stderr,
             "vc7 exec: {} opens of the device, {} calls ({} refused)\n"
             "vc7 exec: {} jobs, {} instructions, {} jobs faulted\n",
             counts.opens, counts.calls, counts.refused, jobs_.load(), instructions_.load(),
             faulted);
  for (const auto& [text, times] : faults_) fmt::print(stderr, "vc7 exec: {} x {}\n", times, text);
}

}  // namespace vc7::tool
