// SPDX-License-Identifier: MIT
#include "injection.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/drm/result.hpp>

#include "decode_call.hpp"

namespace vc7::tool {
namespace {

constexpr int errors[] = {EACCES, EAGAIN, EBUSY,  EFAULT, EINTR,  EINVAL, EIO,
                          EMFILE, ENODEV, ENOENT, ENOMEM, ENOSPC, EPERM,  ETIME};

[[noreturn]] void wrong(std::string_view rule, std::string_view what) {
  throw Error{fmt::format("--inject {}: {}", rule, what)};
}

std::uint64_t number(std::string_view rule, std::string_view key, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0)
    wrong(rule, fmt::format("{} is `{}`, allowed are numbers from 1 on", key, text));
  return value;
}

int error_number(std::string_view rule, std::string_view text) {
  std::string names;
  for (const int error : errors) {
    if (drm::errno_name(error) == text) return error;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", drm::errno_name(error));
  }
  wrong(rule, fmt::format("error is `{}`, allowed are {}", text, names));
}

std::uint64_t find_call(std::string_view rule, std::string_view text) {
  if (const auto found = tool::find_call(text)) return *found;
  wrong(rule, fmt::format("there is no call `{}`; --trace shows their names, such as CREATE_BO, "
                          "SUBMIT_CSD, WAIT_BO, mmap",
                          text));
}

}  // namespace

Injection::Rule Injection::parse(std::string_view text) {
  Rule rule;
  for (std::string_view rest = text; !rest.empty();) {
    const auto part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const auto equals = std::min(part.find('='), part.size());
    const auto key = part.substr(0, equals);
    const auto value = part.substr(std::min(equals + 1, part.size()));
    if (key == "ioctl")
      rule.number = find_call(text, value);
    else if (key == "error")
      rule.error = error_number(text, value);
    else if (key == "nth")
      rule.nth = number(text, key, value);
    else if (key == "every")
      rule.every = number(text, key, value);
    else if (key == "after")
      rule.after = number(text, key, value);
    else if (key == "job")
      rule.job = number(text, key, value);
    else if (part == "reset")
      rule.reset = true;
    else if (part == "device-removed")
      rule.removed = true;
    else
      wrong(text, fmt::format("`{}`: allowed are ioctl=, error=, nth=, every=, after=, job=, reset "
                              "and device-removed, with commas between them",
                              part));
  }
  if (rule.reset != (rule.job != 0)) wrong(text, "job=N and reset go together: job=2,reset");
  if (rule.reset ? rule.number || rule.error != 0 || rule.nth + rule.every + rule.after != 0
                 : rule.removed == (rule.error != 0) || (rule.removed && rule.number))
    wrong(text, "a rule is one of ioctl=CALL,error=ERROR with nth=, every= or after=; job=N,reset; "
                "device-removed with after=");
  return rule;
}

void Injection::add(std::string_view text) { rules_.push_back(parse(text)); }

bool Injection::Rule::strikes() {
  ++seen;
  return (nth == 0 || seen == nth) && (every == 0 || seen % every == 0) && seen > after;
}

std::optional<int> Injection::answer(const shim::Call& call) {
  const std::lock_guard lock{mutex_};
  std::optional<int> error;
  for (auto& rule : rules_) {
    if (rule.reset || (rule.number && *rule.number != call_number(call))) continue;
    if (rule.strikes() && !error) error = rule.removed ? ENODEV : rule.error;
  }
  return error;
}

bool Injection::hangs() {
  const std::lock_guard lock{mutex_};
  ++jobs_;
  return std::ranges::any_of(rules_, [&](const Rule& rule) { return rule.job == jobs_; });
}

void Injection::attach(shim::ServerOptions& options) {
  if (rules_.empty()) return;
  options.intercept = [this](const shim::Call& call, drm::raw::Caller&) { return answer(call); };
  options.device.hangs = [this] { return hangs(); };
}

}  // namespace vc7::tool
