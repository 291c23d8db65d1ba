// SPDX-License-Identifier: MIT
//
// What users are told about nodes that cannot be used. The texts are pinned.
#include "drm/kernel/diagnose.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace vc7::drm::kernel {
namespace {

// A Raspberry Pi 5 (v3d71 §18 row 33).
NodeFacts pi5() {
  NodeFacts facts;
  facts.path = "/dev/dri/renderD128";
  facts.is_drm = true;
  facts.driver = "v3d";
  facts.core0_ident0 = 0x07443356;
  facts.core0_ident1 = 0x81001431;
  facts.hub_ident3 = 0x00020a10;
  facts.has_compute = true;
  return facts;
}

TEST(DiagnoseTest, TakesAPi5) {
  const auto node = diagnose(pi5());
  EXPECT_EQ(node.path, "/dev/dri/renderD128");
  EXPECT_EQ(node.driver, "v3d");
  EXPECT_EQ(node.version, "7.1.10");
  EXPECT_FALSE(node.problem);
  EXPECT_EQ(node.verdict, "usable");
}

TEST(DiagnoseTest, NamesTheFirstStepping) {
  auto facts = pi5();
  facts.hub_ident3 = 0x00000700;
  facts.core0_ident1 = 0x81001441;
  EXPECT_EQ(diagnose(facts).version, "7.1.7");
}

struct Case {
  const char* name;
  void (*spoil)(NodeFacts&);
  OpenProblem problem;
  const char* verdict;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class DiagnoseCases : public testing::TestWithParam<Case> {};

TEST_P(DiagnoseCases, Explains) {
  auto facts = pi5();
  GetParam().spoil(facts);
  const auto node = diagnose(facts);
  EXPECT_EQ(node.problem, GetParam().problem);
  EXPECT_EQ(node.verdict, GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    All, DiagnoseCases,
    testing::Values(
        Case{"missing", [](NodeFacts& f) { f = {.path = f.path, .open_error = ENOENT}; },
             OpenProblem::not_found, "cannot open it: ENOENT (No such file or directory)"},
        Case{"permission",
             [](NodeFacts& f) {
               f = {.path = f.path, .open_error = EACCES, .group = "render", .driver = "v3d"};
             },
             OpenProblem::permission,
             "no permission to open it, it belongs to group render; join with `sudo usermod -aG "
             "render,video $USER`, "
             "then log out and in again"},
        Case{"permission_without_sysfs",
             [](NodeFacts& f) { f = {.path = f.path, .open_error = EPERM}; },
             OpenProblem::permission,
             "no permission to open it; join with `sudo usermod -aG render,video $USER`, then log "
             "out and in again"},
        Case{"permission_of_other_driver",
             [](NodeFacts& f) {
               f = {.path = f.path, .open_error = EACCES, .group = "video", .driver = "vc4"};
             },
             OpenProblem::not_v3d, "its driver is vc4, not v3d"},
        Case{"too_many_files", [](NodeFacts& f) { f = {.path = f.path, .open_error = EMFILE}; },
             OpenProblem::failed, "cannot open it: EMFILE (Too many open files)"},
        Case{"not_drm", [](NodeFacts& f) { f = {.path = f.path}; }, OpenProblem::not_drm,
             "not a DRM device"},
        Case{"other_driver", [](NodeFacts& f) { f.driver = "i915"; }, OpenProblem::not_v3d,
             "its driver is i915, not v3d"},
        Case{"mute", [](NodeFacts& f) { f.ask_error = EIO; }, OpenProblem::failed,
             "cannot ask what it is: EIO (Input/output error)"},
        Case{"pi4",
             [](NodeFacts& f) {
               f.core0_ident0 = 0x04443356;
               f.core0_ident1 = 0x81001422;
               f.hub_ident3 = 0;
             },
             OpenProblem::not_v7,
             "it is a V3D 4.2.0; vc7 needs a V3D 7.x, as in the Raspberry Pi 5"},
        Case{"no_compute", [](NodeFacts& f) { f.has_compute = false; }, OpenProblem::no_compute,
             "its kernel driver offers no compute jobs; update the kernel"}),
    [](const auto& one) { return std::string{one.param.name}; });

TEST(DiagnoseTest, RefusesWithoutDevices) {
  const auto error = refuse({});
  EXPECT_EQ(error.problem(), OpenProblem::not_found);
  EXPECT_STREQ(error.what(),
               "no V3D GPU found: this computer has no DRM devices (looked into /dev/dri)");
}

TEST(DiagnoseTest, RefusesWithTheNearestProblem) {
  auto mine = pi5();
  mine.has_compute = false;
  NodeFacts other{.path = "/dev/dri/card1", .is_drm = true, .driver = "vc4"};
  const auto error = refuse({diagnose(mine), diagnose(other)});
  EXPECT_EQ(error.problem(), OpenProblem::no_compute);
  EXPECT_STREQ(
      error.what(),
      "no usable V3D 7.x GPU among the DRM devices:\n"
      "  /dev/dri/renderD128: its kernel driver offers no compute jobs; update the kernel\n"
      "  /dev/dri/card1: its driver is vc4, not v3d");
}

}  // namespace
}  // namespace vc7::drm::kernel
