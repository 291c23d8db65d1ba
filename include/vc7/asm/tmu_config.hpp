// SPDX-License-Identifier: MIT
//
// Configuration of TMU memory accesses (v3d71 §10.2, §10.3): one byte per access, four bytes to the
// word that is written to tmuc or fetched by tmuau.
//
//   TmuConfig{}.vec4().word()                       0xfffffffc: one vec4 access, then the default
//   TmuConfig::word({TmuConfig{}.vec2(), TmuConfig{}.vec4()})   0xfffffafc: vec4 first, then vec2
#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <span>

#include <vc7/asm/error.hpp>

namespace vc7 {

/// One access. The default is the hardware's: per pixel, regular load or store, 32 bits.
class TmuConfig {
 public:
  using Where = std::source_location;

  constexpr TmuConfig() = default;
  /// The three fields as numbers: per 0..1, op 0..15, type 0..7. Throws AssembleError.
  constexpr TmuConfig(int per, int op, int type, Where where = Where::current())
      : byte_{static_cast<std::uint8_t>(checked("per", per, 1, where) << 7 |
                                        checked("op", op, 15, where) << 3 |
                                        checked("type", type, 7, where))} {}

  // Which lanes access memory: all of a quad if one is active, or exactly the active ones.
  constexpr TmuConfig quad() const { return with(0x80, 0x00); }
  constexpr TmuConfig pixel() const { return with(0x80, 0x80); }

  // The operation. What a name says about a write happens if data was given, else what it says
  // about a read.
  constexpr TmuConfig write_add_read_prefetch() const { return with_op(0); }
  constexpr TmuConfig write_sub_read_clear() const { return with_op(1); }
  constexpr TmuConfig write_xchg_read_flush() const { return with_op(2); }
  constexpr TmuConfig write_cmpxchg_read_flush() const { return with_op(3); }
  constexpr TmuConfig write_umin_full_l1_clear() const { return with_op(4); }
  constexpr TmuConfig write_umax() const { return with_op(5); }
  constexpr TmuConfig write_smin() const { return with_op(6); }
  constexpr TmuConfig write_smax() const { return with_op(7); }
  constexpr TmuConfig write_and_read_inc() const { return with_op(8); }
  constexpr TmuConfig write_or_read_dec() const { return with_op(9); }
  constexpr TmuConfig write_xor_read_not() const { return with_op(10); }
  constexpr TmuConfig regular() const { return with_op(15); }

  // The type of the data.
  constexpr TmuConfig int8() const { return with_type(0); }
  constexpr TmuConfig int16() const { return with_type(1); }
  constexpr TmuConfig vec2() const { return with_type(2); }
  constexpr TmuConfig vec3() const { return with_type(3); }
  constexpr TmuConfig vec4() const { return with_type(4); }
  constexpr TmuConfig uint8() const { return with_type(5); }
  constexpr TmuConfig uint16() const { return with_type(6); }
  constexpr TmuConfig uint32() const { return with_type(7); }

  constexpr std::uint8_t byte() const { return byte_; }
  /// The word for one access like this.
  constexpr std::uint32_t word() const { return 0xffffff00u | byte_; }

  /// The word for up to four accesses. The last of the list is used first.
  template <std::size_t N>
  requires(N <= 4) static constexpr std::uint32_t word(const TmuConfig (&list)[N]) {
    return word(std::span<const TmuConfig>{list});
  }
  /// The same for a list of computed length. Throws AssembleError for more than four.
  static constexpr std::uint32_t word(std::span<const TmuConfig> list,
                                      Where where = Where::current()) {
    checked("number of accesses", static_cast<std::int64_t>(list.size()), 4, where);
    std::uint32_t result = 0xffffffff;
    for (const TmuConfig c : list) result = result << 8 | c.byte_;
    return result;
  }

  /// The word for accesses of n, n-1, ... 2 components, for n of 1..4.
  static constexpr std::uint32_t sequential_read_write_vec(int n, Where where = Where::current()) {
    if (n < 1 || n > 4) qpu::detail::tmu_config_out_of_range("vector size", n, 1, 4, where);
    std::uint32_t result = 0xffffffff;
    for (int size = 2; size <= n; ++size) result = result << 8 | TmuConfig{1, 15, size}.byte_;
    return result;
  }

  friend constexpr bool operator==(TmuConfig, TmuConfig) = default;

 private:
  static constexpr unsigned checked(const char* field, std::int64_t value, std::int64_t limit,
                                    const Where& where) {
    if (value < 0 || value > limit)
      qpu::detail::tmu_config_out_of_range(field, value, 0, limit, where);
    return static_cast<unsigned>(value);
  }
  constexpr TmuConfig with(unsigned mask, unsigned bits) const {
    TmuConfig result;
    result.byte_ = static_cast<std::uint8_t>((byte_ & ~mask) | bits);
    return result;
  }
  constexpr TmuConfig with_op(unsigned op) const { return with(0x78, op << 3); }
  constexpr TmuConfig with_type(unsigned type) const { return with(0x07, type); }

  std::uint8_t byte_ = 0xff;
};

}  // namespace vc7
