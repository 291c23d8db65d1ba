// SPDX-License-Identifier: MIT
//
// Values of the operations of both ALUs with all their modifiers: once as py-videocore7's tests
// show them on hardware (ordinary numbers, a hundredth of tolerance for floats), once with all bit
// patterns and exact, which no test on hardware has shown so far.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "alu_case.hpp"
#include "behaviour.hpp"
#include "emit.hpp"

namespace vc7::selftest {
namespace {

using isa::AddOp;
using isa::MulOp;
using isa::SourceKind;
using isa::Unpack;

enum class Domain { ordinary, all };

bool is_float(SourceKind kind) {
  return kind == SourceKind::f32 || kind == SourceKind::f32_no_abs ||
         kind == SourceKind::f32_abs_undocumented || kind == SourceKind::f32_wide;
}

/// Operations whose plain sources are pairs of 16-bit floats.
bool works_on_halves(std::string_view name) { return name.starts_with("vf") && name != "vfpack"; }
bool works_on_floats(std::string_view name) {
  for (const auto* sfu :
       {"recip", "rsqrt", "rsqrt2", "exp", "log", "sin", "ftounorm16", "ftosnorm16"})
    if (name == sfu) return true;
  return false;
}

/// How the result is to be read; whole results of integer operations as bits.
Format result_format(const isa::OpInfo& op, isa::Pack pack) {
  if (pack == isa::Pack::l) return Format::low_half;
  if (pack == isa::Pack::h) return Format::high_half;
  if (op.flags == isa::FlagRule::fp || op.flags == isa::FlagRule::fcmp) return Format::f32;
  const std::string_view name = op.mnemonic;
  if (name == "vfpack" || name.starts_with("funpack") ||
      (works_on_halves(name) && !name.starts_with("vfto")))
    return Format::halves;
  return Format::bits;
}

/// Modifiers that no hardware test has tried; everything else of a proven operation has been.
bool shown(Unpack unpack) {
  return unpack != Unpack::sat && unpack != Unpack::nsat && unpack != Unpack::max0 &&
         unpack != Unpack::il && unpack != Unpack::ih;
}
/// py-videocore7 forgets the unpack of the second mov, and does not test the pack of fmul.
bool shown(MulOp op, Unpack unpack, isa::Pack pack) {
  return shown(unpack) && (op != MulOp::mov || unpack == Unpack::none) &&
         (op != MulOp::fmul || pack == isa::Pack::none);
}
bool shown(AddOp, Unpack unpack, isa::Pack) { return shown(unpack); }
/// Operations of which something is left to the other group for these reasons (clz: 0).
bool partly_shown(MulOp op) { return op == MulOp::mov; }
bool partly_shown(AddOp op) { return op == AddOp::mov || op == AddOp::clz; }

/// Where a source with this unpack finds numbers that suit it.
qpu::Register register_for(const isa::OpInfo& op, unsigned index, Unpack unpack) {
  const bool half = unpack == Unpack::l || unpack == Unpack::h ||
                    (works_on_halves(op.mnemonic) && unpack != Unpack::ff) ||
                    op.mnemonic == "v11fpack";
  if (index == 0) return half ? input::half_a : input::a;
  return half ? input::half_b : input::b;
}

std::string text_of(const Source& source) {
  if (source.immediate) return fmt::format("#{}", source.immediate->index());
  std::string text = fmt::format("rf{}", source.reg.address());
  if (source.unpack != Unpack::none)
    text += fmt::format(".{}", isa::unpack_names[static_cast<std::size_t>(source.unpack)]);
  return text;
}

Lanes value_of(const Source& source, const Inputs& inputs, unsigned immediate_index) {
  Lanes lanes{};
  if (source.immediate) {
    lanes.fill(immediate_value(immediate_index));
    return lanes;
  }
  if (source.reg == input::a) lanes = inputs.a;
  if (source.reg == input::b) lanes = inputs.b;
  if (source.reg == input::half_a) lanes = inputs.half_a;
  if (source.reg == input::half_b) lanes = inputs.half_b;
  for (Word& word : lanes) word = unpacked(source.unpack, word);
  return lanes;
}

void emit_plain(Assembler& a, AddOp op, const Operands& operands) {
  emit(a, op, operands, qpu::NoModifier{});
}
void emit_plain(Assembler& a, MulOp op, const Operands& operands) {
  emit(a.nop(), op, operands, qpu::NoModifier{});
}

/// Appends cases of one operation: all modifiers, and immediates in both sources.
template <class Op>
class CaseMaker {
 public:
  CaseMaker(Op op, bool exact) : op_{op}, info_{isa::info(op)}, exact_{exact} {}

  void all(Context& context) {
    for (const isa::Pack pack : {isa::Pack::none, isa::Pack::l, isa::Pack::h}) {
      if (pack != isa::Pack::none && info_.packing != isa::Packing::packed) continue;
      each_source(0, [&](const Source& a) {
        each_source(1, [&](const Source& b) {
          if (exact_ || shown(op_, a.unpack, pack)) add({input::out, pack, a, b}, 0);
        });
      });
    }
    for (unsigned source = 0; source < info_.sources; ++source)
      for (int i = 0; i < 6; ++i) add_immediate(source, context.below(48));
  }

