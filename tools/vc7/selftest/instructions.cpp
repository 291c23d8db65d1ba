// SPDX-License-Identifier: MIT
//
// What an instruction as a whole does: both halves at once, the order of reading and writing,
// signals beside operations, thread switches, and state that two instructions share.
#include <array>

#include <fmt/format.h>

#include "alu_case.hpp"
#include "behaviour.hpp"
#include "emit.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using isa::AddOp;
using isa::MulOp;
using namespace input;
using qpu::rf21;
using qpu::rf22;
using qpu::rf23;
using qpu::rf24;

constexpr auto mesa = "[M] Mesa, not proven on hardware";

template <class F>
std::function<Lanes(const Inputs&)> per_lane(F f) {
  return [f](const Inputs& i) {
    Lanes lanes{};
    for (std::size_t n = 0; n < lane_count; ++n) lanes[n] = f(i, n);
    return lanes;
  };
}

Inputs words(Context& context) {
  const auto lanes = [&] { return context.lanes([&] { return context.integer(); }); };
  return {.a = lanes(), .b = lanes(), .half_a = lanes(), .half_b = lanes(), .old = lanes()};
}

/// Every pairing of integer operations; the results of both halves.
void dual_issue(Context& context) {
  static constexpr AddOp adds[] = {AddOp::add,  AddOp::sub, AddOp::min,  AddOp::umax, AddOp::shl,
                                   AddOp::asr,  AddOp::ror, AddOp::band, AddOp::bxor, AddOp::vadd,
                                   AddOp::bnot, AddOp::mov, AddOp::clz,  AddOp::eidx, AddOp::rotq};
  static constexpr MulOp muls[] = {MulOp::add, MulOp::sub, MulOp::umul24, MulOp::smul24,
                                   MulOp::mov};
  std::vector<AluCase> cases;
  for (const AddOp add : adds) {
    for (const MulOp mul : muls) {
      for (const bool of_mul : {false, true})
        cases.push_back(
            {.text = fmt::format("{} rf21, rf10, rf11 ; {} rf22, rf11, rf10; the result of the {}",
                                 isa::info(add).mnemonic, isa::info(mul).mnemonic,
                                 of_mul ? "second" : "first"),
             .emit =
                 [add, mul, of_mul](Assembler& k) {
                   const auto first = emit(k, add, {.dst = rf21, .a = {.reg = a}, .b = {.reg = b}},
                                           qpu::NoModifier{});
                   emit(first, mul, {.dst = rf22, .a = {.reg = b}, .b = {.reg = a}},
                        qpu::NoModifier{});
                   k.mov(out, of_mul ? rf22 : rf21);
                 },
             .expected =
                 [add, mul, of_mul](const Inputs& i) {
                   return (of_mul ? expected(mul, i.b, i.a) : expected(add, i.a, i.b)).value();
                 }});
    }
  }
  run_cases(context, cases, [&] { return words(context); });
}

/// Both halves read before either writes.
void exchange(Context& context) {
  run_cases(
      context,
      {{.text = "mov rf21, rf22 ; mov rf22, rf21",
        .emit =
            [](Assembler& k) {
              k.mov(rf21, a);
              k.mov(rf22, b);
              k.mov(rf21, rf22).mov(rf22, rf21);
              k.shl(rf21, rf21, 1);
              k.bxor(out, rf21, rf22);
            },
        .expected = per_lane([](const Inputs& i, std::size_t n) { return i.b[n] * 2 ^ i.a[n]; })}},
      [&] { return words(context); });
}

/// Every register holds its own value. Two of them hold the addresses: first the last ones, then
/// the first ones.
void registers(Context& context) {
  using namespace qpu;
  for (const unsigned spare : {60u, 0u}) {
    const auto out_address = rf[spare + 2], step = rf[spare + 3];
    auto out = context.device().alloc<Word>(64 * lane_count, 0x5eedf00d);
    std::vector<Word> words(64);
    for (Word& word : words) word = context.word();
    Assembler k;
    lane_offset(k, out_address);  // uses rf1
    k.nop(ldunifrf(step));
    k.add(out_address, out_address, step);
    constant_64(k, step);
    const auto is_spare = [&](unsigned r) { return r == spare + 2 || r == spare + 3; };
    for (unsigned r = 0; r < 64; ++r)
      if (!is_spare(r)) k.nop(ldunifrf(rf[r]));
    for (unsigned r = 0; r < 64; ++r) {
      k.mov(tmud, rf[r]);
      k.mov(tmua, out_address).add(out_address, out_address, step);
    }
    finish(k);
    Uniforms uniforms{out};
    for (unsigned r = 0; r < 64; ++r)
      if (!is_spare(r)) uniforms.add(words[r]);
    context.run(k.finish(), uniforms);
    for (unsigned r = 0; r < 64; ++r)
      for (std::size_t lane = 0; lane < lane_count && !is_spare(r); ++lane)
        context.same(words[r], out[r * lane_count + lane],
                     [&] { return fmt::format("rf{}, lane {}", r, lane); });
  }
}

