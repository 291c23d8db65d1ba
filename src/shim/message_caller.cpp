// SPDX-License-Identifier: MIT
#include "message_caller.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vc7::shim {
namespace {

// Longer waits would overflow the clock, and nobody will see their end.
constexpr std::uint64_t endless_ns = std::uint64_t{1} << 62;

template <class T>
bool take(std::span<const std::byte>& bytes, T& to) {
  if (bytes.size() < sizeof to) return false;
  std::memcpy(&to, bytes.data(), sizeof to);
  bytes = bytes.subspan(sizeof to);
  return true;
}

}  // namespace

std::optional<Request> parse_start(std::span<const std::byte> bytes) {
  Request request;
  if (!take(bytes, request) || request.magic != magic || request.slot >= slot_count)
    return std::nullopt;
  return request;
}

std::optional<Message> parse(std::span<const std::byte> bytes) {
  const auto start = parse_start(bytes);
  if (!start || start->regions > max_regions) return std::nullopt;
  bytes = bytes.subspan(sizeof(Request));
  Message message{*start, {}};
  const auto& request = message.request;
  for (std::uint32_t i = 0; i < request.regions; ++i) {
    Region region;
    if (!take(bytes, region)) return std::nullopt;
    const std::size_t size = region.readable != 0 ? region.size : 0;
    if (size > bytes.size()) return std::nullopt;
    message.regions.push_back({region, bytes.first(size)});
    bytes = bytes.subspan(size);
  }
  return bytes.empty() ? std::optional{std::move(message)} : std::nullopt;
}

bool MessageCaller::read(void* to, std::uint64_t from, std::size_t size) {
  for (const auto& [region, bytes] : message_.regions) {
    if (from < region.address || from - region.address > region.size) continue;
    const auto offset = from - region.address;
    if (size > region.size - offset) continue;
    if (region.readable == 0) return false;
    if (size != 0) std::memcpy(to, bytes.data() + offset, size);
    return true;
  }
  throw Missing{from, size};
}

bool MessageCaller::write(std::uint64_t to, const void* from, std::size_t size) {
  const auto* const bytes = static_cast<const std::byte*>(from);
  writes_.push_back({to, {bytes, bytes + size}});
  return true;
}

std::uint64_t MessageCaller::patience(std::uint64_t timeout_ns) {
  if (!deadline_ && timeout_ns < endless_ns)
    deadline_ = Clock::now() + std::chrono::nanoseconds{static_cast<std::int64_t>(timeout_ns)};
  if (!deadline_) deadline_ = Clock::time_point::max();
  return 0;
}

int MessageCaller::timed_out(std::uint64_t& timeout_ns) {
  const auto now = Clock::now();
  if (interrupted_) {
    if (deadline_ && *deadline_ != Clock::time_point::max())
      timeout_ns = static_cast<std::uint64_t>(
          std::max(std::chrono::nanoseconds{0}, std::chrono::nanoseconds{*deadline_ - now})
              .count());
    return EINTR;
  }
  has_to_wait_ = deadline_ && now < *deadline_;
  return ETIME;
}

}  // namespace vc7::shim
