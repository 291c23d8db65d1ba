// SPDX-License-Identifier: MIT
#include "pacer.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

namespace vc7::tool {
namespace {

// Seconds; more would overflow the clock of the host.
constexpr double endless = 1e9;
constexpr double least = 0.01, most = 1e6;
// So that a job that takes a little longer than the one before does not make the factor grow again.
constexpr double reserve = 1.25;

double parse_factor(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= least) || value > most)
    throw Error{
        fmt::format("--pace is \"{}\", allowed is a number from {} to {:.0f}", text, least, most)};
  return value;
}

Pacer::Duration host_time() { return std::chrono::steady_clock::now().time_since_epoch(); }

Pacer::Duration duration(double seconds) {
  return std::chrono::duration_cast<Pacer::Duration>(std::chrono::duration<double>{seconds});
}

double seconds(Pacer::Duration time) { return std::chrono::duration<double>{time}.count(); }

}  // namespace

Pacer::Pacer(const std::string& factor) : asked_{parse_factor(factor)}, host_since_{host_time()} {}

void Pacer::attach(shim::ServerOptions& options) {
  auto& device = options.device;
  device.machine.timing = device.machine.timing.value_or(sim::timing::Parameters{});
  device.clock = [this] { return now(); };
  device.lasts = [this](const drm::JobDone& job, Duration taken) { return lasts(job, taken); };
}

Pacer::Duration Pacer::now() const {
  const std::lock_guard lock{mutex_};
  return at(host_time());
}

Pacer::Duration Pacer::at(Duration host) const {
  return since_ + duration(seconds(host - host_since_) / factor_);
}

// With the lock held. What has passed stays: a clock never goes back.
void Pacer::grow(double factor) {
  const auto host = host_time();
  since_ = at(host);
  host_since_ = host;
  if (growths_++ == 0)
    fmt::print(stderr,
               "vc7 exec: --pace: job {} took the host {:.4g} times its modelled time; the factor "
               "was {:.4g} and is {:.4g} from this job on, and grows further without a word "
               "(--summary tells)\n",
               jobs_, factor / reserve, factor_, factor);
  factor_ = factor;
}

// The report's own judgement of whether the clock was still up is by the time of the host.
double Pacer::modelled_seconds(const sim::timing::Report& report, Duration start) const {
  const std::chrono::milliseconds clock_down{report.parameters.clock_down_ms};
  return report.seconds(!last_end_ || start - *last_end_ > clock_down);
}

Pacer::Duration Pacer::lasts(const drm::JobDone& job, Duration taken) {
  if (job.result.timing == nullptr) return Duration{0};
  const std::lock_guard lock{mutex_};
  const auto start = at(host_time() - taken);
  const double modelled = modelled_seconds(*job.result.timing, start);
  ++jobs_;
  modelled_ += modelled;
  if (seconds(taken) > factor_ * modelled) grow(reserve * seconds(taken) / modelled);
  last_end_ = start + duration(modelled);
  return duration(std::min(factor_ * modelled, endless));
}

void Pacer::print_summary() const {
  const std::lock_guard lock{mutex_};
  fmt::print(stderr, "vc7 exec: paced: {} jobs, modelled time {:.3f} us (not measured), ", jobs_,
             1e6 * modelled_);
  if (growths_ == 0)
    fmt::print(stderr, "factor {:.6g}\n", factor_);
  else
    fmt::print(stderr, "factor {:.6g} at the end; it was {:.6g} and grew {}\n", factor_, asked_,
               growths_ == 1 ? "once" : fmt::format("{} times", growths_));
}

}  // namespace vc7::tool
