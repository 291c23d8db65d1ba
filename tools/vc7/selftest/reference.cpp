// SPDX-License-Identifier: MIT
#include "reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vc7::selftest {
namespace {

using isa::AddOp;
using isa::MulOp;
using std::int32_t;
using std::int64_t;
using std::uint64_t;

int32_t sgn(Word word) { return static_cast<int32_t>(word); }
Word low(Word word) { return word & 0xffff; }
Word high(Word word) { return word >> 16; }
Word pair(Word lo, Word hi) { return (hi & 0xffff) << 16 | (lo & 0xffff); }

/// An unsigned float of 5 exponent bits and `bits` mantissa bits, nearest even.
Word small_float(double value, int bits) {
  const int exponent = value == 0 ? -14 : std::max(std::ilogb(value), -14);
  const auto units = static_cast<Word>(std::nearbyint(std::ldexp(value, bits - exponent)));
  const Word one = Word{1} << bits;  // the hidden bit; without it the exponent field is 0
  return units < one ? units : (static_cast<Word>(exponent + 15) << bits) + (units - one);
}

Word pick(Word a, Word b, bool smaller) {  // fmin and fmax
  if (is_nan(a)) return b;
  if (is_nan(b)) return a;
  const double x = single_value(a), y = single_value(b);
  if (x == y) return (std::signbit(x) == smaller) ? a : b;  // matters for zeros
  return (x < y) == smaller ? a : b;
}

Word pick_half(Word a, Word b, bool smaller) {
  if (is_half_nan(a)) return b;
  if (is_half_nan(b)) return a;
  const double x = half_value(a), y = half_value(b);
  if (x == y) return (std::signbit(x) == smaller) ? a : b;
  return (x < y) == smaller ? a : b;
}

template <class F>
Word each_half(Word a, Word b, F f) {
  return pair(f(low(a), low(b)), f(high(a), high(b)));
}

Word to_signed(double value) {
  if (std::isnan(value)) return 0;
  return static_cast<Word>(static_cast<int64_t>(std::clamp(value, -0x1p31, 0x1p31 - 1)));
}
Word to_unsigned(double value) {
  if (std::isnan(value)) return 0;
  return static_cast<Word>(static_cast<int64_t>(std::clamp(value, 0.0, 0x1p32 - 1)));
}

/// Clamped to [lowest, 1] and scaled to an integer, nearest even.
Word normalised(double value, double lowest, double scale) {
  if (std::isnan(value)) return 0;
  return static_cast<Word>(
      static_cast<int32_t>(std::nearbyint(std::clamp(value, lowest, 1.0) * scale)));
}

Word v11(Word half) {
  if (is_half_nan(half)) return 0x7e0;
  const double value = half_value(half);
  if (std::signbit(value)) return 0;
  return std::isinf(value) ? 31U << 6 : small_float(value, 6);
}
Word v10_of_11(Word half) {
  if (is_half_nan(half)) return 0x3f0;
  const double value = half_value(half);
  if (std::signbit(value)) return 0;
  return std::isinf(value) ? 31U << 5 : small_float(value, 5);
}

Word snorm_half(Word byte) {
  return half_from(std::max(-1.0, static_cast<std::int8_t>(byte & 0xff) / 127.0));
}
Word unorm_half(Word byte) { return half_from((byte & 0xff) / 255.0); }

/// Sum of the products of unsigned bytes.
Word dot(Word a, Word b) {
  Word sum = 0;
  for (int shift = 0; shift < 32; shift += 8) sum += (a >> shift & 0xff) * (b >> shift & 0xff);
  return sum;
}

std::optional<Word> one(AddOp op, Word a, Word b) {
  const double x = single_value(a), y = single_value(b);
  switch (op) {
    case AddOp::fadd:
    case AddOp::faddnf: return single_from(x + y);
    case AddOp::fsub:
    case AddOp::fcmp: return single_from(x - y);
    case AddOp::fmin: return pick(a, b, true);
    case AddOp::fmax: return pick(a, b, false);
    case AddOp::vfpack: return pair(half_from(x), half_from(y));
    case AddOp::vfadd:
      return each_half(a, b,
                       [](Word p, Word q) { return half_from(half_value(p) + half_value(q)); });
    case AddOp::vfsub:
    case AddOp::vfcmp:
      return each_half(a, b,
                       [](Word p, Word q) { return half_from(half_value(p) - half_value(q)); });
    case AddOp::vfmin: return each_half(a, b, [](Word p, Word q) { return pick_half(p, q, true); });
    case AddOp::vfmax:
      return each_half(a, b, [](Word p, Word q) { return pick_half(p, q, false); });
    case AddOp::add: return a + b;
    case AddOp::sub: return a - b;
    case AddOp::min: return static_cast<Word>(std::min(sgn(a), sgn(b)));
    case AddOp::max: return static_cast<Word>(std::max(sgn(a), sgn(b)));
    case AddOp::umin: return std::min(a, b);
    case AddOp::umax: return std::max(a, b);
    case AddOp::shl: return static_cast<Word>(uint64_t{a} << (b % 32));
    case AddOp::shr: return static_cast<Word>(uint64_t{a} >> (b % 32));
    case AddOp::asr: return static_cast<Word>(int64_t{sgn(a)} >> (b % 32));
    case AddOp::ror: return static_cast<Word>((uint64_t{a} << 32 | a) >> (b % 32));
    case AddOp::band: return a & b;
    case AddOp::bor: return a | b;
    case AddOp::bxor: return a ^ b;
    case AddOp::vadd: return each_half(a, b, [](Word p, Word q) { return p + q; });
    case AddOp::vsub: return each_half(a, b, [](Word p, Word q) { return p - q; });
    case AddOp::bnot: return ~a;
    case AddOp::neg: return ~a + 1;
    case AddOp::clz: {
      Word zeros = 0;
      while (zeros < 32 && (a >> (31 - zeros) & 1) == 0) ++zeros;
      return zeros;
    }
    case AddOp::mov:
    case AddOp::fmov:
    case AddOp::vfmov: return a;
    case AddOp::vfabs: return a & 0x7fff7fff;
    case AddOp::vfneg: return a ^ 0x80008000;
    case AddOp::vfnab: return a | 0x80008000;
    case AddOp::recip: return single_from(1 / x);
    case AddOp::rsqrt:
    case AddOp::rsqrt2: return single_from(1 / std::sqrt(x));
    case AddOp::exp: return single_from(std::exp2(x));
    case AddOp::log: return single_from(std::log2(x));
    case AddOp::sin: return single_from(std::sin(3.14159265358979323846 * std::clamp(x, -.5, .5)));
    case AddOp::fround: return single_from(std::nearbyint(x));
    case AddOp::ftrunc: return single_from(std::trunc(x));
    case AddOp::ffloor: return single_from(std::floor(x));
    case AddOp::fceil: return single_from(std::ceil(x));
    case AddOp::ftoin: return to_signed(std::nearbyint(x));
    case AddOp::ftoiz: return to_signed(std::trunc(x));
    case AddOp::ftouz: return to_unsigned(std::trunc(x));
    case AddOp::itof: return single_from(sgn(a));
    case AddOp::utof: return single_from(a);
    case AddOp::vpack: return pair(a, b);
    case AddOp::v8pack:
      return (a & 0xff) | (a >> 16 & 0xff) << 8 | (b & 0xff) << 16 | (b >> 16 & 0xff) << 24;
    case AddOp::v10pack:
      return (a & 0x3ff) | (a >> 16 & 0x3ff) << 10 | (b & 0x3ff) << 20 | (b >> 16 & 3) << 30;
    case AddOp::v11fpack: return v11(low(a)) | v11(high(a)) << 11 | v10_of_11(low(b)) << 22;
    default: return std::nullopt;
  }
}

std::optional<Word> one(MulOp op, Word a, Word b) {
  switch (op) {
    case MulOp::add: return a + b;
    case MulOp::sub: return a - b;
    case MulOp::umul24: return static_cast<Word>(uint64_t{a % (1U << 24)} * (b % (1U << 24)));
    case MulOp::vfmul:
      return each_half(a, b,
                       [](Word p, Word q) { return half_from(half_value(p) * half_value(q)); });
    case MulOp::smul24: {
      const auto extend = [](Word w) {
        return int64_t{sgn(w % (1U << 24))} - (w >> 23 & 1 ? 1 << 24 : 0);
      };
      return static_cast<Word>(extend(a) * extend(b));
    }
    case MulOp::v8dot: return dot(a, b);  // the mode at the start is unsigned
    case MulOp::fmov:
    case MulOp::mov: return a;
    case MulOp::fmul: return single_from(single_value(a) * single_value(b));
    case MulOp::ftounorm16: return normalised(single_value(a), 0, 65535);
    case MulOp::ftosnorm16: return low(normalised(single_value(a), -1, 32767));
    case MulOp::vftounorm8:
      return pair(normalised(half_value(low(a)), 0, 255), normalised(half_value(high(a)), 0, 255));
    case MulOp::vftosnorm8:
      return pair(normalised(half_value(low(a)), -1, 127),
                  normalised(half_value(high(a)), -1, 127));
    case MulOp::vftounorm10lo:
      return pair(normalised(half_value(low(a)), 0, 1023),
                  normalised(half_value(high(a)), 0, 1023));
    case MulOp::vftounorm10hi:
      return pair(normalised(half_value(low(a)), 0, 1023), normalised(half_value(high(a)), 0, 3));
    case MulOp::funpackunormlo: return pair(unorm_half(a), unorm_half(a >> 8));
    case MulOp::funpackunormhi: return pair(unorm_half(a >> 16), unorm_half(a >> 24));
    case MulOp::funpacksnormlo: return pair(snorm_half(a), snorm_half(a >> 8));
    case MulOp::funpacksnormhi: return pair(snorm_half(a >> 16), snorm_half(a >> 24));
    default: return std::nullopt;
  }
}

template <class Op>
std::optional<Lanes> lane_by_lane(Op op, const Lanes& a, const Lanes& b) {
  Lanes result{};
  for (std::size_t i = 0; i < lane_count; ++i) {
    const auto word = one(op, a[i], b[i]);
    if (!word) return std::nullopt;
    result[i] = *word;
  }
  return result;
}

bool close_numbers(double expected, double found) {
  if (std::isnan(expected)) return std::isnan(found);
  if (std::isinf(expected)) return expected == found;
  return std::abs(expected - found) <= 1e-2 * std::abs(expected) + 1e-5;
}

bool equal_half(Word expected, Word found) {
  return expected == found || (is_half_nan(expected) && is_half_nan(found));
}

}  // namespace