  void add_immediate(unsigned source, unsigned index) {
    Operands o{.dst = input::out,
               .a = {.reg = register_for(info_, 0, Unpack::none)},
               .b = {.reg = register_for(info_, 1, Unpack::none)}};
    // As floats the small integers are denormals, and the negative ones NaNs.
    const bool halves = works_on_halves(info_.mnemonic);
    if (works_on_floats(info_.mnemonic))
      index = 32 + index % 8;
    else if (!exact_ && index < 32 && (halves || (is_float(info_.kinds[0]) && index >= 16)))
      index = 32 + index % 16;
    (source == 0 ? o.a : o.b).immediate = immediate(index);
    add(o, index);
  }

  std::vector<AluCase> take() { return std::move(cases_); }

 private:
  template <class F>
  void each_source(unsigned index, F f) {
    if (index >= info_.sources) return f(Source{});
    for (unsigned u = 0; u < isa::unpack_names.size(); ++u) {
      const auto unpack = static_cast<Unpack>(u);
      if (isa::may_assemble(info_.kinds[index], unpack))
        f(Source{.reg = register_for(info_, index, unpack), .unpack = unpack});
    }
  }

  void add(const Operands& o, unsigned index) {
    std::string text{info_.mnemonic};
    if constexpr (std::is_same_v<Op, MulOp>) text = "nop ; " + text;
    text += o.pack == isa::Pack::none ? " rf15"
                                      : fmt::format(" rf15.{}", o.pack == isa::Pack::l ? "l" : "h");
    if (info_.sources > 0) text += ", " + text_of(o.a);
    if (info_.sources > 1) text += ", " + text_of(o.b);
    cases_.push_back(
        {.text = std::move(text),
         .emit = [op = op_, o](Assembler& a) { emit_plain(a, op, o); },
         .expected =
             [op = op_, o, index](const Inputs& inputs) {
               Lanes result =
                   expected(op, value_of(o.a, inputs, index), value_of(o.b, inputs, index)).value();
               for (std::size_t i = 0; i < lane_count; ++i)
                 result[i] = packed(o.pack, inputs.old[i], result[i]);
               return result;
             },
         .format = result_format(info_, o.pack),
         .exact = exact_ || result_format(info_, o.pack) == Format::bits});
  }

  Op op_;
  const isa::OpInfo& info_;
  bool exact_;
  std::vector<AluCase> cases_;
};

/// The range of numbers on which py-videocore7 tests a special function.
Word special_operand(Context& context, std::string_view name) {
  const auto single = [](double value) { return as_word(static_cast<float>(value)); };
  if (name == "exp") return single(context.real(-1, 1));
  if (name == "sin") return single(context.real(-.5, .5));
  const double positive = std::exp2(context.real(-9.9, 10));
  return single(name == "recip" && context.coin() ? -positive : positive);
}

template <class Op>
std::function<Inputs()> input_maker(Context& context, Op op, Domain domain) {
  return [&context, op, domain] {
    const isa::OpInfo& info = isa::info(op);
    const std::string_view name = info.mnemonic;
    const bool floats = is_float(info.kinds[0]) || works_on_floats(name);
    const auto half_pair = [&] {
      return domain == Domain::all ? context.any_half() << 16 | context.any_half()
                                   : context.ordinary_half() << 16 | context.ordinary_half();
    };
    const auto word = [&] {
      if (info.effect == isa::Effect::sfu) return special_operand(context, name);
      if (!floats && !works_on_halves(name)) {
        const Word number = context.integer();
        return name == "clz" && domain == Domain::ordinary && number == 0 ? 1 : number;
      }
      return domain == Domain::all ? context.any_float() : context.ordinary_float();
    };
    return Inputs{.a = context.lanes(word),
                  .b = context.lanes(word),
                  .half_a = context.lanes(half_pair),
                  .half_b = context.lanes(half_pair),
                  .old = context.lanes([&] { return context.word(); })};
  };
}

template <class Op>
void run_operation(Context& context, Op op, Domain domain) {
  CaseMaker<Op> maker{op, domain == Domain::all};
  maker.all(context);
  run_cases(context, maker.take(), input_maker(context, op, domain), 3);
}

/// Hardware tests compare with numpy; what these operations do was never among them.
template <class Op>
bool proven(Op op) {
  if constexpr (std::is_same_v<Op, AddOp>) {
    switch (op) {
      case AddOp::vfadd:
      case AddOp::vfsub:
      case AddOp::vfcmp:
      case AddOp::vfmov:
      case AddOp::vfabs:
      case AddOp::vfneg:
      case AddOp::vfnab:
      case AddOp::vpack:
      case AddOp::v8pack:
      case AddOp::v10pack:
      case AddOp::v11fpack: return false;
      default: return true;
    }
  } else {
    switch (op) {
      case MulOp::add:
      case MulOp::sub:
      case MulOp::umul24:
      case MulOp::vfmul:
      case MulOp::fmov:
      case MulOp::mov:
      case MulOp::fmul: return true;
      default: return false;
    }
  }
}

const char* source_of(const isa::OpInfo& op) {
  if (op.mnemonic == "umul24") return "[HW index arithmetic of most tests]";
  return op.sources == 2 ? "[HW test_binary_ops]" : "[HW test_unary_ops]";
}

const char* unproven_source(std::string_view name) {
  for (const auto* n : {"vfadd", "vfsub", "vfcmp", "vfmov", "vfabs", "vfneg", "vfnab", "v8dot"})
    if (name == n) return "[N] newer Mesa, not proven on hardware";
  if (name.starts_with("funpack")) return "[N] newer Mesa, not proven on hardware";
  return "[M] Mesa, not proven on hardware";
}

/// Operations whose value is a function of their sources.
template <class Op>
void add_operations(Behaviours& all, Domain domain, std::size_t count, std::string_view unit) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto op = static_cast<Op>(i);
    const isa::OpInfo& info = isa::info(op);
    if (!in_compute(info) || info.sources == 0 || !expected(op, {}, {})) continue;
    if (domain == Domain::ordinary && proven(op))
      all.push_back({fmt::format("alu.{}.{}", unit, info.mnemonic), "alu", source_of(info),
                     [op](Context& c) { run_operation(c, op, Domain::ordinary); }});
    if (domain == Domain::ordinary) continue;
    const bool floats =
        result_format(info, isa::Pack::none) != Format::bits || is_float(info.kinds[0]);
    if (!proven(op) || partly_shown(op) || (floats && info.effect != isa::Effect::sfu))
      all.push_back({fmt::format("exact.{}.{}", unit, info.mnemonic), "exact",
                     unproven_source(info.mnemonic),
                     [op](Context& c) { run_operation(c, op, Domain::all); }});
  }
}

