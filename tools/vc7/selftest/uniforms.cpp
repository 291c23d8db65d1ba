// SPDX-License-Identifier: MIT
//
// The two uniform streams: how they are read, branches that move the first one, unifa, and stores
// that uniforms do not see (v3d71 §11).
#include <array>

#include <fmt/format.h>

#include "behaviour.hpp"
#include "context.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using namespace qpu;

constexpr auto mesa = "[M] Mesa, not proven on hardware";

/// The words that a kernel stored, 16 lanes each; all lanes must hold the same.
void compare(Context& context, std::span<const Word> wanted, const Buffer<Word>& out,
             const std::string& what) {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    for (std::size_t lane = 0; lane < lane_count; ++lane)
      context.same(wanted[i], out[i * lane_count + lane],
                   [&] { return fmt::format("{}: word {}, lane {}", what, i, lane); });
}

/// rf10 := where lane results go, from the next uniform; rf11 := 64.
void results(Assembler& a) {
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.add(rf10, rf10, rf11);
  constant_64(a, rf11);
}
void put(Assembler& a, Register value) {
  a.mov(tmud, value);
  a.mov(tmua, rf10).add(rf10, rf10, rf11);
}

std::vector<Word> random_words(Context& context, std::size_t n) {
  std::vector<Word> words(n);
  for (Word& word : words) word = context.word();
  return words;
}

Buffer<Word> copy(Context& context, const std::vector<Word>& words) {
  return context.device().copy<Word>(words);
}

/// Reads in a row, into rf0, a register and tmud.
void reads(Context& context) {
  auto out = context.device().alloc<Word>(6 * lane_count);
  const auto words = random_words(context, 6);
  Assembler a;
  results(a);
  a.nop(ldunif);
  put(a, rf0);
  a.nop(ldunifrf(rf12));
  a.nop(ldunif);  // rf0 can be read by the next instruction
  put(a, rf12);
  put(a, rf0);
  a.nop(ldunifrf(tmud));
  a.mov(tmua, rf10).add(rf10, rf10, rf11);
  a.eidx(rf13, ldunifrf(rf14));
  a.bxor(rf13, rf13, rf14);
  a.eidx(rf12);
  a.bxor(rf13, rf13, rf12, ldunifrf(rf14));
  put(a, rf13);
  put(a, rf14);
  finish(a);
  context.run(a.finish(), Uniforms{out}.add(words));
  compare(context, words, out, "uniforms read one after the other");
}

/// A uniform as configuration beside a load of another one later: every consumer takes one word.
void consumers(Context& context) {
  auto data = copy(context, random_words(context, 64));
  auto out = context.device().alloc<Word>(4 * lane_count);
  const auto words = random_words(context, 2);
  Assembler a;
  results(a);
  lane_offset(a, rf12);
  a.nop(ldunifrf(rf13));
  a.shl(rf12, rf12, 1);
  a.add(rf12, rf12, rf13);    // pairs of words
  a.mov(tmuau, rf12, thrsw);  // takes a word: vec2
  a.nop();
  a.nop();
  a.nop(ldtmu(rf14));
  a.nop(ldtmu(rf15));
  put(a, rf14);
  put(a, rf15);
  a.nop(ldunifrf(rf14));
  put(a, rf14);
  a.nop(wrtmuc);  // takes a word: the default
  a.nop(ldunifrf(rf14));
  put(a, rf14);
  finish(a);
  context.run(a.finish(),
              Uniforms{out, data, TmuConfig{}.vec2().word(), words[0], 0xffffffffu, words[1]});
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    const Word wanted[] = {data[2 * lane], data[2 * lane + 1], words[0], words[1]};
    for (std::size_t i = 0; i < 4; ++i)
      context.same(wanted[i], out[i * lane_count + lane], [&] {
        return fmt::format("tmuau, ldunifrf, wrtmuc, ldunifrf: word {}, lane {}", i, lane);
      });
  }
}

