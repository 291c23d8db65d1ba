// SPDX-License-Identifier: MIT
//
// Atomic operations of the TMU, with the operands in tmudref and tmuoff or in tmud (v3d71 §10.5).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "behaviour.hpp"
#include "context.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using namespace qpu;

struct Atomic {
  const char* name;
  TmuConfig config;
  Word (*combine)(Word memory, Word x, Word y);
};

Word signed_smaller(Word a, Word b) {
  return static_cast<std::int32_t>(a) < static_cast<std::int32_t>(b) ? a : b;
}

constexpr std::array atomics{
    Atomic{"add", TmuConfig{}.write_add_read_prefetch(),
           [](Word m, Word x, Word) { return m + x; }},
    Atomic{"sub", TmuConfig{}.write_sub_read_clear(), [](Word m, Word x, Word) { return m - x; }},
    Atomic{"xchg", TmuConfig{}.write_xchg_read_flush(), [](Word, Word x, Word) { return x; }},
    Atomic{"cmpxchg", TmuConfig{}.write_cmpxchg_read_flush(),
           [](Word m, Word x, Word y) { return m == x ? y : m; }},
    Atomic{"umin", TmuConfig{}.write_umin_full_l1_clear(),
           [](Word m, Word x, Word) { return std::min(m, x); }},
    Atomic{"umax", TmuConfig{}.write_umax(), [](Word m, Word x, Word) { return std::max(m, x); }},
    Atomic{"smin", TmuConfig{}.write_smin(),
           [](Word m, Word x, Word) { return signed_smaller(m, x); }},
    Atomic{"smax", TmuConfig{}.write_smax(),
           [](Word m, Word x, Word) { return signed_smaller(m, x) == m ? x : m; }},
    Atomic{"and", TmuConfig{}.write_and_read_inc(), [](Word m, Word x, Word) { return m & x; }},
    Atomic{"or", TmuConfig{}.write_or_read_dec(), [](Word m, Word x, Word) { return m | x; }},
    Atomic{"xor", TmuConfig{}.write_xor_read_not(), [](Word m, Word x, Word) { return m ^ x; }},
};

enum class Operands { tmudref, tmud };

/// rf10..rf13: addresses, first and second operand, where the old values go.
void begin(Assembler& a) {
  lane_offset(a, rf14);
  for (const auto reg : {rf10, rf11, rf12, rf13}) {
    a.nop(ldunifrf(reg));
    a.add(reg, reg, rf14);
  }
  load(a, rf10, rf10);
  load(a, rf11, rf11);
  load(a, rf12, rf12);
  a.nop(ldunifrf(rf15));
}

Program program(const Atomic& atomic, Operands operands) {
  Assembler a;
  begin(a);
  const bool two = std::string_view{atomic.name} == "cmpxchg";
  a.mov(tmuc, rf15);
  if (operands == Operands::tmudref) {
    a.mov(tmudref, rf11);
    if (two) a.mov(tmuoff, rf12);
  } else {
    a.mov(tmud, rf11);
    if (two) a.mov(tmud, rf12);
  }
  a.mov(tmua, rf10, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf16));
  store(a, rf16, rf13);
  finish(a);
  return a.finish();
}

struct Data {
  explicit Data(Context& context)
      : memory{context.device().alloc<Word>(64)},
        addresses{context.device().alloc<Word>(16)},
        x{context.device().alloc<Word>(16)},
        y{context.device().alloc<Word>(16)},
        old{context.device().alloc<Word>(16, 0x5eedf00d)} {
    for (Word& word : memory) word = context.integer();
    before.assign(memory.begin(), memory.end());
    std::array<Word, 64> order{};
    for (Word i = 0; i < 64; ++i) order[i] = i;
    context.shuffle(std::span<Word>{order});
    for (std::size_t i = 0; i < 16; ++i) {
      index[i] = order[i];
      addresses[i] = memory.address(order[i]);
      // Often what is there already, or near it.
      x[i] = context.below(3) == 0 ? memory[order[i]] : context.integer();
      y[i] = context.word();
    }
  }
  Buffer<Word> memory, addresses, x, y, old;
  std::vector<Word> before;
  std::array<Word, 16> index{};
};

