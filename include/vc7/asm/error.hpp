// SPDX-License-Identifier: MIT
//
// The error of everything that turns source into machine words, with the place it is about.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <vc7/base/error.hpp>
#include <vc7/base/origin.hpp>
#include <vc7/isa/encode.hpp>

namespace vc7 {

/// Wrong use of an assembler. what() is "file:line: message"; the message names the value and the
/// limit.
class AssembleError : public Error {
 public:
  AssembleError(const Origin& where, std::string message);

  /// The call, or the line of assembly, that is wrong.
  const Origin& where() const noexcept { return where_; }
  /// The text without the place.
  const std::string& message() const noexcept { return message_; }

 private:
  Origin where_;
  std::string message_;
};

// The functions below throw. None of them is constexpr: in constant evaluation the compiler stops
// at the call and prints the name, so the names are messages too.
namespace qpu::detail {

[[noreturn]] void register_out_of_range(std::int64_t index, const Origin& where);
[[noreturn]] void no_such_immediate(std::int64_t value, const Origin& where);
[[noreturn]] void no_such_immediate(double value, const Origin& where);
[[noreturn]] void two_immediates_in_one_instruction(const Origin& where);
[[noreturn]] void immediate_together_with_signal(isa::Signals signals, const Origin& where);
[[noreturn]] void no_effect_on_broadcast(std::string_view op, isa::WriteAddress dst,
                                         const Origin& where);
[[noreturn]] void sfu_beside_tmu_write(std::string_view op, std::string_view write,
                                       const Origin& where);
[[noreturn]] void not_encodable(isa::EncodeError error, const Origin& where);
[[noreturn]] void chain_is_stale(const Origin& where);
[[noreturn]] void branch_offset_not_encodable(std::int64_t offset, bool absolute,
                                              const Origin& where);
[[noreturn]] void branch_registers_differ(unsigned target, unsigned uniforms, const Origin& where);
[[noreturn]] void branch_option_given_twice(std::string_view option, const Origin& where);
[[noreturn]] void label_name_is_not_valid(std::string_view name, const Origin& where);
[[noreturn]] void label_defined_twice(std::string_view name, const Origin& first,
                                      const Origin& where);
[[noreturn]] void label_not_defined(std::string_view name, const Origin& where);
[[noreturn]] void label_of_another_assembler(const Origin& where);
[[noreturn]] void alignment_out_of_range(std::int64_t count, const Origin& where);
[[noreturn]] void tmu_config_out_of_range(std::string_view field, std::int64_t value,
                                          std::int64_t lowest, std::int64_t highest,
                                          const Origin& where);

}  // namespace qpu::detail
}  // namespace vc7