bool is_nan(Word word) { return (word & 0x7fffffff) > 0x7f800000; }
bool is_half_nan(Word half) { return (half & 0x7fff) > 0x7c00; }

double half_value(Word half) {
  const int exponent = static_cast<int>(half >> 10 & 31);
  const int mantissa = static_cast<int>(half & 0x3ff);
  double value = 0;
  if (exponent == 31)
    value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  else if (exponent == 0)
    value = std::ldexp(mantissa, -24);
  else
    value = std::ldexp(mantissa + 1024, exponent - 25);
  return (half >> 15 & 1) != 0 ? -value : value;
}

Word half_from(double value) {
  if (std::isnan(value)) return 0x7e00;
  const Word sign = std::signbit(value) ? 0x8000 : 0;
  const double magnitude = std::abs(value);
  // 65520 is half way between the largest half and the next power of two.
  return sign | (magnitude >= 65520 ? 0x7c00 : small_float(magnitude, 10));
}

std::optional<Lanes> expected(AddOp op, const Lanes& a, const Lanes& b) {
  Lanes r{};
  for (std::size_t i = 0; i < lane_count; ++i) {
    const std::size_t quad = i / 4 * 4;
    switch (op) {
      case AddOp::eidx: r[i] = static_cast<Word>(i); break;
      case AddOp::rot: r[i] = a[(i + b[0]) % 16]; break;
      case AddOp::rotq: r[i] = a[quad + (i + b[quad]) % 4]; break;
      case AddOp::shuffle: r[i] = a[b[i] % 16]; break;
      case AddOp::fdx:
        r[i] = single_from(single_value(a[i / 2 * 2 + 1]) - single_value(a[i / 2 * 2]));
        break;
      case AddOp::fdy:
        r[i] = single_from(single_value(a[quad + i % 2 + 2]) - single_value(a[quad + i % 2]));
        break;
      default: return lane_by_lane(op, a, b);
    }
  }
  return r;
}

