// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <vc7/isa/immediate.hpp>

#include "names.hpp"
#include "parser.hpp"

namespace vc7::text {
namespace {

/// "rf" and digits: meant as a register, whether it exists or not.
bool looks_like_register(std::string_view token) {
  if (!token.starts_with("rf") || token.size() < 3) return false;
  Cursor rest{token.substr(2)};
  return rest.digits().size() == token.size() - 2;
}

/// ".l .h", or "none"
template <class Table, class Allowed>
std::string list(const Table& names, Allowed allowed) {
  std::string text;
  names.each([&](std::string_view name) {
    if (allowed(*names.find(name))) text.append(text.empty() ? "." : " .").append(name);
  });
  return text.empty() ? "none" : text;
}

constexpr std::string_view ordinal[2] = {"first", "second"};

}  // namespace

bool is_reserved(std::string_view name) {
  return looks_like_register(name) || name == "lri" || name == "zero_addr" ||
         magic_names.find(name).has_value();
}

bool Parser::read_register(std::string_view token, std::uint8_t& address, bool& found) {
  found = looks_like_register(token);
  if (!found) return true;
  unsigned value = 0;
  for (const char c : token.substr(2)) {
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value >= isa::register_count)
      return error(token, fmt::format("register {} does not exist: there are rf0 to rf{}",
                                      quoted(token), isa::register_count - 1));
  }
  address = static_cast<std::uint8_t>(value);
  return true;
}

bool Parser::separator(const isa::OpInfo& op, unsigned operand, Cursor& cursor) {
  const unsigned count = op.sources + (op.has_destination() ? 1u : 0u);
  if (operand == 0) {
    if (!cursor.at_end() && cursor.peek() != ';') return true;
  } else if (cursor.take_after_blanks(',')) {
    cursor.skip_blanks();
    return true;
  }
  const std::string_view found = cursor.found();
  if (operand != 0 && !found.empty() && found[0] != ';')
    return error(found, fmt::format("expected `,` and operand {} of `{}`, found {}", operand + 1,
                                    op.mnemonic, quoted(found)));
  const std::string what =
      op.has_destination()
          ? fmt::format("a destination and {} source{}", op.sources, op.sources == 1 ? "" : "s")
          : fmt::format("no destination and {} source{}", op.sources, op.sources == 1 ? "" : "s");
  return error(found, fmt::format("`{}` takes {} operand{} ({}), {} found", op.mnemonic, count,
                                  count == 1 ? "" : "s", what, operand));
}

bool Parser::write_address(Cursor& cursor, isa::WriteAddress& dst) {
  cursor.skip_blanks();
  if (cursor.peek() == '-' && !cursor.next_is_digit(1)) {
    cursor.take('-');
    dst = isa::write_address(isa::Magic::null);
    return true;
  }
  const std::string_view found = cursor.found(), token = cursor.word();
  bool is_register = false;
  dst = {.address = 0, .magic = false};
  if (!read_register(token, dst.address, is_register)) return false;
  if (is_register) return true;
  const auto magic = magic_names.find(token);
  if (magic) {
    dst = {.address = *magic, .magic = true};
    return true;
  }
  Nearest nearest{token};
  magic_names.each([&](std::string_view name) { nearest(name); });
  return error(token.empty() ? found : token,
               fmt::format("{} is no destination: destinations are rf0 to rf63, write addresses "
                           "as tmua, and `-`{}",
                           quoted(token.empty() ? found : token), nearest.hint()));
}

bool Parser::destination(const isa::OpInfo& op, Cursor& cursor, isa::WriteAddress& dst,
                         isa::Pack& pack) {
  const char* const begin = cursor.position();
  if (!write_address(cursor, dst)) return false;
  using enum isa::Form;
  const bool register_only = op.form == sub_segment_in || op.form == sub_segment_out ||
                             op.form == segment_in || op.form == segment_out;
  if (dst.magic && register_only)
    return error(cursor.since(begin),
                 fmt::format("`{}` can write registers only: found {}, allowed are rf0 to rf63",
                             op.mnemonic, quoted(cursor.since(begin))));
  if (cursor.peek() != '.') return true;
  const char* const dot = cursor.position();
  cursor.take('.');
  const auto found = pack_names.find(cursor.word());
  const auto allowed = [&](std::uint8_t) { return op.packing != isa::Packing::whole; };
  if (!found || !allowed(*found))
    return error(cursor.since(dot),
                 fmt::format("the destination of `{}` does not have the modifier {}: allowed: {}",
                             op.mnemonic, quoted(cursor.since(dot)), list(pack_names, allowed)));
  pack = static_cast<isa::Pack>(*found);
  return true;
}

bool Parser::immediate(const Number& number, std::string_view token, isa::Source& source) {
  const auto index = immediate_index(number);
  const bool constant = find_constant(token) != nullptr;
  const std::string what = index ? "" : quoted(token) + (constant ? " = " + to_string(number) : "");
  if (!index)
    return error(token, fmt::format("{} is not a small immediate: integers are -16 to 15, floats "
                                    "are 0 and the powers of two from 2^-8 to 2^7; nearest: {}",
                                    what, nearest_immediates(number)));
  source.address = *index;
  source.immediate = true;
  return true;
}

bool Parser::source(const isa::OpInfo& op, unsigned which, Cursor& cursor, isa::Source& source,
                    std::string_view& place) {
  const char* const begin = cursor.position();
  const std::string_view found = cursor.found();
  if (cursor.next_is_digit() || cursor.peek() == '-') {
    const ScannedNumber number = scan_number(cursor);
    place = cursor.since(begin);
    if (!number.value) return error(place, number.problem);
    if (!immediate(*number.value, place, source)) return false;
  } else {
    const std::string_view token = place = cursor.word();
    bool is_register = false;
    if (!read_register(token, source.address, is_register)) return false;
    if (!is_register) {
      if (const Definition* constant = find_constant(token)) {
        if (!immediate(constant->value, token, source)) return false;
      } else if (!token.empty() && magic_names.find(token)) {
        return error(token, fmt::format("{} cannot be read: it is a write address; sources are rf0 "
                                        "to rf63, small immediates and constants",
                                        quoted(token)));
      } else {
        Nearest nearest{token};
        constexpr std::size_t few = 10000;  // a hint is not worth a second
        if (names_.size() <= few)
          for (const auto& [name, definition] : names_)
            if (definition.is_constant) nearest(name);
        const std::string_view shown = token.empty() ? found : token;
        return error(shown, fmt::format("{} is no source: sources are rf0 to rf63, small "
                                        "immediates and constants that are defined before{}",
                                        quoted(shown), nearest.hint()));
      }
    }
  }
  if (cursor.peek() != '.') return true;
  const char* const dot = cursor.position();
  cursor.take('.');
  const auto name = unpack_names.find(cursor.word());
  const isa::SourceKind kind = op.kinds[which];
  const auto allowed = [&](std::uint8_t unpack) {
    return isa::unpack_code(kind, static_cast<isa::Unpack>(unpack)).has_value();
  };
  if (!name || !allowed(*name))
    return error(cursor.since(dot),
                 fmt::format("the {} source of `{}` does not have the modifier {}: allowed: {}",
                             ordinal[which], op.mnemonic, quoted(cursor.since(dot)),
                             list(unpack_names, allowed)));
  source.unpack = static_cast<isa::Unpack>(*name);
  return true;
}

}  // namespace vc7::text