// ---- loads beside operations ----

/// Asks for input::old. The address of its lanes is in rf24.
void request(Assembler& k) {
  using namespace qpu;
  k.sub(rf24, input::end, input::line);
  k.mov(tmua, rf24, thrsw);
}

AluCase popped_in_slot(unsigned slot, bool dual) {
  return {.text = fmt::format("ldtmu in instruction {} after the thrsw{}", slot,
                              dual ? ", beside two operations" : ""),
          .emit =
              [slot, dual](Assembler& k) {
                using namespace qpu;
                request(k);
                for (unsigned i = 1; i < slot; ++i) k.nop();
                if (dual)
                  k.add(rf21, a, b, ldtmu(rf22)).sub(rf23, a, b);
                else
                  k.nop(ldtmu(rf22));
                for (unsigned i = slot; i < 4; ++i) k.nop();
                k.mov(out, rf22);
                if (dual) k.bxor(rf21, rf21, rf23);
                if (dual) k.bxor(out, out, rf21);
              },
          .expected = per_lane([dual](const Inputs& i, std::size_t n) {
            return dual ? i.old[n] ^ (i.a[n] + i.b[n]) ^ (i.a[n] - i.b[n]) : i.old[n];
          })};
}

void pops(Context& context, bool dual, unsigned first, unsigned last) {
  std::vector<AluCase> cases;
  for (unsigned slot = first; slot <= last; ++slot) cases.push_back(popped_in_slot(slot, dual));
  run_cases(context, cases, [&] { return words(context); });
}

/// An ldtmu whose destination the instruction also reads.
void pop_and_read(Context& context) {
  run_cases(context,
            {{.text = "mov rf21, rf22 ; nop ; ldtmu.rf22",
              .emit =
                  [](Assembler& k) {
                    using namespace qpu;
                    request(k);
                    k.mov(rf22, a);
                    k.nop();
                    k.mov(rf21, rf22, ldtmu(rf22));
                    k.shl(rf22, rf22, 1);
                    k.bxor(out, rf21, rf22);
                  },
              .expected =
                  per_lane([](const Inputs& i, std::size_t n) { return i.a[n] ^ i.old[n] * 2; })}},
            [&] { return words(context); });
}

/// Two switches with one instruction between them, as in py-videocore7's load of two operands.
void switches_close_together(Context& context) {
  run_cases(context,
            {{.text = "mov tmua ; thrsw / nop / mov tmua ; thrsw",
              .emit =
                  [](Assembler& k) {
                    using namespace qpu;
                    k.sub(rf24, input::end, input::line);
                    k.sub(rf23, rf24, input::line);
                    k.mov(tmua, rf24, thrsw);
                    k.nop();
                    k.mov(tmua, rf23, thrsw);
                    k.nop(ldtmu(rf21));
                    k.nop(ldtmu(rf22));
                    k.nop();
                    k.sub(out, rf21, rf22);
                  },
              .expected =
                  per_lane([](const Inputs& i, std::size_t n) { return i.old[n] - i.half_b[n]; })}},
            [&] { return words(context); });
}

/// Flags and registers after a thread switch. One batch: no other thread comes in between.
void flags_after_switch(Context& context) {
  run_cases(
      context,
      {{.text = "mov.pushn -, rf14; a thread switch; mov.ifa rf15, rf10",
        .emit =
            [](Assembler& k) {
              using namespace qpu;
              k.mov(null, old, pushn, thrsw);
              k.nop();
              k.nop();
              k.nop();
              k.mov(out, a, ifa);
            },
        .expected = per_lane([](const Inputs& i, std::size_t n) {
          return i.old[n] >> 31 != 0 ? i.a[n] : i.old[n];
        })}},
      [&] { return words(context); }, 1);
}

