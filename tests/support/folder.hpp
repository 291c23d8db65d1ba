// SPDX-License-Identifier: MIT
//
// A folder for the files of one test; gone with it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace vc7::test {

class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "vc7-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name = "") const { return (path_ / name).string(); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream{path_ / name, std::ios::binary} << bytes;
  }
  std::string read(const std::string& name) const {
    std::ifstream file{path_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  /// A file of this size that takes no space.
  void sparse(const std::string& name, std::uintmax_t size) const {
    write(name, "");
    std::filesystem::resize_file(path_ / name, size);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace vc7::test