/// Moves the stream by a distance in words, from behind the word that holds it.
void relative(Context& context) {
  for (int round = 0; round < 8; ++round) {
    constexpr Word length = 24, branch_word = 8;
    auto words = random_words(context, length);
    const auto target = context.below(length - 2);
    words[branch_word] = (target - (branch_word + 1)) * 4;
    auto uniforms = copy(context, words);
    auto out = context.device().alloc<Word>(2 * lane_count);
    uniforms[0] = words[0] = out.address();
    Assembler a;
    results(a);
    for (std::size_t i = 1; i < branch_word; ++i) a.nop(ldunif);
    a.b(0, always).unif_addr();
    slots(a);
    a.nop(ldunifrf(rf12));
    a.nop(ldunifrf(rf13));
    put(a, rf12);
    put(a, rf13);
    finish(a);
    context.run(a.finish(), uniforms);
    compare(context, std::span{words}.subspan(target, 2), out,
            fmt::format("bu by the uniform {}", static_cast<std::int32_t>(words[branch_word])));
  }
}

/// A loop that reads the same words again and again, as py-videocore7's copy example does.
void loop(Context& context) {
  const auto words = random_words(context, 2);
  auto out = context.device().alloc<Word>(9 * lane_count);
  Assembler a;
  results(a);
  a.mov(rf12, 4);
  a.loop([&](auto& again) {
    a.nop(ldunifrf(rf13));
    a.nop(ldunifrf(rf14));
    put(a, rf13);
    put(a, rf14);
    a.sub(rf12, rf12, 1, pushz);
    again.b(na0).unif_addr();
    slots(a);
  });
  a.nop(ldunifrf(rf13));  // a branch that is not taken took its word as well
  put(a, rf13);
  finish(a);
  context.run(a.finish(), Uniforms{out}.add(words).add(static_cast<Word>(-12)).add(0xcafe0001u));
  std::vector<Word> wanted;
  for (int i = 0; i < 4; ++i) wanted.insert(wanted.end(), words.begin(), words.end());
  compare(context, wanted, out, "a loop over two uniforms");
  for (std::size_t lane = 0; lane < lane_count; ++lane)
    context.same(0xcafe0001, out[8 * lane_count + lane],
                 [] { return std::string{"the uniform after a bu that was not taken"}; });
}

void absolute_address(Context& context) {
  const auto words = random_words(context, 32);
  auto there = copy(context, words);
  for (int round = 0; round < 4; ++round) {
    const auto index = context.below(30);
    auto out = context.device().alloc<Word>(2 * lane_count);
    Assembler a;
    results(a);
    a.b(0, always).unif_addr(absolute);
    slots(a);
    a.nop(ldunifrf(rf12));
    a.nop(ldunifrf(tmud));
    a.mov(tmua, rf10).add(rf10, rf10, rf11);
    put(a, rf12);
    finish(a);
    context.run(a.finish(), Uniforms{out}.add(there, index));
    const Word wanted[] = {words[index + 1], words[index]};
    compare(context, wanted, out, fmt::format("bu to the address of word {}", index));
  }
}

/// The address in a register: in lane 1 alone, in all lanes, or as base + 4 * lane.
enum class Fill { lane_1, all, counting };

void register_address(Context& context, Fill fill) {
  const auto words = random_words(context, 32);
  auto there = copy(context, words);
  for (int round = 0; round < 4; ++round) {
    const auto index = context.below(15) * 2;  // a multiple of 8 bytes
    auto out = context.device().alloc<Word>(2 * lane_count);
    Assembler a;
    results(a);
    a.nop(ldunifrf(rf12));
    a.eidx(rf13);
    if (fill == Fill::lane_1) {
      a.sub(null, rf13, 1, pushz);
      a.mov(rf12, 0, ifna);
    }
    if (fill == Fill::counting) {
      a.shl(rf13, rf13, 2);
      a.add(rf12, rf12, rf13);
    }
    a.b(0, always).unif_addr(rf12);
    slots(a);
    a.nop(ldunifrf(rf13));
    a.nop(ldunifrf(rf14));
    put(a, rf13);
    put(a, rf14);
    finish(a);
    context.run(a.finish(), Uniforms{out}.add(there, index));
    compare(context, std::span{words}.subspan(index, 2), out,
            fmt::format("bu to the address in a register, word {}", index));
  }
}