std::optional<Lanes> expected(MulOp op, const Lanes& a, const Lanes& b) {
  return lane_by_lane(op, a, b);
}

Word unpacked(isa::Unpack unpack, Word word) {
  const auto clamped = [&](double lowest, double highest) {
    const double value = single_value(word);
    if (std::isnan(value)) return Word{0};
    return single_from(value <= lowest ? lowest : std::min(value, highest));
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (unpack) {
    case isa::Unpack::none: return word;
    case isa::Unpack::abs: return word & 0x7fffffff;
    case isa::Unpack::l: return single_from(half_value(low(word)));
    case isa::Unpack::h: return single_from(half_value(high(word)));
    case isa::Unpack::sat: return clamped(0, 1);
    case isa::Unpack::nsat: return clamped(-1, 1);
    case isa::Unpack::max0: return clamped(0, infinity);
    case isa::Unpack::ff: return pair(half_from(single_value(word)), half_from(single_value(word)));
    case isa::Unpack::ll: return pair(word, word);
    case isa::Unpack::hh: return pair(high(word), high(word));
    case isa::Unpack::swp: return pair(high(word), word);
    case isa::Unpack::ul: return low(word);
    case isa::Unpack::uh: return high(word);
    case isa::Unpack::il: return static_cast<Word>(static_cast<std::int16_t>(low(word)));
    case isa::Unpack::ih: return static_cast<Word>(static_cast<std::int16_t>(high(word)));
  }
  return word;
}

Word packed(isa::Pack pack, Word old, Word result) {
  if (pack == isa::Pack::l) return pair(half_from(single_value(result)), high(old));
  if (pack == isa::Pack::h) return pair(old, half_from(single_value(result)));
  return result;
}

bool equal(Format format, Word expected, Word found) {
  switch (format) {
    case Format::bits: return expected == found;
    case Format::f32: return expected == found || (is_nan(expected) && is_nan(found));
    default:
      // A half that is no float never differs from itself, so both halves can be read as floats.
      return equal_half(low(expected), low(found)) && equal_half(high(expected), high(found));
  }
}

bool close(Format format, Word expected, Word found) {
  const auto halves = [&](Word e, Word f) { return close_numbers(half_value(e), half_value(f)); };
  switch (format) {
    case Format::bits: return expected == found;
    case Format::f32: return close_numbers(single_value(expected), single_value(found));
    case Format::low_half: return halves(low(expected), low(found));
    case Format::high_half: return halves(high(expected), high(found));
    case Format::halves:
      return halves(low(expected), low(found)) && halves(high(expected), high(found));
  }
  return false;
}

}  // namespace vc7::selftest
