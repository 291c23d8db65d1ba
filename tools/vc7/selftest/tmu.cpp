// SPDX-License-Identifier: MIT
//
// Loads and stores through the TMU: types, configuration, activity, order (v3d71 §10).
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "behaviour.hpp"
#include "context.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using namespace qpu;

constexpr auto mesa = "[M] Mesa, not proven on hardware";
constexpr auto chosen = "[choose], not proven on hardware";
constexpr Word untouched = 0x5eedf00d;

Buffer<Word> random_buffer(Context& context, std::size_t n) {
  auto buffer = context.device().alloc<Word>(n);
  for (Word& word : buffer) word = context.word();
  return buffer;
}

void compare(Context& context, std::span<const Word> wanted, const Buffer<Word>& found,
             const std::string& what) {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    context.same(wanted[i], found[i], [&] { return fmt::format("{}: word {}", what, i); });
}

/// The values of TmuConfig against the table of §10.2 and the examples of §10.3.
void configuration_words(Context& context) {
  const struct {
    const char* what;
    Word found, wanted;
  } rows[] = {
      {"default", TmuConfig{}.word(), 0xffffffff},
      {"vec2", TmuConfig{}.vec2().word(), 0xfffffffa},
      {"vec3, vec2", TmuConfig::sequential_read_write_vec(3), 0xfffffafb},
      {"vec4, vec3, vec2", TmuConfig::sequential_read_write_vec(4), 0xfffafbfc},
      {"vec4", TmuConfig{}.vec4().word(), 0xfffffffc},
      {"copy",
       TmuConfig::word({TmuConfig{}.vec4(), TmuConfig{}.pixel().write_add_read_prefetch().int8(),
                        TmuConfig{}.vec4(), TmuConfig{}.vec4()}),
       0xfc80fcfc},
      {"atomic or, per quad", TmuConfig{}.quad().write_or_read_dec().uint32().byte(), 0x4f},
      {"uint16", TmuConfig{}.uint16().byte(), 0xfe},
  };
  for (const auto& row : rows)
    context.same(row.wanted, row.found, [&] { return std::string{row.what}; });
}

/// A loop stores one vector of 16 words per round; the stores stand in the delay slots.
void single_write(Context& context) {
  constexpr Word rounds = 10;
  auto out = context.device().alloc<Word>(rounds * lane_count, untouched);
  const Word base = context.word();
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.add(rf10, rf10, rf11);
  constant_64(a, rf11);
  a.eidx(rf12, ldunifrf(rf13));
  a.add(rf12, rf12, rf13);
  a.mov(rf14, imm(rounds));
  a.mov(rf15, 1);
  a.shl(rf15, rf15, 4);
  a.loop([&](auto& again) {
    a.sub(rf14, rf14, 1, pushz);
    again.b(anyna);
    a.mov(tmud, rf12).add(rf12, rf12, rf15);
    a.mov(tmua, rf10).add(rf10, rf10, rf11);
    a.nop();
  });
  finish(a);
  context.run(a.finish(), Uniforms{out, base});
  std::vector<Word> wanted(out.size());
  std::iota(wanted.begin(), wanted.end(), base);
  compare(context, wanted, out, "stores in branch slots");
}

/// A loop whose flag is pushed in the second slot of a thread switch and used after it.
void single_read(Context& context) {
  constexpr Word rounds = 10;
  auto in = random_buffer(context, rounds * lane_count);
  auto out = context.device().alloc<Word>(in.size(), untouched);
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.add(rf12, rf10, rf11, ldunifrf(rf11));
  a.add(rf13, rf10, rf11);
  constant_64(a, rf11);
  a.mov(rf14, imm(rounds));
  a.loop([&](auto& again) {
    a.mov(tmua, rf12, thrsw).add(rf12, rf12, rf11);
    a.nop();
    a.sub(rf14, rf14, 1, pushz);
    a.nop(ldtmu(rf15));
    again.b(anyna);
    a.bnot(tmud, rf15);
    a.mov(tmua, rf13).add(rf13, rf13, rf11);
    a.nop();
  });
  finish(a);
  context.run(a.finish(), Uniforms{in, out});
  std::vector<Word> wanted(in.begin(), in.end());
  for (Word& word : wanted) word = ~word;
  compare(context, wanted, out, "loads, flags across the thread switch");
}

