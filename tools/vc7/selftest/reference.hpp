// SPDX-License-Identifier: MIT
//
// What results should be, calculated on the host with plain arithmetic. Written for this purpose
// alone: it shares nothing with the device model.
#pragma once

#include <optional>

#include <vc7/isa/modifier.hpp>
#include <vc7/isa/op.hpp>

#include "context.hpp"

namespace vc7::selftest {

// ---- numbers ----

/// A 16-bit float (bits 15:0) as a number.
double half_value(Word half);
/// The nearest 16-bit float, ties to even.
Word half_from(double value);
/// The nearest 32-bit float of an exact (or far more precise) value.
inline Word single_from(double value) { return as_word(static_cast<float>(value)); }
inline double single_value(Word word) { return static_cast<double>(as_float(word)); }
bool is_nan(Word word);
bool is_half_nan(Word half);

// ---- operations (v3d71 §9) ----

/// Sources after their unpack; nothing for operations that read state, see their own behaviours.
std::optional<Lanes> expected(isa::AddOp op, const Lanes& a, const Lanes& b);
std::optional<Lanes> expected(isa::MulOp op, const Lanes& a, const Lanes& b);

/// v3d71 §2.1.
Word unpacked(isa::Unpack unpack, Word word);
Word packed(isa::Pack pack, Word old, Word result);

// ---- comparing ----

/// How a result is read.
enum class Format { bits, f32, low_half, high_half, halves };
/// Exactly equal (any NaN equals any NaN).
bool equal(Format format, Word expected, Word found);
/// As py-videocore7's tests compare: within a hundredth, and of packed results only the half that
/// was written.
bool close(Format format, Word expected, Word found);

}  // namespace vc7::selftest
