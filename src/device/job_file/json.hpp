// SPDX-License-Identifier: MIT
//
// JSON with the place of every value, so that an error in a job file can be shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vc7::detail::json {

struct Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>;

/// `offset` and `length` are where it stands in the text; those of a list or an object are its
/// opening bracket.
struct Value {
  using Data = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string,
                            Array, Object>;

  // Defined where Member is complete: a vector of it can be made and destroyed only there.
  Value();
  Value(Data what, std::uint32_t where, std::uint32_t bytes);
  ~Value();
  Value(Value&&) noexcept;
  Value& operator=(Value&&) noexcept;

  Data data;
  std::uint32_t offset = 0, length = 1;
};

struct Member {
  std::string key;
  std::uint32_t offset, length;  ///< of the key
  Value value;
};

/// Why a text is no JSON, or none that is accepted: keys twice in an object, more than 256 keys,
/// more than 32 levels, NUL bytes.
struct Problem {
  std::string message;
  std::size_t offset;
};

std::variant<Value, Problem> parse(std::string_view text);

/// Text for a message: at most 40 bytes, what is no printable ASCII as `?`.
std::string excerpt(std::string_view text);

/// "a list", "the text "abc"", "the number 7": what was found, for a message.
std::string describe(const Value& value);

}  // namespace vc7::detail::json
