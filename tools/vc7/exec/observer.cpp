// SPDX-License-Identifier: MIT
#include "observer.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

#include "decode_call.hpp"

namespace vc7::tool {

Observer::Observer(const std::string& trace) {
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
  options.job_done = [this](const sim::CsdConfig&, const sim::JobResult& result) {
    count_job(result);
  };
}

void Observer::trace_call(const shim::Call& call, int error) {
  const std::string result =
      error == 0 ? "0" : fmt::format("-1 {} ({})", drm::errno_name(error), std::strerror(error));
  fmt::print(trace_, "[{}] {}: {} = {}\n", call.process, call.file, decode_call(call), result);
  std::fflush(trace_);
}

void Observer::count_job(const sim::JobResult& result) {
  ++jobs_;
  instructions_ += result.instructions;
  if (!result.fault) return;
  const std::lock_guard lock{mutex_};
  ++faults_[sim::describe(*result.fault)];
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
