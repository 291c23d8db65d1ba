// SPDX-License-Identifier: MIT
//
// What a behaviour works with: the device, random inputs, and a place to put what differs.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>

#include <vc7/device/device.hpp>

namespace vc7::selftest {

inline constexpr std::size_t lane_count = 16;
using Word = std::uint32_t;
using Lanes = std::array<Word, lane_count>;

inline float as_float(Word word) { return std::bit_cast<float>(word); }
inline Word as_word(float value) { return std::bit_cast<Word>(value); }

/// The first thing that was not as expected.
struct Difference {
  std::string inputs, expected, found;
};

/// "0x3f800000"
std::string hex(Word word);
/// "0x3f800000 (1)": a word that may be a float.
std::string hex_and_float(Word word);

class Context {
 public:
  Context(Device& device, std::uint64_t seed) : device_{&device}, random_{seed} {}

  Device& device() { return *device_; }

  // ---- programs ----

  /// The one place where programs are loaded. Some of them break rules of Mesa's compiler on
  /// purpose, as py-videocore7's tests do (v3d71 §7.1): they passed on hardware.
  Code load(Program program, const Dispatch& dispatch = {}) {
    return device_->load(std::move(program), {.check = Check::compat,
                                              .four_way = dispatch.threading == Threading::four_way,
                                              .single_segment = dispatch.single_segment});
  }
  /// Loads, submits, waits.
  void run(Program program, const Dispatch& dispatch, const UniformArgument& uniforms = {}) {
    device_->run(load(std::move(program), dispatch), dispatch, uniforms);
  }
  void run(Program program, const UniformArgument& uniforms = {}) {
    run(std::move(program), Dispatch::batches(1), uniforms);
  }

  // ---- random inputs ----

  Word word() { return static_cast<Word>(random_() >> 16); }
  /// 0 .. n-1
  Word below(Word n) { return static_cast<Word>((random_() >> 16) % n); }
  bool coin() { return below(2) != 0; }
  double real(double low, double high) {
    return std::uniform_real_distribution<double>{low, high}(random_);
  }
  /// Any 32 bits, more often than not near a border: 0, powers of two, their neighbours.
  Word integer();
  /// A float in everyday use: 0, halves of integers, magnitudes from 2^-10 to 2^10.
  Word ordinary_float();
  /// Any bits, often special ones: zeros, denormals, infinities, NaN, neighbours of ties.
  Word any_float();
  /// The same as 16-bit floats.
  Word ordinary_half();
  Word any_half();
  template <class Generator>
  Lanes lanes(Generator generator) {
    Lanes result{};
    for (Word& word : result) word = generator();
    return result;
  }
  template <class T>
  void shuffle(std::span<T> list) {
    std::shuffle(list.begin(), list.end(), random_);
  }

  // ---- judgement ----

  /// Counts a case. `describe()` gives the inputs of the first one that differs.
  template <class Describe>
  bool check(bool agrees, const Describe& describe) {
    ++cases_;
    if (agrees) return true;
    ++differences_;
    if (!first_) first_ = describe();
    return false;
  }
  /// The same for two words; `describe()` gives the inputs as text.
  template <class Describe>
  bool same(Word expected, Word found, const Describe& describe) {
    return check(expected == found, [&] {
      return Difference{describe(), hex(expected), hex(found)};
    });
  }

  std::size_t cases() const { return cases_; }
  std::size_t differences() const { return differences_; }
  const std::optional<Difference>& first_difference() const { return first_; }

 private:
  Device* device_;
  std::mt19937_64 random_;
  std::size_t cases_ = 0, differences_ = 0;
  std::optional<Difference> first_;
};

}  // namespace vc7::selftest
