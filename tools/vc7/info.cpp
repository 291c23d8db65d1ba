// SPDX-License-Identifier: MIT
//
// vc7 info: which device would be used, and what it is.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/device/device.hpp>
#include <vc7/drm/kernel.hpp>
#include <vc7/sim/machine.hpp>

#include "commands.hpp"

namespace vc7::tool {
namespace {

using Json = nlohmann::ordered_json;

struct Host {
  std::string vector_isa = sim::vector_isa();
  unsigned threads = std::thread::hardware_concurrency();
};

Json to_json(const DeviceInfo& info, const std::vector<drm::ProbedNode>& nodes, const Host& host) {
  Json parameters = Json::object();
  for (const auto& [name, value] : info.parameters) parameters[name] = value;
  Json found = Json::array();
  for (const auto& node : nodes)
    found.push_back({{"path", node.path},
                     {"driver", node.driver},
                     {"version", node.version},
                     {"usable", !node.problem},
                     {"verdict", node.verdict}});
  return {{"description", info.description},
          {"simulated", info.simulated},
          {"version", info.version},
          {"slices", info.slices},
          {"qpus_per_slice", info.qpus_per_slice},
          {"qpus", info.qpus()},
          {"threads_two_way", info.threads(Threading::two_way)},
          {"threads_four_way", info.threads(Threading::four_way)},
          {"clock_hz", info.clock_hz ? Json(*info.clock_hz) : Json(nullptr)},
          {"kernel_parameters", parameters},
          {"drm_nodes", found},
          {"host", {{"vector_isa", host.vector_isa}, {"threads", host.threads}}}};
}

std::string to_text(const DeviceInfo& info, const std::vector<drm::ProbedNode>& nodes,
                    const Host& host) {
  std::string text;
  const auto row = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{:<11}{}\n", name, value);
  };
  row("device", info.description);
  row("simulated",
      info.simulated ? "yes: results and times are those of the device model, not of a GPU" : "no");
  row("version", info.version);
  row("slices", fmt::format("{} with {} QPUs each", info.slices, info.qpus_per_slice));
  row("QPUs", fmt::format("{}", info.qpus()));
  row("threads", fmt::format("{} with 64 registers, or {} with 32",
                             info.threads(Threading::two_way), info.threads(Threading::four_way)));
  row("clock", info.clock_hz    ? fmt::format("{:.0f} MHz", *info.clock_hz / 1e6)
               : info.simulated ? "none: the model has no time of its own"
                                : "not known (the kernel tells it to root only)");
  row("host", fmt::format("{}, {} threads", host.vector_isa, host.threads));
  row("DRM nodes", nodes.empty() ? "none (looked for a node with the driver v3d)" : "");
  for (const auto& node : nodes) text += fmt::format("  {}: {}\n", node.path, node.verdict);
  text += "kernel parameters\n";
  for (const auto& [name, value] : info.parameters)
    text += fmt::format("  {:<23}{:#010x}\n", name, value);
  return text;
}

void run(const std::string& device_name, bool json) {
  const Device device = Device::open(device_name);
  const auto nodes = drm::probe();
  const Host host;
  fmt::print("{}", json ? to_json(device.info(), nodes, host).dump(2) + "\n"
                        : to_text(device.info(), nodes, host));
}

}  // namespace

void add_info(CLI::App& app, int&) {
  struct Options {
    std::string device;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand("info", "Which device is used, and what it is");
  command->add_option(
      "--device", options->device,
      "drm, sim, sim:7.1.7, sim:7.1.10 or /dev/dri/...; default: VC7_DEVICE, else what is found");
  command->add_flag("--json", options->json, "As JSON");
  command->callback([options] { run(options->device, options->json); });
}

}  // namespace vc7::tool
