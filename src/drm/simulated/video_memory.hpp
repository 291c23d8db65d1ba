// SPDX-License-Identifier: MIT
//
// What holds the bytes of the buffer objects: the machine's memory and the addresses handed out of
// it.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include <vc7/drm/result.hpp>
#include <vc7/drm/simulated.hpp>

#include "address_space.hpp"

namespace vc7::drm::simulated {

/// Thread-safe. Outlives the device while a buffer or a mapping of one exists.
class VideoMemory {
 public:
  explicit VideoMemory(const SimulatedOptions& options);
  ~VideoMemory();
  VideoMemory(const VideoMemory&) = delete;
  VideoMemory& operator=(const VideoMemory&) = delete;

  /// Zeroed memory of `size` bytes, a multiple of page(). ENOSPC, ENOMEM.
  Result<std::uint32_t> allocate(std::uint64_t size);
  void release(std::uint32_t address, std::uint64_t size);

  /// Sizes are rounded up to the larger of the host's and the GPU's page, as the kernel does.
  static std::uint64_t page();

  /// A new descriptor of the file that holds the buffer at `address`, for a program to map. Until
  /// the last mapping ends its address is not handed out again, though the buffer be released.
  /// ENODEV: buffers are not shared. EMFILE, ENFILE.
  Result<int> file(std::uint32_t address);

  std::byte* at(std::uint32_t address) const { return memory_->at(address); }
  const sim::Memory& memory() const { return *memory_; }
  /// Null if jobs are run by an injected executor.
  sim::Machine* machine() const { return machine_.get(); }

 private:
  struct Released {
    std::uint32_t address;
    std::uint64_t size;
  };
  void map(std::uint32_t address, std::uint64_t size);
  bool in_use(std::uint32_t address) const;
  void free(const Released& range);
  void free_unmapped(std::size_t most);

  const bool shared_;
  std::map<std::uint32_t, int> files_;
  std::list<Released> lingering_;  // released, but a program has them mapped
  std::unique_ptr<sim::Machine> machine_;
  std::unique_ptr<sim::Memory> own_memory_;  // only without a machine
  sim::Memory* memory_;
  std::mutex mutex_;
  AddressSpace addresses_;
};

}  // namespace vc7::drm::simulated
