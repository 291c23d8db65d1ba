// SPDX-License-Identifier: MIT
//
// b, bu, bl, bul with a condition and p or q: `bu.anyap  target, uniforms`.
#include <limits>

#include <fmt/format.h>

#include <vc7/isa/encode.hpp>

#include "names.hpp"
#include "parser.hpp"

namespace vc7::text {
namespace {

/// The letters before the condition: b, then u, l, and p or q, each if it is there.
struct Letters {
  bool is_branch = false, uniforms = false, link = false;
  isa::MsfIgnore msf = isa::MsfIgnore::none;
};

bool take_msf(std::string_view& word, isa::MsfIgnore& msf) {
  if (word.empty() || (word.back() != 'p' && word.back() != 'q')) return false;
  msf = word.back() == 'p' ? isa::MsfIgnore::p : isa::MsfIgnore::q;
  word.remove_suffix(1);
  return true;
}

constexpr bool take(std::string_view& word, char c) {
  if (!word.starts_with(c)) return false;
  word.remove_prefix(1);
  return true;
}

Letters letters(std::string_view word) {
  Letters l;
  if (!take(word, 'b')) return l;
  l.uniforms = take(word, 'u');
  l.link = take(word, 'l');
  take_msf(word, l.msf);
  l.is_branch = word.empty();
  return l;
}

}  // namespace

bool Parser::is_branch(std::string_view word) const { return letters(word).is_branch; }

bool Parser::branch_mnemonic(std::string_view word, isa::BranchInstruction& b) {
  const std::size_t dot = word.find('.');
  const Letters l = letters(word.substr(0, dot));
  b.set_link = l.link;
  b.msf = l.msf;
  b.uniforms = l.uniforms ? isa::UniformTarget::relative : isa::UniformTarget::unchanged;
  if (dot == word.npos) return true;
  std::string_view name = word.substr(dot + 1);
  auto condition = branch_condition_names.find(name);
  if (!condition && b.msf == isa::MsfIgnore::none && take_msf(name, b.msf))
    condition = branch_condition_names.find(name);
  if (!condition)
    return error(word.substr(dot),
                 fmt::format("{} is no condition of a branch: allowed are .a0 .na0 .alla .anyna "
                             ".anya .allna, each also with p or q at its end",
                             quoted(word.substr(dot))));
  b.condition = static_cast<isa::BranchCondition>(*condition);
  return true;
}

bool Parser::branch_offset(const Number& number, std::string_view token,
                           isa::BranchInstruction& b) {
  const bool absolute = b.target == isa::BranchTarget::absolute;
  const auto value = number.integer(absolute ? 0 : std::numeric_limits<std::int32_t>::min(),
                                    std::numeric_limits<std::uint32_t>::max());
  if (!value || *value % 8 != 0)
    return error(token, fmt::format("branch {} {} is not a multiple of 8 in {} to 4294967288",
                                    absolute ? "address" : "offset", quoted(token),
                                    absolute ? "0" : "-2147483648"));
  b.offset = static_cast<std::uint32_t>(*value);
  return true;
}

/// A number, a constant or a label.
bool Parser::branch_place(Cursor& cursor, bool absolute, isa::BranchInstruction& b) {
  cursor.skip_blanks();
  b.target = absolute ? isa::BranchTarget::absolute : isa::BranchTarget::relative;
  const char* const begin = cursor.position();
  if (cursor.next_is_digit() || cursor.peek() == '-') {
    const ScannedNumber number = scan_number(cursor);
    if (!number.value) return error(cursor.since(begin), number.problem);
    return branch_offset(*number.value, cursor.since(begin), b);
  }
  const std::string_view found = cursor.found(), name = cursor.dotted_word();
  if (name.empty() || !Cursor{name}.next_is_letter() || is_reserved(name))
    return error(name.empty() ? found : name,
                 fmt::format("{} is no branch target: allowed are a label, a distance in bytes, "
                             "zero_addr+ADDRESS, rf0 to rf63 and lri",
                             quoted(name.empty() ? found : name)));
  if (const Definition* constant = find_constant(name))
    return branch_offset(constant->value, name, b);
  references_.push_back({parts_.words.size(), line_, name, absolute});
  return true;
}

bool Parser::branch_target(Cursor& cursor, isa::BranchInstruction& b) {
  cursor.skip_blanks();
  Cursor ahead = cursor;
  const std::string_view word = ahead.dotted_word();
  bool is_register = false;
  if (!read_register(word, b.reg, is_register)) return false;
  if (is_register || word == "lri") {
    b.target = is_register ? isa::BranchTarget::reg : isa::BranchTarget::link;
    cursor = ahead;
    return true;
  }
  if (word != "zero_addr") return branch_place(cursor, false, b);
  if (!ahead.take_after_blanks('+'))
    return error(ahead.found().empty() ? word : ahead.found(),
                 "expected `+` and an address or label after `zero_addr`");
  cursor = ahead;
  return branch_place(cursor, true, b);
}

bool Parser::branch_uniforms(Cursor& cursor, isa::BranchInstruction& b) {
  const std::string_view found = cursor.found();
  const char* const begin = cursor.position();
  cursor.word();
  if (cursor.take(':')) cursor.word();
  const std::string_view token = cursor.since(begin);
  if (token == "a:unif")
    b.uniforms = isa::UniformTarget::absolute;
  else if (token == "r:unif")
    b.uniforms = isa::UniformTarget::relative;
  else if (token == "lri")
    b.uniforms = isa::UniformTarget::link;
  else {
    std::uint8_t reg = 0;
    bool is_register = false;
    if (!read_register(token, reg, is_register)) return false;
    if (!is_register)
      return error(token.empty() ? found : token,
                   fmt::format("{} is no address of uniforms: allowed are a:unif, r:unif, lri and "
                               "rf0 to rf63",
                               quoted(token.empty() ? found : token)));
    if (b.target == isa::BranchTarget::reg && reg != b.reg)
      return error(token, fmt::format("branch to rf{} with the uniform address in {}: both are "
                                      "read from one field and must be the same register",
                                      b.reg, quoted(token)));
    b.uniforms = isa::UniformTarget::reg;
    b.reg = reg;
  }
  return true;
}

bool Parser::branch(std::string_view word, Cursor& cursor) {
  isa::BranchInstruction b;
  const std::size_t references = references_.size();
  const auto parse = [&] {
    if (!branch_mnemonic(word, b)) return false;
    const bool uniforms = b.uniforms != isa::UniformTarget::unchanged;
    if (cursor.at_end())
      return error(cursor.found(), fmt::format("{} needs a target", quoted(word)));
    if (!branch_target(cursor, b)) return false;
    const bool comma = cursor.take_after_blanks(',');
    if (comma != uniforms)
      return error(cursor.found(),
                   uniforms ? fmt::format("expected `,` and where the uniform stream goes (a:unif, "
                                          "r:unif, lri or a register): {} moves it",
                                          quoted(word))
                            : fmt::format("{} has a target only; a branch that moves the uniform "
                                          "stream is `bu`",
                                          quoted(word)));
    cursor.skip_blanks();
    if (uniforms && !branch_uniforms(cursor, b)) return false;
    return nothing_left(cursor, "a branch has no other operation and no signals beside it");
  };
  if (!parse()) {
    references_.resize(references);
    return false;
  }
  append(isa::encode(b).word, word);
  return true;
}

}  // namespace vc7::text
