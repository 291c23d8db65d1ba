// SPDX-License-Identifier: MIT
#include "tree.hpp"

#include <cstdlib>
#include <fstream>
#include <string_view>
#include <vector>

#include <vc7/base/error.hpp>

namespace vc7::shim {
namespace fs = std::filesystem;
namespace {

// Where a Pi 5 has them (v3d71 §14, §15; reference/drm-clients.md).
constexpr const char* unit = "1002000000.v3d";
constexpr const char* platform_device = "sys/devices/platform/axi/1002000000.v3d";
constexpr const char* device_tree_node = "axi/gpu@1002000000";

void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream file{path, std::ios::binary};
  file << bytes;
  file.close();
  if (!file) throw Error{"cannot write " + path.string()};
}

void link(const fs::path& path, const fs::path& target) {
  fs::create_directories(path.parent_path());
  fs::create_symlink(target, path);
}

std::string first_free(const char* prefix, int number) {
  while (fs::exists("/dev/dri/" + (prefix + std::to_string(number)))) ++number;
  return prefix + std::to_string(number);
}

std::string big_endian(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

// 226:minor, as the kernel numbers its nodes.
std::string number_of(const std::string& name) {
  return "226:" + name.substr(name.find_first_of("0123456789"));
}

fs::path make_folder() {
  // Short, as the names of sockets are limited to 107 bytes.
  std::string name = "/tmp/vc7-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw Error{"cannot make a folder in /tmp"};
  return name;
}

}  // namespace

Tree::Tree() : folder_{make_folder()} {
  try {
    render_ = first_free("renderD", 128);
    card_ = first_free("card", 0);
    fs::create_directories(root() / "dev/dri/by-path");
    link(root() / "dev/dri/by-path/platform-1002000000.v3d-card", "../" + card_);
    link(root() / "dev/dri/by-path/platform-1002000000.v3d-render", "../" + render_);
    make_sysfs();
    make_device_tree();
    link_real("dev/dri");
    link_real("dev/dri/by-path");
    link_real("sys/class/drm");
    // The library reads this, not the names of the folder, to know which node is which.
    write(folder_ / "nodes", render_ + " " + card_ + "\n");
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

Tree::~Tree() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Tree::make_device(const std::string& name) {
  const fs::path place = root() / platform_device / "drm" / name;
  write(place / "dev", number_of(name) + "\n");
  write(place / "uevent", "MAJOR=226\nMINOR=" + number_of(name).substr(4) + "\nDEVNAME=dri/" +
                              name + "\nDEVTYPE=drm_minor\n");
  link(place / "device", fs::path{"../../../"} / unit);
  link(place / "subsystem", "../../../../../../class/drm");
  link(root() / "sys/dev/char" / number_of(name),
       fs::path{"../../devices/platform/axi"} / unit / "drm" / name);
  link(root() / "sys/class/drm" / name,
       fs::path{"../../devices/platform/axi"} / unit / "drm" / name);
}

void Tree::make_sysfs() {
  const fs::path device = root() / platform_device;
  write(device / "uevent", std::string{"DRIVER=v3d\nOF_NAME=gpu\nOF_FULLNAME=/"} +
                               device_tree_node +
                               "\nOF_COMPATIBLE_0=brcm,2712-v3d\nOF_COMPATIBLE_N=1\n"
                               "MODALIAS=of:NgpuT(null)Cbrcm,2712-v3d\n");
  write(device / "modalias", "of:NgpuT(null)Cbrcm,2712-v3d\n");
  fs::create_directories(root() / "sys/bus/platform/drivers/v3d");
  link(device / "subsystem", "../../../../bus/platform");
  link(device / "driver", "../../../../bus/platform/drivers/v3d");
  link(root() / "sys/bus/platform/drivers/v3d" / unit,
       fs::path{"../../../../devices/platform/axi"} / unit);
  link(root() / "sys/bus/platform/devices" / unit,
       fs::path{"../../../devices/platform/axi"} / unit);
  fs::create_directories(root() / "sys/class/drm");
  write(root() / "sys/class/drm/version", "drm 1.1.0 20060810\n");
  make_device(card_);
  make_device(render_);
}

void Tree::make_device_tree() {
  const fs::path base = root() / "sys/firmware/devicetree/base";
  using namespace std::string_literals;
  write(base / "__symbols__/v3d", "/"s + device_tree_node + "\0"s);
  const fs::path node = base / device_tree_node;
  write(node / "compatible", "brcm,2712-v3d\0"s);
  write(node / "status", "okay\0"s);
  write(node / "reg-names", "hub\0core0\0sms\0"s);
  write(node / "reg", big_endian(0x1002000000) + big_endian(0x4000) + big_endian(0x1002008000) +
                          big_endian(0x6000) + big_endian(0x1002030800) + big_endian(0x700));
  link(root() / "proc/device-tree", "../sys/firmware/devicetree/base");
}

// Real devices stay visible beside ours.
void Tree::link_real(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry{"/" / folder, error}, end; !error && entry != end;
       entry.increment(error)) {
    const fs::path ours = root() / folder / entry->path().filename();
    if (!fs::exists(fs::symlink_status(ours))) fs::create_symlink(entry->path(), ours);
  }
}

}  // namespace vc7::shim
