// SPDX-License-Identifier: MIT
//
// The uniform stream of a job: 32-bit words that the program reads in order (v3d71 §11). Every
// batch starts at the first word.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <source_location>
#include <span>
#include <type_traits>
#include <vector>

#include <vc7/device/buffer.hpp>

namespace vc7 {

/// An address in the GPU's memory, where a plain number would be taken for a value.
struct GpuAddress {
  std::uint32_t value = 0;
  friend constexpr bool operator==(GpuAddress, GpuAddress) = default;
};

namespace detail {
std::uint32_t uniform_word(std::int64_t value, const std::source_location& where);
std::uint32_t uniform_word(std::uint64_t value, const std::source_location& where);
}  // namespace detail

/// One word of a uniform stream, made from what stands for it. Takes note of the place of the call.
class UniformWord {
 public:
  using Where = std::source_location;

  /// Integers of any type are checked to fit into 32 bits, signed or unsigned. Throws Error.
  template <std::integral T>
  UniformWord(T value, Where where = Where::current())  // NOLINT: implicit on purpose, as all here
      : bits_{detail::uniform_word(
            static_cast<std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>(
                value),
            where)} {}
  /// The bits of an IEEE single. double is not accepted: write 0.5f.
  template <std::same_as<float> T>
  UniformWord(T value) : bits_{std::bit_cast<std::uint32_t>(value)} {}  // NOLINT
  UniformWord(GpuAddress address) : bits_{address.value} {}             // NOLINT
  template <class T>
  UniformWord(const Buffer<T>& buffer) : bits_{buffer.address()} {}  // NOLINT

  std::uint32_t bits() const { return bits_; }

 private:
  std::uint32_t bits_;
};

/// Uniforms in the order in which the program reads them:
///
///   Uniforms{n, 0.5f, input, output}            // an int, a float, two Buffers
///   Uniforms u; u.add(n).add(input, 16);        // a word, the address of input[16]
///
/// A Buffer stands for its GPU address; it is not kept alive until submit() is called.
class Uniforms {
 public:
  using Where = std::source_location;

  Uniforms() = default;
  explicit Uniforms(std::initializer_list<UniformWord> words) {
    words_.reserve(words.size());
    for (const auto& word : words) add(word);
  }

  Uniforms& add(UniformWord word) {
    words_.push_back(word.bits());
    return *this;
  }
  /// The address of buffer[index], or of its end. Throws Error beyond that.
  template <class T>
  Uniforms& add(const Buffer<T>& buffer, std::size_t index, Where where = Where::current()) {
    return add(GpuAddress{buffer.address(index, where)});
  }
  /// Several words.
  Uniforms& add(std::span<const std::uint32_t> words) {
    words_.insert(words_.end(), words.begin(), words.end());
    return *this;
  }

  std::span<const std::uint32_t> words() const { return words_; }
  std::size_t size() const { return words_.size(); }

 private:
  std::vector<std::uint32_t> words_;
};

/// Elements that are made of whole uniforms.
template <class T>
concept UniformElement = sizeof(T) % sizeof(std::uint32_t) == 0;

/// How submit() takes the uniforms. Words are copied into GPU memory that lives as long as the job;
/// a Buffer or an address is used where it is and must not change while the job runs. Refers to
/// what it was made from: meant as an argument, not to be kept.
class UniformArgument {
 public:
  /// No uniforms: the address word is 0, and a program that reads one faults.
  UniformArgument() = default;
  UniformArgument(std::span<const std::uint32_t> words)  // NOLINT: implicit on purpose
      : words_{words} {}
  UniformArgument(const std::vector<std::uint32_t>& words)  // NOLINT
      : UniformArgument{std::span{words}} {}
  UniformArgument(const Uniforms& uniforms) : UniformArgument{uniforms.words()} {}  // NOLINT
  template <UniformElement T>
  UniformArgument(const Buffer<T>& buffer)  // NOLINT
      : address_{buffer.address()}, block_{&buffer.block()} {}
  UniformArgument(GpuAddress address) : address_{address.value} {}  // NOLINT

  /// Not empty: to be copied. Empty: see address().
  std::span<const std::uint32_t> words() const { return words_; }
  std::uint32_t address() const { return address_; }
  const detail::Block* block() const { return block_; }

 private:
  std::span<const std::uint32_t> words_;
  std::uint32_t address_ = 0;
  const detail::Block* block_ = nullptr;
};

}  // namespace vc7