// ---- vectors ----

enum class How { tmuc, tmuau };

/// The configuration for one access of n words per lane comes from the uniforms.
void begin_access(Assembler& a, How how, Register address, Register config, bool load) {
  if (how == How::tmuc) {
    a.mov(tmuc, config);
    if (load)
      a.mov(tmua, address, thrsw);
    else
      a.mov(tmua, address);
  } else if (load) {
    a.mov(tmuau, address, thrsw);
  } else {
    a.mov(tmuau, address);
  }
}

Word vector_config(Word n) {
  return n == 1 ? 0xffffffff : TmuConfig{1, 15, static_cast<int>(n)}.word();
}

/// Loads n consecutive words per lane from any word address, and stores them as n single vectors;
/// or the other way round.
void vectors(Context& context, How how, bool load) {
  for (Word n = 1; n <= 4; ++n) {
    auto in = random_buffer(context, 16 * 4 + 8);
    auto out = context.device().alloc<Word>(in.size(), untouched);
    const Word first = context.below(8);  // not aligned to the vector
    Assembler a;
    a.eidx(rf1);
    a.shl(rf10, rf1, 2);  // single words: 4 bytes from lane to lane
    a.mov(rf11, rf10);
    for (Word k = 1; k < n; ++k) a.add(rf11, rf11, rf10);  // n words from lane to lane
    a.nop(ldunifrf(rf12));
    a.nop(ldunifrf(rf13));
    constant_64(a, rf15);
    const auto wide = load ? rf12 : rf13, single = load ? rf13 : rf12;
    a.add(wide, wide, rf11);
    a.add(single, single, rf10);
    if (how == How::tmuc) a.nop(ldunifrf(rf14));
    if (load) {
      begin_access(a, how, wide, rf14, true);
      a.nop();
      a.nop();
      for (Word k = 0; k < n; ++k) a.nop(ldtmu(rf[20 + k]));
      for (Word k = 0; k < n; ++k) {
        a.mov(tmud, rf[20 + k]);
        a.mov(tmua, single).add(single, single, rf15);
      }
    } else {
      for (Word k = 0; k < n; ++k) {
        a.mov(tmua, single, thrsw).add(single, single, rf15);
        a.nop();
        a.nop();
        a.nop(ldtmu(rf[20 + k]));
      }
      for (Word k = 0; k < n; ++k) a.mov(tmud, rf[20 + k]);
      begin_access(a, how, wide, rf14, false);
    }
    finish(a);
    Uniforms uniforms;
    if (load)
      uniforms.add(in, first).add(out, 0);
    else
      uniforms.add(in, 0).add(out, first);
    context.run(a.finish(), uniforms.add(vector_config(n)));
    std::vector<Word> wanted(out.size(), untouched);
    for (Word lane = 0; lane < 16; ++lane)
      for (Word k = 0; k < n; ++k) {
        if (load)
          wanted[k * 16 + lane] = in[first + lane * n + k];
        else
          wanted[first + lane * n + k] = in[k * 16 + lane];
      }
    compare(context, wanted, out,
            fmt::format("{} of {} words per lane with {}", load ? "load" : "store", n,
                        how == How::tmuc ? "tmuc" : "tmuau"));
  }
}

