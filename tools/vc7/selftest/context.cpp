// SPDX-License-Identifier: MIT
#include "context.hpp"

#include <cmath>

#include <fmt/format.h>

#include "behaviour.hpp"
#include "reference.hpp"

namespace vc7::selftest {

std::string hex(Word word) { return fmt::format("{:#010x}", word); }

std::string hex_and_float(Word word) {
  return fmt::format("{:#010x} ({:.9g})", word, as_float(word));
}

Word Context::integer() {
  const Word power = Word{1} << below(32);
  switch (below(8)) {
    case 0: return below(64);
    case 1: return 0 - below(64);
    case 2: return power;
    case 3: return power - 1;
    case 4: return ~power;
    case 5: return word() >> below(32);
    default: return word();
  }
}

Word Context::ordinary_float() {
  const auto sign = coin() ? 1.0 : -1.0;
  switch (below(6)) {
    case 0: return as_word(static_cast<float>(sign * below(32)));
    case 1: return as_word(static_cast<float>(sign * (below(64) + 0.5)));
    case 2: return as_word(static_cast<float>(sign * real(0, 1)));
    default:
      return as_word(
          static_cast<float>(sign * std::ldexp(real(1, 2), static_cast<int>(below(20)) - 10)));
  }
}

Word Context::any_float() {
  static constexpr Word special[] = {0,          1,          0x007fffff, 0x00800000, 0x33800000,
                                     0x38800000, 0x387fc000, 0x3f000000, 0x3f800000, 0x3f800001,
                                     0x4b000000, 0x4affffff, 0x477fe000, 0x477fefff, 0x477ff000,
                                     0x4f000000, 0x4effffff, 0x4f800000, 0x7f7fffff, 0x7f800000,
                                     0x7f800001, 0x7fc00000, 0x3fc00000, 0x40200000};
  const Word sign = coin() ? 0x80000000 : 0;
  switch (below(8)) {
    case 0:
    case 1: return special[below(std::size(special))] | sign;
    case 2: return ordinary_float();
    case 3: return (word() & 0x007fffff) | sign;                                // denormal
    case 4: return ((word() & 0x007fffff) + ((102 + below(42)) << 23)) | sign;  // near halves
    case 5: return as_word(static_cast<float>(below(1 << 12)) * 0.5F) | sign;   // ties
    default: return word();
  }
}

Word Context::ordinary_half() { return half_from(as_float(ordinary_float()) / 16); }

Word Context::any_half() {
  static constexpr Word special[] = {0,      1,      0x03ff, 0x0400, 0x3c00, 0x3c01,
                                     0x7bff, 0x7c00, 0x7c01, 0x7e00, 0x7fff, 0x3800};
  switch (below(4)) {
    case 0: return special[below(std::size(special))] | (coin() ? 0x8000 : 0);
    case 1: return ordinary_half();
    default: return word() & 0xffff;
  }
}

Behaviours all_behaviours() {
  Behaviours all;
  for (const auto add :
       {add_assembler, add_alu, add_lanes, add_instructions, add_flags, add_branches, add_uniforms,
        add_tmu, add_atomics, add_threads, add_workgroups, add_programs})
    add(all);
  return all;
}

}  // namespace vc7::selftest
