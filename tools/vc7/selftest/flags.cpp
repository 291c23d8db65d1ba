// SPDX-License-Identifier: MIT
//
// Flags: what results mean for Z, N and C, pushes and updates, conditions, and the operations that
// read the flags (v3d71 §4).
#include <fmt/format.h>

#include "alu_case.hpp"
#include "behaviour.hpp"
#include "emit.hpp"

namespace vc7::selftest {
namespace {

using isa::AddOp;
using isa::MulOp;
using namespace input;

/// out := A + 2 * B
void flags_to_out(Assembler& k) {
  using namespace qpu;
  k.mov(out, 0);
  k.mov(out, 1, ifa);
  k.mov(rf20, out);
  k.add(rf20, out, 2);
  k.mov(out, rf20, ifb);
}

/// A := bit 31 of old, B := bit 30 of old.
void flags_from_old(Assembler& k) {
  using namespace qpu;
  k.shl(null, old, 1, pushn);
  k.mov(null, old, pushn);
}
bool flag_a(const Inputs& i, std::size_t lane) { return i.old[lane] >> 31 != 0; }
bool flag_b(const Inputs& i, std::size_t lane) { return (i.old[lane] >> 30 & 1) != 0; }

template <class F>
std::function<Lanes(const Inputs&)> per_lane(F f) {
  return [f](const Inputs& i) {
    Lanes lanes{};
    for (std::size_t n = 0; n < lane_count; ++n) lanes[n] = f(i, n);
    return lanes;
  };
}

/// Operands are often equal, zero or of one sign.
Inputs operands(Context& context, bool floats) {
  const auto value = [&] { return floats ? context.any_float() : context.integer(); };
  Inputs i{.a = context.lanes(value), .b = context.lanes(value)};
  i.old = context.lanes([&] { return context.word(); });
  for (std::size_t n = 0; n < lane_count; ++n) {
    switch (context.below(5)) {
      case 0: i.b[n] = i.a[n]; break;
      case 1: i.b[n] = 0 - i.a[n]; break;
      case 2: i.a[n] = floats && context.coin() ? 0x80000000 : 0; break;
      default: break;
    }
  }
  return i;
}

struct Tested {
  bool z, n, c;
};

/// §4.2, by the operands.
template <class Op>
Tested tested(Op op, Word x, Word y, Word result) {
  const isa::OpInfo& info = isa::info(op);
  const auto sx = static_cast<std::int32_t>(x), sy = static_cast<std::int32_t>(y);
  const float fx = as_float(x), fy = as_float(y), fr = as_float(result);
  const std::string_view name = info.mnemonic;
  if (name == "fcmp") return {fx == fy, fx < fy, fx <= fy};
  if (info.flags == isa::FlagRule::fp) return {fr == 0, fr < 0, false};
  bool c = false;
  if (name == "add") c = std::uint64_t{x} + y > 0xffffffff;
  if (name == "sub") c = x < y;
  if (name == "min" || name == "max") c = sx > sy;
  if (name == "umin" || name == "umax") c = x > y;
  return {result == 0, static_cast<std::int32_t>(result) < 0, c};
}

template <class Modifier>
void emit_with(Assembler& k, AddOp op, const Operands& o, Modifier m) {
  emit(k, op, o, m);
}
template <class Modifier>
void emit_with(Assembler& k, MulOp op, const Operands& o, Modifier m) {
  emit(k.nop(), op, o, m);
}

/// Which of the three pushes.
template <class Op>
void emit_push(Assembler& k, Op op, char test) {
  // rf21: pushes count even if the result goes nowhere, and do so as well if it goes somewhere.
  const Operands o{.dst = qpu::rf21, .a = {.reg = a}, .b = {.reg = b}};
  if (test == 'z') emit_with(k, op, o, qpu::pushz);
  if (test == 'n') emit_with(k, op, o, qpu::pushn);
  if (test == 'c') emit_with(k, op, o, qpu::pushc);
}

/// A push of this operation: A is the test, B the old A.
template <class Op>
void pushes(Context& context, std::initializer_list<Op> ops, std::string_view tests) {
  for (const Op op : ops) {
    std::vector<AluCase> cases;
    for (const char test : tests)
      cases.push_back({.text = fmt::format("{}.push{} rf21, rf10, rf11; A was bit 31 of rf15; "
                                           "result A + 2 B",
                                           isa::info(op).mnemonic, test),
                       .emit =
                           [op, test](Assembler& k) {
                             flags_from_old(k);
                             emit_push(k, op, test);
                             flags_to_out(k);
                           },
                       .expected =
                           [op, test](const Inputs& i) {
                             const Lanes results = expected(op, i.a, i.b).value();
                             Lanes lanes{};
                             for (std::size_t n = 0; n < lane_count; ++n) {
                               const Tested t = tested(op, i.a[n], i.b[n], results[n]);
                               const bool pushed = test == 'z' ? t.z : test == 'n' ? t.n : t.c;
                               lanes[n] = (pushed ? 1u : 0u) + (flag_a(i, n) ? 2u : 0u);
                             }
                             return lanes;
                           }});
    const isa::FlagRule rule = isa::info(op).flags;
    const bool floats = rule == isa::FlagRule::fp || rule == isa::FlagRule::fcmp;
    run_cases(
        context, cases, [&] { return operands(context, floats); }, 8);
  }
}

/// Twelve updates of A by the test of a - b; B stays.
template <class Modifier>
AluCase update(Modifier m, unsigned code, bool in_mul) {
  return {.text =
              fmt::format("{}sub.{} -, rf10, rf11; A, B were bits 31, 30 of rf15; result A + 2 B",
                          in_mul ? "nop ; " : "", isa::flag_op_names[code]),
          .emit =
              [m, in_mul](Assembler& k) {
                flags_from_old(k);
                if (in_mul)
                  k.nop().sub(qpu::null, a, b, m);
                else
                  k.sub(qpu::null, a, b, m);
                flags_to_out(k);
              },
          .expected = per_lane([code](const Inputs& i, std::size_t n) {
            const Tested t = tested(AddOp::sub, i.a[n], i.b[n], i.a[n] - i.b[n]);
            const bool test = code < 8 ? t.z : code < 12 ? t.n : t.c;
            const bool old_a = flag_a(i, n);
            bool now = false;
            switch (code % 4) {
              case 0: now = old_a && test; break;
              case 1: now = old_a && !test; break;
              case 2: now = !(old_a || !test); break;
              case 3: now = !(old_a || test); break;
            }
            return (now ? 1u : 0u) + (flag_b(i, n) ? 2u : 0u);
          })};
}

void updates(Context& context) {
  using namespace qpu;
  std::vector<AluCase> cases;
  for (const bool in_mul : {false, true}) {
    unsigned code = 4;
    const auto add = [&](auto... m) { (cases.push_back(update(m, code++, in_mul)), ...); };
    add(andz, andnz, nornz, norz, andn, andnn, nornn, norn, andc, andnc, nornc, norc);
  }
  run_cases(
      context, cases, [&] { return operands(context, false); }, 16);
}

template <class Modifier>
AluCase conditional(Modifier m, const char* name, bool b_flag, bool inverted, bool in_mul) {
  return {.text = fmt::format("{}mov.{} rf15, rf10; A, B: bits 31, 30 of rf15",
                              in_mul ? "nop ; " : "", name),
          .emit =
              [m, in_mul](Assembler& k) {
                flags_from_old(k);
                if (in_mul)
                  k.nop().mov(out, a, m);
                else
                  k.mov(out, a, m);
              },
          .expected = per_lane([b_flag, inverted](const Inputs& i, std::size_t n) {
            const bool flag = b_flag ? flag_b(i, n) : flag_a(i, n);
            return flag != inverted ? i.a[n] : i.old[n];
          })};
}

void conditions(Context& context) {
  using namespace qpu;
  std::vector<AluCase> cases;
  for (const bool in_mul : {false, true}) {
    cases.push_back(conditional(ifa, "ifa", false, false, in_mul));
    cases.push_back(conditional(ifb, "ifb", true, false, in_mul));
    cases.push_back(conditional(ifna, "ifna", false, true, in_mul));
    cases.push_back(conditional(ifnb, "ifnb", true, true, in_mul));
  }
  run_cases(
      context, cases, [&] { return operands(context, false); }, 8);
}

/// The lanes that are not written keep both halves, the others the lower one.
void conditional_pack(Context& context) {
  std::vector<AluCase> cases;
  cases.push_back({.text = "fmov.ifa rf15.h, rf11.l; A: bit 31 of rf15",
                   .emit =
                       [](Assembler& k) {
                         flags_from_old(k);
                         k.fmov(out.pack(qpu::h), qpu::rf11.unpack(qpu::l), qpu::ifa);
                       },
                   .expected = per_lane([](const Inputs& i, std::size_t n) {
                     if (!flag_a(i, n)) return i.old[n];
                     return (i.b[n] & 0xffff) << 16 | (i.old[n] & 0xffff);
                   })});
  run_cases(
      context, cases,
      [&] {
        Inputs i = operands(context, false);
        i.b = context.lanes([&] { return context.ordinary_half(); });
        return i;
      },
      8);
}

/// Conditions in both halves, and beside flag operations: they see the flags from before.
void combinations(Context& context) {
  using namespace qpu;
  std::vector<AluCase> cases;
  // out := a where A, and at the same time b (into rf22) where not B; then both are added.
  cases.push_back({.text = "mov.ifa rf15, rf10 ; mov.ifnb rf22, rf11; add rf15, rf15, rf22",
                   .emit =
                       [](Assembler& k) {
                         flags_from_old(k);
                         k.mov(rf22, 0);
                         k.mov(out, a, ifa).mov(rf22, b, ifnb);
                         k.add(out, out, rf22);
                       },
                   .expected = per_lane([](const Inputs& i, std::size_t n) {
                     return (flag_a(i, n) ? i.a[n] : i.old[n]) + (flag_b(i, n) ? 0 : i.b[n]);
                   })});
  // A condition beside a push of the other half.
  cases.push_back({.text = "mov.ifa rf22, rf10 ; sub.pushc -, rf10, rf11; rf22 where the new A",
                   .emit =
                       [](Assembler& k) {
                         flags_from_old(k);
                         k.mov(rf22, 0);
                         k.mov(rf22, a, ifa).sub(null, a, b, pushc);
                         k.mov(out, 0);
                         k.mov(out, rf22, ifa);
                         k.add(out, out, 1, ifb);
                       },
                   .expected = per_lane([](const Inputs& i, std::size_t n) {
                     const Word written = flag_a(i, n) ? i.a[n] : 0;
                     return (i.a[n] < i.b[n] ? written : 0) + (flag_a(i, n) ? 1u : 0u);
                   })});
  cases.push_back({.text = "sub.pushz -, rf10, rf11 ; mov.ifb rf15, rf10",
                   .emit =
                       [](Assembler& k) {
                         flags_from_old(k);
                         k.sub(null, a, b, pushz).mov(out, a, ifb);
                         k.bnot(out, out, ifa);
                       },
                   .expected = per_lane([](const Inputs& i, std::size_t n) {
                     const Word written = flag_b(i, n) ? i.a[n] : i.old[n];
                     return i.a[n] == i.b[n] ? ~written : written;
                   })});
  cases.push_back({.text = "sub.andn -, rf10, rf11 ; mov.ifna rf15, rf10",
                   .emit =
                       [](Assembler& k) {
                         flags_from_old(k);
                         k.sub(null, a, b, andn).mov(out, a, ifna);
                         k.bnot(out, out, ifa);
                       },
                   .expected = per_lane([](const Inputs& i, std::size_t n) {
                     const Word written = flag_a(i, n) ? i.old[n] : i.a[n];
                     const bool now =
                         flag_a(i, n) && static_cast<std::int32_t>(i.a[n] - i.b[n]) < 0;
                     return now ? ~written : written;
                   })});
  run_cases(
      context, cases, [&] { return operands(context, false); }, 16);
}

void flag_readers(Context& context) {
  struct Row {
    AddOp op;
    bool b_flag, inverted;
  };
  std::vector<AluCase> cases;
  for (const Row row : {Row{AddOp::vfla, false, false}, Row{AddOp::vflna, false, true},
                        Row{AddOp::vflb, true, false}, Row{AddOp::vflnb, true, true}})
    cases.push_back(
        {.text = fmt::format("{} rf15; A, B: bits 31, 30 of rf15", isa::info(row.op).mnemonic),
         .emit =
             [row](Assembler& k) {
               flags_from_old(k);
               emit(k, row.op, {.dst = out}, qpu::NoModifier{});
             },
         .expected = per_lane([row](const Inputs& i, std::size_t n) {
           const bool flag = row.b_flag ? flag_b(i, n) : flag_a(i, n);
           return flag != row.inverted ? 0x00010001u : 0u;
         })});
  run_cases(
      context, cases, [&] { return operands(context, false); }, 8);
}

void flag_stack(Context& context) {
  std::vector<AluCase> cases;
  for (const bool b_flag : {false, true})
    cases.push_back({.text = b_flag ? "flbpush rf15, rf10" : "flapush rf15, rf10",
                     .emit =
                         [b_flag](Assembler& k) {
                           flags_from_old(k);
                           if (b_flag)
                             k.flbpush(out, a);
                           else
                             k.flapush(out, a);
                         },
                     .expected = per_lane([b_flag](const Inputs& i, std::size_t n) {
                       const bool flag = b_flag ? flag_b(i, n) : flag_a(i, n);
                       return i.a[n] * 4 + (flag ? 3u : 0u);
                     })});
  cases.push_back(
      {.text = "flpop rf15, rf10",
       .emit = [](Assembler& k) { k.flpop(out, a); },
       .expected = per_lane([](const Inputs& i, std::size_t n) { return i.a[n] / 4; })});
  run_cases(
      context, cases, [&] { return operands(context, false); }, 8);
}

void flag_pop(Context& context) {
  run_cases(
      context,
      {{.text = "flpop rf21, rf10; result A + 2 B",
        .emit =
            [](Assembler& k) {
              flags_from_old(k);
              k.flpop(qpu::rf21, a);
              flags_to_out(k);
            },
        .expected = per_lane([](const Inputs& i, std::size_t n) {
          return (i.a[n] & 1) + (flag_b(i, n) ? 2u : 0u);
        })}},
      [&] { return operands(context, false); }, 8);
}

}  // namespace

void add_flags(Behaviours& all) {
  const auto add = [&](const char* name, const char* source, auto run) {
    all.push_back({name, "flags", source, run});
  };
  constexpr auto hw_push = "[HW test_cond_push_a, test_cond_push_b]";
  constexpr auto mesa = "[M] Mesa, not proven on hardware";
  constexpr auto chosen = "[choose], not proven on hardware";
  add("flags.push_integer", hw_push, [](Context& c) {
    pushes<AddOp>(c,
                  {AddOp::add, AddOp::sub, AddOp::band, AddOp::bor, AddOp::bxor, AddOp::bnot,
                   AddOp::neg, AddOp::mov, AddOp::shl, AddOp::shr, AddOp::asr, AddOp::ror,
                   AddOp::eidx},
                  "zn");
  });
  add("flags.push_mul", "[HW test_cond_combination]", [](Context& c) {
    pushes<MulOp>(c, {MulOp::add, MulOp::sub, MulOp::mov}, "zn");
  });
  add("flags.push_min_max", hw_push, [](Context& c) {
    pushes<AddOp>(c, {AddOp::min, AddOp::max, AddOp::umin, AddOp::umax}, "zn");
  });
  add("flags.borrow", "[HW test_cond_push_a]",
      [](Context& c) { pushes<AddOp>(c, {AddOp::sub}, "c"); });
  add("flags.borrow_mul", mesa, [](Context& c) { pushes<MulOp>(c, {MulOp::sub}, "c"); });
  add("flags.carry", mesa, [](Context& c) {
    pushes<AddOp>(c, {AddOp::add}, "c");
    pushes<MulOp>(c, {MulOp::add}, "c");
  });
  add("flags.min_carry", mesa, [](Context& c) { pushes<AddOp>(c, {AddOp::min}, "c"); });
  add("flags.max_carry", chosen, [](Context& c) {
    pushes<AddOp>(c, {AddOp::max, AddOp::umin, AddOp::umax}, "c");
  });
  add("flags.no_carry", chosen, [](Context& c) {
    pushes<AddOp>(c, {AddOp::shl, AddOp::bxor, AddOp::mov, AddOp::fadd, AddOp::fmov}, "c");
  });
  add("flags.fcmp", mesa, [](Context& c) { pushes<AddOp>(c, {AddOp::fcmp}, "znc"); });
  add("flags.push_float", chosen, [](Context& c) {
    pushes<AddOp>(c, {AddOp::fadd, AddOp::fsub, AddOp::fmin, AddOp::fmax, AddOp::fmov}, "zn");
    pushes<MulOp>(c, {MulOp::fmul, MulOp::fmov}, "zn");
  });
  add("flags.update", "[HW test_cond_update]", updates);
  add("flags.conditions", "[HW test_cond_push_a, test_cond_push_b]", conditions);
  add("flags.conditional_pack", mesa, conditional_pack);
  add("flags.combination", "[HW test_cond_combination]", combinations);
  add("flags.vflx", "[HW test_cond_vflx]", flag_readers);
  add("flags.flx", "[HW test_cond_flx]", flag_stack);
  add("flags.flpop_a", chosen, flag_pop);
}

}  // namespace vc7::selftest
