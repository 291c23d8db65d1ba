// SPDX-License-Identifier: MIT
//
// Every name of the assembly language, from the tables of isa.
#pragma once

#include <string>
#include <string_view>

#include <vc7/isa/condition.hpp>
#include <vc7/isa/magic.hpp>
#include <vc7/isa/modifier.hpp>
#include <vc7/isa/op.hpp>
#include <vc7/isa/signal.hpp>

#include "name_table.hpp"

namespace vc7::text {

namespace detail {
template <class Row, std::size_t Count>
constexpr std::array<std::string_view, Count> column(const std::array<Row, Count>& rows,
                                                     std::string_view Row::*name) {
  std::array<std::string_view, Count> names{};
  for (std::size_t i = 0; i < Count; ++i) names[i] = rows[i].*name;
  return names;
}
}  // namespace detail

inline constexpr NameTable add_names{
    detail::column(isa::detail::add_op_table, &isa::OpInfo::mnemonic)};
inline constexpr NameTable mul_names{
    detail::column(isa::detail::mul_op_table, &isa::OpInfo::mnemonic)};
inline constexpr NameTable magic_names{detail::column(isa::magic_table, &isa::MagicInfo::name)};
inline constexpr NameTable signal_names{isa::signal_names};
inline constexpr NameTable condition_names{isa::condition_names, 1};
inline constexpr NameTable flag_names{isa::flag_op_names, 1};
inline constexpr NameTable unpack_names{isa::unpack_names, 1};
inline constexpr NameTable pack_names{isa::pack_names, 1};
inline constexpr NameTable branch_condition_names{isa::branch_condition_names};

// A field of an instruction is told from another by its name alone.
static_assert([] {
  bool distinct = true;
  signal_names.each([&](std::string_view name) {
    if (add_names.find(name) || mul_names.find(name)) distinct = false;
  });
  flag_names.each([&](std::string_view name) {
    if (condition_names.find(name)) distinct = false;
  });
  return distinct;
}());

/// The number of insertions, removals, replacements and exchanges of neighbours that lead from one
/// name to the other.
unsigned distance(std::string_view a, std::string_view b);

/// Collects names and tells which is nearest to one that nobody knows.
class Nearest {
 public:
  explicit Nearest(std::string_view wanted) : wanted_{wanted} {}
  void operator()(std::string_view name) {
    const unsigned d = distance(wanted_, name);
    if (d < best_) best_ = d, name_ = name;
  }
  /// "; did you mean `add`?", or nothing if no name is near.
  std::string hint() const;

 private:
  std::string_view wanted_, name_;
  unsigned best_ = 3;
};

}  // namespace vc7::text
