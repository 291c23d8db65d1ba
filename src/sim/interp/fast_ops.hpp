// SPDX-License-Identifier: MIT
//
// The operations that have vector code. All others go lane by lane: lane_functions.cpp.
#pragma once

// One line per operation with vector code: VC7_FAST_ADD(id, expression in a, b, st).
#define VC7_FAST_COMMON(X) \
  X(add, a + b)            \
  X(sub, a - b)            \
  X(mov, a)                \
  X(fmov, a)
#define VC7_FAST_ADD(X)                                               \
  VC7_FAST_COMMON(X)                                                  \
  X(fadd, with_canonical_nan((F)a + (F)b))                            \
  X(faddnf, with_canonical_nan((F)a + (F)b))                          \
  X(fsub, with_canonical_nan((F)a - (F)b))                            \
  X(fcmp, with_canonical_nan((F)a - (F)b))                            \
  X(fmin, minimum((F)a, (F)b))                                        \
  X(fmax, maximum((F)a, (F)b))                                        \
  X(min, select(((S)a < (S)b), a, b))                                 \
  X(max, select(((S)a > (S)b), a, b))                                 \
  X(umin, select((a < b), a, b))                                      \
  X(umax, select((a > b), a, b))                                      \
  X(shl, a << (b & 31))                                               \
  X(shr, a >> (b & 31))                                               \
  X(asr, (U)((S)a >> (S)(b & 31)))                                    \
  X(ror, (a >> (b & 31)) | (a << (-b & 31)))                          \
  X(band, a& b)                                                       \
  X(bor, a | b)                                                       \
  X(bxor, a ^ b)                                                      \
  X(bnot, ~a)                                                         \
  X(neg, -a)                                                          \
  X(vadd, ((a + b) & 0xffff) | ((a & 0xffff0000) + (b & 0xffff0000))) \
  X(vsub, ((a - b) & 0xffff) | ((a & 0xffff0000) - (b & 0xffff0000))) \
  X(vpack, (a & 0xffff) | (b << 16))                                  \
  X(itof, (U)to_float((S)a))                                          \
  X(utof, (U)to_float(a))                                             \
  X(rot, rotate(a, b[0]))                                             \
  X(shuffle, permute(a, b & 15))                                      \
  X(rotq, permute(a, (get(st, slot_lane) & 12) | ((get(st, slot_lane) + broadcast_quads(b)) & 3)))
#define VC7_FAST_MUL(X)                                     \
  VC7_FAST_COMMON(X)                                        \
  X(fmul, with_canonical_nan((F)a*(F)b))                    \
  X(umul24, product24(st, (a & 0xffffff) * (b & 0xffffff))) \
  X(smul24, (U)((S)(a << 8) >> 8) * (U)((S)(b << 8) >> 8))
