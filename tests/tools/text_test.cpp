// SPDX-License-Identifier: MIT
//
// vc7 as and vc7 dis as a user meets them, with input that is fine and input that is not.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "run.hpp"

namespace vc7::test {
namespace {

/// A folder for the files of one test.
class TextTool : public testing::Test {
 protected:
  TextTool() {
    std::string path = testing::TempDir() + "vc7_text_XXXXXX";
    folder_ = mkdtemp(path.data());
  }
  ~TextTool() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return path(name);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream{folder_ / name, std::ios::binary}.rdbuf();
    return text.str();
  }
  /// The output of a command that must fail with exit code 1, with the folder cut out of it.
  std::string failure(const std::string& arguments) const {
    const Outcome outcome = run_vc7(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << arguments << "\n" << outcome.text;
    std::string text = outcome.text;
    const std::string cut = folder_.string() + "/";
    for (std::size_t at; (at = text.find(cut)) != text.npos;) text.erase(at, cut.size());
    return text;
  }

  std::filesystem::path folder_;
};

TEST_F(TextTool, EveryGoldenRowHasItsTextAndItsCanonicalWord) {
  std::ifstream file{std::filesystem::path{VC7_TESTS_DIR} / "isa/encodings.tsv"};
  std::string words, texts, canonical;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream row{line};
    std::string word, source, text, facts, canonical_word;
    std::getline(row, word, '\t');
    std::getline(row, source, '\t');
    std::getline(row, text, '\t');
    row >> facts >> canonical_word;
    words += word + "\n";
    texts += text + "\n";
    canonical += canonical_word + "\n";
  }
  const std::string input = write("golden.hex", words);
  const Outcome shown = run_vc7("dis " + input);
  ASSERT_EQ(shown.exit_code, 0) << shown.text;
  std::string collapsed;  // the golden text has single blanks
  for (const char c : shown.text)
    if (c != ' ' || collapsed.empty() || collapsed.back() != ' ') collapsed += c;
  EXPECT_EQ(collapsed, texts);
  EXPECT_EQ(run_vc7("as " + write("golden.s", shown.text)).text, canonical);
}

TEST_F(TextTool, FilesPipesAndBinary) {
  const std::string text = "loop: sub.pushz rf1, rf1, 1\nb.anyna loop\nnop\nnop\nnop\n";
  const std::string source = write("k.s", text);
  ASSERT_EQ(run_vc7("as --binary -o " + path("k.bin") + " " + source).exit_code, 0);
  EXPECT_EQ(read("k.bin").size(), 40u);
  EXPECT_EQ(read("k.bin").substr(0, 8), std::string("\x41\xf0\x03\x3c\x81\x61\xe0\x39"));
  const std::string labelled = "dis --labels --binary " + path("k.bin");
  const Outcome shown = run_vc7(labelled);
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_EQ(shown.text.substr(0, 4), "L0:\n") << shown.text;
  EXPECT_NE(shown.text.find("b.anyna  L0\n"), std::string::npos) << shown.text;
  // A pipe instead of a file, `-` and nothing; -o with a file.
  EXPECT_EQ(run_vc7("as - < " + source).text, run_vc7("as < " + source).text);
  ASSERT_EQ(run_vc7("as -o " + path("k.hex") + " " + source).exit_code, 0);
  EXPECT_EQ(read("k.hex"), run_vc7("as " + source).text);
  EXPECT_EQ(run_vc7("dis --labels " + path("k.hex")).text, shown.text);
}

TEST_F(TextTool, WordsInAllForms) {
  const std::string input = write(
      "w.hex", "# words\n\n  0x38003186bb03f000  # nop\r\n38003186BB03F000\n0\nffffffffffffffff");
  const Outcome outcome = run_vc7("dis " + input);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.text, "nop                           ; nop\n"
                          "nop                           ; nop\n"
                          ".quad 0x0000000000000000 # op_mul is 0 and there is no branch marker\n"
                          ".quad 0xffffffffffffffff # undefined add operation\n");
}

TEST_F(TextTool, MalformedWords) {
  EXPECT_EQ(failure("dis " + write("a.hex", "38003186bb03f000\n  xyz\n")),
            "a.hex:2:3: error: `xyz` is no word: expected one word of 1 to 16 hexadecimal digits "
            "per line, with or without 0x\n    xyz\n    ^^^\n");
  EXPECT_EQ(failure("dis " + write("b.hex", "0x38003186bb03f0001\n")),
            "b.hex:1:1: error: `0x38003186bb03f0001` has 17 hexadecimal digits, a word has at most "
            "16\n  0x38003186bb03f0001\n  ^^^^^^^^^^^^^^^^^^^\n");
  EXPECT_EQ(failure("dis " + write("c.hex", std::string("38\0\n", 4))),
            "c.hex:1:1: error: `38\\x00` is no word: expected one word of 1 to 16 hexadecimal "
            "digits per line, with or without 0x\n  38?\n  ^^^\n");
  EXPECT_EQ(failure("dis --binary " + write("d.bin", "1234567890")),
            "d.bin: error: the last word is cut off: 10 bytes are 1 words of 8 bytes and 2 more\n");
  EXPECT_EQ(failure("dis - < " + write("e.hex", "g")).substr(0, 16), "<stdin>:1:1: err");
}

TEST_F(TextTool, MalformedText) {
  EXPECT_EQ(failure("as " + write("a.s", "nop\nadd rf64, rf1, rf2\n")),
            "a.s:2:5: error: register `rf64` does not exist: there are rf0 to rf63\n"
            "  add rf64, rf1, rf2\n      ^^^^\n");
  EXPECT_EQ(failure("as " + write("b.s", std::string("nop\n\0\0", 6))),
            "b.s:2:1: error: expected an instruction, a label or a directive, found `\\x00\\x00`\n"
            "  ??\n  ^^\n");
}

TEST_F(TextTool, FilesThatCannotBeReadOrWritten) {
  for (const std::string command : {"as ", "dis "}) {
    EXPECT_EQ(failure(command + path("missing")),
              "vc7: missing: cannot be read: No such file or directory\n");
    EXPECT_EQ(failure(command + "/tmp"), "vc7: /tmp: is a directory, expected a file\n");
    EXPECT_EQ(failure(command + "-o " + path("no/where") + " /dev/null"),
              "vc7: no/where: cannot be written: No such file or directory\n");
  }
  EXPECT_EQ(failure("as -o /dev/full " + write("n.s", "nop")),
            "vc7: /dev/full: cannot be written: No space left on device\n");
}

TEST_F(TextTool, HundredMegabytesWithoutALineEnd) {
  const std::string big = write("big", "");
  std::filesystem::resize_file(big, 100'000'000);  // NUL bytes that take no space on the disk
  EXPECT_EQ(failure("dis " + big).substr(0, 17), "big:1:1: error: `");
  EXPECT_EQ(failure("as " + big).substr(0, 16), "big:1:1: error: ");
}

TEST_F(TextTool, Usage) {
  for (const auto* arguments : {"as --nonsense", "dis --base x", "as a b", "dis -o"})
    EXPECT_EQ(run_vc7(arguments).exit_code, 2) << arguments;
}

}  // namespace
}  // namespace vc7::test