/// The instructions themselves, read as uniforms from the address in the link register.
void link_address(Context& context) {
  auto out = context.device().alloc<Word>(2 * lane_count);
  Assembler a;
  results(a);
  a.b(0, always).set_link();
  slots(a);
  const auto next = a.position();
  a.b(0, always).unif_addr(link);
  slots(a);
  a.nop(ldunifrf(rf13));
  a.nop(ldunifrf(rf14));
  put(a, rf13);
  put(a, rf14);
  finish(a);
  const Code code = context.load(a.finish());
  const std::uint64_t word = code.program().words()[next];
  context.device().run(code, Dispatch::batches(1), Uniforms{out});
  const Word wanted[] = {static_cast<Word>(word), static_cast<Word>(word >> 32)};
  compare(context, wanted, out, "bu to the link register: the bu itself");
}

/// Data, result and uniforms lie back to back. The job overwrites the data through the TMU, points
/// the stream at it, and reads what was there before.
void stale(Context& context) {
  auto memory = context.device().alloc<Word>(64);
  const Word old = context.word();
  std::fill_n(memory.begin(), 16, old);
  memory[32] = memory.address(0);
  memory[33] = memory.address(16);
  memory[34] = memory.address(0);  // of the branch
  Assembler a;
  lane_offset(a, rf13);
  a.nop(ldunifrf(rf10));
  a.nop(ldunifrf(rf11));
  a.add(rf10, rf10, rf13);
  a.add(rf11, rf11, rf13);
  load(a, rf14, rf10);
  a.bnot(rf14, rf14);
  store(a, rf14, rf10);
  a.tmuwt();
  a.b(0, always).unif_addr(absolute);
  slots(a);
  a.nop(ldunifrf(rf12));
  store(a, rf12, rf11);
  finish(a);
  context.run(a.finish(), GpuAddress{memory.address(32)});
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    context.same(~old, memory[lane], [&] { return fmt::format("the stored word {}", lane); });
    context.same(old, memory[16 + lane], [&] {
      return fmt::format("uniform read after a TMU store to it, lane {}", lane);
    });
  }
}

// ---- the second stream ----

/// The address comes from lane 0.
void unifa_lane_0(Context& context) {
  const auto words = random_words(context, 32);
  auto there = copy(context, words);
  const auto index = context.below(24);
  auto out = context.device().alloc<Word>(4 * lane_count);
  Assembler a;
  results(a);
  a.nop(ldunifrf(rf12));
  a.eidx(rf13);
  a.shl(rf14, rf13, 2);
  a.add(unifa, rf12, rf14);  // lane 0: the address, the others: further on
  slots(a);
  a.nop(ldunifa);
  a.mov(rf12, rf0, ldunifarf(rf13));
  a.nop(ldunifarf(tmud));
  a.mov(tmua, rf10).add(rf10, rf10, rf11);
  put(a, rf12);
  put(a, rf13);
  a.nop(ldunifa);
  put(a, rf0);
  finish(a);
  context.run(a.finish(), Uniforms{out}.add(there, index));
  const Word wanted[] = {words[index + 2], words[index], words[index + 1], words[index + 3]};
  compare(context, wanted, out, fmt::format("unifa at word {}", index));
}

/// unifa written in a slot of a branch that moves the other stream to a register.
void unifa_in_slot(Context& context) {
  const auto words = random_words(context, 64);
  auto there = copy(context, words);
  const auto first = context.below(12) * 2, second = 32 + context.below(24);
  auto out = context.device().alloc<Word>(4 * lane_count);
  Assembler a;
  results(a);
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.b(0, always).unif_addr(rf12);
  a.mov(unifa, rf13);
  a.nop();
  a.nop();
  a.nop();
  a.nop(ldunifrf(rf14));
  a.nop(ldunifarf(rf15));
  a.nop(ldunifrf(rf16));
  a.nop(ldunifarf(rf17));
  for (const auto reg : {rf14, rf15, rf16, rf17}) put(a, reg);
  finish(a);
  context.run(a.finish(), Uniforms{out}.add(there, first).add(there, second));
  const Word wanted[] = {words[first], words[second], words[first + 1], words[second + 1]};
  compare(context, wanted, out,
          fmt::format("unifa in a branch slot: streams at words {} and {}", first, second));
}

