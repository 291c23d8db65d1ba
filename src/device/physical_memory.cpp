// SPDX-License-Identifier: MIT
#include "physical_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

namespace vc7::detail {
namespace {

struct Range {
  std::uint64_t address = 0, size = 0;
};

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    throw Error{fmt::format("registers: cannot read {}: {}; a Raspberry Pi 5 has it in its device "
                            "tree",
                            path, std::strerror(errno))};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// `name` is one of the strings in reg-names, each with a 0 at its end; reg has 16 bytes for each.
Range find_range(const std::string& node, std::string_view name) {
  const std::string names = read_file(node + "/reg-names"), ranges = read_file(node + "/reg");
  std::size_t index = 0;
  for (std::size_t at = 0; at < names.size(); ++index) {
    const std::string_view found = names.c_str() + at;
    at += found.size() + 1;
    if (found != name || ranges.size() < 16 * (index + 1)) continue;
    const std::string_view entry = std::string_view{ranges}.substr(16 * index, 16);
    return {big_endian(entry.substr(0, 8)), big_endian(entry.substr(8))};
  }
  throw Error{fmt::format("registers: {}/reg-names has no {} with an address in reg", node, name)};
}

class MappedBlock {
 public:
  MappedBlock(int fd, const std::string& path, const Range& range) : size_{range.size} {
    void* const start = mmap(nullptr, range.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                             static_cast<off_t>(range.address));
    if (start == MAP_FAILED)
      throw Error{fmt::format("registers: cannot map {} bytes at 0x{:x} of {}: {}; a kernel with "
                              "CONFIG_STRICT_DEVMEM may forbid it",
                              range.size, range.address, path, std::strerror(errno))};
    start_ = static_cast<volatile std::uint32_t*>(start);
  }
  ~MappedBlock() { munmap(const_cast<std::uint32_t*>(start_), size_); }
  MappedBlock(const MappedBlock&) = delete;
  MappedBlock& operator=(const MappedBlock&) = delete;

  volatile std::uint32_t& at(std::uint32_t offset) const {
    if (offset >= size_)
      throw Error{
          fmt::format("registers: offset 0x{:x}, the block has 0x{:x} bytes", offset, size_)};
    return start_[offset / 4];
  }

 private:
  std::uint64_t size_;
  volatile std::uint32_t* start_ = nullptr;
};

class PhysicalRegisters final : public RegisterAccess {
 public:
  PhysicalRegisters(int fd, const std::string& path, const Range& hub, const Range& core0)
      : hub_{fd, path, hub}, core0_{fd, path, core0} {}
  std::uint32_t read(RegisterBlock block, std::uint32_t offset) override {
    return of(block).at(offset);
  }
  void write(RegisterBlock block, std::uint32_t offset, std::uint32_t value) override {
    of(block).at(offset) = value;
  }

 private:
  const MappedBlock& of(RegisterBlock block) const {
    return block == RegisterBlock::hub ? hub_ : core0_;
  }
  const MappedBlock hub_, core0_;
};

}  // namespace

std::shared_ptr<RegisterAccess> map_registers(const PhysicalPlaces& places) {
  const std::string symbol = read_file(places.device_tree + "/__symbols__/v3d");
  const std::string node = places.device_tree + symbol.c_str();  // up to the 0 at its end
  const Range hub = find_range(node, "hub"), core0 = find_range(node, "core0");
  const int fd = ::open(places.memory.c_str(), O_RDWR | O_SYNC | O_CLOEXEC);
  if (fd < 0)
    throw Error{fmt::format("registers: cannot open {}: {}{}", places.memory, std::strerror(errno),
                            errno == EACCES || errno == EPERM ? "; only root may" : "")};
  try {
    auto access = std::make_shared<PhysicalRegisters>(fd, places.memory, hub, core0);
    close(fd);
    return access;
  } catch (...) {
    close(fd);
    throw;
  }
}

}  // namespace vc7::detail
