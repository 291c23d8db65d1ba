// SPDX-License-Identifier: MIT
#include "register_window.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <vc7/base/error.hpp>

namespace vc7::shim {
namespace {

using namespace sim::registers;
using enum sim::RegisterBlock;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t core_start = 0x8000;  // behind the hub
constexpr std::chrono::microseconds busy{50}, idle{1000};
constexpr std::chrono::seconds until_idle{1};

}  // namespace

RegisterWindow::RegisterWindow(std::shared_ptr<sim::Registers> registers)
    : registers_{std::move(registers)},
      fd_{memfd_create("v3d-registers", MFD_CLOEXEC | MFD_ALLOW_SEALING)} {
  void* mapped = MAP_FAILED;
  if (fd_ && ftruncate(fd_.get(), size) == 0 &&
      fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
  if (mapped == MAP_FAILED) throw Error{std::string{"registers: "} + std::strerror(errno)};
  words_ = static_cast<std::uint32_t*>(mapped);
}

RegisterWindow::~RegisterWindow() {
  {
    const std::lock_guard lock{mutex_};
    quit_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  munmap(words_, size);
}

drm::Result<int> RegisterWindow::file(std::uint64_t address, std::uint64_t length) {
  if (address < base || address - base >= size || length == 0 || length > size - (address - base))
    return drm::Failure{EPERM, "mmap"};
  if (!thread_.joinable()) {
    put_down();
    try {
      thread_ = std::thread{[this] { work(); }};
    } catch (const std::system_error&) {
      return drm::Failure{ENOMEM, "mmap"};
    }
  }
  const int copy = fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return drm::Failure{errno, "mmap"};
  return copy;
}

void RegisterWindow::update() {
  if (!thread_.joinable()) return;
  const std::lock_guard lock{mutex_};
  take_writes();
  put_down();
}

// Nobody tells when the last program has unmapped it: where nothing counts there is less to miss.
void RegisterWindow::work() {
  auto last_use = Clock::now();
  std::unique_lock lock{mutex_};
  while (!quit_) {
    if (take_writes()) last_use = Clock::now();
    put_down();
    wake_.wait_for(lock, Clock::now() - last_use < until_idle ? busy : idle,
                   [this] { return quit_; });
  }
}

std::atomic_ref<std::uint32_t> RegisterWindow::core_word(std::uint32_t offset) const {
  return std::atomic_ref{words_[(core_start + offset) / 4]};
}

// True if counters are enabled or something was written. Programs write sources, then enables, then
// clears. Looking in the reverse order, one sees with an enable also the sources that it is for.
bool RegisterWindow::take_writes() {
  const auto clear = core_word(pctr_clear).exchange(0);
  const auto enable = core_word(pctr_enable).load();
  bool written = false;
  const auto take_changed = [&](std::uint32_t offset, std::uint32_t value) {
    if (value == registers_->read(core0, offset)) return;
    registers_->write(core0, offset, value);
    written = true;
  };
  for (std::uint32_t i = 0; i < pctr_counters; i += 4)
    take_changed(pctr_source + i, core_word(pctr_source + i).load());
  take_changed(pctr_enable, enable);
  if (clear != 0) {
    registers_->write(core0, pctr_clear, clear);
    registers_->write(core0, pctr_overflow, clear);
    written = true;
  }
  return written || registers_->read(core0, pctr_enable) != 0;
}

void RegisterWindow::put_down() {
  for (const std::uint32_t offset : {hub_uifcfg, hub_ident0, hub_ident1, hub_ident2, hub_ident3})
    std::atomic_ref{words_[offset / 4]}.store(registers_->read(hub, offset));
  for (const std::uint32_t offset : {core_ident0, core_ident1, core_ident2, pctr_overflow})
    core_word(offset).store(registers_->read(core0, offset));
  for (std::uint32_t i = 0; i < pctr_counters; ++i)
    core_word(pctr_count + 4 * i).store(registers_->read(core0, pctr_count + 4 * i));
}

}  // namespace vc7::shim