/// One configuration word serves four accesses, lowest byte first, then the default is back.
void configuration_queue(Context& context) {
  auto in = random_buffer(context, 16 * 4);
  auto out = context.device().alloc<Word>(16 * 11, untouched);
  Assembler a;
  a.eidx(rf10);
  a.shl(rf10, rf10, 4);
  a.nop(ldunifrf(rf11));
  a.add(rf10, rf10, rf11);
  lane_offset(a, rf12);
  a.nop(ldunifrf(rf11));
  a.add(rf12, rf12, rf11);
  a.nop(ldunifrf(rf11));
  a.mov(tmuc, rf11);
  Word r = 20;
  for (const Word n : {3u, 1u, 4u, 2u, 1u}) {  // the last one by default
    a.mov(tmua, rf10, thrsw);
    a.nop();
    a.nop();
    for (Word k = 0; k < n; ++k) a.nop(ldtmu(rf[r++]));
  }
  constant_64(a, rf11);
  for (Word k = 20; k < r; ++k) {
    a.mov(tmud, rf[k]);
    a.mov(tmua, rf12).add(rf12, rf12, rf11);
  }
  finish(a);
  context.run(a.finish(), Uniforms{in, out,
                                   TmuConfig::word({TmuConfig{}.vec2(), TmuConfig{}.vec4(),
                                                    TmuConfig{}, TmuConfig{}.vec3()})});
  std::vector<Word> wanted;
  for (const Word n : {3u, 1u, 4u, 2u, 1u})
    for (Word k = 0; k < n; ++k)
      for (Word lane = 0; lane < 16; ++lane) wanted.push_back(in[lane * 4 + k]);
  compare(context, wanted, out, "configuration vec3, word, vec4, vec2, then the default");
}

/// An access of op 0 without data asks for nothing back, and uses up its configuration byte.
void prefetch(Context& context) {
  auto in = random_buffer(context, 16);
  auto out = context.device().alloc<Word>(16, untouched);
  Assembler a;
  lane_offset(a, rf12);
  a.nop(ldunifrf(rf10));
  a.nop(ldunifrf(rf11));
  a.add(rf10, rf10, rf12, ldunifrf(rf13));
  a.add(rf11, rf11, rf12);
  a.mov(tmuc, rf13);
  a.mov(tmua, rf10);
  load(a, rf14, rf10);
  store(a, rf14, rf11);
  finish(a);
  context.run(a.finish(), Uniforms{in, out, 0xffffff80u});
  compare(context, in.span(), out, "prefetch, then load");
}

// ---- addresses and lanes ----

/// Every lane its own address: a random permutation, loaded and stored.
void scatter_gather(Context& context) {
  for (const bool scatter : {false, true}) {
    constexpr std::size_t n = 256;
    auto in = random_buffer(context, n);
    auto out = context.device().alloc<Word>(16, untouched);
    auto wide = context.device().alloc<Word>(n, untouched);
    std::vector<Word> order(n);
    std::iota(order.begin(), order.end(), 0u);
    context.shuffle(std::span{order});
    auto addresses = context.device().alloc<Word>(16);
    for (std::size_t i = 0; i < 16; ++i)
      addresses[i] = scatter ? wide.address(order[i]) : in.address(order[i]);
    Assembler a;
    lane_offset(a, rf10);
    a.nop(ldunifrf(rf11));
    a.add(rf11, rf11, rf10, ldunifrf(rf12));
    a.add(rf12, rf12, rf10);
    load(a, rf13, rf11);
    if (scatter) {
      load(a, rf14, rf12);
      store(a, rf14, rf13);
    } else {
      load(a, rf14, rf13);
      store(a, rf14, rf12);
    }
    finish(a);
    context.run(a.finish(), scatter ? Uniforms{addresses, in} : Uniforms{addresses, out});
    std::vector<Word> wanted(scatter ? n : 16, untouched);
    for (std::size_t i = 0; i < 16; ++i)
      (scatter ? wanted[order[i]] : wanted[i]) = in[scatter ? i : order[i]];
    compare(context, wanted, scatter ? wide : out, scatter ? "scatter" : "gather");
  }
}

