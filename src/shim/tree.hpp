// SPDX-License-Identifier: MIT
//
// The files that exist virtually, in a folder of their own.
#pragma once

#include <filesystem>
#include <string>

namespace vc7::shim {

/// Makes the folder, and removes it with all that is in it.
class Tree {
 public:
  /// Throws vc7::Error.
  Tree();
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path root() const { return folder_ / "root"; }
  /// Names of the nodes: "renderD128" and "card0", or the next that the machine has not got.
  const std::string& render() const { return render_; }
  const std::string& card() const { return card_; }

 private:
  void make_device(const std::string& name);
  void make_sysfs();
  void make_device_tree();
  void link_real(const std::filesystem::path& folder);

  std::filesystem::path folder_;
  std::string render_, card_;
};

}  // namespace vc7::shim
