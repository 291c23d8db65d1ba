// SPDX-License-Identifier: MIT
//
// Where batches run, that they run at once, and barriers (v3d71 §12).
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "behaviour.hpp"
#include "context.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using namespace qpu;

/// Runs `batches` batches as one supergroup each, or all in one; each stores its tidx once all of
/// them are there.
std::vector<Word> thread_indices(Context& context, unsigned batches, Threading threading) {
  auto arrived = context.device().alloc<Word>(1, 0);
  auto out = context.device().alloc<Word>(batches * lane_count, 0xffffffff);
  // A workgroup of 16 lanes is a batch; a supergroup holds at most 16 of them, so larger ones make
  // the same number of batches.
  unsigned lanes = 16;
  while (batches * 16 / lanes > 16 || batches * 16 % lanes != 0) lanes += 16;
  Assembler a;
  a.nop(ldunifrf(rf10));
  // The number of the batch: workgroup * batches of a workgroup + batch in the workgroup.
  a.mov(rf11, rf2.unpack(uh), ldunifrf(rf12));
  a.shr(rf11, rf11, rf12, ldunifrf(rf13));  // local index
  a.mov(rf14, rf3.unpack(ul));
  a.umul24(rf14, rf14, rf13);
  a.add(rf11, rf11, rf14);
  a.shl(rf11, rf11, 2);
  a.add(rf10, rf10, rf11);
  a.tidx(rf15);
  store(a, rf15, rf10);
  a.tmuwt();
  a.barrierid(syncb, thrsw);  // a slot that has ended could serve a second batch
  a.nop();
  a.nop();
  finish(a);
  const unsigned bits = std::bit_width(std::bit_ceil(std::max(lanes, 64u))) - 1;
  context.run(a.finish(),
              Dispatch{.local_size = {lanes},
                       .workgroups = {batches * 16 / lanes},
                       .workgroups_per_supergroup = batches * 16 / lanes,
                       .threading = threading,
                       .barrier = true},
              Uniforms{out, 16 - bits, lanes});
  std::vector<Word> result;
  for (unsigned batch = 0; batch < batches; ++batch) {
    result.push_back(out[batch * 16]);
    for (unsigned lane = 1; lane < 16; ++lane)
      context.same(out[batch * 16], out[batch * 16 + lane],
                   [&] { return fmt::format("tidx of batch {}, lane {}", batch, lane); });
  }
  return result;
}

void expect_permutation(Context& context, std::vector<Word> found, const std::string& what) {
  std::ranges::sort(found);
  for (Word i = 0; i < found.size(); ++i)
    context.same(i, found[i], [&] { return fmt::format("{}: sorted, entry {}", what, i); });
}

/// As many batches as there are QPUs: each on one of its own.
void one_per_qpu(Context& context) {
  auto found = thread_indices(context, context.device().qpus(), Threading::two_way);
  for (Word& word : found) word >>= 2;
  expect_permutation(context, found, "QPU numbers of one batch per QPU");
}

void two_per_qpu(Context& context) {
  auto found = thread_indices(context, context.device().threads(), Threading::two_way);
  for (Word& word : found) {
    context.same(0, word & 1,
                 [&] { return fmt::format("tidx {:#x}: bit 0 in two-way mode", word); });
    word >>= 1;
  }
  expect_permutation(context, found, "tidx >> 1 of two batches per QPU");
}

void four_per_qpu(Context& context) {
  expect_permutation(
      context,
      thread_indices(context, context.device().threads(Threading::four_way), Threading::four_way),
      "tidx of four batches per QPU");
}

