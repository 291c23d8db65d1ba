// SPDX-License-Identifier: MIT
#include "runner.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string_view>

#include "sim/memory/page_fault.hpp"

namespace vc7::sim::command_list {
namespace {

constexpr std::string_view name_of(List list) {
  return list == binner ? "binner list" : list == render ? "render list" : "generic tile list";
}

// The program may take the memory away while it is used, so asking whether it is mapped is not
// enough.
[[gnu::noinline]] bool copied(PageFaultGuard& guard, void* to, const void* from, std::size_t size) {
  if (sigsetjmp(guard.point(), 0) != 0) return false;
  std::memcpy(to, from, size);
  return true;
}

constexpr std::string_view last_packet(List list) {
  return list == binner   ? "4 (flush)"
         : list == render ? "13 (end of rendering)"
                          : "18 (return from sub-list)";
}

}  // namespace

void Runner::fail(FaultKind kind, const std::string& why, std::uint32_t address) const {
  const auto* const packet =
      opcode_ < 0 ? nullptr : find_packet(static_cast<std::uint8_t>(opcode_));
  const auto what = opcode_ < 0         ? std::string{"no packet"}
                    : packet == nullptr ? fmt::format("opcode {}", opcode_)
                                        : fmt::format("opcode {} ({})", opcode_, packet->name);
  throw Stopped{{.kind = kind,
                 .message = fmt::format("{} at offset {} of the {} at {:#x}: {}", what,
                                        position_ - list_start_, name_of(list_), list_start_, why),
                 .address = address,
                 .pc = static_cast<std::uint32_t>(position_)}};
}

void Runner::work() {
  if (stop_ != nullptr && *stop_) fail(FaultKind::budget, "stopped");
  if (++done_ > most_work)
    fail(FaultKind::budget, fmt::format("more than {} packets and rows in one job", most_work));
}

void Runner::copy(std::byte* to, const std::byte* from, std::size_t size, std::uint32_t address) {
  PageFaultGuard guard{memory_};
  if (copied(guard, to, from, size)) return;
  fail(FaultKind::memory,
       fmt::format("{:#x} bytes at {:#x}: address {:#x} is not mapped", size, address,
                   guard.address()),
       guard.address());
}

void Runner::read(std::byte* to, std::uint64_t address, std::size_t size) {
  if (address + size > std::uint64_t{1} << 32)
    fail(FaultKind::memory, fmt::format("address {:#x} is beyond 4 GiB", address));
  const auto at = static_cast<std::uint32_t>(address);
  copy(to, memory_.at(at), size, at);
}

void Runner::write(std::uint64_t address, const std::byte* from, std::size_t size) {
  if (address + size > std::uint64_t{1} << 32)
    fail(FaultKind::memory, fmt::format("address {:#x} is beyond 4 GiB", address));
  const auto at = static_cast<std::uint32_t>(address);
  copy(memory_.at(at), from, size, at);
}

void Runner::packet(List kind, std::uint64_t end) {
  work();
  opcode_ = -1;
  std::byte opcode{};
  read(&opcode, position_, 1);
  opcode_ = std::to_integer<int>(opcode);
  const auto* const packet = find_packet(static_cast<std::uint8_t>(opcode_));
  if (packet == nullptr)
    refuse("not modelled; only buffer fills, buffer copies and empty jobs are");
  if ((packet->lists & kind) == 0) refuse("not modelled in this list");
  if (position_ + packet->size > end)
    fail(FaultKind::invalid,
         fmt::format("{} bytes, the list ends after {}", packet->size, end - position_));
  Payload payload;
  const auto bytes = payload.bytes(packet->size - std::size_t{1});
  if (!bytes.empty()) read(bytes.data(), position_ + 1, bytes.size());
  next_ = position_ + packet->size;
  (this->*packet->execute)(payload);
}

void Runner::run(List kind, std::uint64_t start, std::uint64_t end) {
  list_ = kind;
  list_start_ = position_ = start;
  ended_ = false;
  while (position_ < end) {
    packet(kind, end);
    if (ended_) return;
    position_ = next_;
  }
  opcode_ = -1;
  fail(FaultKind::invalid, fmt::format("the list ends without opcode {}", last_packet(kind)));
}

}  // namespace vc7::sim::command_list

namespace vc7::sim {
namespace {

std::optional<Fault> run_list(const Memory& memory, command_list::List kind, CommandList list,
                              const std::atomic<bool>* stop) {
  command_list::Runner runner{memory, stop};
  try {
    runner.run(kind, list.start, list.end);
  } catch (command_list::Stopped& stopped) {
    return std::move(stopped.fault);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Fault> run_binner_list(const Memory& memory, CommandList list,
                                     const std::atomic<bool>* stop) {
  return run_list(memory, command_list::binner, list, stop);
}

std::optional<Fault> run_render_list(const Memory& memory, CommandList list,
                                     const std::atomic<bool>* stop) {
  return run_list(memory, command_list::render, list, stop);
}

}  // namespace vc7::sim
