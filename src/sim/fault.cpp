// SPDX-License-Identifier: MIT
#include <vc7/sim/fault.hpp>

#include <fmt/format.h>

#include <vc7/isa/print.hpp>

namespace vc7::sim {

std::string_view name(FaultKind kind) {
  switch (kind) {
    case FaultKind::memory: return "MMU fault";
    case FaultKind::uniform: return "MMU fault";
    case FaultKind::fetch: return "instruction fetch fault";
    case FaultKind::invalid: return "invalid instruction";
    case FaultKind::unsupported: return "unsupported instruction";
    case FaultKind::restriction: return "restriction";
    case FaultKind::deadlock: return "deadlock";
    case FaultKind::budget: return "instruction budget";
  }
  return "fault";
}

std::string describe(const Fault& fault) {
  std::string place =
      fmt::format("batch {}, QPU {}, thread {}", fault.batch, fault.qpu, fault.thread);
  if (fault.lane >= 0) place += fmt::format(", lane {}", fault.lane);
  std::string text = fmt::format("{}: {} ({})", name(fault.kind), fault.message, place);
  if (fault.pc != 0) {
    text += fmt::format(" at instruction 0x{:08x}", fault.pc);
    if (fault.kind != FaultKind::fetch) text += fmt::format(": {}", isa::print_word(fault.word));
  }
  return text;
}

}  // namespace vc7::sim
