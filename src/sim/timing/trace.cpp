// SPDX-License-Identifier: MIT
#include "trace.hpp"

#include <limits>

namespace vc7::sim::timing {
namespace {

// The first byte of an event.
constexpr std::uint8_t same_step = 0, new_step = 1, known_pattern = 2;
constexpr std::uint8_t first_value = 3;  ///< of Event::unifa; the other events follow

}  // namespace

std::size_t BatchTrace::Hash::operator()(const Pattern& p) const {
  std::uint64_t hash = p.active | std::uint64_t{p.components} << 16 | std::uint64_t{p.bytes} << 24 |
                       static_cast<std::uint64_t>(p.kind) << 32;
  for (const std::uint32_t offset : p.offset) hash = (hash ^ offset) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 32;
}

void BatchTrace::close_run(std::uint64_t instructions) {
  const auto length = static_cast<std::uint32_t>(instructions - before_);
  before_ = instructions;
  if (length == 0) return;
  if (!runs_.empty()) {
    Run& last = runs_.back();
    if (last.address == start_ && last.instructions == length &&
        last.times != std::numeric_limits<std::uint32_t>::max()) {
      ++last.times;
      return;
    }
  }
  runs_.push_back({start_, length, 1});
}

void BatchTrace::enter(std::uint32_t address, std::uint64_t instructions) {
  const std::uint64_t length = instructions - before_;
  if (length != 0 && address == start_ + 8 * length) return;
  close_run(instructions);
  start_ = address;
}

void BatchTrace::finish(std::uint64_t instructions) { close_run(instructions); }

/// Seven bits to a byte, the lowest first.
void BatchTrace::number(std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void BatchTrace::value(Event event, std::uint32_t value) {
  bytes_.push_back(static_cast<std::uint8_t>(first_value + static_cast<unsigned>(event) -
                                             static_cast<unsigned>(Event::unifa)));
  number(value);
}

void BatchTrace::access(std::uint32_t site, const Pattern& pattern, std::uint32_t base) {
  Site& last = at(sites_, site);
  const std::uint32_t step = base - last.base;
  if (last.pattern != ~0u && patterns_[last.pattern] == pattern) {
    if (step == last.step) {
      bytes_.push_back(same_step);
    } else {
      bytes_.push_back(new_step);
      number(step << 1 ^ (0 - (step >> 31)));  // small ones of both signs are short
    }
  } else {
    const auto [found, is_new] =
        numbers_.emplace(pattern, static_cast<std::uint32_t>(patterns_.size()));
    if (is_new) patterns_.push_back(pattern);
    last.pattern = found->second;
    bytes_.push_back(known_pattern);
    number(last.pattern);
    number(base);
  }
  last.step = step;
  last.base = base;
}

std::size_t BatchTrace::bytes() const {
  return runs_.size() * sizeof(Run) + bytes_.size() + patterns_.size() * 2 * sizeof(Pattern);
}

std::uint32_t TraceReader::number() {
  std::uint32_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t byte = trace_->bytes_[at_++];
    value |= (byte & 0x7fu) << shift;
    if (byte < 0x80) return value;
  }
}

std::optional<TraceReader::Item> TraceReader::next(std::uint32_t site) {
  if (at_ == trace_->bytes_.size()) return std::nullopt;
  const std::uint8_t tag = trace_->bytes_[at_++];
  if (tag >= first_value)
    return Item{
        static_cast<Event>(tag - first_value + static_cast<unsigned>(Event::unifa)), {}, number()};
  BatchTrace::Site& last = BatchTrace::at(sites_, site);
  if (tag == known_pattern) {
    last.pattern = number();
    const std::uint32_t base = number();
    last.step = base - last.base;
    last.base = base;
  } else {
    if (tag == new_step) {
      const std::uint32_t coded = number();
      last.step = coded >> 1 ^ (0 - (coded & 1));
    }
    last.base += last.step;
  }
  return Item{Event::access, {&trace_->patterns_[last.pattern], last.base}, 0};
}

}  // namespace vc7::sim::timing