/// A matrix of 4 rows of 16 words out of a larger one: lane i takes word i % 4 of 4 rows, in steps.
void strided_rectangle(Context& context) {
  const Word stride = 16 + context.below(16);
  auto in = random_buffer(context, stride * 4);
  auto out = context.device().alloc<Word>(64, untouched);
  Assembler a;
  a.eidx(rf10);
  a.band(rf11, rf10, 3);
  a.shl(rf11, rf11, 4);  // four words to the right per lane
  a.shr(rf12, rf10, 2);
  a.nop(ldunifrf(rf13));
  a.umul24(rf12, rf12, rf13);  // a row down every four lanes
  a.nop(ldunifrf(rf14));
  a.add(rf11, rf11, rf12);
  a.add(rf14, rf14, rf11);
  a.shl(rf10, rf10, 2);
  a.nop(ldunifrf(rf15));
  a.add(rf15, rf15, rf10);
  a.bnot(tmuc, 3);  // 0xfffffffc: one access of vec4
  a.mov(tmua, rf14, thrsw);
  constant_64(a, rf16);
  for (Word k = 0; k < 4; ++k) a.nop(ldtmu(rf[20 + k]));
  for (Word k = 0; k < 4; ++k) {
    a.mov(tmud, rf[20 + k]);
    a.mov(tmua, rf15).add(rf15, rf15, rf16);
  }
  finish(a);
  context.run(a.finish(), Uniforms{stride * 4, in, out});
  std::vector<Word> wanted;
  for (Word k = 0; k < 4; ++k)
    for (Word lane = 0; lane < 16; ++lane)
      wanted.push_back(in[lane / 4 * stride + lane % 4 * 4 + k]);
  compare(context, wanted, out, fmt::format("4x16 words, {} words from row to row", stride));
}

/// Lanes that fail the condition of the address write do not store; loads are popped all the same.
void inactive_lanes(Context& context) {
  const Word mask = context.word();
  auto in = random_buffer(context, 16);
  auto out = context.device().alloc<Word>(32, untouched);
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.add(rf11, rf11, rf10);
  a.add(rf12, rf12, rf10);
  a.eidx(rf14);
  a.shr(rf14, rf13, rf14);
  a.band(null, rf14, 1, pushz);
  a.mov(tmua, rf11, ifna, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf15));
  a.band(null, rf14, 1, pushz);
  a.mov(tmud, rf15);
  a.mov(tmua, rf12, ifna);
  // No lane at all: nothing happens but the pop.
  a.mov(null, 0, pushz);
  a.mov(tmua, rf10, ifna, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf16));
  finish(a);
  context.run(a.finish(), Uniforms{in, out, mask});
  std::vector<Word> wanted(32, untouched);
  for (Word lane = 0; lane < 16; ++lane)
    if ((mask >> lane & 1) != 0) wanted[lane] = in[lane];
  compare(context, wanted, out,
          fmt::format("conditional load and store, lanes {:#06x}", mask & 0xffff));
}

/// per = quad: a lane that is inactive loads all the same if another one of its quad is active.
void whole_quads(Context& context) {
  auto in = random_buffer(context, 16);
  auto out = context.device().alloc<Word>(16, untouched);
  const Word lane = context.below(16);
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.nop(ldunifrf(rf14));
  a.add(rf11, rf11, rf10);
  a.add(rf12, rf12, rf10);
  a.eidx(rf15);
  a.mov(tmuc, rf13);
  a.sub(null, rf15, rf14, pushz);
  a.mov(tmua, rf11, ifa, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf16));
  store(a, rf16, rf12);
  finish(a);
  context.run(a.finish(), Uniforms{in, out, TmuConfig{}.quad().word(), lane});
  for (Word n = lane / 4 * 4; n < lane / 4 * 4 + 4; ++n)
    context.same(in[n], out[n], [&] {
      return fmt::format("load per quad, only lane {} active: lane {}", lane, n);
    });
}

/// All lanes load one word; lanes that store equal values to one word agree.
void same_address(Context& context) {
  auto memory = random_buffer(context, 16);
  auto out = context.device().alloc<Word>(17, untouched);
  const auto index = context.below(16);
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.add(rf12, rf12, rf10);
  load(a, rf14, rf11);
  store(a, rf14, rf12);
  store(a, rf14, rf13);
  finish(a);
  context.run(a.finish(), Uniforms{}.add(memory, index).add(out, 0).add(out, 16));
  compare(context, std::vector<Word>(17, memory[index]), out, "one address in all lanes");
}

