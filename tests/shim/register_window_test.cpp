// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include <vc7/sim/registers.hpp>
#include <vc7/sim/topology.hpp>

#include "shim/register_window.hpp"
#include "shim/sockets.hpp"

namespace vc7::shim {
namespace {

using namespace sim::registers;
using namespace std::chrono_literals;

constexpr std::uint32_t core = 0x8000;

/// The window as a program has mapped it.
class RegisterWindowTest : public testing::Test {
 protected:
  void SetUp() override {
    const Descriptor file{window_.file(RegisterWindow::base, RegisterWindow::size).value()};
    void* const start =
        mmap(nullptr, RegisterWindow::size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    ASSERT_NE(start, MAP_FAILED);
    words_ = static_cast<std::uint32_t*>(start);
  }
  void TearDown() override { munmap(words_, RegisterWindow::size); }

  std::atomic_ref<std::uint32_t> word(std::uint32_t offset) const {
    return std::atomic_ref{words_[(core + offset) / 4]};
  }
  /// In the order of programs.
  void start(std::uint32_t sources) const {
    word(pctr_source) = sources;
    for (const std::uint32_t offset : {pctr_enable, pctr_clear, pctr_overflow}) word(offset) = 1;
  }
  /// Until the window has taken what was written.
  void settle() {
    window_.update();
    std::this_thread::sleep_for(100us);
  }

  const std::shared_ptr<sim::Registers> registers_ =
      std::make_shared<sim::Registers>(sim::Topology{});
  RegisterWindow window_{registers_};
  std::uint32_t* words_ = nullptr;
};

// The thread may look between any two of the writes: it must not take the new "enable" with the old
// source, which counts cycles.
TEST_F(RegisterWindowTest, CountsNothingOfTheSourceBefore) {
  constexpr auto instructions = static_cast<std::uint32_t>(sim::Counter::qpu_active);
  for (int i = 0; i < 3000; ++i) {
    word(pctr_enable) = 0;
    word(pctr_source) = static_cast<std::uint32_t>(sim::Counter::cycle_count);
    word(pctr_clear) = 1;
    settle();
    start(instructions);
    settle();
    ASSERT_EQ(word(pctr_count), 0u) << "round " << i;
  }
}

}  // namespace
}  // namespace vc7::shim
