// SPDX-License-Identifier: MIT
//
// What is known before an instruction, over all paths to it. Everything is a set of what may be,
// so that joining is an "or".
#pragma once

#include <cstdint>

#include "facts.hpp"
#include "modes.hpp"

namespace vc7::verify {

/// The TMU as a thread sees it (v3d71 §10.3-§10.6).
struct Tmu {
  std::uint32_t counts = 1;  ///< bit n: n words may be outstanding
  std::uint32_t data = 1;    ///< bit n: n data words may wait for their address
  bool exact = true;         ///< no configuration that is not known had a part in the counts
  std::uint8_t kinds = 0;    ///< of the data words that wait: 1 tmud, 2 tmudref or tmuoff
  std::uint8_t unknown = 0;  ///< bit n: byte n of the configuration is not known
  std::uint32_t config = 0xffffffff;

  /// True if something changed.
  bool join(const Tmu& other);
};

enum : std::uint8_t { never_pushed = 1, pushed = 2, pushed_before_switch = 4 };
enum : std::uint8_t { rtop_empty = 1, rtop_set = 2, rtop_lost = 4 };
inline constexpr std::uint8_t unifa_unwritten = 16;
enum : std::uint8_t { no_barrier = 1, barrier_pending = 2 };
enum : std::uint8_t { rf0_safe = 1, rf0_at_risk = 2 };

struct State {
  ModeSet modes = 0;  ///< 0: not reached
  RegisterSet written = 0;
  /// Bit n: written n instructions before, 1-3; bit 0: longer ago; bit 4: not written.
  std::uint8_t unifa = unifa_unwritten;
  std::uint8_t vary = 1;  ///< bit 1: the previous instruction has ldvary; bit 0: not
  std::uint8_t flags = never_pushed;
  std::uint8_t rtop = rtop_empty;
  std::uint8_t barrier = no_barrier;
  std::uint8_t rf0 = rf0_safe;
  std::uint8_t link = 1;  ///< bit 0: the link register may not be set, bit 1: it may
  Tmu tmu;

  bool join(const State& other);
};

/// How much of what is possible has a property.
enum class Share : std::uint8_t { none, some, all };
constexpr Share share(std::uint32_t part, std::uint32_t whole) {
  return (part & whole) == 0 ? Share::none : (whole & ~part) == 0 ? Share::all : Share::some;
}

struct TmuLimits {
  unsigned words;  ///< of results per thread
  static constexpr unsigned data_words = 16;
};

/// What a TMU instruction does, and what is wrong with it.
struct TmuStep {
  Tmu after;
  Share empty_pop = Share::none;      ///< ldtmu with nothing outstanding
  Share full = Share::none;           ///< more results than fit
  Share too_much_data = Share::none;  ///< more than 16 data words
  unsigned most = 0;                  ///< words outstanding if they do not fit
  bool access = false;                ///< the rest concerns its access
  bool known = true;                  ///< the configuration byte is known
  std::uint8_t byte = 0;
  Share wrong_count = Share::none;  ///< of data words of a store
  Share missing_operand = Share::none;
  bool mixed = false, reserved = false;
  std::uint32_t data = 0;  ///< numbers of data words, as in Tmu
};
TmuStep tmu_step(const Tmu& before, const Facts& facts, TmuLimits limits);

}  // namespace vc7::verify
