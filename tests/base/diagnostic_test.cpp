// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include <vc7/base/diagnostic.hpp>

namespace vc7 {
namespace {

const std::string text = "first\n  add rf1, rf64, rf2\r\nlast";

TEST(DiagnosticText, PlaceLineAndCarets) {
  const Diagnostic d{.message = "there is no register rf64",
                     .file = "x.asm",
                     .line = 2,
                     .column = 12,
                     .length = 4};
  EXPECT_EQ(format(d, text), "x.asm:2:12: error: there is no register rf64\n"
                             "    add rf1, rf64, rf2\n"
                             "             ^^^^\n");
  EXPECT_EQ(format(d), "x.asm:2:12: error: there is no register rf64\n");
}

TEST(DiagnosticText, WhatIsUnknownIsLeftOut) {
  EXPECT_EQ(format({.message = "empty"}, text), "error: empty\n");
  EXPECT_EQ(format({.severity = Severity::warning, .message = "odd", .rule = "R26"}),
            "warning: odd [R26]\n");
  EXPECT_EQ(format({.severity = Severity::note, .message = "here", .line = 3}, text),
            "line 3: note: here\n  last\n");
  EXPECT_EQ(format({.message = "m", .file = "f", .line = 9, .column = 9}, text),
            "f:9:9: error: m\n");
}

TEST(DiagnosticText, CaretsStayInTheLine) {
  EXPECT_EQ(format({.message = "m", .line = 1, .column = 4, .length = 100}, text),
            "line 1:4: error: m\n  first\n     ^^\n");
  EXPECT_EQ(format({.message = "end of line", .line = 1, .column = 6, .length = 3}, text),
            "line 1:6: error: end of line\n  first\n       ^\n");
  EXPECT_EQ(format({.message = "m", .line = 1, .column = 7}, text),
            "line 1:7: error: m\n  first\n");
}

TEST(DiagnosticText, LongLinesAreCutAroundThePlace) {
  const std::string line = std::string(500, 'a') + 'b' + std::string(500, 'c');
  const std::string shown = format({.message = "m", .line = 1, .column = 501}, line);
  EXPECT_EQ(shown, "line 1:501: error: m\n  " + std::string(60, 'a') + 'b' + std::string(59, 'c') +
                       "\n  " + std::string(60, ' ') + "^\n");
}

TEST(DiagnosticText, BytesThatATerminalWouldNotShow) {
  EXPECT_EQ(format({.message = "m", .line = 1, .column = 4}, std::string_view{"\ta\0\x1b\xff", 5}),
            "line 1:4: error: m\n   a???\n     ^\n");
}

TEST(DiagnosticText, OnlyErrorsCountAsErrors) {
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({{.severity = Severity::warning}, {.severity = Severity::note}}));
  EXPECT_TRUE(has_errors({{.severity = Severity::warning}, {.severity = Severity::error}}));
  EXPECT_EQ(format({{.message = "a"}, {.message = "b"}}), "error: a\nerror: b\n");
}

}  // namespace
}  // namespace vc7
