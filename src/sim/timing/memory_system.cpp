// SPDX-License-Identifier: MIT
#include "memory_system.hpp"

#include <algorithm>
#include <bit>

namespace vc7::sim::timing {
namespace {

std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

}  // namespace

MemorySystem::MemorySystem(const Parameters& values, unsigned slices, Report& report)
    : p_{values}, report_{report}, l2_{values.l2_bytes, values.l2_line} {
  for (unsigned n = 0; n < slices; ++n) slices_.push_back({Cache{p_.l1_bytes, p_.l1_line}, {}});
}

MemorySystem::Pieces::Pieces(const Access& access) {
  const Pattern& pattern = *access.pattern;
  const std::uint32_t length = pattern.components * std::uint32_t{pattern.bytes};
  if (length == 0) return;
  bool ordered = true;
  std::uint32_t before = 0;
  for (unsigned lanes = pattern.active; lanes != 0; lanes &= lanes - 1) {
    const std::uint32_t first =
        access.base + pattern.offset[static_cast<std::size_t>(std::countr_zero(lanes))];
    const std::uint32_t last = (first + length - 1) & ~(bytes - 1);
    for (std::uint32_t at = first & ~(bytes - 1);; at += bytes) {
      // Most requests go upwards.
      if (count_ == 0 || at > before)
        list_[count_++] = before = at;
      else if (at < before)
        list_[count_++] = before = at, ordered = false;
      if (at == last) break;
    }
  }
  if (!ordered) order();
}

void MemorySystem::Pieces::order() {
  std::sort(list_, list_ + count_);
  count_ = static_cast<unsigned>(std::unique(list_, list_ + count_) - list_);
}

template <class Function>
void MemorySystem::Pieces::each_line(const Cache& cache, Function function) const {
  for (unsigned n = 0; n < count_;) {
    const std::uint32_t number = cache.number_of(list_[n]);
    const unsigned first = n;
    while (++n < count_ && cache.number_of(list_[n]) == number) {
    }
    function(number, n - first);
  }
}

/// Cycles of the memory for so many bytes; what a division leaves is not lost.
std::uint64_t MemorySystem::dram_cycles(std::uint64_t bytes) {
  dram_rest_ += bytes * p_.clock_mhz;
  const std::uint64_t cycles = dram_rest_ / p_.dram_mbytes;
  dram_rest_ %= p_.dram_mbytes;
  return cycles;
}

/// Writes are done while nobody reads.
void MemorySystem::write_until(std::uint64_t now) {
  if (now <= dram_.free_at()) return;
  const std::uint64_t done = std::min(now - dram_.free_at(), unwritten_);
  dram_.reserve(dram_.free_at(), done);
  unwritten_ -= done;
}

/// A line goes from the L2T cache to memory.
void MemorySystem::dram_write(std::uint64_t now) {
  write_until(now);
  report_.dram_bytes_written += p_.l2_line;
  unwritten_ += dram_cycles(p_.l2_line);
  const std::uint64_t most = std::uint64_t{p_.dram_write_buffer} * p_.clock_mhz / p_.dram_mbytes;
  if (unwritten_ <= most) return;
  dram_.reserve(now, unwritten_ - most);
  unwritten_ = most;
}

/// When the memory begins to deliver a line.
std::uint64_t MemorySystem::dram_read(std::uint64_t now) {
  write_until(now);
  report_.dram_bytes_read += p_.l2_line;
  return dram_.reserve(now, dram_cycles(p_.l2_line));
}

/// A place for a line in the L2T cache; what it replaces is written back if it has to be.
Cache::Line& MemorySystem::allocate(std::uint64_t number, std::uint64_t now) {
  Cache::Line& line = l2_.victim(number);
  if (line.dirty) dram_write(now);
  line.number = number;
  line.ready = now;
  line.dirty = false;
  return line;
}

/// When something in a line of the L2T cache is there for who wants it at `now`.
std::uint64_t MemorySystem::l2_line(std::uint32_t address, std::uint64_t now, std::uint64_t latency,
                                    bool write) {
  const std::uint64_t number = l2_.number_of(address);
  Cache::Line* line = l2_.find(number);
  if (line != nullptr) {
    ++report_.l2.hits;
  } else {
    ++report_.l2.misses;
    line = &allocate(number, now);
    const std::uint64_t start = dram_read(now);
    // The latency of a hit comes on top below.
    line->ready = start + p_.dram_latency - std::min(p_.l2_latency, p_.dram_latency);
  }
  if (write) line->dirty = true;
  return std::max(now, line->ready) + latency;
}

/// A line for the cache of a TMU.
std::uint64_t MemorySystem::fetch(std::uint32_t address, std::uint64_t now) {
  const std::uint64_t start = l2_read_.reserve(now, divide_up(p_.l1_line, p_.l2_read_bytes));
  return l2_line(address, start, p_.l2_latency, false);
}

std::uint64_t MemorySystem::load(Slice& slice, const Pieces& pieces, std::uint64_t start) {
  std::uint64_t done = start + p_.l1_latency;
  pieces.each_line(slice.l1, [&](std::uint32_t number, unsigned) {
    Cache::Line* line = slice.l1.find(number);
    if (line != nullptr) {
      ++report_.l1.hits;
    } else {
      ++report_.l1.misses;
      line = &slice.l1.victim(number);
      line->number = number;
      line->ready = fetch(number * p_.l1_line, start);
    }
    done = std::max(done, line->ready);
  });
  return done;
}

/// What changes elsewhere leaves the cache of the TMU.
void MemorySystem::forget(const Pieces& pieces, Cache& cache) {
  pieces.each_line(cache, [&](std::uint32_t number, unsigned) {
    if (Cache::Line* old = cache.find(number)) old->number = ~std::uint64_t{0};
  });
}

/// Stores go through to the L2T cache. Its lines know which of their bytes are new: nothing is read
/// for a store.
std::uint64_t MemorySystem::store(Slice& slice, const Pieces& pieces, std::uint64_t start) {
  const std::uint64_t each = divide_up(Pieces::bytes, p_.l2_write_bytes);
  std::uint64_t done = start;
  pieces.each_line(l2_, [&](std::uint32_t number, unsigned count) {
    const std::uint64_t at = l2_write_.reserve(start, count * each);
    Cache::Line* line = l2_.find(number);
    if (line == nullptr) line = &allocate(number, at);
    line->dirty = true;
    done = at + count * each;
  });
  forget(pieces, slice.l1);
  return done + p_.store_latency;
}

/// The L2T cache does them, lane by lane.
std::uint64_t MemorySystem::atomic(Slice& slice, const Access& access, const Pieces& pieces,
                                   std::uint64_t start) {
  const auto lanes = static_cast<std::uint64_t>(std::popcount(access.pattern->active));
  const std::uint64_t at = l2_write_.reserve(start, lanes * p_.atomic_cycles);
  std::uint64_t done = at + lanes * p_.atomic_cycles;
  pieces.each_line(slice.l1, [&](std::uint32_t number, unsigned) {
    done = std::max(done, l2_line(number * p_.l1_line, at, p_.l2_latency, true));
  });
  forget(pieces, slice.l1);
  return done;
}

MemorySystem::Answer MemorySystem::request(unsigned slice, const Access& access,
                                           std::uint64_t now) {
  Slice& s = slices_[slice];
  const Pieces pieces{access};
  const std::uint64_t service =
      std::max<std::uint64_t>(pieces.count() * p_.tmu_piece_cycles, p_.tmu_least_cycles);
  const std::uint64_t start = s.tmu.reserve(now, service);
  report_.tmu_busy += service;
  const Pattern& pattern = *access.pattern;
  const std::uint64_t bytes = static_cast<std::uint64_t>(std::popcount(pattern.active)) *
                              pattern.components * pattern.bytes;
  switch (pattern.kind) {
    case AccessKind::load:
      ++report_.tmu_loads;
      report_.tmu_bytes_loaded += bytes;
      return {start, load(s, pieces, start)};
    case AccessKind::store:
      ++report_.tmu_stores;
      report_.tmu_bytes_stored += bytes;
      return {start, store(s, pieces, start + service)};
    case AccessKind::atomic:
      ++report_.tmu_atomics;
      return {start, atomic(s, access, pieces, start)};
  }
  return {start, start};
}

std::uint64_t MemorySystem::flush(std::uint64_t now) {
  std::uint64_t end = dram_.reserve(now, unwritten_) + unwritten_;
  for (const Cache::Line& line : l2_.lines()) {
    if (!line.dirty) continue;
    const std::uint64_t cycles = dram_cycles(p_.l2_line);
    end = dram_.reserve(now, cycles) + cycles;
    report_.dram_bytes_written += p_.l2_line;
  }
  return end;
}

}  // namespace vc7::sim::timing
