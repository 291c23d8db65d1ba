// SPDX-License-Identifier: MIT
//
// 16 lanes as a host vector: one, two or four native vectors, depending on the instruction set for
// which the including file is compiled. The compiler's own 64-byte vectors will not do: where the
// host has shorter ones, GCC 12 compares them lane by lane.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#include "state.hpp"

namespace vc7::sim::interp {
namespace {

#define VC7_INLINE __attribute__((always_inline)) inline

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#define VC7_AVX512 1
constexpr unsigned native_bytes = 64;
#elif defined(__AVX2__)
constexpr unsigned native_bytes = 32;
#else
constexpr unsigned native_bytes = 16;
#endif
constexpr unsigned parts = 64 / native_bytes;
constexpr unsigned part_lanes = native_bytes / 4;

typedef std::uint32_t U4 __attribute__((vector_size(16)));

template <class T>
struct Vec {
  typedef T Part __attribute__((vector_size(native_bytes)));
  Part part[parts];

  Vec() = default;
  VC7_INLINE Vec(T x) {
    for (Part& p : part) p = Part{} + x;
  }
  template <class X>
  VC7_INLINE explicit Vec(const Vec<X>& other) {
    for (unsigned i = 0; i < parts; ++i) part[i] = (Part)other.part[i];
  }
  VC7_INLINE T operator[](unsigned lane) const {
    return part[lane / part_lanes][lane % part_lanes];
  }
};
using U = Vec<std::uint32_t>;
using S = Vec<std::int32_t>;
using F = Vec<float>;

template <class T, class Function>
VC7_INLINE Vec<T> by_part(Function function) {
  Vec<T> r;
  for (unsigned i = 0; i < parts; ++i) r.part[i] = function(i);
  return r;
}

#define VC7_X(op)                                                                            \
  template <class T>                                                                         \
  VC7_INLINE Vec<T> operator op(const Vec<T>& a, const Vec<T>& b) {                          \
    return by_part<T>([&](unsigned i) VC7_INLINE_LAMBDA { return a.part[i] op b.part[i]; }); \
  }                                                                                          \
  VC7_INLINE U operator op(const U& a, std::uint32_t b) { return a op U(b); }
#define VC7_INLINE_LAMBDA __attribute__((always_inline))
// clang-format off
VC7_X(+)
VC7_X(-)
VC7_X(*) VC7_X(&) VC7_X(|) VC7_X(<<) VC7_X(>>)
// clang-format on
#undef VC7_X
    VC7_INLINE U
    operator^(const U& a, const U& b) {
  return by_part<std::uint32_t>([&](unsigned i)
                                    VC7_INLINE_LAMBDA { return a.part[i] ^ b.part[i]; });
}
VC7_INLINE S operator<<(const S& a, int b) { return a << S(b); }
VC7_INLINE S operator>>(const S& a, int b) { return a >> S(b); }
VC7_INLINE U operator~(const U& a) { return a ^ U(0xffffffff); }
VC7_INLINE U operator-(const U& a) { return U(0u) - a; }

/// Comparisons: all bits of a lane set or none.
#define VC7_X(op)                                                                         \
  template <class T>                                                                      \
  VC7_INLINE U operator op(const Vec<T>& a, const Vec<T>& b) {                            \
    return by_part<std::uint32_t>(                                                        \
        [&](unsigned i) VC7_INLINE_LAMBDA { return (U::Part)(a.part[i] op b.part[i]); }); \
  }                                                                                       \
  VC7_INLINE U operator op(const U& a, std::uint32_t b) { return a op U(b); }
// clang-format off
VC7_X(==)
VC7_X(!=)
VC7_X(<) VC7_X(<=) VC7_X(>)
// clang-format on
#undef VC7_X

