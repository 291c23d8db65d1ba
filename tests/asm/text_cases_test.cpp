// SPDX-License-Identifier: MIT
//
// The text cases tests/cases/asm/*.txt: each holds an input and what becomes of it.
//
//   ==== name
//   input
//   ---- words            or: ---- errors
//   expected output
//
// VC7_UPDATE_CASES=1 in the environment rewrites the expected output of all cases.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <vc7/asm/text.hpp>

namespace {

struct Case {
  std::string name, input, expected;
};

struct CaseFile {
  std::string head;  ///< what stands before the first case
  std::vector<Case> cases;
};

CaseFile read(const std::filesystem::path& path) {
  CaseFile file;
  std::ifstream in{path};
  std::string* part = &file.head;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("==== ")) {
      file.cases.push_back({line.substr(5), "", ""});
      part = &file.cases.back().input;
      continue;
    }
    if (line.starts_with("---- ") && !file.cases.empty()) part = &file.cases.back().expected;
    *part += line + "\n";
  }
  return file;
}

std::string outcome(const std::string& input) {
  const auto result = vc7::assemble_text(input);
  if (!result) return "---- errors\n" + format(result.diagnostics, input);
  return "---- words\n" + result.program.dump();
}

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator{std::filesystem::path{VC7_TESTS_DIR} / "cases/asm"})
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

TEST(TextCases, All) {
  std::size_t count = 0;
  for (const auto& path : files()) {
    CaseFile file = read(path);
    EXPECT_FALSE(file.cases.empty()) << path;
    for (Case& one : file.cases) {
      const std::string actual = outcome(one.input);
      if (std::getenv("VC7_UPDATE_CASES")) one.expected = actual;
      EXPECT_EQ(actual, one.expected) << path << ": " << one.name;
      ++count;
    }
    if (!std::getenv("VC7_UPDATE_CASES")) continue;
    std::ofstream out{path};
    out << file.head;
    for (const Case& one : file.cases)
      out << "==== " << one.name << '\n' << one.input << one.expected;
  }
  EXPECT_GE(count, 60u);
}

}  // namespace
