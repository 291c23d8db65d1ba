// SPDX-License-Identifier: MIT
//
// The uniform stream of a job: 32-bit words that the program reads in order (v3d71 §11). Every
// batch starts at the first word.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <source_location>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <vc7/device/buffer.hpp>

namespace vc7 {

/// An address in the GPU's memory, where a plain number would be taken for a value.
struct GpuAddress {
  std::uint32_t value = 0;
  friend constexpr bool operator==(GpuAddress, GpuAddress) = default;
};

namespace detail {
std::uint32_t uniform_word(std::int64_t value, std::size_t index,
                           const std::source_location& where);
std::uint32_t uniform_word(std::uint64_t value, std::size_t index,
                           const std::source_location& where);
}  // namespace detail

/// Uniforms in the order in which the program reads them:
///
///   Uniforms{n, 0.5f, input, output}            // an int, a float, two Buffers
///   Uniforms u; u.add(n).add(input, 16);        // a word, the address of input[16]
///
/// Integers of any type are checked to fit into 32 bits, signed or unsigned; Error if not. double
/// is not accepted: write 0.5f. A Buffer stands for its GPU address. The Buffers are not kept
/// alive until submit() is called.
class Uniforms {
 public:
  using Where = std::source_location;

  Uniforms() = default;
  template <class... Values>
    requires(sizeof...(Values) > 0 &&
             (!std::is_same_v<std::remove_cvref_t<Values>, Uniforms> && ...))
  explicit Uniforms(const Values&... values) {
    words_.reserve(sizeof...(values));
    (add(values), ...);
  }

  template <std::integral T>
  Uniforms& add(T value, Where where = Where::current()) {
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    return push(detail::uniform_word(static_cast<Wide>(value), words_.size(), where));
  }
  /// The bits of an IEEE single. Other floating-point types do not convert silently.
  template <std::same_as<float> T>
  Uniforms& add(T value, Where = Where::current()) {
    return push(std::bit_cast<std::uint32_t>(value));
  }
  Uniforms& add(GpuAddress address, Where = Where::current()) { return push(address.value); }
  template <class T>
  Uniforms& add(const Buffer<T>& buffer, Where = Where::current()) {
    return push(buffer.address());
  }
  /// The address of buffer[index], or of its end.
  template <class T>
  Uniforms& add(const Buffer<T>& buffer, std::size_t index, Where where = Where::current()) {
    return push(buffer.address(index, where));
  }
  /// Several words.
  Uniforms& add(std::span<const std::uint32_t> words, Where = Where::current()) {
    words_.insert(words_.end(), words.begin(), words.end());
    return *this;
  }

  std::span<const std::uint32_t> words() const { return words_; }
  std::size_t size() const { return words_.size(); }

 private:
  Uniforms& push(std::uint32_t word) {
    words_.push_back(word);
    return *this;
  }

  std::vector<std::uint32_t> words_;
};

/// How submit() takes the uniforms. Words are copied into GPU memory that lives as long as the job;
/// a Buffer or an address is used where it is and must not change while the job runs.
class UniformArgument {
 public:
  /// No uniforms: the address word is 0, and a program that reads one faults.
  UniformArgument() = default;
  UniformArgument(std::span<const std::uint32_t> words)  // NOLINT: implicit on purpose
      : words_{words}, given_{!words.empty()} {}
  UniformArgument(const std::vector<std::uint32_t>& words)  // NOLINT
      : UniformArgument{std::span{words}} {}
  UniformArgument(const Uniforms& uniforms) : UniformArgument{uniforms.words()} {}  // NOLINT
  template <class T>
    requires(sizeof(T) % 4 == 0)
  UniformArgument(const Buffer<T>& buffer)  // NOLINT
      : address_{buffer.address()}, block_{&buffer.block()}, given_{true} {}
  UniformArgument(GpuAddress address) : address_{address.value}, given_{true} {}  // NOLINT

  bool given() const { return given_; }
  /// Not empty: to be copied. Empty: see address().
  std::span<const std::uint32_t> words() const { return words_; }
  std::uint32_t address() const { return address_; }
  const detail::Block* block() const { return block_; }

 private:
  std::span<const std::uint32_t> words_;
  std::uint32_t address_ = 0;
  const detail::Block* block_ = nullptr;
  bool given_ = false;
};

}  // namespace vc7