/// Loads see the thread's own stores after tmuwt, again and again, with one word for all lanes.
void consistency(Context& context) {
  auto memory = context.device().alloc<Word>(16, 0);
  auto out = context.device().alloc<Word>(16, untouched);
  const Word start = context.word();
  memory.fill(start);
  constexpr int rounds = 20;
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.add(rf12, rf12, rf10);
  for (int i = 0; i < rounds; ++i) {
    load(a, rf13, rf11);
    a.add(tmud, rf13, 1);
    a.mov(tmua, rf11);
    a.tmuwt();
  }
  load(a, rf13, rf11);
  store(a, rf13, rf12);
  finish(a);
  context.run(a.finish(), Uniforms{memory, out});
  compare(context, std::vector<Word>(16, start + rounds), out,
          "load, add 1, store, tmuwt: 20 times");
}

/// Eight results outstanding per thread, popped in the order of the requests.
void outstanding(Context& context) {
  auto in = random_buffer(context, 8 * 16);
  auto out = context.device().alloc<Word>(8 * 16, untouched);
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.add(rf11, rf11, rf10);
  a.add(rf12, rf12, rf10);
  constant_64(a, rf13);
  a.nop(thrsw);  // before eight at once, as the copy example says
  a.nop();
  a.nop();
  for (int i = 0; i < 8; ++i) a.mov(tmua, rf11).add(rf11, rf11, rf13);
  for (unsigned i = 0; i < 8; ++i) a.nop(ldtmu(rf[20 + i]));
  for (unsigned i = 0; i < 8; ++i) {
    a.mov(tmud, rf[20 + i]);
    a.mov(tmua, rf12).add(rf12, rf12, rf13);
  }
  finish(a);
  context.run(a.finish(), Uniforms{in, out});
  compare(context, in.span(), out, "eight loads in flight");
}

/// A load and a store of 8 or 16 bits.
void narrow(Context& context, TmuConfig config, unsigned bytes, bool is_signed, bool loads) {
  auto in = random_buffer(context, 16);
  auto out = context.device().alloc<Word>(16, untouched);
  Assembler a;
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.nop(ldunifrf(rf15));  // offset inside of the word
  a.add(rf11, rf11, rf10);
  a.add(rf12, rf12, rf10);
  a.add(loads ? rf11 : rf12, loads ? rf11 : rf12, rf15);
  if (loads) a.mov(tmuc, rf13);
  load(a, rf14, rf11);
  if (!loads) a.mov(tmuc, rf13);
  store(a, rf14, rf12);
  finish(a);
  const Word offset = context.below(4 / bytes) * bytes, shift = 8 * offset;
  context.run(a.finish(), Uniforms{in, out, config.word(), offset});
  std::vector<Word> wanted(16);
  const Word ones = bytes == 1 ? 0xff : 0xffff;
  for (std::size_t i = 0; i < 16; ++i) {
    if (loads) {
      wanted[i] = in[i] >> shift & ones;
      if (is_signed && wanted[i] > ones / 2) wanted[i] |= ~ones;
    } else {
      wanted[i] = (untouched & ~(ones << shift)) | (in[i] & ones) << shift;
    }
  }
  compare(context, wanted, out,
          fmt::format("{} of {} bytes, {}signed, at offset {}", loads ? "load" : "store", bytes,
                      is_signed ? "" : "un", offset));
}

void narrow_unsigned(Context& context) {
  for (const bool loads : {true, false}) {
    narrow(context, TmuConfig{}.uint8(), 1, false, loads);
    narrow(context, TmuConfig{}.uint16(), 2, false, loads);
  }
}
void narrow_signed(Context& context) {
  for (const bool loads : {true, false}) {
    narrow(context, TmuConfig{}.int8(), 1, true, loads);
    narrow(context, TmuConfig{}.int16(), 2, true, loads);
  }
}

