// SPDX-License-Identifier: MIT
#include "program.hpp"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace vc7::tool {
namespace {

Refusal cannot_preload(const std::string& file, const std::string& why) {
  return {1, fmt::format("{} {}: the dynamic linker would not load libvc7_shim.so into it, and it "
                         "would run without the device",
                         file, why)};
}

bool starts_with(const std::string& head, const char* text, std::size_t size) {
  return head.size() >= size && std::memcmp(head.data(), text, size) == 0;
}

// A dynamic program names its linker; a static one, also a static-pie, does not.
bool has_interpreter(std::ifstream& in, const std::string& head) {
  Elf64_Ehdr header;
  if (head.size() < sizeof header) return true;
  std::memcpy(&header, head.data(), sizeof header);
  in.clear();
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part;
    in.seekg(static_cast<std::streamoff>(header.e_phoff + std::uint64_t{i} * header.e_phentsize));
    if (!in.read(reinterpret_cast<char*>(&part), sizeof part)) return false;
    if (part.p_type == PT_INTERP) return true;
  }
  return false;
}

Refusal check_elf(const std::string& file, std::ifstream& in, const std::string& head) {
  if (head.size() > EI_CLASS && head[EI_CLASS] != ELFCLASS64)
    return cannot_preload(file, "is a 32-bit program");
  if (!has_interpreter(in, head)) return cannot_preload(file, "is statically linked");
  return {};
}

// "#!/usr/bin/env python3 -u": what env will start counts.
Refusal check_script(const std::string& file, const std::string& head, int depth) {
  std::istringstream line{head.substr(2, head.find('\n') - 2)};
  std::string interpreter, argument;
  line >> interpreter;
  if (std::filesystem::path{interpreter}.filename() == "env")
    while (line >> argument)
      if (argument[0] != '-' && argument.find('=') == std::string::npos) {
        interpreter = find_in_path(argument);
        break;
      }
  if (interpreter.empty() || depth > 4) return {};
  if (access(interpreter.c_str(), X_OK) != 0)
    return {126, fmt::format("{}: cannot execute its interpreter {}", file, interpreter)};
  return check_program(file, interpreter);
}

}  // namespace

std::string find_in_path(const std::string& command) {
  const auto usable = [](const std::string& file) {
    struct stat status {};
    return stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  };
  if (command.find('/') != std::string::npos) return usable(command) ? command : "";
  const char* const path = std::getenv("PATH");
  std::istringstream folders{path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin"};
  std::string fallback;
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (folder.empty() ? "." : folder) + "/" + command;
    if (!usable(file)) continue;
    if (access(file.c_str(), X_OK) == 0) return file;
    if (fallback.empty()) fallback = file;
  }
  return fallback;
}

Refusal check_program(const std::string& command, const std::string& file) {
  if (file.empty()) return {127, command + ": no such command"};
  if (access(file.c_str(), X_OK) != 0)
    return {126, fmt::format("{}: {}", file, std::strerror(errno))};
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return {126, file + ": " + std::strerror(errno)};
  const bool other_user = (status.st_mode & S_ISUID) != 0 && status.st_uid != getuid();
  const bool other_group = (status.st_mode & S_ISGID) != 0 && status.st_gid != getgid();
  if (other_user || other_group)
    return cannot_preload(file, other_user ? "is setuid" : "is setgid");
  std::ifstream in{file, std::ios::binary};
  std::string head(4096, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  static int depth = 0;
  if (starts_with(head, "#!", 2)) {
    ++depth;
    auto refusal = check_script(file, head, depth);
    --depth;
    return refusal;
  }
  if (starts_with(head, ELFMAG, SELFMAG)) return check_elf(file, in, head);
  return {};
}

}  // namespace vc7::tool
