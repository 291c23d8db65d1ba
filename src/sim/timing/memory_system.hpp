// SPDX-License-Identifier: MIT
//
// What lies behind the TMU registers: one TMU with a cache in each slice, the L2T cache of the GPU,
// the memory of the computer.
//
// Each is a server: it takes requests in the order of time, one after the other, and a request that
// arrives while it is busy waits. Latencies come on top.
#pragma once

#include <cstdint>
#include <vector>

#include <vc7/sim/timing.hpp>

#include "cache.hpp"
#include "trace.hpp"

namespace vc7::sim::timing {

class MemorySystem {
 public:
  MemorySystem(const Parameters& values, unsigned slices, Report& report);

  struct Answer {
    std::uint64_t accepted;  ///< when the TMU takes it out of the input FIFO
    std::uint64_t done;      ///< when its results are there, or its stores acknowledged
  };
  /// Calls come in the order of `now`.
  Answer request(unsigned slice, const Access& access, std::uint64_t now);

  /// When everything that has been stored is in memory.
  std::uint64_t flush(std::uint64_t now);

 private:
  struct Slice {
    Cache l1;
    Server tmu;
  };
  /// The addresses of the pieces of memory that a request touches, in ascending order, each once.
  class Pieces {
   public:
    static constexpr std::uint32_t bytes = 16;  ///< of a piece

    explicit Pieces(const Access& access);
    unsigned count() const { return count_; }
    /// Calls function(number of the line, number of pieces) for every line of the cache that pieces
    /// are in.
    template <class Function>
    void each_line(const Cache& cache, Function function) const;

   private:
    void order();

    std::uint32_t list_[16 * 4 * 2];
    unsigned count_ = 0;
  };

  std::uint64_t load(Slice& slice, const Pieces& pieces, std::uint64_t start);
  std::uint64_t store(Slice& slice, const Pieces& pieces, std::uint64_t start);
  std::uint64_t atomic(Slice& slice, const Access& access, const Pieces& pieces,
                       std::uint64_t start);
  static void forget(const Pieces& pieces, Cache& cache);
  std::uint64_t fetch(std::uint32_t address, std::uint64_t now);
  Cache::Line& allocate(std::uint64_t number, std::uint64_t now);
  std::uint64_t l2_line(std::uint32_t address, std::uint64_t now, std::uint64_t latency,
                        bool write);
  std::uint64_t dram_cycles(std::uint64_t bytes);
  std::uint64_t dram_read(std::uint64_t now);
  void dram_write(std::uint64_t now);
  void write_until(std::uint64_t now);

  const Parameters& p_;
  Report& report_;
  std::vector<Slice> slices_;
  Cache l2_;
  Server l2_read_, l2_write_, dram_;
  std::uint64_t unwritten_ = 0;  ///< cycles of memory for what waits to be written
  std::uint64_t dram_rest_ = 0;  ///< of the division in dram_cycles()
};

}  // namespace vc7::sim::timing
