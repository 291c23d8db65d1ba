// SPDX-License-Identifier: MIT
//
// Copies words. One request moves 256 bytes: a vec4 in each of 16 lanes. A batch handles chunks of
// two requests and goes on by as many chunks as there are batches, so that every word is copied
// once, whatever the number of batches is.
//
// Dispatch: Dispatch::batches(n). Uniforms, in this order: source address, destination address,
// bytes (a multiple of scopy_chunk), n * scopy_chunk, scopy_config.
#pragma once

#include <cstdint>

#include <vc7/asm.hpp>

namespace vc7::examples {

inline constexpr std::uint32_t scopy_chunk = 512;
/// Four vec4 accesses: store and load of both requests.
inline constexpr std::uint32_t scopy_config = TmuConfig::word(
    {TmuConfig{}.vec4(), TmuConfig{}.vec4(), TmuConfig{}.vec4(), TmuConfig{}.vec4()});

constexpr void scopy_kernel(Assembler& a) {
  using namespace vc7::qpu;
  constexpr auto source = rf4, source_2 = rf5, target = rf6, target_2 = rf7, end = rf8, step = rf9,
                 config = rf10, first = rf11, half_chunk = rf12;

  a.eidx(first, ldunifrf(source));
  a.shl(first, first, 4)
      .mov(rf1, rf3.unpack(ul));  // a lane moves 16 bytes; rf1 = number of the batch
  a.mov(half_chunk, 1);
  a.shl(half_chunk, half_chunk, 8);
  a.shl(rf1, rf1, 9);  // rf1 = its first chunk in bytes
  a.add(first, first, rf1, ldunifrf(target));
  a.add(target, target, first, ldunifrf(end));
  a.add(target_2, target, half_chunk).add(end, end, source);
  a.add(source, source, first, ldunifrf(step));
  a.add(source_2, source, half_chunk);
  a.nop(ldunifrf(config));

  a.sub(null, source, end, pushc);  // flag A: there is something to do
  a.b(a.R("done"), na0);
  a.nop();
  a.nop();
  a.nop();

  a.mov(tmuc, config);
  a.mov(tmua, source).add(source, source, step);
  a.mov(tmua, source_2, thrsw).add(source_2, source_2, step);
  a.nop();
  a.nop();

  const Label loop = a.L("chunk");
  // Flag A: there is a further chunk. Without one its loads have no active lanes.
  a.sub(null, source, end, pushc).mov(tmuc, config);
  for (const auto& [from, to] : {std::pair{source, target}, std::pair{source_2, target_2}}) {
    a.nop(ldtmu(rf20));
    a.mov(tmud, rf20, ldtmu(rf21));
    a.mov(tmud, rf21, ldtmu(rf22));
    a.mov(tmud, rf22, ldtmu(rf23));
    a.mov(tmud, rf23);
    a.mov(tmua, to).add(to, to, step);
    a.mov(tmua, from, ifa).add(from, from, step);
  }
  a.b(loop, a0);
  a.nop();
  a.nop();
  a.nop();

  for (int i = 0; i < 8; ++i) a.nop(ldtmu(rf20));  // of the loads without active lanes
  a.tmuwt();
  a.L("done");
  a.end_program();
}

}  // namespace vc7::examples
