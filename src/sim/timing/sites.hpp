// SPDX-License-Identifier: MIT
//
// The instructions of a job as the timing model sees them, with what they cost so far.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include <vc7/isa/instruction.hpp>
#include <vc7/sim/memory.hpp>
#include <vc7/sim/timing.hpp>

namespace vc7::sim::timing {

/// Which shared unit an instruction needs.
enum class Unit : std::uint8_t { none, special, rotate };

struct Site {
  bool known = false;  ///< the word has been decoded
  Unit unit = Unit::none;
  bool ldtmu = false, tmuwt = false, thrsw = false, branch = false;
  bool add_works = false, mul_works = false;
  std::uint8_t tmu_words = 0;         ///< words of 16 lanes written to the TMU
  std::uint8_t uniforms = 0;          ///< words taken from the uniform stream
  std::uint8_t unifa_words = 0;       ///< the same from the stream of unifa
  std::uint8_t events = 0;            ///< at most so many in the trace
  std::uint8_t float_operations = 0;  ///< per lane
  std::uint8_t reads = 0;             ///< registers in `read`
  std::array<std::uint8_t, 4> read{};
  std::int8_t special_to = -1;  ///< register that a special function writes
  InstructionCost cost;
};

/// By address. References stay valid.
class Sites {
 public:
  explicit Sites(const Memory& memory) : memory_{memory} {}
  /// Of an instruction that has been executed.
  Site& at(std::uint32_t address) {
    const std::uint32_t page = address / page_bytes;
    if (page != last_page_) find(page);
    Site& site = (*last_)[address % page_bytes / 8];
    if (!site.known) decode(site, address);
    return site;
  }
  /// What was executed, by address.
  std::vector<InstructionCost> costs() const;

 private:
  static constexpr std::uint32_t page_bytes = 4096;
  using Page = std::array<Site, page_bytes / 8>;

  void find(std::uint32_t page);
  void decode(Site& site, std::uint32_t address) const;

  const Memory& memory_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Page>> pages_;
  std::uint32_t last_page_ = ~0u;
  Page* last_ = nullptr;
};

}  // namespace vc7::sim::timing
