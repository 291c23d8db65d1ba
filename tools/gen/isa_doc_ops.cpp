// SPDX-License-Identifier: MIT
//
// Operations and modifiers.
#include <set>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/isa/encode.hpp>
#include <vc7/isa/op.hpp>

#include "isa_doc.hpp"

namespace vc7::gen {
namespace {

using namespace isa;

constexpr std::array<std::string_view, add_op_count> add_ids{
#define VC7_ADD_OP(id, ...) #id,
#include <vc7/isa/ops.def>
};
constexpr std::array<std::string_view, mul_op_count> mul_ids{
#define VC7_MUL_OP(id, ...) #id,
#include <vc7/isa/ops.def>
};

std::string kind_name(SourceKind kind) {
  switch (kind) {
    case SourceKind::absent: return "-";
    case SourceKind::raw: return "raw";
    case SourceKind::f32: return "f32";
    case SourceKind::f32_no_abs: return "f32, no abs";
    case SourceKind::f32_abs_undocumented: return "f32, abs unofficial";
    case SourceKind::f32_wide: return "f32, wide";
    case SourceKind::f16: return "f16 pair";
    case SourceKind::i32: return "i32";
  }
  throw Error{"isa_doc: a kind of source without a text"};
}

std::string flag_text(FlagRule rule) {
  switch (rule) {
    case FlagRule::integer: return "integer";
    case FlagRule::add: return "add";
    case FlagRule::sub: return "sub";
    case FlagRule::greater_s: return "greater, signed";
    case FlagRule::greater_u: return "greater, unsigned";
    case FlagRule::fcmp: return "fcmp";
    case FlagRule::fp: return "float";
  }
  throw Error{"isa_doc: a flag rule without a text"};
}

std::string flag_meaning(FlagRule rule) {
  switch (rule) {
    case FlagRule::integer: return "Z: the result is 0. N: its bit 31. C: 0";
    case FlagRule::add: return "Z, N as integer. C: carry out of bit 31";
    case FlagRule::sub: return "Z, N as integer. C: borrow, a < b unsigned";
    case FlagRule::greater_s: return "Z, N as integer. C: a > b signed";
    case FlagRule::greater_u: return "Z, N as integer. C: a > b unsigned";
    case FlagRule::fcmp: return "Z: a == b. N: a < b. C: a <= b. All are 0 if one is NaN";
    case FlagRule::fp: return "Z: the value is +0 or -0. N: it is less than 0. C: 0";
  }
  throw Error{"isa_doc: a flag rule without a meaning"};
}

std::string effect_text(Effect effect) {
  switch (effect) {
    case Effect::none: return "";
    case Effect::sfu: return "special function unit";
    case Effect::sfu_lanes: return "special function unit, other lanes";
    case Effect::cross_lane: return "other lanes";
    case Effect::reads_flags: return "reads A or B";
    case Effect::cross_flags: return "reads A of all lanes";
    case Effect::writes_flags: return "writes A";
    case Effect::reads_msf: return "reads the multisample flags";
    case Effect::writes_msf: return "writes the multisample flags";
    case Effect::rtop: return "the register rtop";
    case Effect::nnmode: return "the signedness of v8dot";
    case Effect::vpm: return "VPM (graphics)";
    case Effect::graphics: return "graphics only";
  }
  throw Error{"isa_doc: an effect without a text"};
}

std::string destination(const OpInfo& op) {
  switch (op.dest) {
    case Dest::none: return "none";
    case Dest::side: return "normally `-`";
    case Dest::result: break;
  }
  switch (op.packing) {
    case Packing::whole: return "whole";
    case Packing::packed: return "whole, `.l`, `.h`";
    case Packing::packed_decode_only: return "whole (`.l`, `.h` decode)";
  }
  throw Error{"isa_doc: a packing without a text"};
}

/// "0-47, 64": the numbers of a set.
std::string ranges(const std::set<unsigned>& numbers) {
  std::string text;
  for (auto at = numbers.begin(); at != numbers.end();) {
    const unsigned first = *at;
    unsigned last = first;
    while (++at != numbers.end() && *at == last + 1) last = *at;
    if (!text.empty()) text += ", ";
    text += first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
  }
  return text;
}

struct Cells {
  std::set<unsigned> opcodes, subs;
};

/// Every opcode and sub-opcode that the modifiers lead to.
Cells cells_of(const OpInfo& op) {
  Cells cells;
  const unsigned packs = op.packing == Packing::whole ? 1 : 3;
  const auto codes = [&](unsigned i) {
    std::set<unsigned> result;
    for (unsigned c = 0; c < 8; ++c)
      if (unpack_from_code(op.kinds[i], c)) result.insert(c);
    return result;
  };
  for (unsigned pack = 0; pack < packs; ++pack)
    for (const unsigned a : codes(0))
      for (const unsigned b : codes(1)) {
        const auto cell = detail::cell_of(op, pack, a, b);
        cells.opcodes.insert(cell.opcode);
        cells.subs.insert(cell.sub);
      }
  return cells;
}

std::string sub_text(const OpInfo& op, const Cells& cells) {
  std::string extra;
  switch (op.form) {
    case Form::plain:
    case Form::float2:
    case Form::float2_packed:
    case Form::half2: return "";
    case Form::segment_in: return "magic 0";
    case Form::segment_out: return "magic 1";
    case Form::waddr: return fmt::format("waddr {}", ranges(cells.subs));
    case Form::sub_segment_in: extra = ", magic 0"; break;
    case Form::sub_segment_out: extra = ", magic 1"; break;
    case Form::sub:
    case Form::sub_packed:
    case Form::sub_float1:
    case Form::sub_float1_packed: break;
  }
  return ranges(cells.subs) + extra;
}

std::string order_text(Order order) {
  switch (order) {
    case Order::any: return "";
    case Order::ascending: return "; key of a <= key of b";
    case Order::descending: return "; key of a > key of b";
  }
  throw Error{"isa_doc: an order without a text"};
}

template <std::size_t n>
std::string table(const std::array<std::string_view, n>& ids, const std::array<OpInfo, n>& ops,
                  const std::array<std::size_t, n>& vectors) {
  std::string text = header({"operation", "opcode", "sub-opcode", "a", "b", "result", "flags",
                             "touches", "meaning", "vectors"});
  for (std::size_t i = 0; i < n; ++i) {
    const OpInfo& op = ops[i];
    const Cells cells = cells_of(op);
    std::string name = code(op.mnemonic);
    if (ids[i] != op.mnemonic) name += fmt::format(" (C++: {})", code(ids[i]));
    text +=
        row({name, ranges(cells.opcodes) + order_text(op.order), sub_text(op, cells),
             kind_name(op.kinds[0]), kind_name(op.kinds[1]), destination(op), flag_text(op.flags),
             effect_text(op.effect), std::string{op.meaning}, fmt::format("{}", vectors[i])});
  }
  return text;
}

}  // namespace

std::string operations(const Evidence& evidence) {
  std::string text =
      "## Operations\nOpcodes and sub-opcodes are those of all modifiers together. The sub-opcode "
      "is in raddr_b of the add ALU and in raddr_d of\nthe mul ALU. `fadd` and `faddnf`, `fmin` "
      "and `fmax` have the same opcodes: the order of their operands tells which it\nis, by a key "
      "made of immediate or register, modifier, and address. The column *vectors* counts the words "
      "with this\noperation in `tests/isa/*.tsv`, which come from another assembler and "
      "disassembler; 0 means that only documents vouch\nfor the encoding.\n\n### Add ALU\n";
  text += table(add_ids, detail::add_op_table, evidence.add);
  text += "\n### Mul ALU\n";
  text += table(mul_ids, detail::mul_op_table, evidence.mul);
  text += "\n### Flags of a result\n" + header({"flags", "Z, N and C"});
  for (const auto rule : {FlagRule::integer, FlagRule::add, FlagRule::sub, FlagRule::greater_s,
                          FlagRule::greater_u, FlagRule::fcmp, FlagRule::fp})
    text += row({flag_text(rule), flag_meaning(rule)});
  return text + "\n";
}

std::string modifiers() {
  std::string text = "## Modifiers of sources\nThe code of a modifier is added to opcode or "
                     "sub-opcode.\n\n" +
                     header({"source", "0", "1", "2", "3", "4", "5", "6"});
  for (const auto kind :
       {SourceKind::raw, SourceKind::f32, SourceKind::f32_no_abs, SourceKind::f32_abs_undocumented,
        SourceKind::f32_wide, SourceKind::f16, SourceKind::i32}) {
    text += "| " + kind_name(kind) + " |";
    for (unsigned c = 0; c < 7; ++c) {
      const auto unpack = unpack_from_code(kind, c);
      text += unpack ? fmt::format(" `{}` |", unpack_names[static_cast<std::size_t>(*unpack)])
                     : std::string{" |"};
    }
    text += "\n";
  }
  return text +
         "\n`abs` clears the sign; `l`, `h` take an f16 half as f32; `sat`, `nsat`, `max0` clamp to "
         "[0, 1], [-1, 1], [0, inf);\n`ff` makes f32 to f16 in both halves, `ll`, `hh` double a "
         "half, `swp` exchanges them; `ul`, `uh`, `il`, `ih` take an\ninteger half, zero- or "
         "sign-extended. A result with `.l` or `.h` is rounded to f16 into that half of the "
         "destination.\n\n";
}

}  // namespace vc7::gen
