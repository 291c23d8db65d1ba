// SPDX-License-Identifier: MIT
//
// What is wrong with a job file: every message of `vc7 run`, and its exit code.
#include <gtest/gtest.h>

#include <ostream>

#include "run.hpp"
#include "support/folder.hpp"

namespace vc7::test {
namespace {

struct Case {
  const char* name;
  const char* json;
  const char* message;  ///< how the first line begins
};
// Without it, GoogleTest would print bytes.
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class BadJob : public testing::TestWithParam<Case> {};

TEST_P(BadJob, IsRefused) {
  const Folder folder;
  folder.write("short.bin", "abcd");
  folder.write("empty.bin", "");
  folder.write("long.bin", std::string(100, 'x'));
  folder.write("cut.bin", std::string(12, 'x'));
  folder.write("bad.hex", "# a comment\n38203186bb03f000\n0x38zz\n");
  folder.write("empty.hex", "# nothing\n");
  folder.write("code.txt", "");
  std::filesystem::create_directory(folder.path("folder.hex"));
  folder.write("job.json", GetParam().json);
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.text.rfind(GetParam().message, 0), 0u)
      << "expected: " << GetParam().message << "\nprinted:  " << outcome.text;
}

// The texts of syntax errors are those of the JSON library; their places are ours.
// clang-format off
constexpr Case cases[] = {
    {"Syntax", R"({"memory": [
  {"name" "x"}
]})",
     "job.json:2:13: error: syntax error"},
    {"SyntaxEnd", R"({"memory": [)",
     "job.json:1:13: error: syntax error"},
    {"Empty", R"()",
     "job.json:1:1: error: syntax error"},
    {"Text", R"(hello)",
     "job.json:1:1: error: syntax error"},
    {"TooLargeNumber", R"({"cfg": [1e999]})",
     "job.json:1:14: error: number overflow parsing '1e999'"},
    {"NulInName", R"({"memory": [{"name": "a\u0000b", "address": 0, "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:22: error: memory[0].name: \"a?b\", allowed is up to 100 letters, digits and _-."},
    {"TwiceKey", R"({"cfg": [], "cfg": []})",
     "job.json:1:13: error: the key \"cfg\" twice in one object"},
    {"NotAnObject", R"([])",
     "job.json:1:1: error: a list of 0 values, allowed is an object with the keys comment, memory, code, cfg, grid, outputs, limits"},
    {"UnknownKey", R"({"memroy": [], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:2: error: unknown key \"memroy\", allowed are comment, memory, code, cfg, grid, outputs, limits"},
    {"UnknownSegmentKey", R"({"memory": [{"name": "x", "adress": 0, "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:27: error: memory[0]: unknown key \"adress\", allowed are name, address, size, init"},
    {"NoLaunch", R"({"memory": []})",
     "job.json:1:1: error: none of the keys \"cfg\" and \"grid\", expected is one"},
    {"BothLaunches", R"({"cfg": [0,0,0,0,0,0,0], "grid": {"local": 1}})",
     "job.json:1:1: error: both of the keys \"cfg\" and \"grid\", expected is one"},
    {"MemoryKind", R"({"memory": {}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:12: error: memory: an object, allowed is a list of segments"},
    {"SegmentKind", R"({"memory": [7], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:13: error: memory[0]: 7, allowed is an object with the keys name, address, size, init"},
    {"NoName", R"({"memory": [{"address": 0, "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:13: error: memory[0]: the key \"name\" is missing"},
    {"BadName", R"({"memory": [{"name": "../x", "address": 0, "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:22: error: memory[0].name: \"../x\", allowed are up to 100 letters, digits and _-."},
    {"SameName", R"({"memory": [{"name": "x", "address": 0, "size": 4}, {"name": "x", "address": 8, "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:62: error: memory[1].name: \"x\" is the name of another segment"},
    {"NoAddress", R"({"memory": [{"name": "x", "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:13: error: memory[0]: the key \"address\" is missing"},
    {"BadAddress", R"({"memory": [{"name": "x", "address": "0xg", "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:38: error: memory[0].address: \"0xg\", allowed are numbers from 0 to 0xffffffff, decimal or after 0x"},
    {"NegativeAddress", R"({"memory": [{"name": "x", "address": -4, "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:38: error: memory[0].address: -4, allowed are numbers from 0 to 0xffffffff, decimal or after 0x"},
    {"OddAddress", R"({"memory": [{"name": "x", "address": 6, "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:38: error: memory[0].address: 0x00000006, allowed are multiples of 4"},
    {"AddressPast4GiB", R"({"memory": [{"name": "x", "address": "0x100000000", "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:38: error: memory[0].address: \"0x100000000\", allowed are numbers from 0 to 0xffffffff, decimal or after 0x"},
    {"EndPast4GiB", R"({"memory": [{"name": "x", "address": "0xfffff000", "size": 4100}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:38: error: memory[0].address: 0xfffff000 to 0x100000004, allowed is up to 0x100000000: the GPU addresses 4 GiB"},
    {"SizeZero", R"({"memory": [{"name": "x", "address": 0, "size": 0}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:49: error: memory[0].size: 0, allowed are numbers from 1 to 0x100000000, decimal or after 0x"},
    {"SizeFraction", R"({"memory": [{"name": "x", "address": 0, "size": 4.5}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:49: error: memory[0].size: 4.5, allowed are numbers from 1 to 0x100000000, decimal or after 0x"},
    {"Overlap", R"({"memory": [{"name": "a", "address": "0x1000", "size": 4096}, {"name": "b", "address": "0x1800", "size": 4}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:88: error: memory[1].address: 0x00001800 to 0x00001803 overlaps \"a\", which is 0x00001000 to 0x00001fff"},
    {"InitWord", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": "one"}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:60: error: memory[0].init: \"one\", allowed are \"zero\" and objects"},
    {"InitKind", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": 3}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:60: error: memory[0].init: 3, allowed is an object with the keys file, size, hex, u32, i32, f32, f16, repeat, iota, random"},
    {"InitTwoKinds", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"hex": [], "u32": []}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:60: error: memory[0].init: 2 kinds of content, allowed is one (\"size\" goes with \"file\" only)"},
    {"InitSizeAlone", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"hex": [], "size": 0}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:60: error: memory[0].init: 1 kinds of content, allowed is one (\"size\" goes with \"file\" only)"},
    {"InitUnknown", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"f64": []}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:61: error: memory[0].init: unknown key \"f64\", allowed are file, size, hex, u32, i32, f32, f16, repeat, iota, random"},
    {"HexDigits", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"hex": ["0000ffff", "12345678g"]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:81: error: memory[0].init.hex[1]: \"12345678g\", allowed is a text of 1 to 8 hexadecimal digits"},
    {"HexTooLong", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"hex": ["123456789"]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.hex[0]: \"123456789\", allowed is a text of 1 to 8 hexadecimal digits"},
    {"HexNumber", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"hex": [12]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.hex[0]: 12, allowed is a text of 1 to 8 hexadecimal digits"},
    {"TooManyWords", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"u32": [1, 2, 3]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:68: error: memory[0].init.u32: 3 values of 4 bytes, allowed are at most 2: the segment has 8 bytes"},
    {"U32Range", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"u32": [4294967296]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.u32[0]: 4294967296, allowed are numbers from 0 to 0xffffffff, decimal or after 0x"},
    {"I32Range", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"i32": [2147483648]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.i32[0]: 2147483648, allowed are numbers from -2147483648 to 2147483647, decimal or after 0x"},
    {"F32Range", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"f32": [1e39]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.f32[0]: 1e+39, allowed are numbers up to 3.4028235e38 (the largest f32)"},
    {"F32Text", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"f32": ["pi"]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.f32[0]: \"pi\", allowed are numbers, \"inf\", \"-inf\" and \"nan\""},
    {"F16Range", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"f16": [65520]}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.f16[0]: 65520, allowed are numbers up to 65504 (the largest f16)"},
    {"RepeatList", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"repeat": []}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:71: error: memory[0].init.repeat: a list of 0 values, allowed are numbers from 0 to 0xffffffff, decimal or after 0x"},
    {"IotaKey", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"iota": {"begin": 1}}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:70: error: memory[0].init.iota: unknown key \"begin\", allowed are start, step"},
    {"RandomSeed", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"random": {"kind": "u32"}}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:71: error: memory[0].init.random: the key \"seed\" is missing"},
    {"RandomKind", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"random": {"seed": 1, "kind": "i8"}}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:91: error: memory[0].init.random.kind: \"i8\", allowed are u32 and f32"},
    {"RandomU32Order", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"random": {"seed": 1, "kind": "u32", "min": 5, "max": 4}}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:105: error: memory[0].init.random.min: 5, allowed are numbers from 0 to 4, decimal or after 0x"},
    {"RandomF32Order", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"random": {"seed": 1, "kind": "f32", "min": 5, "max": 4}}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:71: error: memory[0].init.random: min is 5, allowed are numbers up to max, which is 4"},
    {"FileMissing", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"file": "none.bin"}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.file: none.bin: No such file or directory"},
    {"FileIsFolder", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"file": "folder.hex"}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.file: folder.hex: no plain file"},
    {"FileEmpty", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"file": "empty.bin"}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.file: empty.bin has 0 bytes, expected are those of the segment, 8"},
    {"FileTooLong", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"file": "long.bin"}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.file: long.bin has 100 bytes, allowed are at most those of the segment, 8"},
    {"FileNotTheSize", R"({"memory": [{"name": "x", "address": 0, "size": 8, "init": {"file": "short.bin", "size": 8}}], "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:69: error: memory[0].init.file: short.bin has 4 bytes, expected are 8"},
    {"CodeNoAddress", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"words": ["0"]}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:70: error: code: the key \"address\" is missing"},
    {"CodeNothing", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:70: error: code: 0 of the keys \"file\", \"words\" and \"text\", allowed is one"},
    {"CodeTwoKinds", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "words": ["0"], "file": "x.hex"}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:70: error: code: 2 of the keys \"file\", \"words\" and \"text\", allowed is one"},
    {"CodeOddAddress", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 12, "words": ["0"]}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:82: error: code.address: 0x0000000c, allowed are multiples of 8"},
    {"CodeNoWords", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "words": []}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:94: error: code.words: no instruction, expected is 1 or more"},
    {"CodeBadWord", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "words": ["0x12345678123456789"]}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:95: error: code.words[0]: \"0x12345678123456789\", allowed is a text of 1 to 16 hexadecimal digits, with or without 0x"},
    {"CodeOverlap", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": "0x1038", "words": ["0", "0"]}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:82: error: code.address: 0x00001038 to 0x00001047 overlaps \"x\", which is 0x00001000 to 0x0000103f; code lies in one segment or in none"},
    {"CodePast4GiB", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": "0xfffffff8", "words": ["0", "0"]}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:82: error: code.address: 0xfffffff8 to 0x100000008, allowed is up to 0x100000000: the GPU addresses 4 GiB; code lies in one segment or in none"},
    {"CodeFileName", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "file": "code.txt"}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:93: error: code.file: \"code.txt\", allowed are names that end with .hex, .bin, .asm, .qasm or .s"},
    {"CodeFileMissing", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "file": "none.hex"}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:93: error: code.file: none.hex: No such file or directory"},
    {"CodeFileFolder", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "file": "folder.hex"}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:93: error: code.file: folder.hex: no plain file"},
    {"CodeHexLine", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "file": "bad.hex"}, "cfg": [0,0,0,0,0,0,0]})",
     "bad.hex:3:1: error: \"0x38zz\", allowed is an instruction word of 1 to 16 hexadecimal digits, with or without 0x"},
    {"CodeHexEmpty", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "file": "empty.hex"}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:93: error: code.file: no instruction, expected is 1 or more"},
    {"CodeBinCut", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "file": "cut.bin"}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:93: error: code.file: cut.bin has 12 bytes, allowed are multiples of 8: it is cut off"},
    {"CodeTextLine", R"({"memory": [{"name": "x", "address": "0x1000", "size": 64}], "code": {"address": 8, "text": ["nop", 4]}, "cfg": [0,0,0,0,0,0,0]})",
     "job.json:1:101: error: code.text[1]: 4, allowed is one line of text"},
    {"CfgCount", R"({"cfg": [1, 2, 3]})",
     "job.json:1:9: error: cfg: 3 words, allowed are exactly 7"},
    {"CfgWord", R"({"cfg": [0, 0, "0x100000000", 0, 0, 0, 0]})",
     "job.json:1:16: error: cfg[2]: \"0x100000000\", allowed are numbers from 0 to 0xffffffff, decimal or after 0x"},
    {"GridWithoutCode", R"({"grid": {"local": 16}})",
     "job.json:1:10: error: grid: the key \"code\" is missing: a grid needs the address of the code"},
    {"GridNoLocal", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {}})",
     "job.json:1:64: error: grid: the key \"local\" is missing"},
    {"GridLocalZero", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": [16, 0]}})",
     "job.json:1:79: error: grid.local[1]: 0, allowed are numbers from 1 to 65535, decimal or after 0x"},
    {"GridFourSizes", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": [1, 1, 1, 1]}})",
     "job.json:1:74: error: grid.local: 4 numbers, allowed are 1 to 3"},
    {"GridTooManyLanes", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": [32, 16]}})",
     "job.json:1:64: error: grid: dispatch: a local size of 32 x 16 x 1 = 512 lanes, allowed are at most 256"},
    {"GridThreads", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": 16, "threads": 3}})",
     "job.json:1:89: error: grid.threads: 3, allowed are 2 and 4"},
    {"GridFlag", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": 16, "single_segment": 1}})",
     "job.json:1:96: error: grid.single_segment: 1, allowed are true and false"},
    {"GridUniforms", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": 16, "uniforms": "u"}})",
     "job.json:1:90: error: grid.uniforms: \"u\", allowed are the name of a segment and an address"},
    {"GridOddUniforms", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": 16, "uniforms": 6}})",
     "job.json:1:90: error: grid.uniforms: 0x00000006, allowed are multiples of 4"},
    {"GridBarrier", R"({"memory": [], "code": {"address": 8, "words": ["0"]}, "grid": {"local": 256, "groups_per_supergroup": 16, "groups": 16, "barrier": true}})",
     "job.json:1:64: error: grid: dispatch: a barrier over 256 batches (16 workgroups of 256 lanes), allowed are at most 32: 16 QPUs with 2 threads each hold no more, and the others would be waited for forever"},
    {"OutputUnknown", R"({"memory": [{"name": "x", "address": 0, "size": 8}], "cfg": [0,0,0,0,0,0,0], "outputs": [{"memory": "z"}]})",
     "job.json:1:101: error: outputs[0].memory: \"z\" is no segment, allowed are x"},
    {"OutputFormat", R"({"memory": [{"name": "x", "address": 0, "size": 8}], "cfg": [0,0,0,0,0,0,0], "outputs": [{"memory": "x", "format": "f64"}]})",
     "job.json:1:116: error: outputs[0].format: \"f64\", allowed are bin, hex, u32, i32, f32 and f16"},
    {"OutputBinNoFile", R"({"memory": [{"name": "x", "address": 0, "size": 8}], "cfg": [0,0,0,0,0,0,0], "outputs": [{"memory": "x", "format": "bin"}]})",
     "job.json:1:116: error: outputs[0].format: \"bin\" without \"file\", allowed on standard output are hex, u32, i32, f32 and f16"},
    {"OutputOffset", R"({"memory": [{"name": "x", "address": 0, "size": 8}], "cfg": [0,0,0,0,0,0,0], "outputs": [{"memory": "x", "offset": 8}]})",
     "job.json:1:116: error: outputs[0].offset: 8, allowed are numbers from 0 to 7, decimal or after 0x"},
    {"OutputSize", R"({"memory": [{"name": "x", "address": 0, "size": 8}], "cfg": [0,0,0,0,0,0,0], "outputs": [{"memory": "x", "offset": 4, "size": 8}]})",
     "job.json:1:127: error: outputs[0].size: 8, allowed are numbers from 1 to 4, decimal or after 0x"},
    {"LimitZero", R"({"cfg": [0,0,0,0,0,0,0], "limits": {"instructions": 0}})",
     "job.json:1:53: error: limits.instructions: 0, allowed are numbers from 1 to 0x4000000000000000, decimal or after 0x"},
    {"LimitKey", R"({"cfg": [0,0,0,0,0,0,0], "limits": {"seconds": 1}})",
     "job.json:1:37: error: limits: unknown key \"seconds\", allowed are instructions"},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(All, BadJob, testing::ValuesIn(cases),
                         [](const auto& test) { return std::string{test.param.name}; });

