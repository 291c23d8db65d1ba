// SPDX-License-Identifier: MIT
//
// The parser: line by line, every function returns false once it has reported what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <vc7/asm/text.hpp>
#include <vc7/isa/instruction.hpp>

#include "cursor.hpp"
#include "number.hpp"

namespace vc7::text {

/// The tokens that a rule about the whole instruction may have to point at; empty if not there.
struct HalfPlaces {
  std::string_view operation, flags;
  std::string_view sources[2];
};
struct Places {
  HalfPlaces add, mul;
  std::string_view load;  ///< the signal with a destination
};

/// Text as a message shows it: short, and printable whatever it was.
std::string quoted(std::string_view token);

class Parser {
 public:
  Parser(std::string_view text, const TextOptions& options);
  TextResult run();

 private:
  struct Line {
    const char* begin = nullptr;
    std::uint32_t number = 0;
  };
  struct Definition {
    std::uint32_t line;
    bool is_constant;
    std::size_t index;  ///< of the instruction after a label
    Number value;       ///< of a constant
  };
  /// A branch to a label that is resolved when all labels are known.
  struct Reference {
    std::size_t index;
    Line line;
    std::string_view name;
    bool absolute;
  };

  // assemble_text.cpp
  void line(std::string_view text);
  bool label(std::string_view name);
  bool directive(Cursor& cursor);
  bool constant(Cursor& cursor);
  bool quad(Cursor& cursor);
  bool define(std::string_view name, const Definition& definition);
  void append(std::uint64_t word, std::string_view token);
  void resolve();
  bool nothing_left(Cursor& cursor, std::string_view allowed);
  bool error(std::string_view token, std::string message) { return error(line_, token, message); }
  bool error(const Line& line, std::string_view token, std::string message);
  const Definition* find_constant(std::string_view name) const;

  // alu.cpp
  bool instruction(std::string_view word, Cursor& cursor);
  bool alu(isa::AddOp op, std::string_view word, Cursor& cursor);
  bool field(Cursor& cursor, isa::AluInstruction& i, Places& places, bool& has_mul);
  bool signal(std::string_view word, std::size_t index, isa::AluInstruction& i, Places& places);
  bool finish(isa::AluInstruction& i, const Places& places);
  template <class Op>
  bool half(std::string_view word, Op op, Cursor& cursor, isa::AluHalf<Op>& half,
            isa::FlagUse& flags, HalfPlaces& places);
  bool flag_modifiers(std::string_view word, std::string_view mnemonic, isa::FlagUse& flags,
                      HalfPlaces& places);
  bool unknown_operation(std::string_view name, bool second_field);

  // operands.cpp
  bool destination(const isa::OpInfo& op, Cursor& cursor, isa::WriteAddress& dst, isa::Pack& pack);
  bool source(const isa::OpInfo& op, unsigned which, Cursor& cursor, isa::Source& source,
              std::string_view& place);
  bool write_address(Cursor& cursor, isa::WriteAddress& dst);
  bool immediate(const Number& number, std::string_view token, isa::Source& source);
  bool separator(const isa::OpInfo& op, unsigned operand, Cursor& cursor);
  /// Sets `found` if the token is a register name; false if there is no such register.
  bool read_register(std::string_view token, std::uint8_t& address, bool& found);

  // checks.cpp
  bool check_flags(const isa::AluInstruction& i, const Places& places);
  bool check_immediates(isa::AluInstruction& i, const Places& places);
  bool check_signals(const isa::AluInstruction& i, std::string_view last);

  // branch.cpp
  bool is_branch(std::string_view word) const;
  bool branch(std::string_view word, Cursor& cursor);
  bool branch_mnemonic(std::string_view word, isa::BranchInstruction& b);
  bool branch_target(Cursor& cursor, isa::BranchInstruction& b);
  bool branch_place(Cursor& cursor, bool absolute, isa::BranchInstruction& b);
  bool branch_uniforms(Cursor& cursor, isa::BranchInstruction& b);
  bool branch_offset(const Number& number, std::string_view token, isa::BranchInstruction& b);

  std::string_view text_;
  const TextOptions& options_;
  Line line_;
  std::size_t errors_ = 0;
  std::vector<Diagnostic> diagnostics_;
  Program::Parts parts_;
  std::unordered_map<std::string_view, Definition> names_;
  std::vector<Reference> references_;
  const char* file_ = "";
};

/// Registers, write addresses and words of branches: no label or constant can be called so.
bool is_reserved(std::string_view name);

}  // namespace vc7::text