/// A branch directly after the write of unifa, and stores in its slots.
void unifa_before_branch(Context& context) {
  const auto words = random_words(context, 64);
  auto there = copy(context, words);
  const auto first = context.below(12) * 2, second = 32 + context.below(24);
  auto out = context.device().alloc<Word>(5 * lane_count);
  Assembler a;
  results(a);
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.mov(unifa, rf13);
  a.b(0, always).unif_addr(rf12);
  a.mov(tmud, rf13);
  a.mov(tmua, rf10).add(rf10, rf10, rf11);
  a.nop();
  a.nop(ldunifarf(rf14));
  a.nop(ldunifrf(rf15));
  a.nop(ldunifarf(rf16));
  a.nop(ldunifrf(rf17));
  for (const auto reg : {rf14, rf15, rf16, rf17}) put(a, reg);
  finish(a);
  context.run(a.finish(), Uniforms{out}.add(there, first).add(there, second));
  const Word wanted[] = {there.address(second), words[second], words[first], words[second + 1],
                         words[first + 1]};
  compare(context, wanted, out,
          fmt::format("bu after unifa: streams at words {} and {}", first, second));
}

/// In the instruction that moves the stream a load still reads the old place.
void unifa_while_loading(Context& context) {
  const auto words = random_words(context, 32);
  auto there = copy(context, words);
  auto out = context.device().alloc<Word>(2 * lane_count);
  Assembler a;
  results(a);
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.mov(unifa, rf12);
  slots(a);
  a.mov(unifa, rf13, ldunifarf(rf14));
  slots(a);
  a.nop(ldunifarf(rf15));
  put(a, rf14);
  put(a, rf15);
  finish(a);
  context.run(a.finish(), Uniforms{out}.add(there, 3).add(there, 20));
  const Word wanted[] = {words[3], words[20]};
  compare(context, wanted, out, "mov unifa beside ldunifarf");
}

}  // namespace

void add_uniforms(Behaviours& all) {
  const auto add = [&](const char* name, const char* source, auto run) {
    all.push_back({name, "uniforms", source, run});
  };
  add("uniforms.reads", "[HW all tests; test_uniform_branch_rel for tmud]", reads);
  add("uniforms.consumers", mesa, consumers);
  add("uniforms.branch_relative", "[HW test_uniform_branch_rel]", relative);
  add("uniforms.branch_loop", mesa, loop);
  add("uniforms.branch_absolute", "[HW test_uniform_branch_abs]", absolute_address);
  add("uniforms.branch_register", "[HW test_uniform_branch_reg]",
      [](Context& c) { register_address(c, Fill::lane_1); });
  add("uniforms.branch_register_all", mesa, [](Context& c) { register_address(c, Fill::all); });
  add("uniforms.branch_register_counting", "[HW test_unifa, case 2]",
      [](Context& c) { register_address(c, Fill::counting); });
  add("uniforms.branch_link", "[choose], not proven on hardware", link_address);
  add("uniforms.stale", "[HW test_tmu_read_tmu_write_uniform_read]", stale);
  add("uniforms.unifa_lane_0", "[HW test_unifa, case 1]", unifa_lane_0);
  add("uniforms.unifa_in_branch_slot", "[HW test_unifa, case 2]", unifa_in_slot);
  add("uniforms.unifa_before_branch", "[HW test_unifa, case 3]", unifa_before_branch);
  add("uniforms.unifa_while_loading", mesa, unifa_while_loading);
}

}  // namespace vc7::selftest
