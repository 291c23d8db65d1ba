// SPDX-License-Identifier: MIT
#include "json.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vc7::detail::json {

Value::Value() = default;
Value::Value(Data what, std::uint32_t where, std::uint32_t bytes)
    : data{std::move(what)}, offset{where}, length{bytes} {}
Value::~Value() = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(Value&&) noexcept = default;

namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_keys = 256;

/// Tells how far the parser has read. The library has positions only for its own errors.
struct Watched {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  const char** reached;

  reference operator*() const { return *at; }
  Watched& operator++() {
    *reached = ++at;
    return *this;
  }
  Watched operator++(int) {
    const Watched old = *this;
    ++*this;
    return old;
  }
  bool operator==(const Watched& other) const { return at == other.at; }
};

/// "[json.exception.parse_error.101] parse error at line 1, column 2: text; last read: '...'"
std::string without_prefix(std::string_view what) {
  const auto cut = [&](std::string_view mark, std::size_t from = 0) {
    if (const auto found = what.find(mark, from); found != what.npos)
      what.remove_prefix(found + mark.size());
  };
  cut("] ");
  if (const auto column = what.find(", column "); column != what.npos) cut(": ", column);
  if (const auto last = what.find("; last read: '"); last != what.npos) {
    constexpr std::size_t mark = 14;
    return fmt::format("{}; last read: {}", what.substr(0, last),
                       excerpt(what.substr(last + mark, what.size() - last - mark - 1)));
  }
  return std::string{what};
}

/// Builds the tree; the functions are those that the library calls.
class Builder {
 public:
  explicit Builder(std::string_view text, const char* const* reached)
      : text_{text}, reached_{reached} {}

  bool null() { return add(std::monostate{}); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(double value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(nlohmann::json::binary_t&) { return false; }  // not in text
  bool start_object(std::size_t) { return open(Object{}); }
  bool start_array(std::size_t) { return open(Array{}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    const auto [offset, length] = token();
    auto& members = std::get<Object>(open_.back()->data);
    if (std::ranges::any_of(members, [&](const Member& m) { return m.key == name; }))
      return refuse(fmt::format("the key \"{}\" twice in one object", excerpt(name)), offset);
    if (members.size() == most_keys)
      return refuse(fmt::format("more than {} keys in one object", most_keys), offset);
    members.push_back({std::move(name), offset, length, {}});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& error) {
    problem_ = {without_prefix(error.what()), position == 0 ? 0 : position - 1};
    return false;
  }

  std::variant<Value, Problem> result(bool well) {
    if (well) return std::move(root_);
    return std::move(problem_);
  }

 private:
  struct Token {
    std::uint32_t offset, length;
  };
  /// The scalar or key that was just read: what comes after blanks and punctuation behind the last
  /// one. After a number one more character is read than belongs to it.
  Token token() {
    const auto end = static_cast<std::size_t>(*reached_ - text_.data());
    std::size_t begin = text_.find_first_not_of(" \t\r\n,:[]{}", last_end_);
    begin = std::min(begin, end);
    last_end_ = end;
    std::size_t length = end - begin;
    if (begin < text_.size() && text_[begin] != '"') {
      const auto stop = text_.find_first_of(" \t\r\n,:[]{}", begin);
      length = std::min(length, std::min(stop, text_.size()) - begin);
    }
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(length)};
  }

  template <class T>
  bool add(T value) {
    const auto [offset, length] = token();
    place(Value{std::move(value), offset, length});
    return true;
  }

  template <class T>
  bool open(T empty) {
    const auto end = static_cast<std::size_t>(*reached_ - text_.data());
    if (open_.size() == deepest)
      return refuse(fmt::format("more than {} levels of lists and objects", deepest), end - 1);
    open_.push_back(&place(Value{std::move(empty), static_cast<std::uint32_t>(end - 1), 1}));
    last_end_ = end;
    return true;
  }

  bool close() {
    last_end_ = static_cast<std::size_t>(*reached_ - text_.data());
    open_.pop_back();
    return true;
  }

  /// Values stay where they are put until the list or object around them is closed or gets more, so
  /// that those in open_ do not move.
  Value& place(Value value) {
    if (open_.empty()) return root_ = std::move(value);
    if (auto* const array = std::get_if<Array>(&open_.back()->data))
      return array->emplace_back(std::move(value));
    return std::get<Object>(open_.back()->data).back().value = std::move(value);
  }

  bool refuse(std::string message, std::size_t offset) {
    problem_ = {std::move(message), offset};
    return false;
  }

  std::string_view text_;
  const char* const* reached_;
  std::size_t last_end_ = 0;
  Value root_;
  std::vector<Value*> open_;
  Problem problem_{};
};

}  // namespace

std::variant<Value, Problem> parse(std::string_view text) {
  // The library would take it for the end of the text.
  if (const auto nul = text.find('\0'); nul != text.npos)
    return Problem{"a NUL byte; a job file is JSON text", nul};
  const char* reached = text.data();
  Builder builder{text, &reached};
  const char* const end = text.data() + text.size();
  const bool well =
      nlohmann::json::sax_parse(Watched{text.data(), &reached}, Watched{end, &reached}, &builder);
  return builder.result(well);
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string shown{text.substr(0, longest)};
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) c = '?';
  }
  return text.size() > longest ? shown + "..." : shown;
}

std::string describe(const Value& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t n) const { return fmt::format("{}", n); }
    std::string operator()(std::uint64_t n) const { return fmt::format("{}", n); }
    std::string operator()(double n) const { return fmt::format("{}", n); }
    std::string operator()(const std::string& s) const { return fmt::format("\"{}\"", excerpt(s)); }
    std::string operator()(const Array& a) const {
      return fmt::format("a list of {} {}", a.size(), a.size() == 1 ? "value" : "values");
    }
    std::string operator()(const Object&) const { return "an object"; }
  };
  return std::visit(Visitor{}, value.data);
}

}  // namespace vc7::detail::json