// ---- state between instructions ----

void full_product(Context& context) {
  std::vector<AluCase> cases;
  cases.push_back(
      {.text = "multop -, rf10, rf11; umul24 rf15, rf10, rf11",
       .emit =
           [](Assembler& k) {
             k.multop(qpu::null, a, b);
             k.umul24(out, a, b);
           },
       .expected = per_lane([](const Inputs& i, std::size_t n) { return i.a[n] * i.b[n]; })});
  run_cases(
      context, cases, [&] { return words(context); }, 8);
}

void product_state(Context& context) {
  std::vector<AluCase> cases;
  cases.push_back({.text = "multop -, rf10, rf11; umul24 -, rf10, rf11; umul24 rf15, rf10, rf11",
                   .emit =
                       [](Assembler& k) {
                         k.multop(qpu::null, a, b);
                         k.umul24(qpu::null, a, b);
                         k.umul24(out, a, b);
                       },
                   .expected = per_lane([](const Inputs& i, std::size_t n) {
                     return (i.a[n] & 0xffffff) * (i.b[n] & 0xffffff);
                   })});
  run_cases(
      context, cases, [&] { return words(context); }, 8);
}

Word byte_products(Word a, Word b, bool a_signed, bool b_signed) {
  std::int32_t sum = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const auto value = [shift](Word word, bool is_signed) {
      const auto byte = static_cast<std::int32_t>(word >> shift & 0xff);
      return is_signed && byte > 127 ? byte - 256 : byte;
    };
    sum += value(a, a_signed) * value(b, b_signed);
  }
  return static_cast<Word>(sum);
}

void dot_modes(Context& context, std::span<const AddOp> modes) {
  std::vector<AluCase> cases;
  for (const AddOp mode : modes) {
    const std::string_view name = isa::info(mode).mnemonic;
    const bool a_signed = name[10] == 's', b_signed = name[11] == 's';
    cases.push_back({.text = fmt::format("{}; v8dot rf15, rf10, rf11", name),
                     .emit =
                         [mode](Assembler& k) {
                           emit(k, mode, {}, qpu::NoModifier{});
                           k.v8dot(out, a, b);
                         },
                     .expected = per_lane([=](const Inputs& i, std::size_t n) {
                       return byte_products(i.a[n], i.b[n], a_signed, b_signed);
                     })});
  }
  run_cases(
      context, cases, [&] { return words(context); }, 8);
}

}  // namespace

void add_instructions(Behaviours& all) {
  const auto add = [&](const char* name, const char* group, const char* source, auto run) {
    all.push_back({name, group, source, run});
  };
  add("instructions.dual_issue", "instructions", "[HW test_binary_ops]", dual_issue);
  add("instructions.exchange", "instructions", "[HW all tests: sources are read first]", exchange);
  add("instructions.registers", "instructions", "[HW all tests]", registers);
  add("instructions.full_product", "instructions", mesa, full_product);
  add("instructions.product_once", "instructions", "[choose], not proven on hardware",
      product_state);
  add("instructions.v8dot_signed", "instructions", "[T] GEMM kernels for the Pi 5",
      [](Context& c) { dot_modes(c, std::array{AddOp::setnnmode_ss}); });
  add("instructions.v8dot_modes", "instructions", "[N] newer Mesa, not proven on hardware",
      [](Context& c) {
        dot_modes(c, std::array{AddOp::setnnmode_uu, AddOp::setnnmode_su, AddOp::setnnmode_us});
      });
  add("signals.ldtmu_dual", "signals", "[HW test_signals: ldtmu]",
      [](Context& c) { pops(c, true, 3, 3); });
  add("signals.ldtmu_in_slots", "signals", "[HW test_alu]",
      [](Context& c) { pops(c, false, 1, 3); });
  add("signals.ldtmu_dual_in_slots", "signals", mesa, [](Context& c) { pops(c, true, 1, 2); });
  add("signals.ldtmu_and_read", "signals", "[HW all tests: sources are read first]", pop_and_read);
  add("signals.thrsw_distance_2", "signals", "[HW test_alu, test_condition_codes]",
      switches_close_together);
  add("signals.flags_after_thrsw", "signals", "[HW test_tmu_single_read]", flags_after_switch);
}

}  // namespace vc7::selftest
