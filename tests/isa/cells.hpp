// SPDX-License-Identifier: MIT
//
// A second source for which opcodes and sub-opcodes exist and what they mean: the tables of v3d71
// §2.2 and §2.4 typed again, as ranges, without a look at ops.def. The tests compare both, cell by
// cell and as text.
#pragma once

#include <string>
#include <vector>

namespace vc7::isa::testing {

/// Which bits of opcode and sub-opcode are modifier codes (v3d71 §2.3).
enum class Codes {
  none,
  float2_pack,        ///< opcode - first = pack << 4 | unpack a << 2 | unpack b
  float2,             ///< opcode - first = unpack a << 2 | unpack b
  vfpack,             ///< opcode - 48 = unpack a << 2 | unpack b
  half,               ///< opcode - first = f16 unpack of a
  sub_pack,           ///< sub-opcode bits 1:0 = pack
  sub_float,          ///< sub-opcode bits 3:2 = f32 unpack, 1:0 = pack
  sub_float_integer,  ///< sub-opcode bits 3:2 = f32 unpack
  sub_wide,           ///< sub-opcode bits 4:2 = f32 unpack, 1:0 = pack
  sub_int,            ///< sub-opcode bits 4:2 = int32 unpack
};

struct CellRow {
  const char* mnemonic;        ///< "a/b": the order of the operands decides
  unsigned first, last;        ///< opcodes
  std::vector<unsigned> subs;  ///< sub-opcodes; empty: the field is a source
  int magic;                   ///< value that the magic bit must have, -1 any
  unsigned sources;
  bool destination;
  Codes codes = Codes::none;
};

inline std::vector<CellRow> add_cells() {
  using enum Codes;
  const auto unary = [](const char* name, unsigned opcode, unsigned sub) {
    return CellRow{name, opcode, opcode, {sub}, -1, 1, true};
  };
  const auto nullary = [](const char* name, unsigned sub, bool destination = true) {
    return CellRow{name, 187, 187, {sub}, -1, 0, destination};
  };
  const auto binary = [](const char* name, unsigned opcode) {
    return CellRow{name, opcode, opcode, {}, -1, 2, true};
  };
  std::vector<CellRow> rows{
      {"fadd/faddnf", 0, 47, {}, -1, 2, true, float2_pack},
      {"vfadd", 48, 52, {}, -1, 2, true, half},
      {"vfpack", 53, 55, {}, -1, 2, true, vfpack},
      {"vfpack", 57, 59, {}, -1, 2, true, vfpack},
      {"vfpack", 61, 63, {}, -1, 2, true, vfpack},
      binary("add", 56),
      binary("sub", 60),
      {"fsub", 64, 111, {}, -1, 2, true, float2_pack},
      {"vfsub", 112, 116, {}, -1, 2, true, half},
      {"fmin/fmax", 128, 175, {}, -1, 2, true, float2_pack},
      {"vfmin", 176, 180, {}, -1, 2, true, half},
      {"fcmp", 192, 207, {}, -1, 2, true, float2},
      {"vfcmp", 208, 212, {}, -1, 2, true, half},
      {"vfmax", 240, 244, {}, -1, 2, true, half},
  };
  const char* integer[] = {"min", "max", "umin", "umax", "shl", "shr", "asr", "ror"};
  for (unsigned k = 0; k < 8; ++k) rows.push_back(binary(integer[k], 120 + k));
  const char* logic[] = {"and", "or", "xor", "vadd", "vsub"};
  for (unsigned k = 0; k < 5; ++k) rows.push_back(binary(logic[k], 181 + k));
  const char* group186[] = {"not",   "neg", "flapush", "flbpush",
                            "flpop", "clz", "setmsf",  "setrevf"};
  for (unsigned k = 0; k < 8; ++k) rows.push_back(unary(group186[k], 186, k));

  rows.push_back(nullary("nop", 0, false));
  const char* group187[] = {"tidx",   "eidx",      "lr",    "vfla",  "vflna",    "vflb",
                            "vflnb",  "xcd",       "ycd",   "msf",   "revf",     "iid",
                            "sampid", "barrierid", "tmuwt", "vpmwt", "flafirst", "flnafirst"};
  for (unsigned k = 0; k < 18; ++k) rows.push_back(nullary(group187[k], k + 1));
  rows.push_back({"fxcd", 187, 187, {32, 33, 34}, -1, 0, true, sub_pack});
  rows.push_back({"fycd", 187, 187, {36, 37, 38}, -1, 0, true, sub_pack});
  rows.push_back(nullary("setnnmode_uu", 48, false));
  rows.push_back(nullary("setnnmode_su", 49, false));
  rows.push_back(nullary("setnnmode_us", 50, false));
  rows.push_back(nullary("setnnmode_ss", 51, false));

  rows.push_back({"ldvpmv_in", 188, 188, {0}, 0, 1, true});
  rows.push_back({"ldvpmv_out", 188, 188, {0}, 1, 1, true});
  rows.push_back({"ldvpmd_in", 188, 188, {1}, 0, 1, true});
  rows.push_back({"ldvpmd_out", 188, 188, {1}, 1, 1, true});
  rows.push_back({"ldvpmp", 188, 188, {2}, 0, 1, true});
  const char* sfu[] = {"recip",  "rsqrt",  "exp",    "log",   "sin",
                       "rsqrt2", "ballot", "bcastf", "alleq", "allfeq"};
  for (unsigned k = 0; k < 10; ++k) rows.push_back(unary(sfu[k], 188, 32 + k));
  rows.push_back({"ldvpmg_in", 189, 189, {}, 0, 2, true});
  rows.push_back({"ldvpmg_out", 189, 189, {}, 1, 2, true});
  // The sub-opcode of 190 is the write address.
  rows.push_back({"stvpmv", 190, 190, {0}, 0, 2, false});
  rows.push_back({"stvpmd", 190, 190, {1}, 0, 2, false});
  rows.push_back({"stvpmp", 190, 190, {2}, 0, 2, false});
  rows.push_back(unary("vfmov", 191, 0));
  rows.push_back(unary("vfabs", 191, 5));
  rows.push_back(unary("vfneg", 191, 10));
  rows.push_back(unary("vfnab", 191, 15));

  // 245: bits 5:4 the kind, 3:2 the unpack, 1:0 the pack of the first name or 3 for the second.
  const char* rounding[] = {"fround", "ftrunc", "ffloor", "fceil"};
  const char* converting[] = {"ftoin", "ftoiz", "ftouz", "ftoc"};
  for (unsigned k = 0; k < 4; ++k) {
    std::vector<unsigned> first, second;
    for (unsigned unpack = 0; unpack < 4; ++unpack) {
      for (unsigned pack = 0; pack < 3; ++pack) first.push_back(k << 4 | unpack << 2 | pack);
      second.push_back(k << 4 | unpack << 2 | 3);
    }
    rows.push_back({rounding[k], 245, 245, first, -1, 1, true, sub_float});
    rows.push_back({converting[k], 245, 245, second, -1, 1, true, sub_float_integer});
  }
  rows.push_back(
      {"fdx", 246, 246, {0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14}, -1, 1, true, sub_float});
  rows.push_back(
      {"fdy", 246, 246, {16, 17, 18, 20, 21, 22, 24, 25, 26, 28, 29, 30}, -1, 1, true, sub_float});
  rows.push_back({"itof", 246, 246, {32, 33, 34}, -1, 1, true, sub_pack});
  rows.push_back({"utof", 246, 246, {36, 37, 38}, -1, 1, true, sub_pack});
  rows.push_back(binary("vpack", 247));
  rows.push_back(binary("v8pack", 248));
  rows.push_back({"fmov",
                  249,
                  249,
                  {0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22, 24, 25, 26},
                  -1,
                  1,
                  true,
                  sub_wide});
  rows.push_back({"mov", 249, 249, {3, 7, 11, 15, 19}, -1, 1, true, sub_int});
  rows.push_back(binary("v10pack", 250));
  rows.push_back(binary("v11fpack", 251));
  rows.push_back(binary("rotq", 252));
  rows.push_back(binary("rot", 253));
  rows.push_back(binary("shuffle", 254));
  return rows;
}

inline std::vector<CellRow> mul_cells() {
  using enum Codes;
  const auto unary = [](const char* name, unsigned sub) {
    return CellRow{name, 14, 14, {sub}, -1, 1, true};
  };
  std::vector<CellRow> rows{
      {"add", 1, 1, {}, -1, 2, true},
      {"sub", 2, 2, {}, -1, 2, true},
      {"umul24", 3, 3, {}, -1, 2, true},
      {"vfmul", 4, 8, {}, -1, 2, true, half},
      {"smul24", 9, 9, {}, -1, 2, true},
      {"multop", 10, 10, {}, -1, 2, true},
      {"v8dot", 11, 11, {}, -1, 2, true},
      {"fmov",
       14,
       14,
       {0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22, 24, 25, 26},
       -1,
       1,
       true,
       sub_wide},
      {"mov", 14, 14, {3, 7, 11, 15, 19}, -1, 1, true, sub_int},
      {"nop", 14, 14, {63}, -1, 0, false},
      {"fmul", 16, 63, {}, -1, 2, true, float2_pack},
  };
  const char* group[] = {"ftounorm16",     "ftosnorm16",     "vftounorm8",     "vftosnorm8",
                         "funpackunormlo", "funpackunormhi", "funpacksnormlo", "funpacksnormhi"};
  for (unsigned k = 0; k < 8; ++k) rows.push_back(unary(group[k], 32 + k));
  rows.push_back(unary("vftounorm10lo", 48));
  rows.push_back(unary("vftounorm10hi", 49));
  return rows;
}

/// The row of a cell, nullptr if the cell is undefined. `sub` is what the sub-opcode field holds,
/// for opcode 190 the write address.
inline const CellRow* find_cell(const std::vector<CellRow>& rows, unsigned opcode, unsigned sub,
                                bool magic) {
  for (const CellRow& row : rows) {
    if (opcode < row.first || opcode > row.last) continue;
    if (row.magic >= 0 && magic != (row.magic == 1)) continue;
    if (row.subs.empty()) return &row;
    for (const unsigned s : row.subs)
      if (s == sub) return &row;
  }
  return nullptr;
}

/// The text of a half without flags: rows of this file, register numbers and modifier codes.
inline std::string expected_text(const CellRow& row, unsigned opcode, unsigned sub,
                                 const std::string& destination, unsigned x, unsigned y) {
  static const char* const f32[] = {".abs", "", ".l", ".h", ".sat", ".nsat", ".max0"};
  static const char* const f16[] = {"", ".ff", ".ll", ".hh", ".swp"};
  static const char* const i32[] = {"", ".ul", ".uh", ".il", ".ih"};
  static const char* const packs[] = {"", ".l", ".h"};
  const unsigned code = opcode - row.first;
  std::string pack, first, second, mnemonic = row.mnemonic;
  unsigned key_a = x, key_b = y;  // raddr + 64 * unpack (v3d71 §2.3)
  switch (row.codes) {
    case Codes::none: break;
    case Codes::float2_pack: pack = packs[code >> 4]; [[fallthrough]];
    case Codes::float2:
      first = f32[code >> 2 & 3];
      second = f32[code & 3];
      key_a += 64 * (code >> 2 & 3);
      key_b += 64 * (code & 3);
      break;
    case Codes::vfpack: first = f32[(opcode - 48) >> 2 & 3], second = f32[(opcode - 48) & 3]; break;
    case Codes::half: first = f16[code]; break;
    case Codes::sub_pack: pack = packs[sub & 3]; break;
    case Codes::sub_float: first = f32[sub >> 2 & 3], pack = packs[sub & 3]; break;
    case Codes::sub_float_integer: first = f32[sub >> 2 & 3]; break;
    case Codes::sub_wide: first = f32[sub >> 2], pack = packs[sub & 3]; break;
    case Codes::sub_int: first = i32[sub >> 2]; break;
  }
  if (const auto slash = mnemonic.find('/'); slash != std::string::npos)
    mnemonic = key_a > key_b ? mnemonic.substr(slash + 1) : mnemonic.substr(0, slash);
  std::string text = mnemonic, separator = " ";
  if (row.destination) text += separator + destination + pack, separator = ", ";
  if (row.sources > 0) text += separator + "rf" + std::to_string(x) + first, separator = ", ";
  if (row.sources > 1) text += separator + "rf" + std::to_string(y) + second;
  return text;
}

}  // namespace vc7::isa::testing
