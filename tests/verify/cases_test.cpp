// SPDX-License-Identifier: MIT
//
// One accepted and one refused program for every rule: tests/cases/verify/RNN_ok.txt and
// RNN_bad.txt. `# options: four-way` and the like, then all findings of strict as comments, then
// the words.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vc7/verify/verify.hpp>

namespace vc7::verify {
namespace {

struct Case {
  Options options;
  std::vector<std::string> findings;
  std::vector<std::uint64_t> words;
};

void set_option(Options& options, const std::string& text) {
  if (text == "four-way")
    options.four_way = true;
  else if (text == "single-segment")
    options.single_segment = true;
  else if (text.starts_with("trip-count="))
    options.trip_count = std::stoull(text.substr(11));
  else
    ADD_FAILURE() << "option " << text;
}

Case read(const std::filesystem::path& path) {
  std::ifstream file{path};
  EXPECT_TRUE(file.is_open()) << path << " is missing";
  Case result;
  const std::string options = "# options: ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(options)) {
      std::istringstream words{line.substr(options.size())};
      for (std::string word; words >> word;) set_option(result.options, word);
    } else if (line.starts_with("# ")) {
      result.findings.push_back(line.substr(2));
    } else {
      result.words.push_back(std::stoull(line, nullptr, 16));
    }
  }
  return result;
}

std::vector<std::string> texts(const Report& report) {
  std::vector<std::string> list;
  for (const Finding& f : report.findings)
    list.push_back(
        fmt::format("{} {} at {}: {}", name(f.severity), info(f.rule).id, f.index, f.message));
  return list;
}

bool has(const Report& report, Rule rule) {
  for (const Finding& f : report.findings)
    if (f.rule == rule) return true;
  return false;
}

class RuleCases : public ::testing::TestWithParam<std::string> {
 protected:
  const std::filesystem::path folder_ = std::filesystem::path{VC7_TESTS_DIR} / "cases/verify";
};

TEST_P(RuleCases, AcceptedAndRefused) {
  const Rule rule = *find_rule(GetParam());
  const RuleInfo& row = info(rule);
  const auto ok_file = folder_ / (GetParam() + "_ok.txt"),
             bad_file = folder_ / (GetParam() + "_bad.txt");
  if (row.strict == Verdict::never) {  // nothing to accept or to refuse
    EXPECT_FALSE(exists(ok_file) || exists(bad_file));
    return;
  }
  const Case ok = read(ok_file), bad = read(bad_file);
  const Report good = verify(ok.words, ok.options), wrong = verify(bad.words, bad.options);
  EXPECT_EQ(texts(good), ok.findings);
  EXPECT_EQ(texts(wrong), bad.findings);
  EXPECT_FALSE(has(good, rule));
  ASSERT_TRUE(has(wrong, rule));
  EXPECT_EQ(
      wrong.has_errors(), row.strict == Verdict::error || [&] {
        for (const Finding& f : wrong.findings)
          if (f.rule != rule && f.severity == Severity::error) return true;
        return false;
      }());

  Options compat = bad.options;
  compat.level = Level::compat;
  for (const Finding& f : verify(bad.words, compat).findings) {
    if (f.rule != rule) continue;
    EXPECT_EQ(f.severity, row.compat == Verdict::error ? Severity::error : Severity::warning);
  }
}

std::vector<std::string> identifiers() {
  std::vector<std::string> list;
  for (const RuleInfo& row : rules) list.emplace_back(row.id);
  return list;
}
INSTANTIATE_TEST_SUITE_P(All, RuleCases, ::testing::ValuesIn(identifiers()),
                         [](const auto& instance) { return instance.param; });

TEST(Rules, AreDocumented) {
  for (const RuleInfo& row : rules) {
    EXPECT_GE(row.documentation.size(), 60u) << row.id;
    EXPECT_FALSE(row.title.empty() || row.evidence.empty()) << row.id;
    EXPECT_EQ(row.strict == Verdict::never, row.compat == Verdict::never) << row.id;
    EXPECT_FALSE(row.strict == Verdict::warning && row.compat == Verdict::error) << row.id;
  }
}

TEST(Rules, AreFoundByIdentifier) {
  EXPECT_EQ(find_rule("R14"), Rule::R14);
  EXPECT_EQ(find_rule("r45"), Rule::R45);
  for (const char* wrong : {"", "R", "R0", "R014", "14", "R51", "X14"})
    EXPECT_FALSE(find_rule(wrong)) << wrong;
}

TEST(Rules, NoCaseWithoutRule) {
  for (const auto& entry :
       std::filesystem::directory_iterator{std::filesystem::path{VC7_TESTS_DIR} / "cases/verify"}) {
    const std::string stem = entry.path().stem().string();
    EXPECT_TRUE(find_rule(stem.substr(0, stem.find('_')))) << stem;
  }
}

}  // namespace
}  // namespace vc7::verify
