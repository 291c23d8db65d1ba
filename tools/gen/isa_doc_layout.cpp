// SPDX-License-Identifier: MIT
//
// Word formats, signals, conditions, small immediates, write addresses.
#include <bit>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/isa/condition.hpp>
#include <vc7/isa/encode.hpp>
#include <vc7/isa/magic.hpp>
#include <vc7/isa/signal.hpp>

#include "isa_doc.hpp"

namespace vc7::gen {
namespace {

using namespace isa;

struct Field {
  unsigned high, low;
  std::string_view name, meaning;
  std::uint64_t value;  ///< in the instruction that the fields are checked with
};

std::uint64_t word_of(const Instruction& instruction) {
  const Encoded encoded = encode(instruction);
  if (!encoded) throw Error{fmt::format("isa_doc: no encoding: {}", message(encoded.error))};
  return encoded.word;
}

/// The table; throws if the encoder has a field elsewhere.
template <std::size_t n>
std::string field_table(const std::array<Field, n>& fields, std::uint64_t word) {
  std::string text = header({"bits", "field", "meaning"});
  for (const Field& f : fields) {
    const unsigned width = f.high - f.low + 1;
    if ((word >> f.low & ((std::uint64_t{1} << width) - 1)) != f.value)
      throw Error{fmt::format("isa_doc: the field {} is not what bits {}:{} of 0x{:016x} hold",
                              f.name, f.high, f.low, word)};
    text += row({width == 1 ? fmt::format("{}", f.low) : fmt::format("{}:{}", f.high, f.low),
                 std::string{f.name}, std::string{f.meaning}});
  }
  return text;
}

std::string alu_format() {
  AluInstruction probe;
  probe.add = {.op = AddOp::sub, .dst = {21, false}, .src = {Source{11}, Source{12}}};
  probe.mul = {.op = MulOp::umul24, .dst = {44, true}, .src = {Source{13}, Source{14}}};
  probe.signals = {Signal::thrsw};
  probe.flags = {.add = {.condition = Condition::ifb}, .mul = {.op = FlagOp::pushc}};
  const std::array fields{
      Field{63, 58, "op_mul", "operation of the mul ALU, never 0", info(MulOp::umul24).opcode},
      Field{57, 53, "sig", "signals", *signal_index(probe.signals)},
      Field{52, 46, "cond",
            "conditions and flag operations; with a signal that has a destination: bit 52 magic, "
            "bits 51:46 address",
            *encode_flags(probe.flags)},
      Field{45, 45, "magic_mul", "waddr_mul is a write address, not a register", 1},
      Field{44, 44, "magic_add", "the same of waddr_add", 0},
      Field{43, 38, "waddr_mul", "destination of the mul ALU", 44},
      Field{37, 32, "waddr_add", "destination of the add ALU", 21},
      Field{31, 24, "op_add", "operation of the add ALU", info(AddOp::sub).opcode},
      Field{23, 18, "raddr_c", "source a of the mul ALU: register or small immediate", 13},
      Field{17, 12, "raddr_d", "source b of the mul ALU, or its sub-opcode", 14},
      Field{11, 6, "raddr_a", "source a of the add ALU", 11},
      Field{5, 0, "raddr_b", "source b of the add ALU, or its sub-opcode", 12}};
  return field_table(fields, word_of(probe));
}

std::string branch_format() {
  BranchInstruction probe;
  probe.condition = BranchCondition::anya;
  probe.msf = MsfIgnore::q;
  probe.target = BranchTarget::relative;
  probe.uniforms = UniformTarget::reg;
  probe.set_link = true;
  probe.reg = 41;
  probe.offset = 0xa5123458;
  const std::array fields{
      Field{63, 58, "op_mul", "0", 0},
      Field{57, 56, "marker", "2 marks a branch", 2},
      Field{55, 35, "addr_low", "bits 23:3 of the offset", 0x123458 >> 3},
      Field{34, 32, "cond", "condition", static_cast<unsigned>(probe.condition)},
      Field{31, 24, "addr_high", "bits 31:24 of the offset", 0xa5},
      Field{23, 23, "set_link", "link register := address behind the delay slots", 1},
      Field{22, 21, "msfign", "lanes that any and all leave out", static_cast<unsigned>(probe.msf)},
      Field{17, 15, "bdu", "where the uniform stream goes, with ub",
            static_cast<unsigned>(probe.uniforms)},
      Field{14, 14, "ub", "the branch moves the uniform stream", 1},
      Field{13, 12, "bdi", "where the branch goes", static_cast<unsigned>(probe.target)},
      Field{11, 6, "raddr_a", "the register of bdi 3 and bdu 3", 41}};
  return field_table(fields, word_of(probe));
}

std::string meaning(BranchTarget target) {
  switch (target) {
    case BranchTarget::absolute: return "the offset, as an address";
    case BranchTarget::relative: return "the offset, from the instruction behind the delay slots";
    case BranchTarget::link: return "the link register";
    case BranchTarget::reg: return "the register";
  }
  throw Error{"isa_doc: a branch target without a text"};
}

std::string meaning(UniformTarget target) {
  switch (target) {
    case UniformTarget::absolute: return "the next uniform, as an address";
    case UniformTarget::relative: return "the next uniform, as a distance";
    case UniformTarget::link: return "the link register";
    case UniformTarget::reg: return "the register";
    case UniformTarget::unchanged: return "stays (ub is 0)";
  }
  throw Error{"isa_doc: a uniform target without a text"};
}

std::string meaning(BranchCondition condition) {
  switch (condition) {
    case BranchCondition::always: return "always";
    case BranchCondition::a0: return "lane 0 has A";
    case BranchCondition::na0: return "lane 0 has not A";
    case BranchCondition::alla: return "every lane has A";
    case BranchCondition::anyna: return "some lane has not A";
    case BranchCondition::anya: return "some lane has A";
    case BranchCondition::allna: return "no lane has A";
  }
  throw Error{"isa_doc: a branch condition without a text"};
}

std::string meaning(MsfIgnore ignore) {
  switch (ignore) {
    case MsfIgnore::none: return "no lanes are left out";
    case MsfIgnore::p: return "lanes without multisample flag are left out";
    case MsfIgnore::q: return "quads in which no lane has it are left out";
  }
  throw Error{"isa_doc: a msfign without a text"};
}

std::string branch_codes() {
  std::string text = header({"cond", "text", "taken if"});
  for (unsigned code_value = 0; code_value < 8; ++code_value)
    if (const auto name = branch_condition_names[code_value]; !name.empty())
      text += row({fmt::format("{}", code_value), code(name),
                   meaning(static_cast<BranchCondition>(code_value))});
  text += "\n" +
          header({"code", "bdi: the branch goes to", "bdu: the uniform stream goes to", "msfign"});
  for (unsigned i = 0; i < 4; ++i)
    text += row({fmt::format("{}", i), meaning(static_cast<BranchTarget>(i)),
                 meaning(static_cast<UniformTarget>(i)),
                 i < 3 ? meaning(static_cast<MsfIgnore>(i)) : "no instruction"});
  return text;
}

std::string flag_use(std::string_view alu, const FlagUse& use) {
  std::string text;
  if (use.condition != Condition::always)
    text = condition_names[static_cast<std::size_t>(use.condition)];
  else if (use.op != FlagOp::none)
    text = flag_op_names[static_cast<std::size_t>(use.op)];
  return text.empty() ? text : fmt::format("{} {}", alu, text);
}

std::string meaning(MagicGroup group) {
  switch (group) {
    case MagicGroup::reserved: return "reserved";
    case MagicGroup::broadcast: return "broadcast";
    case MagicGroup::discard: return "discard";
    case MagicGroup::tlb: return "tile buffer (graphics)";
    case MagicGroup::unifa: return "uniforms";
    case MagicGroup::tmu_texture: return "TMU, textures";
    case MagicGroup::tmu_data: return "TMU, data";
    case MagicGroup::tmu_address: return "TMU, address";
    case MagicGroup::vpm: return "VPM (graphics)";
    case MagicGroup::sync: return "synchronisation";
    case MagicGroup::tmu_config: return "TMU, configuration";
  }
  throw Error{"isa_doc: a group of write addresses without a text"};
}

}  // namespace

std::string word_formats() {
  return "## Instruction words\n### ALU\n" + alu_format() +
         fmt::format("\nThe word of `nop ; nop` is {}.\n\n### Branch\n",
                     code(fmt::format("0x{:016x}", nop_word))) +
         branch_format() + "\nThree instructions behind a branch are executed in any case.\n\n" +
         branch_codes() + "\n";
}

std::string signals() {
  std::string text = "## Signals\nThe field sig is the index of a set. Other sets cannot be "
                     "encoded.\n\n" +
                     header({"sig", "signals", "has a destination"});
  for (unsigned index = 0; index < 32; ++index) {
    const auto set = signals_from_index(index);
    std::string names;
    for (unsigned s = 0; set && s < signal_count; ++s)
      if (set->has(static_cast<Signal>(s)))
        names += (names.empty() ? "" : ", ") + code(signal_names[s]);
    text += row({fmt::format("{}", index),
                 !set            ? "reserved"
                 : names.empty() ? "none"
                                 : names,
                 set && set->has_destination() ? "yes" : ""});
  }
  return text + "\n";
}

std::string flags() {
  std::string text =
      "## Conditions and flags\nEvery lane has the flags A and B. A condition (`ifa`, `ifb`, "
      "`ifna`, `ifnb`) writes the result in lanes with A, B,\nnot A, not B. A push sets B := A and "
      "A := Z, N or C of the operation; an update (`andz` ... `norc`) combines A with it.\nThe "
      "field cond:\n\n";
  text += header(
      {"cond", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"});
  for (unsigned high = 0; high < 8; ++high) {
    text += fmt::format("| {:x}_ |", high);
    for (unsigned low = 0; low < 16; ++low) {
      const auto uses = decode_flags(high << 4 | low);
      std::string cell = "no instruction";
      if (uses) {
        const auto add = flag_use("add", uses->add), mul = flag_use("mul", uses->mul);
        cell = add + (add.empty() || mul.empty() ? "" : ", ") + mul;
        if (cell.empty()) cell = "nothing";
      }
      text += " " + cell + " |";
    }
    text += "\n";
  }
  return text + "\n";
}

std::string immediates() {
  std::string text = "## Small immediates\nWhat a source field means with the signal smimm_a, "
                     "smimm_b, smimm_c or smimm_d:\n\n" +
                     header({"index", "word", "integer or float"});
  for (unsigned index = 0; index < small_immediate_count; ++index) {
    const std::uint32_t word = small_immediate_value(index);
    text += row({fmt::format("{}", index), code(fmt::format("0x{:08x}", word)),
                 index < 32 ? fmt::format("{}", static_cast<std::int32_t>(word))
                            : fmt::format("{}", std::bit_cast<float>(word))});
  }
  return text + fmt::format("\nIndices from {} on are no instruction.\n\n", small_immediate_count);
}

std::string write_addresses() {
  std::string text = "## Write addresses\nDestinations with the magic bit:\n\n" +
                     header({"address", "name", "group", "takes a uniform", "meaning"});
  for (std::size_t address = 0; address < magic_table.size(); ++address) {
    const MagicInfo& magic = magic_table[address];
    text += row({fmt::format("{}", address), code(magic.name), meaning(magic.group),
                 magic.consumes_uniform ? "yes" : "", std::string{magic.meaning}});
  }
  return text;
}

}  // namespace vc7::gen