/// Every lane another word: memory afterwards, and the old values.
void on_own_words(Context& context, const Atomic& atomic, Operands operands) {
  const bool two = std::string_view{atomic.name} == "cmpxchg";
  const TmuConfig config =
      operands == Operands::tmud && two ? atomic.config.vec2() : atomic.config.uint32();
  for (int round = 0; round < 2; ++round) {
    Data d{context};
    context.run(program(atomic, operands), Uniforms{d.addresses, d.x, d.y, d.old, config.word()});
    std::vector<Word> after = d.before;
    for (std::size_t i = 0; i < 16; ++i) {
      Word& word = after[d.index[i]];
      const auto text = [&](const char* what) {
        return fmt::format("atomic {}, {}: memory {:#010x}, operands {:#010x} {:#010x}",
                           atomic.name, what, d.before[d.index[i]], d.x[i], d.y[i]);
      };
      context.same(word, d.old[i], [&] { return text("old value"); });
      word = atomic.combine(word, d.x[i], d.y[i]);
      context.same(word, d.memory[d.index[i]], [&] { return text("memory"); });
    }
    for (std::size_t i = 0; i < 64; ++i)
      context.same(after[i], d.memory[i],
                   [&] { return fmt::format("atomic {}: word {} of memory", atomic.name, i); });
  }
}

/// inc, dec and not: atomics without data.
void without_data(Context& context) {
  struct Row {
    const char* name;
    TmuConfig config;
    Word (*result)(Word);
  };
  static constexpr Row rows[] = {
      {"inc", TmuConfig{}.write_and_read_inc(), [](Word m) { return m + 1; }},
      {"dec", TmuConfig{}.write_or_read_dec(), [](Word m) { return m - 1; }},
      {"not", TmuConfig{}.write_xor_read_not(), [](Word m) { return ~m; }}};
  for (const Row& row : rows) {
    Data d{context};
    Assembler a;
    begin(a);
    a.mov(tmuc, rf15);
    a.mov(tmua, rf10, thrsw);
    a.nop();
    a.nop();
    a.nop(ldtmu(rf16));
    store(a, rf16, rf13);
    finish(a);
    context.run(a.finish(), Uniforms{d.addresses, d.x, d.y, d.old, row.config.uint32().word()});
    for (std::size_t i = 0; i < 16; ++i) {
      const Word before = d.before[d.index[i]];
      const auto text = [&] { return fmt::format("atomic {} of {:#010x}", row.name, before); };
      context.same(before, d.old[i], text);
      context.same(row.result(before), d.memory[d.index[i]], text);
    }
  }
}

/// All lanes of all batches add to one word: nothing is lost, and every old value comes once.
void one_counter(Context& context) {
  const unsigned batches = context.device().threads();
  auto counter = context.device().alloc<Word>(1, 0);
  auto old = context.device().alloc<Word>(batches * lane_count);
  Assembler a;
  a.nop(ldunifrf(rf10));
  a.nop(ldunifrf(rf11));
  batch_address(a, rf11);
  a.nop(ldunifrf(rf12));
  a.mov(tmuc, rf12);
  a.mov(tmudref, 1);
  a.mov(tmua, rf10, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf13));
  store(a, rf13, rf11);
  finish(a);
  context.run(a.finish(), Dispatch::batches(batches),
              Uniforms{counter, old, TmuConfig{}.write_add_read_prefetch().word()});
  context.same(batches * 16, counter[0], [] { return std::string{"a counter of all lanes"}; });
  std::vector<Word> seen(old.begin(), old.end());
  std::ranges::sort(seen);
  for (Word i = 0; i < seen.size(); ++i)
    context.same(i, seen[i],
                 [&] { return fmt::format("old values of the counter, sorted: {}", i); });
}

}  // namespace

void add_atomics(Behaviours& all) {
  for (const Atomic& atomic : atomics) {
    all.push_back({fmt::format("atomics.{}", atomic.name), "atomics",
                   fmt::format("[HW test_tmu_op_write_{}]", atomic.name),
                   [&atomic](Context& c) { on_own_words(c, atomic, Operands::tmudref); }});
  }
  for (const Atomic& atomic : atomics) {
    all.push_back({fmt::format("atomics.{}_tmud", atomic.name), "atomics",
                   "[M] Mesa, passes conformance on a Pi 5",
                   [&atomic](Context& c) { on_own_words(c, atomic, Operands::tmud); }});
  }
  all.push_back(
      {"atomics.without_data", "atomics", "[M] Mesa, not proven on hardware", without_data});
  all.push_back(
      {"atomics.one_counter", "atomics", "[M] Mesa, not proven on hardware", one_counter});
}

}  // namespace vc7::selftest
