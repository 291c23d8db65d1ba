// SPDX-License-Identifier: MIT
//
// Random QPU programs for differential tests: made from the operation table of isa, always
// terminating, with results that depend on nothing that v3d71 leaves open. The same options give
// the same program on every host.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <vc7/sim/memory.hpp>

namespace vc7::test {

struct RandomProgramOptions {
  std::uint64_t seed = 1;
  unsigned instructions = 300;  ///< about as many in the body; prologue and epilogue come on top
  unsigned batches = 1;         ///< at most 256
  unsigned batches_per_supergroup = 1;  ///< 1-16; what a barrier waits for
  unsigned lanes = 16;    ///< lanes per workgroup; fewer than 16 leave lanes of each batch not live
  bool four_way = false;  ///< 4 threads per QPU: registers 0-31 only
  unsigned registers = 64;      ///< 16-64: the program uses the first of them
  bool single_segment = false;  ///< the first thread switch is the end: none in the body

  bool tmu = true;             ///< loads and stores of all types, prefetches, configuration words
  bool atomics = true;         ///< both conventions of v3d71 §10.5, inc, dec, not
  bool shared_atomics = true;  ///< some of them on words that all batches share
  bool branches = true;        ///< forward, all conditions, with and without a new uniform pointer
  bool loops = true;           ///< counted, nested twice
  bool subroutines = true;     ///< calls through the link register
  bool switches = true;        ///< thread switches inside the body
  bool barriers = true;        ///< supergroup barriers, at places that every batch passes
  bool uniforms = true;        ///< ldunif, ldunifrf, wrtmuc, tmuau in the body
  bool unifa = true;           ///< the second uniform stream
  bool flags = true;           ///< conditions, pushes, updates
  bool immediates = true;
  bool sfu = true;  ///< recip ... shuffle
  bool msf = true;  ///< setmsf: lanes drop out of memory accesses, votes and branches
  /// What decodes and has a chosen meaning but no assembler emits: .abs of conversions, an unpack
  /// on an immediate, flags on nop, ucb, target registers that differ in lanes other than the one
  /// used; setmsf beside an access, conditional data words, TMU operations without a meaning,
  /// uniforms in the slots of a branch that moves their pointer.
  bool exotic = false;
};

/// A program with everything that a machine needs to run it.
struct RandomProgram {
  RandomProgramOptions options;
  std::vector<std::uint64_t> code;
  std::vector<std::uint32_t> uniforms;  ///< the main stream, then what unifa reads
  std::vector<std::uint32_t> scratch;   ///< what loads, stores and atomics work on
  std::uint32_t code_address = 0, uniform_address = 0, scratch_address = 0, output_address = 0;
  std::uint32_t output_words = 0;
  std::array<std::uint32_t, 7> cfg{};  ///< of the compute job (v3d71 §13.1)
};

RandomProgram random_program(const RandomProgramOptions& options);

/// Maps the memory that the program uses and fills it. The memory holds nothing but what earlier
/// programs left, whose ranges are used again and may be larger.
void load(const RandomProgram& program, sim::Memory& memory);

inline constexpr std::size_t shared_words = 64;              ///< words that all batches share
inline constexpr std::size_t output_words_per_batch = 2048;  ///< the first of them are used

/// What a run left behind: scratch, shared words, output. Output holds, per batch, 16 lanes each of
/// A, B, the link register, rtop, and all registers (multisample flags are in the last of them).
std::vector<std::uint32_t> results(const RandomProgram& program, const sim::Memory& memory);

/// One line per word: address, word, text.
std::string listing(const RandomProgram& program);

}  // namespace vc7::test
