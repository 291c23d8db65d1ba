// SPDX-License-Identifier: MIT
#include <drm.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "backend.hpp"
#include "drm/uapi.hpp"

namespace vc7::drm::test {
namespace {

void expect_refused(const std::string& path, OpenProblem problem, const std::string& message) {
  try {
    open_kernel(path);
    FAIL() << path << " was opened";
  } catch (const OpenError& error) {
    EXPECT_EQ(error.problem(), problem);
    EXPECT_EQ(error.what(), message);
  }
}

TEST(OpenTest, NoSuchPath) {
  expect_refused("/dev/dri/nothing", OpenProblem::not_found,
                 "/dev/dri/nothing: cannot open it: ENOENT (No such file or directory)");
  expect_refused("/dev/null/x", OpenProblem::not_found,
                 "/dev/null/x: cannot open it: ENOTDIR (Not a directory)");
}

TEST(OpenTest, NotADrmDevice) {
  expect_refused("/dev/null", OpenProblem::not_drm, "/dev/null: not a DRM device");
  expect_refused("/proc/self/exe", OpenProblem::not_drm, "/proc/self/exe: not a DRM device");
  expect_refused("/tmp", OpenProblem::not_drm, "/tmp: not a DRM device");
}

TEST(OpenTest, FailuresKeepNoDescriptor) {
  const auto before = open_descriptors();
  for (int i = 0; i < 100; ++i) EXPECT_THROW(open_kernel("/dev/null"), OpenError);
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before; }));
}

// Whatever this computer has: opening agrees with the list, and neither leaves anything open.
TEST(OpenTest, ProbeAgreesWithOpen) {
  const auto before = open_descriptors();
  const auto nodes = probe();
  const bool usable = std::ranges::any_of(nodes, [](const auto& n) { return !n.problem; });
  for (const auto& node : nodes) EXPECT_EQ(node.problem.has_value(), node.verdict != "usable");
  try {
    open_kernel();
    EXPECT_TRUE(usable);
  } catch (const OpenError& error) {
    EXPECT_FALSE(usable);
    if (nodes.empty()) {
      EXPECT_EQ(error.problem(), OpenProblem::not_found);
      EXPECT_STREQ(error.what(),
                   "no V3D GPU found: this computer has no DRM devices (looked into /dev/dri)");
    }
  }
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before; }));
}

// Opening the kernel node on a device that answers one question differently.
class OddDeviceTest : public testing::Test {
 protected:
  JobControl jobs;
  ShimmedDevice device{SimulatedOptions{.machine = {}, .executor = jobs.executor()}};
  const std::string path = device.path();

  void answer_param(Param param, int code, std::uint64_t value) {
    device.set_override([=](const shim::Call& call, raw::Caller& caller) -> std::optional<int> {
      uapi::GetParam args;
      if (call.request != uapi::get_param) return std::nullopt;
      caller.read(&args, call.argument, sizeof args);
      if (args.param != static_cast<std::uint32_t>(param)) return std::nullopt;
      args.value = value;
      caller.write(call.argument, &args, sizeof args);
      return code;
    });
  }
};

TEST_F(OddDeviceTest, TakesAV3D) {
  const auto node = open_kernel(path);
  EXPECT_EQ(node->description(),
            path + ": V3D 7.1.10, the device model under vc7 exec (simulated)");
  EXPECT_TRUE(node->simulated());
}

TEST_F(OddDeviceTest, RefusesOtherGenerations) {
  answer_param(Param::core0_ident0, 0, 0x04443356);
  expect_refused(path, OpenProblem::not_v7,
                 path + ": it is a V3D 4.1.10; vc7 needs a V3D 7.x, as in the Raspberry Pi 5");
}

TEST_F(OddDeviceTest, RefusesWithoutCompute) {
  const auto text = path + ": its kernel driver offers no compute jobs; update the kernel";
  answer_param(Param::supports_csd, 0, 0);
  expect_refused(path, OpenProblem::no_compute, text);
  answer_param(Param::supports_csd, EINVAL, 0);
  expect_refused(path, OpenProblem::no_compute, text);
}

TEST_F(OddDeviceTest, TellsWhenItCannotAsk) {
  answer_param(Param::core0_ident1, EIO, 0);
  expect_refused(path, OpenProblem::failed,
                 path + ": cannot ask what it is: EIO (Input/output error)");
}

TEST_F(OddDeviceTest, RefusesOtherDrivers) {
  device.set_override([](const shim::Call& call, raw::Caller& caller) -> std::optional<int> {
    if (call.request != DRM_IOCTL_VERSION) return std::nullopt;
    drm_version version;
    caller.read(&version, call.argument, sizeof version);
    if (version.name != nullptr)
      caller.write(reinterpret_cast<std::uint64_t>(version.name), "vc4", 3);
    version.name_len = 3;
    version.date_len = version.desc_len = 1;  // libdrm does not expect empty ones
    caller.write(call.argument, &version, sizeof version);
    return 0;
  });
  expect_refused(path, OpenProblem::not_v3d, path + ": its driver is vc4, not v3d");
}

using LifetimeTest = NodeTest;

TEST_P(LifetimeTest, FiveHundredOpensLeaveNothing) {
  open()->create_bo(4096).value();  // what is set up once is set up now
  const auto before = open_descriptors();
  for (int i = 0; i < 500; ++i) {
    const auto file = open();
    const auto bo = file->create_bo(1 << 20).value();
    const auto mapping = file->map_bo(bo.handle, 1 << 20).value();
    mapping.bytes()[0] = std::byte{1};
    file->syncobj_create().value();
  }
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before; }));
}

TEST_P(LifetimeTest, ClosingGivesTheMemoryBack) {
  // More in all than a 4 GiB address space holds.
  for (int i = 0; i < 40; ++i) {
    const auto file = open();
    ASSERT_TRUE(file->create_bo(192 << 20).ok()) << i;
  }
}

TEST_P(LifetimeTest, MappingsOutliveTheFile) {
  Mapping mapping;
  {
    const auto file = open();
    mapping = file->map_bo(file->create_bo(4096).value().handle, 4096).value();
  }
  mapping.bytes()[4095] = std::byte{7};
  EXPECT_EQ(mapping.bytes()[4095], std::byte{7});
}

VC7_ON_BACKENDS(LifetimeTest, all_backends());

TEST(SimulatedLifetimeTest, FiveHundredDevicesLeaveNothing) {
  const auto before = open_descriptors();
  for (int i = 0; i < 500; ++i) {
    const auto node = open_simulated();
    node->create_bo(4096).value();
  }
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before; }));
}

}  // namespace
}  // namespace vc7::drm::test