/// After the barrier every batch reads what its right neighbour wrote before it. Then it overwrites
/// its own word, two thread switches later, if `racy`: that works only if all batches go on
/// together.
void barrier(Context& context, unsigned batches, bool racy) {
  auto out = context.device().alloc<Word>(batches * 16, 0x5eedf00d);
  auto result = context.device().alloc<Word>(batches * 16, 0x5eedf00d);
  const Word key = context.word();
  unsigned lanes = 16;
  while (batches * 16 / lanes > 16 || batches * 16 % lanes != 0) lanes += 16;
  const unsigned bits = std::bit_width(std::bit_ceil(std::max(lanes, 64u))) - 1;
  Assembler a;
  a.nop(ldunifrf(rf10));
  a.mov(rf11, rf2.unpack(uh), ldunifrf(rf12));
  a.shr(rf11, rf11, rf12, ldunifrf(rf13));
  a.mov(rf14, rf3.unpack(ul));
  a.umul24(rf14, rf14, rf13);
  a.add(rf11, rf11, rf14, ldunifrf(rf15));  // number of this lane; rf15 = key
  a.bxor(rf15, rf15, rf11);
  a.shl(rf12, rf11, 2);
  a.add(rf12, rf12, rf10);
  store(a, rf15, rf12);
  a.tmuwt();
  a.barrierid(syncb, thrsw);
  a.nop();
  a.nop();
  // The neighbour is 16 lanes further on, around the end.
  a.mov(rf16, 1);
  a.shl(rf16, rf16, 4);
  a.add(rf16, rf11, rf16, ldunifrf(rf17));  // rf17 = number of lanes
  a.sub(null, rf16, rf17, pushc);
  a.sub(rf16, rf16, rf17, ifna);
  a.shl(rf16, rf16, 2);
  a.add(rf16, rf16, rf10);
  load(a, rf18, rf16);
  if (racy) {
    a.nop(thrsw);
    a.nop();
    a.nop();
    a.bnot(rf18, rf18);
    store(a, rf18, rf12);
  } else {
    a.nop(ldunifrf(rf10));
    a.shl(rf12, rf11, 2);
    a.add(rf12, rf12, rf10);
    store(a, rf18, rf12);
  }
  finish(a);
  context.run(a.finish(),
              Dispatch{.local_size = {lanes},
                       .workgroups = {batches * 16 / lanes},
                       .workgroups_per_supergroup = batches * 16 / lanes,
                       .barrier = true},
              Uniforms{out, 16 - bits, lanes, key, batches * 16, result});
  const Word total = batches * 16;
  for (Word i = 0; i < total; ++i) {
    const Word wanted = key ^ (i + 16) % total;
    context.same(racy ? ~wanted : wanted, racy ? out[i] : result[i], [&] {
      return fmt::format("a barrier over {} batches: batch {}, lane {}", batches, i / 16, i % 16);
    });
  }
}

/// More batches than places: all of them run, in place of those that have ended.
void many_batches(Context& context) {
  const unsigned batches = context.device().threads() * 5 + context.below(7);
  auto out = context.device().alloc<Word>(batches * 16, 0x5eedf00d);
  const Word key = context.word();
  Assembler a;
  a.nop(ldunifrf(rf10));
  a.nop(ldunifrf(rf11));
  batch_address(a, rf10);
  a.bxor(rf11, rf11, rf10);
  store(a, rf11, rf10);
  a.nop(thrsw);  // bare: nothing is waited for
  a.nop();
  a.nop();
  finish(a);
  context.run(a.finish(), Dispatch::batches(batches), Uniforms{out, key});
  for (Word i = 0; i < batches * 16; ++i)
    context.same(key ^ out.address(i), out[i],
                 [&] { return fmt::format("batch {} of {}", i / 16, batches); });
}

/// A program that does not wait for its stores: they are in memory when the job is done.
void no_tmuwt(Context& context) {
  auto out = context.device().alloc<Word>(256 * 16, 0x5eedf00d);
  const Word key = context.word();
  Assembler a;
  a.nop(ldunifrf(rf10));
  a.nop(ldunifrf(rf11));
  batch_address(a, rf10);
  a.bxor(rf11, rf11, rf10);
  store(a, rf11, rf10);
  a.end_program();
  context.run(a.finish(), Dispatch::batches(256), Uniforms{out, key});
  for (Word i = 0; i < 256 * 16; ++i)
    context.same(key ^ out.address(i), out[i],
                 [&] { return fmt::format("stores without tmuwt: batch {}", i / 16); });
}

/// With single_segment the first thread switch is the end.
void single_segment(Context& context) {
  auto out = context.device().alloc<Word>(16, 0x5eedf00d);
  const Word key = context.word();
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.add(rf10, rf10, rf11);
  store(a, rf12, rf10);
  a.tmuwt();
  a.nop(thrsw);
  a.nop();
  a.nop();
  context.run(a.finish(), Dispatch{.single_segment = true}, Uniforms{out, key});
  for (std::size_t i = 0; i < 16; ++i)
    context.same(key, out[i], [] { return std::string{"a program of a single segment"}; });
}

}  // namespace

void add_threads(Behaviours& all) {
  const auto add = [&](const char* name, const char* source, auto run) {
    all.push_back({name, "threads", source, run});
  };
  add("threads.one_per_qpu", "[HW test_parallel]", one_per_qpu);
  add("threads.two_per_qpu", "[HW test_parallel, test_barrier]", two_per_qpu);
  add("threads.four_per_qpu", "[HW test_parallel_full]", four_per_qpu);
  add("threads.barrier", "[HW test_barrier]",
      [](Context& c) { barrier(c, c.device().threads(), true); });
  add("threads.barrier_ordered", "[HW test_barrier]", [](Context& c) {
    for (const unsigned batches : {2u, 7u, c.device().qpus(), c.device().threads()})
      barrier(c, batches, false);
  });
  add("threads.many_batches", "[HW test_parallel_full, sgemm]", many_batches);
  add("threads.no_tmuwt", "[HW test_unifa]", no_tmuwt);
  add("threads.single_segment", "[M] Mesa, not proven on hardware", single_segment);
}

}  // namespace vc7::selftest
