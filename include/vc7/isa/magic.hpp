// SPDX-License-Identifier: MIT
//
// Write addresses that are not registers of the register file (v3d71 §6).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vc7::isa {

inline constexpr unsigned register_count = 64;

// One row per write address with a meaning: VC7_MAGIC(id, text, address, group, consumes_uniform,
// meaning).
#define VC7_MAGIC_LIST(X)                                                                       \
  X(quad, "quad", 5, broadcast, false, "rf0 := lane 0 of the quad")                             \
  X(null, "-", 6, discard, false, "discards the result")                                        \
  X(tlb, "tlb", 7, tlb, false, "tile buffer")                                                   \
  X(tlbu, "tlbu", 8, tlb, true, "tile buffer, configuration from the next uniform")             \
  X(unifa, "unifa", 9, unifa, false, "address of the second uniform stream")                    \
  X(tmul, "tmul", 10, tmu_texture, false, "legacy TMU register")                                \
  X(tmud, "tmud", 11, tmu_data, false, "TMU data")                                              \
  X(tmua, "tmua", 12, tmu_address, false, "TMU address, starts the access")                     \
  X(tmuau, "tmuau", 13, tmu_address, true, "TMU address, configuration from the next uniform")  \
  X(vpm, "vpm", 14, vpm, false, "VPM")                                                          \
  X(vpmu, "vpmu", 15, vpm, true, "VPM, configuration from the next uniform")                    \
  X(sync, "sync", 16, sync, false, "thread synchronisation")                                    \
  X(syncu, "syncu", 17, sync, true, "thread synchronisation with a uniform")                    \
  X(syncb, "syncb", 18, sync, false, "supergroup barrier")                                      \
  X(tmuc, "tmuc", 32, tmu_config, false, "TMU configuration of the following accesses")         \
  X(tmus, "tmus", 33, tmu_texture, false, "texture coordinate S, starts the access")            \
  X(tmut, "tmut", 34, tmu_texture, false, "texture coordinate T")                               \
  X(tmur, "tmur", 35, tmu_texture, false, "texture coordinate R")                               \
  X(tmui, "tmui", 36, tmu_texture, false, "texture array index")                                \
  X(tmub, "tmub", 37, tmu_texture, false, "LOD bias or explicit LOD")                           \
  X(tmudref, "tmudref", 38, tmu_data, false, "depth reference; operand of an atomic")           \
  X(tmuoff, "tmuoff", 39, tmu_data, false, "texel offsets; second operand of compare-exchange") \
  X(tmuscm, "tmuscm", 40, tmu_texture, false, "cube map S, starts the access")                  \
  X(tmusf, "tmusf", 41, tmu_texture, false, "texel fetch S, starts the access")                 \
  X(tmuslod, "tmuslod", 42, tmu_texture, false, "LOD query S, starts the access")               \
  X(tmuhs, "tmuhs", 43, tmu_texture, false, "S, h variant")                                     \
  X(tmuhscm, "tmuhscm", 44, tmu_texture, false, "cube map S, h variant")                        \
  X(tmuhsf, "tmuhsf", 45, tmu_texture, false, "texel fetch S, h variant")                       \
  X(tmuhslod, "tmuhslod", 46, tmu_texture, false, "LOD query S, h variant")                     \
  X(rep, "rep", 55, broadcast, false, "rf0 := lane 0")

enum class Magic : std::uint8_t {
#define VC7_X(id, text, address, ...) id = address,
  VC7_MAGIC_LIST(VC7_X)
#undef VC7_X
};

/// What kind of thing sits behind a write address.
enum class MagicGroup : std::uint8_t {
  reserved,
  broadcast,
  discard,
  tlb,
  unifa,
  tmu_texture,
  tmu_data,
  tmu_address,
  vpm,
  sync,
  tmu_config
};

struct MagicInfo {
  std::string_view name;
  MagicGroup group = MagicGroup::reserved;
  bool consumes_uniform = false;
  std::string_view meaning = "reserved on V3D 7.1";
};

/// All 64 write addresses. Reserved ones decode and print; r0-r4 and the SFU names are those of
/// V3D 4.x.
inline constexpr auto magic_table = [] {
  std::array<MagicInfo, 64> table{};
  constexpr std::string_view numbered[64] = {
      "r0",      "r1",      "r2",      "r3",      "r4",      "",        "",        "",
      "",        "",        "",        "",        "",        "",        "",        "",
      "",        "",        "",        "recip",   "rsqrt",   "exp",     "log",     "sin",
      "rsqrt2",  "magic25", "magic26", "magic27", "magic28", "magic29", "magic30", "magic31",
      "",        "",        "",        "",        "",        "",        "",        "",
      "",        "",        "",        "",        "",        "",        "",        "magic47",
      "magic48", "magic49", "magic50", "magic51", "magic52", "magic53", "magic54", "",
      "magic56", "magic57", "magic58", "magic59", "magic60", "magic61", "magic62", "magic63"};
  for (std::size_t i = 0; i < 64; ++i) table[i].name = numbered[i];
#define VC7_X(id, text, address, group, uniform, meaning) \
  table[address] = {text, MagicGroup::group, uniform, meaning};
  VC7_MAGIC_LIST(VC7_X)
#undef VC7_X
  return table;
}();
static_assert([] {
  for (const auto& row : magic_table)
    if (row.name.empty()) return false;
  return true;
}());

/// A write address: a register of the register file or a magic one. `address` is 0..63.
struct WriteAddress {
  std::uint8_t address = static_cast<std::uint8_t>(Magic::null);
  bool magic = true;
  friend constexpr bool operator==(const WriteAddress&, const WriteAddress&) = default;
  constexpr bool is(Magic m) const { return magic && address == static_cast<std::uint8_t>(m); }
};

constexpr WriteAddress write_address(Magic m) { return {static_cast<std::uint8_t>(m), true}; }

}  // namespace vc7::isa