/// All 48 small immediates in each of the four positions where there can be one.
void immediates(Context& context) {
  CaseMaker<AddOp> add{AddOp::bxor, true};
  CaseMaker<MulOp> mul{MulOp::add, true};
  for (unsigned index = 0; index < 48; ++index) {
    for (unsigned source = 0; source < 2; ++source) {
      add.add_immediate(source, index);
      mul.add_immediate(source, index);
    }
  }
  run_cases(context, add.take(), input_maker(context, AddOp::bxor, Domain::ordinary), 1);
  run_cases(context, mul.take(), input_maker(context, MulOp::add, Domain::ordinary), 1);
}

/// Values of special functions at and beyond the borders of what was tested.
void special_values(Context& context) {
  struct Row {
    AddOp op;
    float operand, result;
  };
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  static constexpr Row rows[] = {
      {AddOp::recip, 0.0F, infinity}, {AddOp::recip, -0.0F, -infinity},
      {AddOp::recip, infinity, 0.0F}, {AddOp::rsqrt, 0.0F, infinity},
      {AddOp::rsqrt, -4.0F, nan},     {AddOp::rsqrt2, 4.0F, 0.5F},
      {AddOp::log, 0.0F, -infinity},  {AddOp::log, -1.0F, nan},
      {AddOp::exp, 200.0F, infinity}, {AddOp::exp, -200.0F, 0.0F},
      {AddOp::exp, 10.0F, 1024.0F},   {AddOp::sin, 0.75F, 1.0F},
      {AddOp::sin, -3.0F, -1.0F},
  };
  std::vector<AluCase> cases;
  for (const Row& row : rows)
    cases.push_back({.text = fmt::format("{} rf15, rf10 (rf10 is set to {})",
                                         isa::info(row.op).mnemonic, row.operand),
                     .emit =
                         [&row](Assembler& a) {
                           // From its bits, four at a time: immediates are no larger.
                           const Word word = as_word(row.operand);
                           a.mov(input::a, 0);
                           for (int shift = 28; shift >= 0; shift -= 4) {
                             a.shl(input::a, input::a, 4);
                             a.bor(input::a, input::a, qpu::imm(word >> shift & 15));
                           }
                           emit(a, row.op, {.dst = input::out, .a = {.reg = input::a}},
                                qpu::NoModifier{});
                         },
                     .expected =
                         [&row](const Inputs&) {
                           Lanes lanes{};
                           lanes.fill(as_word(row.result));
                           return lanes;
                         },
                     .format = Format::f32,
                     .exact = false});
  run_cases(
      context, cases, [] { return Inputs{}; }, 1);
}

}  // namespace

void add_alu(Behaviours& all) {
  add_operations<AddOp>(all, Domain::ordinary, isa::add_op_count, "add");
  add_operations<MulOp>(all, Domain::ordinary, isa::mul_op_count, "mul");
  all.push_back({"alu.immediates", "alu", "[HW test_binary_ops]", immediates});
  add_operations<AddOp>(all, Domain::all, isa::add_op_count, "add");
  add_operations<MulOp>(all, Domain::all, isa::mul_op_count, "mul");
  all.push_back({"exact.special_functions", "exact",
                 "[choose] and [M], not proven on hardware; clamped sin: VideoCore VI",
                 special_values});
}

}  // namespace vc7::selftest
