// SPDX-License-Identifier: MIT
//
// What stops a job on the device model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vc7::sim {

enum class FaultKind : std::uint8_t {
  memory,       ///< TMU access to an unmapped address
  uniform,      ///< uniform or unifa read from an unmapped address
  fetch,        ///< instruction fetch from an unmapped address: the program runs off its code
  invalid,      ///< a word that is no instruction
  unsupported,  ///< an operation, write address or signal that the model does not execute
                ///< (graphics)
  restriction,  ///< a rule of v3d71 §7 is broken in a way that leaves no defined behaviour
  deadlock,     ///< the thread can never go on: nothing to pop, output FIFO too full, barrier that
                ///< cannot complete
  budget,       ///< more instructions in one batch than the instruction budget allows
};

/// A fault with its place. Numbers that do not apply are 0, lane -1.
struct Fault {
  FaultKind kind = FaultKind::invalid;
  std::string message;        ///< what happened, one line
  std::uint32_t batch = 0;    ///< number of the batch in the job
  std::uint32_t qpu = 0;      ///< QPU number
  std::uint32_t thread = 0;   ///< thread slot in the QPU, as the low bits of tidx
  int lane = -1;              ///< lane of a memory fault
  std::uint32_t address = 0;  ///< GPU address of a memory, uniform or fetch fault
  std::uint32_t pc = 0;       ///< GPU address of the instruction
  std::uint64_t word = 0;     ///< the instruction
};

/// "MMU fault", "deadlock", ...
std::string_view name(FaultKind kind);

/// One line: kind, message, batch, QPU, thread, lane, address, instruction address and its text.
std::string describe(const Fault& fault);

}  // namespace vc7::sim
