// SPDX-License-Identifier: MIT
#include "inspect.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <xf86drm.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string_view>

#include "../uapi.hpp"
#include "kernel_node.hpp"

namespace vc7::drm::kernel {
namespace {

// Name of a group, or its number if it has none.
std::string group_name(gid_t id) {
  std::vector<char> space(4096);
  group entry{};
  group* found = nullptr;
  if (getgrgid_r(id, &entry, space.data(), space.size(), &found) == 0 && found != nullptr)
    return found->gr_name;
  return std::to_string(id);
}

// The driver of a character device without opening it; empty if sysfs does not tell.
std::string driver_from_sysfs(dev_t device) {
  const auto link = "/sys/dev/char/" + std::to_string(major(device)) + ":" +
                    std::to_string(minor(device)) + "/device/driver";
  std::error_code error;
  const auto target = std::filesystem::read_symlink(link, error);
  return error ? "" : target.filename().string();
}

void ask_version(int fd, NodeFacts& facts) {
  const std::unique_ptr<drmVersion, decltype(&drmFreeVersion)> version{drmGetVersion(fd),
                                                                       &drmFreeVersion};
  if (!version) return;
  facts.is_drm = true;
  facts.driver.assign(version->name, static_cast<std::size_t>(version->name_len));
  facts.is_model = std::string_view{version->desc, static_cast<std::size_t>(version->desc_len)} ==
                   uapi::model_description;
}

void ask_identity(int fd, NodeFacts& facts) {
  const auto ask = [&](Param param) -> std::uint32_t {
    const auto value = get_param(fd, param);
    if (value) return static_cast<std::uint32_t>(value.value());
    if (facts.ask_error == 0) facts.ask_error = value.error();
    return 0;
  };
  facts.core0_ident0 = ask(Param::core0_ident0);
  facts.core0_ident1 = ask(Param::core0_ident1);
  facts.hub_ident3 = ask(Param::hub_ident3);
  // A kernel that does not know the question has no compute jobs; that is not a failure to
  // identify.
  const auto compute = get_param(fd, Param::supports_csd);
  facts.has_compute = compute && compute.value() != 0;
}

}  // namespace

Inspected inspect(const std::string& path) {
  Inspected result;
  auto& facts = result.facts;
  facts.path = path;
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    facts.open_error = errno;
    return result;
  }
  // Opening other kinds of files can block or have effects; they are no DRM devices anyway.
  if (!S_ISCHR(status.st_mode)) return result;
  result.fd = Fd{open(path.c_str(), O_RDWR | O_CLOEXEC)};
  if (!result.fd) {
    facts.open_error = errno;
    facts.group = group_name(status.st_gid);
    facts.driver = driver_from_sysfs(status.st_rdev);
    return result;
  }
  ask_version(result.fd.get(), facts);
  if (facts.driver == "v3d") ask_identity(result.fd.get(), facts);
  return result;
}

std::vector<std::string> list_nodes() {
  std::vector<drmDevicePtr> devices;
  const int count = drmGetDevices2(0, nullptr, 0);
  if (count > 0) devices.resize(static_cast<std::size_t>(count));
  // The number may have changed since; what is returned may be more than what was stored.
  const int stored = drmGetDevices2(0, devices.data(), static_cast<int>(devices.size()));
  devices.resize(std::min(devices.size(), static_cast<std::size_t>(std::max(stored, 0))));

  std::vector<std::string> paths;
  for (const int kind : {DRM_NODE_RENDER, DRM_NODE_PRIMARY})
    for (const auto& device : devices)
      if ((device->available_nodes & 1 << kind) != 0) paths.emplace_back(device->nodes[kind]);
  drmFreeDevices(devices.data(), static_cast<int>(devices.size()));
  return paths;
}

}  // namespace vc7::drm::kernel
