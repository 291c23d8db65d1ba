// SPDX-License-Identifier: MIT
#include "device/choice.hpp"

#include <cstdlib>

#include "support.hpp"

namespace vc7::test {
namespace {

using detail::Choice;
using drm::OpenProblem;

// A computer with these DRM nodes. What is opened tells of itself by its description.
struct FakeComputer {
  std::vector<drm::ProbedNode> nodes;
  std::string opened;

  detail::Computer computer() {
    const auto node = [] {
      drm::SimulatedOptions options;
      options.executor = [](const sim::CsdConfig&, const std::atomic<bool>&) {
        return sim::JobResult{};
      };
      return drm::open_simulated(std::move(options));
    };
    return {.probe = [this] { return nodes; },
            .open_any = [this, node] { return opened = "any", node(); },
            .open_path = [this, node](const std::string& path) { return opened = path, node(); },
            .open_model =
                [this, node](const std::optional<sim::Topology>& topology) {
                  opened = "model";
                  if (topology) opened += std::string{" "} + std::string{topology->name};
                  return node();
                }};
  }
  detail::Chosen choose(std::string_view parameter, const char* environment) {
    opened.clear();
    return detail::choose(parameter, environment, computer());
  }
};

const drm::ProbedNode intel{"/dev/dri/renderD128", "i915", "", OpenProblem::not_v3d,
                            "its driver is i915, not v3d"};
const drm::ProbedNode pi5{"/dev/dri/renderD129", "v3d", "7.1.10", {}, "usable"};
const drm::ProbedNode locked{"/dev/dri/renderD129", "v3d", "", OpenProblem::permission,
                             "no permission to open it"};
const drm::ProbedNode unknown{"/dev/dri/renderD128", "", "", OpenProblem::permission,
                              "no permission to open it"};
const drm::ProbedNode pi4{"/dev/dri/renderD128", "v3d", "4.2.14", OpenProblem::not_v7,
                          "it is a V3D 4.2.14"};

TEST(Choice, TakesTheGpuIfThereIsOne) {
  FakeComputer c{{intel, pi5}, ""};
  EXPECT_EQ(c.choose("", nullptr).note, "");
  EXPECT_EQ(c.opened, "/dev/dri/renderD129");
}

TEST(Choice, TakesTheModelIfThereIsNone) {
  FakeComputer c;
  EXPECT_EQ(c.choose("", nullptr).note, "; no V3D 7.x found (no DRM devices)");
  EXPECT_EQ(c.opened, "model");
  c.nodes = {intel};
  EXPECT_EQ(c.choose("", "").note,
            "; no V3D 7.x found (/dev/dri/renderD128: its driver is i915, not v3d)");
  EXPECT_EQ(c.opened, "model");
  c.nodes = {pi4};
  EXPECT_CONTAINS(c.choose("", nullptr).note, "it is a V3D 4.2.14");
  c.nodes = {unknown};  // says so, as it may be one
  EXPECT_CONTAINS(c.choose("", nullptr).note, "no permission to open it");
}

TEST(Choice, DoesNotHideAGpuThatCannotBeUsed) {
  for (const auto problem :
       {OpenProblem::permission, OpenProblem::failed, OpenProblem::no_compute}) {
    auto node = locked;
    node.problem = problem;
    FakeComputer c{{intel, node}, ""};
    EXPECT_EQ(error_of<drm::OpenError>([&] { (void)c.choose("", nullptr); }),
              "this computer has a V3D that cannot be used: /dev/dri/renderD129: no permission to "
              "open it. To run on the device model instead, set VC7_DEVICE=sim");
    EXPECT_EQ(c.opened, "");
  }
}

TEST(Choice, DoesWhatItIsTold) {
  FakeComputer c{{locked}, ""};
  (void)c.choose("", "sim");
  EXPECT_EQ(c.opened, "model");
  (void)c.choose("sim:7.1.7", "drm");
  EXPECT_EQ(c.opened, "model 7.1.7");
  (void)c.choose("", "sim:7.1.10");
  EXPECT_EQ(c.opened, "model 7.1.10");
  (void)c.choose("drm", "sim");
  EXPECT_EQ(c.opened, "any");
  (void)c.choose("", "/dev/dri/card0");
  EXPECT_EQ(c.opened, "/dev/dri/card0");
}

TEST(Choice, NamesWhatIsAllowed) {
  FakeComputer c;
  EXPECT_EQ(error_of([&] { (void)c.choose("", "gpu"); }),
            "VC7_DEVICE is \"gpu\", allowed are drm, sim, sim:7.1.7, sim:7.1.10, or the path of a "
            "DRM node such as /dev/dri/renderD128");
  EXPECT_CONTAINS(error_of([&] { (void)c.choose("sim:7.1", nullptr); }),
                  "the device is \"sim:7.1\", allowed are");
  EXPECT_CONTAINS(error_of([&] { (void)c.choose("sim:", nullptr); }), "the device is \"sim:\"");
}

TEST(Choice, OpensPathsThatAreNoGpu) {
  EXPECT_CONTAINS(error_of([] { (void)Device::open("/dev/null"); }), "/dev/null: not a DRM device");
  EXPECT_CONTAINS(error_of([] { (void)Device::open("/nowhere"); }), "/nowhere: ");
}

TEST(Info, OfTheModel) {
  for (const auto& topology : sim::topologies) {
    const Device device = Device::open("sim:" + std::string{topology.name});
    const DeviceInfo& info = device.info();
    EXPECT_TRUE(device.is_simulated());
    EXPECT_CONTAINS(device.description(), "simulated");
    EXPECT_EQ(info.version, topology.name);
    EXPECT_EQ(info.slices, topology.slices);
    EXPECT_EQ(device.qpus(), topology.qpus());
    EXPECT_EQ(device.threads(), 2 * topology.qpus());
    EXPECT_EQ(device.threads(Threading::four_way), 4 * topology.qpus());
    EXPECT_FALSE(info.clock_hz);
    EXPECT_FALSE(device.dispatch_target().batches_minus_one);
    EXPECT_EQ(info.parameters.at(0), (std::pair<std::string, std::uint64_t>{"uifcfg", 0x45}));
    EXPECT_GE(info.parameters.size(), 14u);
  }
}

TEST(Info, OldRevision) {
  FakeGpu gpu;
  gpu.watch->hub_ident3 = 0x500;
  const Device device = gpu.open();
  EXPECT_EQ(device.info().version, "7.1.5");
  EXPECT_TRUE(device.dispatch_target().batches_minus_one);
}

TEST(Info, RefusesNoNode) {
  EXPECT_CONTAINS(error_of([] { (void)Device::from(nullptr); }), "Device::from: there is no node");
}

}  // namespace
}  // namespace vc7::test
