// SPDX-License-Identifier: MIT
//
// The characters of one line. Tokens are views of the text: where they point to is their place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vc7::text {

namespace detail {
enum CharClass : std::uint8_t { other = 0, letter = 1, digit = 2, hex = 4, dot = 8, blank = 16 };
inline constexpr auto char_classes = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 26; ++c) classes['a' + c] = classes['A' + c] = letter;
  for (unsigned c = 0; c < 6; ++c) classes['a' + c] = classes['A' + c] = letter | hex;
  for (unsigned c = 0; c < 10; ++c) classes['0' + c] = digit | hex;
  classes['_'] = letter;
  classes['.'] = dot;
  classes[' '] = classes['\t'] = blank;
  return classes;
}();
}  // namespace detail

class Cursor {
 public:
  explicit Cursor(std::string_view line) : p_{line.data()}, end_{line.data() + line.size()} {}

  void skip_blanks() {
    while (is(detail::blank)) ++p_;
  }
  /// Nothing but blanks and a comment is left.
  bool at_end() {
    skip_blanks();
    return p_ == end_ || *p_ == '#' || (*p_ == '/' && end_ - p_ > 1 && p_[1] == '/');
  }
  /// The next character, 0 at the end.
  char peek(std::ptrdiff_t ahead = 0) const { return end_ - p_ > ahead ? p_[ahead] : '\0'; }
  bool next_is_digit(std::ptrdiff_t ahead = 0) const { return is(detail::digit, ahead); }
  bool next_is_letter() const { return is(detail::letter); }

  /// Takes the character, here or, `take_after_blanks`, behind blanks.
  bool take(char c) {
    if (p_ == end_ || *p_ != c) return false;
    ++p_;
    return true;
  }
  bool take_after_blanks(char c) {
    skip_blanks();
    return take(c);
  }

  std::string_view digits() { return run(detail::digit); }
  std::string_view hex_digits() { return run(detail::hex); }
  /// Letters, digits and underscores.
  std::string_view word() { return run(detail::letter | detail::digit); }
  /// The same with dots.
  std::string_view dotted_word() { return run(detail::letter | detail::digit | detail::dot); }

  /// What stands here, for messages: up to a blank or separator, at least one character if there is
  /// one.
  std::string_view found() {
    if (at_end()) return {p_, 0};
    const char* q = p_;
    do ++q;
    while (q != end_ && !(detail::char_classes[static_cast<unsigned char>(*q)] & detail::blank) &&
           *q != ',' && *q != ';' && *q != '#');
    return {p_, static_cast<std::size_t>(q - p_)};
  }

  const char* position() const { return p_; }
  std::string_view since(const char* begin) const {
    return {begin, static_cast<std::size_t>(p_ - begin)};
  }

 private:
  bool is(std::uint8_t mask, std::ptrdiff_t ahead = 0) const {
    return end_ - p_ > ahead &&
           (detail::char_classes[static_cast<unsigned char>(p_[ahead])] & mask);
  }
  std::string_view run(int mask) {
    const char* const begin = p_;
    while (is(static_cast<std::uint8_t>(mask))) ++p_;
    return since(begin);
  }

  const char *p_, *end_;
};

}  // namespace vc7::text
