// SPDX-License-Identifier: MIT
//
// The C++ spelling of every golden word of tests/isa/encodings.tsv (produced by py-videocore7,
// v3d71 §16.1), and of the words py-videocore7 cannot write (v3d71 §16.2; some of those have other
// don't-care bits).
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/isa/decode.hpp>

namespace {

using namespace vc7::qpu;
using vc7::Assembler;

struct Row {
  std::uint64_t word;
  const char* call;
  void (*assemble)(Assembler&);
};
#define ROW(word, ...)                                      \
  {                                                         \
    word, #__VA_ARGS__, [](Assembler& a) { a.__VA_ARGS__; } \
  }

// clang-format off
const Row golden[] = {
    ROW(0x38003186bb03f000, nop()),
    ROW(0x38203186bb03f000, nop(thrsw)),
    ROW(0x38403186bb03f000, nop(ldunif)),
    ROW(0x38603186bb03f000, nop(thrsw, ldunif)),
    ROW(0x3982f186bb03f000, nop(ldunifrf(rf11))),
    ROW(0x3992f186bb03f000, nop(ldunifrf(tmud))),
    ROW(0x39a0f186bb03f000, nop(thrsw, ldunifrf(rf3))),
    ROW(0x3b003186bb03f000, nop(ldunifa)),
    ROW(0x3b21f186bb03f000, nop(ldunifarf(rf7))),
    ROW(0x38833186bb03f000, nop(ldtmu(rf12))),
    ROW(0x38a33186bb03f000, nop(thrsw, ldtmu(rf12))),
    ROW(0x38c27186bb03f000, nop(ldtmu(rf9), ldunif)),
    ROW(0x38e27186bb03f000, nop(thrsw, ldtmu(rf9), ldunif)),
    ROW(0x39013186bb03f000, nop(ldvary(rf4))),
    ROW(0x39413186bb03f000, nop(ldvary(rf4), ldunif)),
    ROW(0x39613186bb03f000, nop(thrsw, ldvary(rf4), ldunif)),
    ROW(0x3a017186bb03f000, nop(ldtlb(rf5))),
    ROW(0x3a217186bb03f000, nop(ldtlbu(rf5))),
    ROW(0x3a403186bb03f000, nop(wrtmuc)),
    ROW(0x3a603186bb03f000, nop(thrsw, wrtmuc)),
    ROW(0x3a813186bb03f000, nop(ldvary(rf4), wrtmuc)),
    ROW(0x3b427186bb03f000, nop(ldtmu(rf9), wrtmuc)),
    ROW(0x3b627186bb03f000, nop(thrsw, ldtmu(rf9), wrtmuc)),
    ROW(0x3ac03186bb03f000, nop(ucb)),
    ROW(0x380021833803f042, add(rf3, rf1, rf2)),
    ROW(0x39e021833803f04f, add(rf3, rf1, 15)),
    ROW(0x39c021833803f402, add(rf3, -16, rf2)),
    ROW(0x3800e1833c03f042, sub(rf3, rf1, rf2, pushc)),
    ROW(0x380071863c03f042, sub(null, rf1, rf2, pushz)),
    ROW(0x380021830503f042, fadd(rf3, rf1, rf2)),
    ROW(0x380021830503f042, fadd(rf3, rf2, rf1)),
    ROW(0x380021830503f081, faddnf(rf3, rf1, rf2)),
    ROW(0x380021830503f081, faddnf(rf3, rf2, rf1)),
    ROW(0x39e021830503f067, fadd(rf3, rf1, 0.5)),
    ROW(0x39e021830503f067, fadd(rf3, 0.5, rf1)),
    ROW(0x380021831303f081, fadd(rf3.pack(l), rf1.unpack(h), rf2.unpack(abs))),
    ROW(0x380021836903f042, fsub(rf3.pack(h), rf1.unpack(l), rf2)),
    ROW(0x39c021834503fbc1, fsub(rf3, 128.0, rf1)),
    ROW(0x380021838503f042, fmin(rf3, rf1, rf2)),
    ROW(0x380021838503f081, fmax(rf3, rf1, rf2)),
    ROW(0x38002183ac03f081, fmax(rf3.pack(h), rf1.unpack(abs), rf2.unpack(h))),
    ROW(0x3800b186c403f042, fcmp(null, rf1, rf2.unpack(abs), pushn)),
    ROW(0x380021833503f042, vfpack(rf3, rf1, rf2)),
    ROW(0x380021833b03f042, vfpack(rf3, rf1.unpack(l), rf2.unpack(h))),
    ROW(0x38002183b103f042, vfmin(rf3, rf1.unpack(r32), rf2)),
    ROW(0x38002183f403f042, vfmax(rf3, rf1.unpack(swap), rf2)),
    ROW(0x380021837803f042, imin(rf3, rf1, rf2)),
    ROW(0x380021837903f042, imax(rf3, rf1, rf2)),
    ROW(0x380021837a03f042, umin(rf3, rf1, rf2)),
    ROW(0x380021837b03f042, umax(rf3, rf1, rf2)),
    ROW(0x380021837c03f042, shl(rf3, rf1, rf2)),
    ROW(0x39e021837d03f044, shr(rf3, rf1, 4)),
    ROW(0x380021837e03f042, asr(rf3, rf1, rf2)),
    ROW(0x380021837f03f042, ror(rf3, rf1, rf2)),
    ROW(0x38002183b503f042, band(rf3, rf1, rf2)),
    ROW(0x38002183b603f042, bor(rf3, rf1, rf2)),
    ROW(0x38002183b703f042, bxor(rf3, rf1, rf2)),
    ROW(0x38002183b803f042, vadd(rf3, rf1, rf2)),
    ROW(0x38002183b903f042, vsub(rf3, rf1, rf2)),
    ROW(0x38002183ba03f040, bnot(rf3, rf1)),
    ROW(0x38002183ba03f041, neg(rf3, rf1)),
    ROW(0x38002183ba03f042, flapush(rf3, rf1)),
    ROW(0x38002183ba03f043, flbpush(rf3, rf1)),
    ROW(0x38002183ba03f044, flpop(rf3, rf1)),
    ROW(0x38002183ba03f045, clz(rf3, rf1)),
    ROW(0x38003186ba03f046, setmsf(null, rf1)),
    ROW(0x38003186ba03f047, setrevf(null, rf1)),
    ROW(0x38002183bb03f001, tidx(rf3)),
    ROW(0x38002183bb03f002, eidx(rf3)),
    ROW(0x38002183bb03f003, lr(rf3)),
    ROW(0x38002183bb03f004, vfla(rf3)),
    ROW(0x38002183bb03f005, vflna(rf3)),
    ROW(0x38002183bb03f006, vflb(rf3)),
    ROW(0x38002183bb03f007, vflnb(rf3)),
    ROW(0x38002183bb03f008, xcd(rf3)),
    ROW(0x38002183bb03f009, ycd(rf3)),
    ROW(0x38002183bb03f00a, msf(rf3)),
    ROW(0x38002183bb03f00b, revf(rf3)),
    ROW(0x38002183bb03f00c, iid(rf3)),
    ROW(0x38002183bb03f00d, sampid(rf3)),
    ROW(0x38203192bb03f00e, barrierid(syncb, thrsw)),
    ROW(0x38003186bb03f00f, tmuwt()),
    ROW(0x38003186bb03f010, vpmwt()),
    ROW(0x38002183bb03f011, flafirst(rf3)),
    ROW(0x38002183bb03f012, flnafirst(rf3)),
    ROW(0x38002183bb03f020, fxcd(rf3)),
    ROW(0x38002183bb03f024, fycd(rf3)),
    ROW(0x38002183bc03f040, ldvpmv_in(rf3, rf1)),
    ROW(0x38002183bc03f041, ldvpmd_in(rf3, rf1)),
    ROW(0x38002183bc03f042, ldvpmp(rf3, rf1)),
    ROW(0x38002183bd03f042, ldvpmg_in(rf3, rf1, rf2)),
    ROW(0x38002183bc03f060, recip(rf3, rf1)),
    ROW(0x38002183bc03f061, rsqrt(rf3, rf1)),
    ROW(0x38002183bc03f062, exp(rf3, rf1)),
    ROW(0x38002183bc03f063, log(rf3, rf1)),
    ROW(0x38002183bc03f064, sin(rf3, rf1)),
    ROW(0x38002183bc03f065, rsqrt2(rf3, rf1)),
    ROW(0x38002183bc03f066, ballot(rf3, rf1)),
    ROW(0x38002183bc03f067, bcastf(rf3, rf1)),
    ROW(0x38082183bc03f068, alleq(rf3, rf1, ifa)),
    ROW(0x38002183bc03f069, allfeq(rf3, rf1)),
    ROW(0x38002183f503f044, fround(rf3, rf1)),
    ROW(0x38002183f503f04d, fround(rf3.pack(l), rf1.unpack(h))),
    ROW(0x38002183f503f054, ftrunc(rf3, rf1)),
    ROW(0x38002183f503f068, ffloor(rf3, rf1.unpack(l))),
    ROW(0x38002183f503f074, fceil(rf3, rf1)),
    ROW(0x38002183f503f047, ftoin(rf3, rf1)),
    ROW(0x38002183f503f04f, ftoin(rf3, rf1.unpack(h))),
    ROW(0x38002183f503f057, ftoiz(rf3, rf1)),
    ROW(0x38002183f503f067, ftouz(rf3, rf1)),
    ROW(0x38002183f503f077, ftoc(rf3, rf1)),
    ROW(0x38002183f603f044, fdx(rf3, rf1)),
    ROW(0x38002183f603f056, fdy(rf3.pack(h), rf1)),
    ROW(0x38002183f603f060, itof(rf3, rf1)),
    ROW(0x38002183f603f064, utof(rf3, rf1)),
    ROW(0x38002183f703f042, vpack(rf3, rf1, rf2)),
    ROW(0x38002183f803f042, v8pack(rf3, rf1, rf2)),
    ROW(0x38002183fa03f042, v10pack(rf3, rf1, rf2)),
    ROW(0x38002183fb03f042, v11fpack(rf3, rf1, rf2)),
    ROW(0x38002183f903f044, fmov(rf3, rf1)),
    ROW(0x38002183f903f050, fmov(rf3, rf1.unpack(sat))),
    ROW(0x38002183f903f056, fmov(rf3.pack(h), rf1.unpack(nsat))),
    ROW(0x38002183f903f043, mov(rf3, rf1)),
    ROW(0x38002183f903f04b, mov(rf3, rf1.unpack(uh))),
    ROW(0x39c02183f903f143, mov(rf3, 5)),
    ROW(0x39c031a0f903f7c3, mov(tmuc, -1)),
    ROW(0x3820318cf903f043, mov(tmua, rf1, thrsw)),
    ROW(0x380031b7f903f043, mov(rep, rf1)),
    ROW(0x38003185f903f043, mov(quad, rf1)),
    ROW(0x38003189f903f043, mov(unifa, rf1)),
    ROW(0x38002183fc03f042, quad_rotate(rf3, rf1, rf2)),
    ROW(0x39e02183fd03f041, rotate(rf3, rf1, 1)),
    ROW(0x39e02dc1fd043041, rotate(rf1, rf1, 1).mov(rep, rf1)),
    ROW(0x38002183fe03f042, shuffle(rf3, rf1, rf2)),
    ROW(0x0c0010c6bb042000, umul24(rf3, rf1, rf2)),
    ROW(0x240010c6bb042000, smul24(rf3, rf1, rf2)),
    ROW(0x280010c6bb042000, multop(rf3, rf1, rf2)),
    ROW(0x100010c6bb042000, vfmul(rf3, rf1, rf2)),
    ROW(0x200010c6bb042000, vfmul(rf3, rf1.unpack(swap), rf2)),
    ROW(0x540010c6bb042000, fmul(rf3, rf1, rf2)),
    ROW(0x940010c6bb042000, fmul(rf3.pack(l), rf1, rf2)),
    ROW(0xe00010c6bb042000, fmul(rf3.pack(h), rf1.unpack(l), rf2.unpack(abs))),
    ROW(0x57e010c6bb069000, fmul(rf3, rf1, 2.0)),
    ROW(0x57c010c6bba82000, fmul(rf3, 4.0, rf2)),
    ROW(0x380010c6bb060000, ftounorm16(rf3, rf1)),
    ROW(0x380010c6bb061000, ftosnorm16(rf3, rf1)),
    ROW(0x380010c6bb062000, vftounorm8(rf3, rf1)),
    ROW(0x380010c6bb063000, vftosnorm8(rf3, rf1)),
    ROW(0x380010c6bb070000, vftounorm10lo(rf3, rf1)),
    ROW(0x380010c6bb071000, vftounorm10hi(rf3, rf1)),
    ROW(0x380010c6bb043000, nop().mov(rf3, rf1)),
    ROW(0x3bc010c6bb1c3000, nop().mov(rf3, 7)),
    ROW(0x380010c6bb044000, nop().fmov(rf3, rf1)),
    ROW(0x380010c6bb04a000, nop().fmov(rf3.pack(h), rf1.unpack(l))),
    ROW(0x040010c6bb042000, nop().add(rf3, rf1, rf2)),
    ROW(0x0be010c6bb05e000, nop().sub(rf3, rf1, -2)),
    ROW(0x0800018338105042, add(rf3, rf1, rf2).sub(rf6, rf4, rf5)),
    ROW(0x55e0018338105041, add(rf3, rf1, 1).fmul(rf6, rf4, rf5)),
    ROW(0x5414018305105042, fadd(rf3, rf1, rf2, ifa).fmul(rf6, rf4, rf5, ifb)),
    ROW(0x540a418305105042, fadd(rf3, rf1, rf2, ifna).fmul(rf6, rf4, rf5, pushz)),
    ROW(0x540f818305105042, fadd(rf3, rf1, rf2, pushn).fmul(rf6, rf4, rf5, ifnb)),
    ROW(0x3819018338103042, add(rf3, rf1, rf2, andz).mov(rf6, rf4, ifna)),
    ROW(0x3803e1833803f042, add(rf3, rf1, rf2, norc)),
    ROW(0x3804818338103042, add(rf3, rf1, rf2).mov(rf6, rf4, pushn)),
    ROW(0x3805818338103042, add(rf3, rf1, rf2).mov(rf6, rf4, nornz)),
    ROW(0x380b21833803f042, add(rf3, rf1, rf2, ifnb)),
    ROW(0x380d018338103042, add(rf3, rf1, rf2).mov(rf6, rf4, ifb)),
    ROW(0x0400110cf9105103, mov(tmua, rf4).add(rf4, rf4, rf5)),
    ROW(0x0482904bf9042283, mov(tmud, rf10, ldtmu(rf10)).add(rf1, rf1, rf2)),
    ROW(0x3b00318bf903f003, mov(tmud, rf0, ldunifa)),
    ROW(0x02fffff0ff009000, b(-16, always)),
    ROW(0x0200004000009000, b(64, always)),
    ROW(0x02ffffc3ff009000, b(-64, na0)),
    ROW(0x0200123200008000, b(0x1230, a0, absolute)),
    ROW(0x0234567c12008000, b(0x12345678, alla, absolute)),
    ROW(0x0200002500009000, b(32, anyna)),
    ROW(0x0200002600009000, b(32, anya)),
    ROW(0x0200002700009000, b(32, allna)),
    ROW(0x020000000000a000, b(link, always)),
    ROW(0x020000000000b140, b(rf5, always)),
    ROW(0x0200001000809000, b(16, always).set_link()),
    ROW(0x020000060001f4c0, b(rf19, anya).unif_addr(rf19)),
    ROW(0x020000100000d000, b(16, always).unif_addr()),
    ROW(0x0200001000005000, b(16, always).unif_addr(absolute)),
    ROW(0x020000130001d1c0, b(16, na0).unif_addr(rf7)),
    ROW(0x0200000700006000, b(link, allna).unif_addr(absolute)),
};

const Row beyond_py[] = {
    ROW(0x02000006002034c0, b(rf19, anya).p()),
    ROW(0x0216fe167301c8c0, b(0x7316fe10, anya, absolute).unif_addr(rf35)),
    ROW(0x020000050040e000, b(link, anyna).q().unif_addr()),
    ROW(0x0200000300006000, b(link, na0).unif_addr(absolute)),
    ROW(0x38000411f9190250, fmov(rf17, rf9.unpack(sat)).fmov(rf16, rf6.unpack(sat))),
    ROW(0x3800000af503f168, ffloor(rf10, rf5.unpack(l))),
    ROW(0x39c0000a3803f042, add(rf10, 1, rf2)),
    ROW(0x39e0000b3c03f0de, sub(rf11, rf3, -2)),
    ROW(0x57c00340bb105000, fmul(rf13, 4, rf5)),
    ROW(0x27e00380bb188000, smul24(rf14, rf6, 8)),
    ROW(0x380021833003f042, vfadd(rf3, rf1, rf2)),
    ROW(0x380021837303f042, vfsub(rf3, rf1.unpack(hh), rf2)),
    ROW(0x38002183d003f042, vfcmp(rf3, rf1, rf2)),
    ROW(0x38002183bf03f040, vfmov(rf3, rf1)),
    ROW(0x38002183bf03f045, vfabs(rf3, rf1)),
    ROW(0x38002183bf03f04a, vfneg(rf3, rf1)),
    ROW(0x38002183bf03f04f, vfnab(rf3, rf1)),
    ROW(0x38003186bb03f033, setnnmode_ss()),
    ROW(0x2c0010c6bb042000, v8dot(rf3, rf1, rf2)),
    ROW(0x2c000300bb042030, setnnmode_uu().v8dot(rf12, rf1, rf2)),
    ROW(0x380010c6bb064000, funpackunormlo(rf3, rf1)),
    ROW(0x380010c6bb065000, funpackunormhi(rf3, rf1)),
    ROW(0x380010c6bb066000, funpacksnormlo(rf3, rf1)),
    ROW(0x380010c6bb067000, funpacksnormhi(rf3, rf1)),
    ROW(0x380010c6bb058000, nop().fmov(rf3, rf1.unpack(max0))),
    ROW(0x380010c6bb053000, nop().mov(rf3, rf1.unpack(ih))),
    ROW(0x38002183f903f04f, mov(rf3, rf1.unpack(il))),
    ROW(0x38002180be03f042, stvpmv(rf1, rf2)),
    ROW(0x38002181be03f042, stvpmd(rf1, rf2)),
    ROW(0x38002182be03f042, stvpmp(rf1, rf2)),
    ROW(0x38003183bc03f040, ldvpmv_out(rf3, rf1)),
    ROW(0x38003183bc03f041, ldvpmd_out(rf3, rf1)),
    ROW(0x38003183bd03f042, ldvpmg_out(rf3, rf1, rf2)),
    ROW(0x0200002400201000, b(32, alla).p()),
    ROW(0x0200002700401000, b(32, allna).q()),
};
// clang-format on

std::uint64_t word_of(const Row& row, bool py_unused_bdu) {
  const auto program =
      vc7::assemble({.base_address = 0, .py_unused_bdu = py_unused_bdu}, row.assemble);
  EXPECT_EQ(program.size(), 1u) << row.call;
  return program.words().at(0);
}

TEST(Encodings, GoldenWordsHaveACppSpelling) {
  for (const Row& row : golden) EXPECT_EQ(word_of(row, true), row.word) << row.call;
}

TEST(Encodings, WordsBeyondPyVideocore7) {
  for (const Row& row : beyond_py)
    EXPECT_EQ(word_of(row, false), vc7::isa::canonical_word(row.word)) << row.call;
}

void expect_spelled(const char* file_name, std::span<const Row> rows) {
  const auto path = std::filesystem::path{VC7_TESTS_DIR} / "isa" / file_name;
  ASSERT_TRUE(std::filesystem::exists(path)) << path;
  std::set<std::uint64_t> spelled;
  for (const Row& row : rows) spelled.insert(row.word);
  std::ifstream file{path};
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    EXPECT_TRUE(spelled.contains(std::stoull(line.substr(0, 16), nullptr, 16))) << line;
    ++lines;
  }
  EXPECT_EQ(lines, rows.size());
}

TEST(Encodings, EveryRowOfTheGoldenFilesIsSpelled) {
  expect_spelled("encodings.tsv", golden);
  expect_spelled("encodings_newer.tsv", beyond_py);
}

}  // namespace