/// Left-over bytes of the configuration word: single words are stored with vec3 and vec2.
void left_over(Context& context) {
  auto in = random_buffer(context, 64);
  auto out = context.device().alloc<Word>(64, untouched);
  Assembler a;
  a.eidx(rf10);
  a.shl(rf11, rf10, 4);
  a.shl(rf10, rf10, 2);
  a.nop(ldunifrf(rf12));
  a.nop(ldunifrf(rf13));
  a.nop(ldunifrf(rf14));
  a.add(rf12, rf12, rf11);
  a.add(rf13, rf13, rf10);
  constant_64(a, rf15);
  a.mov(tmuc, rf14);
  a.mov(tmua, rf12, thrsw);
  a.nop();
  a.nop();
  for (Word k = 0; k < 4; ++k) a.nop(ldtmu(rf[20 + k]));
  for (Word k = 0; k < 4; ++k) {
    a.mov(tmud, rf[20 + k]);
    a.mov(tmua, rf13).add(rf13, rf13, rf15);
  }
  finish(a);
  context.run(a.finish(), Uniforms{in, out, TmuConfig::sequential_read_write_vec(4)});
  std::vector<Word> wanted;
  for (Word k = 0; k < 4; ++k)
    for (Word lane = 0; lane < 16; ++lane) wanted.push_back(in[lane * 4 + k]);
  compare(context, wanted, out, "single words stored with left-over configurations");
}

/// The stores may leave bytes behind: the next thread starts with the default.
void left_over_at_end(Context& context) {
  auto in = random_buffer(context, 16);
  auto out = context.device().alloc<Word>(16, untouched);
  for (int round = 0; round < 2; ++round) {
    Assembler a;
    lane_offset(a, rf10);
    a.nop(ldunifrf(rf11));
    a.nop(ldunifrf(rf12));
    a.nop(ldunifrf(rf13));
    a.add(rf11, rf11, rf10);
    a.add(rf12, rf12, rf10);
    load(a, rf14, rf11);
    store(a, rf14, rf12);
    if (round == 0) a.mov(tmuc, rf13);
    finish(a);
    out.fill(untouched);
    context.run(a.finish(), Uniforms{in, out, 0xfffffafbu});
    compare(context, in.span(), out, "after a program that left its configuration");
  }
}

}  // namespace

void add_tmu(Behaviours& all) {
  const auto add = [&](const char* name, const char* source, auto run, const char* group = "tmu") {
    all.push_back({name, group, source, run});
  };
  add("tmu.configuration", "[HW test_tmu_lookup_config]", configuration_words);
  add("tmu.single_write", "[HW test_tmu_single_write]", single_write);
  add("tmu.single_read", "[HW test_tmu_single_read]", single_read);
  add("tmu.vector_write", "[HW test_tmu_multiple_interleaved_transform_write]",
      [](Context& c) { vectors(c, How::tmuc, false); });
  add("tmu.vector_write_uniform", "[HW test_tmu_multiple_write_with_uniform_config]",
      [](Context& c) { vectors(c, How::tmuau, false); });
  add("tmu.vector_read", "[HW test_tmu_multiple_interleaved_transform_read]",
      [](Context& c) { vectors(c, How::tmuc, true); });
  add("tmu.vector_read_uniform", "[HW test_tmu_multiple_read_with_uniform_config]",
      [](Context& c) { vectors(c, How::tmuau, true); });
  add("tmu.configuration_queue", "[HW test_tmu_lookup_config, test_tmu_multiple_*]",
      configuration_queue);
  add("tmu.prefetch", "[HW scopy]", prefetch);
  add("tmu.scatter_gather", "[HW test_tmu_multiple_interleaved_transform_write]", scatter_gather);
  add("tmu.strided_rectangle", "[HW 4x16 strided read]", strided_rectangle);
  add("tmu.inactive_lanes", mesa, inactive_lanes);
  add("tmu.whole_quads", mesa, whole_quads);
  add("tmu.same_address", "[HW test_tmu_keeps_memory_consistency]", same_address);
  add("tmu.consistency", "[HW test_tmu_keeps_memory_consistency]", consistency);
  add("tmu.eight_outstanding", "[HW scopy]", outstanding);
  add("tmu.narrow_unsigned", mesa, narrow_unsigned);
  add("tmu.narrow_signed", chosen, narrow_signed);
  add("tmu.left_over_at_end", "[HW test_tmu_multiple_write_with_uniform_config]", left_over_at_end);
  add("leftover.stores", "[HW test_tmu_multiple_interleaved_transform_read]", left_over,
      "leftover");
}

}  // namespace vc7::selftest