/// The first line that `vc7 run job.json` prints for this text.
std::string refusal(const std::string& bytes) {
  const Folder folder;
  folder.write("job.json", bytes);
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1) << outcome.text;
  return outcome.text.substr(0, outcome.text.find('\n'));
}

TEST(BadJobFile, NulByte) {
  EXPECT_EQ(refusal(std::string{"{\"cfg\": \0}", 10}),
            "job.json:1:9: error: a NUL byte; a job file is JSON text");
}

TEST(BadJobFile, BytesThatAreNoUtf8) {
  const auto line = refusal("{\"comment\": \"\xff\"}");
  EXPECT_EQ(line.rfind("job.json:1:14: error: ", 0), 0u) << line;
  EXPECT_EQ(line.find('\xff'), line.npos);
}

TEST(BadJobFile, TooManyLevels) {
  EXPECT_EQ(refusal(std::string(100'000, '[')),
            "job.json:1:33: error: more than 32 levels of lists and objects");
}

TEST(BadJobFile, NoMoreThanTwentyErrors) {
  std::string json = "{\"cfg\": [0,0,0,0,0,0,0], \"memory\": [0";
  for (int i = 0; i < 100; ++i) json += ", 0";
  const Folder folder;
  folder.write("job.json", json + "]}");
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.text.find("memory[19]: "), outcome.text.npos);
  EXPECT_EQ(outcome.text.find("memory[20]: "), outcome.text.npos);
}

TEST(BadJobFile, HundredMegabytes) {
  const Folder folder;
  folder.sparse("job.json", 100'000'000);
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.text,
            "job.json: error: a job file of 100000000 bytes, allowed are 16777216; large contents "
            "belong into binary files\n");
}

TEST(BadJobFile, HundredMegabytesOfCode) {
  const Folder folder;
  folder.sparse("code.hex", 100'000'000);
  folder.write("job.json",
               R"({"code": {"address": 8, "file": "code.hex"}, "cfg": [0,0,0,0,0,0,0]})");
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.text.find("code.file: code.hex has 100000000 bytes, allowed are at most "
                              "67108864\n"),
            outcome.text.npos)
      << outcome.text;
}

TEST(BadJobFile, NoFile) {
  const Folder folder;
  const auto outcome = run_vc7("run none.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.text, "none.json: error: there is no such file\n");
  EXPECT_EQ(run_vc7("run /dev/zero --device sim").text, "/dev/zero: error: no plain file\n");
}

}  // namespace
}  // namespace vc7::test
