// SPDX-License-Identifier: MIT
//
// The registers as memory that programs map through /dev/mem (v3d71 §15).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include <vc7/drm/result.hpp>
#include <vc7/sim/registers.hpp>

#include "sockets.hpp"

namespace vc7::shim {

/// A file that programs map and a thread keeps like the registers: it looks for what programs have
/// written and puts down what they shall read, about 0.1 ms later than hardware would. An overflow
/// is taken back by clearing its counter, too, as a 1 written where there is one cannot be seen.
class RegisterWindow {
 public:
  /// Where a Pi 5 has them, from hub to sms, in whole pages of 16 KiB.
  static constexpr std::uint64_t base = 0x1002000000;
  static constexpr std::uint64_t size = 0x34000;

  /// Throws vc7::Error if the host refuses the memory.
  explicit RegisterWindow(std::shared_ptr<sim::Registers> registers);
  ~RegisterWindow();
  RegisterWindow(const RegisterWindow&) = delete;
  RegisterWindow& operator=(const RegisterWindow&) = delete;

  /// A new descriptor of the file, whose start is at `base`, for these physical addresses. From
  /// then on the thread works. EPERM: other addresses. EMFILE, ENFILE, ENOMEM.
  drm::Result<int> file(std::uint64_t address, std::uint64_t length);

  /// Looks and puts down at once: before a call, so that what a program has written counts for the
  /// job that it submits, and after it, so that it sees what the job that it waited for has
  /// counted. By whoever calls file(), not at the same time.
  void update();

 private:
  void work();
  bool take_writes();
  void put_down();
  std::atomic_ref<std::uint32_t> core_word(std::uint32_t offset) const;

  const std::shared_ptr<sim::Registers> registers_;
  Descriptor fd_;
  std::uint32_t* words_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool quit_ = false;
  std::thread thread_;  // once the window is mapped
};

}  // namespace vc7::shim