    VC7_INLINE F to_float(const S& a) {
  return by_part<float>(
      [&](unsigned i) VC7_INLINE_LAMBDA { return __builtin_convertvector(a.part[i], F::Part); });
}
VC7_INLINE F to_float(const U& a) {
  return by_part<float>(
      [&](unsigned i) VC7_INLINE_LAMBDA { return __builtin_convertvector(a.part[i], F::Part); });
}

// Native loads and stores: GCC copies a whole Vec by memcpy in smaller pieces, over the stack.
typedef std::uint32_t MemoryPart __attribute__((vector_size(native_bytes), may_alias, aligned(4)));
VC7_INLINE U load(const std::uint32_t* words) {
  return by_part<std::uint32_t>([&](unsigned i) VC7_INLINE_LAMBDA {
    return (U::Part) reinterpret_cast<const MemoryPart*>(words)[i];
  });
}
VC7_INLINE void store(std::uint32_t* words, const U& x) {
  for (unsigned i = 0; i < parts; ++i)
    reinterpret_cast<MemoryPart*>(words)[i] = (MemoryPart)x.part[i];
}
VC7_INLINE U get(const State& st, unsigned slot) { return load(st.slot[slot].lane); }
VC7_INLINE void put(State& st, unsigned slot, const U& x) { store(st.slot[slot].lane, x); }

alignas(64) constexpr std::uint32_t lane_numbers[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                        8, 9, 10, 11, 12, 13, 14, 15};
alignas(64) constexpr std::uint32_t lane_bits[16] = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};

VC7_INLINE U select(const U& mask, const U& a, const U& b) { return (a & mask) | (b & ~mask); }

#ifdef VC7_AVX512

VC7_INLINE std::uint32_t lane_mask(const U& m) { return _mm512_movepi32_mask((__m512i)m.part[0]); }
VC7_INLINE U select(std::uint32_t mask, const U& a, const U& b) {
  U r;
  r.part[0] =
      (U::Part)_mm512_mask_blend_epi32((__mmask16)mask, (__m512i)b.part[0], (__m512i)a.part[0]);
  return r;
}
VC7_INLINE std::uint32_t nan_lanes(const F& x) {
  return _mm512_cmp_ps_mask((__m512)x.part[0], (__m512)x.part[0], _CMP_UNORD_Q);
}
VC7_INLINE U permute(const U& a, const U& index) {
  U r;
  r.part[0] = (U::Part)_mm512_permutexvar_epi32((__m512i)index.part[0], (__m512i)a.part[0]);
  return r;
}

#else

VC7_INLINE std::uint32_t lane_mask(const U& m) {
#if defined(__x86_64__)
  std::uint32_t bits = 0;
  for (unsigned i = 0; i < parts; ++i) {
#if defined(__AVX2__)
    const int part = _mm256_movemask_ps((__m256)m.part[i]);
#else
    const int part = _mm_movemask_ps((__m128)m.part[i]);
#endif
    bits |= static_cast<std::uint32_t>(part) << part_lanes * i;
  }
  return bits;
#elif defined(__ARM_NEON)
  const U chosen = m & load(lane_bits);
  return vaddvq_u32(
      (uint32x4_t)((chosen.part[0] | chosen.part[1]) | (chosen.part[2] | chosen.part[3])));
#else
  std::uint32_t bits = 0;
  for (unsigned i = 0; i < 16; ++i) bits |= (m[i] >> 31) << i;
  return bits;
#endif
}
VC7_INLINE U select(std::uint32_t mask, const U& a, const U& b) {
  return select((U(mask) & load(lane_bits)) != 0, a, b);
}
VC7_INLINE std::uint32_t nan_lanes(const F& x) { return lane_mask(x != x); }
VC7_INLINE U permute(const U& a, const U& index) {
#if defined(__AVX2__)
  U r;
  for (unsigned i = 0; i < 2; ++i) {
    const __m256i n = (__m256i)index.part[i];
    const __m256 low = (__m256)_mm256_permutevar8x32_epi32((__m256i)a.part[0], n);
    const __m256 high = (__m256)_mm256_permutevar8x32_epi32((__m256i)a.part[1], n);
    r.part[i] =
        (U::Part)_mm256_blendv_ps(low, high, (__m256)_mm256_slli_epi32(n, 28));  // bit 3 chooses
  }
  return r;
#else
  std::uint32_t from[16], by[16], to[16];
  store(from, a);
  store(by, index);
  for (unsigned i = 0; i < 16; ++i) to[i] = from[by[i] & 15];
  return load(to);
#endif
}

#endif

/// Lane i = lane (i + amount) mod 16.
VC7_INLINE U rotate(const U& a, std::uint32_t amount) {
#if defined(__AVX2__)
  return permute(a, (load(lane_numbers) + amount) & 15);
#else
  alignas(64) std::uint32_t twice[32];
  store(twice, a);
  store(twice + 16, a);
  return load(twice + (amount & 15));
#endif
}

/// Lane 0 of each quad in the whole quad.
VC7_INLINE U broadcast_quads(const U& a) {
  U r;
  for (unsigned i = 0; i < parts; ++i) {
    const auto p = a.part[i];
#if defined(VC7_AVX512)
    r.part[i] = __builtin_shufflevector(p, p, 0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12);
#elif defined(__AVX2__)
    r.part[i] = __builtin_shufflevector(p, p, 0, 0, 0, 0, 4, 4, 4, 4);
#else
    r.part[i] = __builtin_shufflevector(p, p, 0, 0, 0, 0);
#endif
  }
  return r;
}

/// Goes on with the next micro-operation of the block. A tail call, which costs less than going
/// back to the loop in InterpreterBatch::execute; only for handlers short enough that the compiler
/// makes it a jump, and not where it makes none.
VC7_INLINE const MicroOp* next([[maybe_unused]] State& st, const MicroOp* op) {
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  return op[1].run(st, op + 1);
#else
  return op + 1;
#endif
}

}  // namespace
}  // namespace vc7::sim::interp
