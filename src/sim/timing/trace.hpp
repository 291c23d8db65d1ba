// SPDX-License-Identifier: MIT
//
// What a batch did, in the order of its program, without times: the functional engines write it,
// the timing model reads it. A batch is executed first and timed afterwards, so that results do not
// depend on modelled times.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace vc7::sim::timing {

/// Instructions that follow one another in memory, executed several times in a row.
struct Run {
  std::uint32_t address = 0;
  std::uint32_t instructions = 0;
  std::uint32_t times = 0;
  friend bool operator==(const Run&, const Run&) = default;
};

enum class AccessKind : std::uint8_t { load, store, atomic };

/// What a TMU request touches, relative to its first active lane.
struct Pattern {
  std::array<std::uint32_t, 16> offset{};  ///< 0 for lanes that are not active
  std::uint16_t active = 0;
  AccessKind kind = AccessKind::load;
  std::uint8_t components = 1;  ///< words or smaller that follow one another in memory
  std::uint8_t bytes = 4;       ///< of a component
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

struct Access {
  const Pattern* pattern = nullptr;
  std::uint32_t base = 0;  ///< address of the first active lane
};

/// What else only execution knows.
enum class Event : std::uint8_t {
  access,
  unifa,     ///< the address in unifa
  barrier,   ///< syncb: 1 if a barrier is asked for
  uniforms,  ///< where the uniform stream goes on after a branch that may move it
};

/// Recording and reading keep apart: everything is written before anything is read. Regular
/// accesses take a byte, so that a batch of a million loop rounds fits in memory.
class BatchTrace {
 public:
  // ---- recording
  /// Execution goes on at `address`, `instructions` after the start of the batch. Where that
  /// follows the instruction before, nothing changes.
  void enter(std::uint32_t address, std::uint64_t instructions);
  /// The instruction at `site` makes a request.
  void access(std::uint32_t site, const Pattern& pattern, std::uint32_t base);
  void value(Event event, std::uint32_t value);
  void finish(std::uint64_t instructions);

  const std::vector<Run>& runs() const { return runs_; }
  std::size_t bytes() const;

 private:
  friend class TraceReader;

  /// The last access of instructions; several may share one.
  struct Site {
    std::uint32_t pattern = ~0u, base = 0, step = 0;
  };
  using Sites = std::array<Site, 64>;
  static Site& at(Sites& sites, std::uint32_t site) { return sites[site / 8 % 64]; }
  struct Hash {
    std::size_t operator()(const Pattern& pattern) const;
  };

  void close_run(std::uint64_t instructions);
  void number(std::uint32_t value);

  std::vector<Run> runs_;
  std::uint32_t start_ = 0;  // of the run in the making
  std::uint64_t before_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::vector<Pattern> patterns_;
  std::unordered_map<Pattern, std::uint32_t, Hash> numbers_;
  Sites sites_{};
};

/// Reads events in the order in which they were written; the caller knows from the instructions
/// which site is next.
class TraceReader {
 public:
  struct Item {
    Event event;
    Access access;        ///< of Event::access
    std::uint32_t value;  ///< of the others
  };

  explicit TraceReader(const BatchTrace& trace) : trace_{&trace} {}
  /// Nothing behind the last one.
  std::optional<Item> next(std::uint32_t site);

 private:
  std::uint32_t number();

  const BatchTrace* trace_;
  std::size_t at_ = 0;
  BatchTrace::Sites sites_{};
};

/// The traces of the batches that have been executed and not yet timed.
class Traces {
 public:
  BatchTrace& begin(std::uint32_t batch) {
    auto& trace = traces_[batch];
    trace = std::make_unique<BatchTrace>();
    return *trace;
  }
  /// Null if the batch did not begin.
  std::unique_ptr<BatchTrace> take(std::uint32_t batch) {
    const auto found = traces_.find(batch);
    if (found == traces_.end()) return nullptr;
    auto trace = std::move(found->second);
    traces_.erase(found);
    return trace;
  }

 private:
  std::unordered_map<std::uint32_t, std::unique_ptr<BatchTrace>> traces_;
};

}  // namespace vc7::sim::timing
