// SPDX-License-Identifier: MIT
//
// The buffer calls of the simulated node.
#include <cerrno>
#include <new>
#include <utility>

#include "node.hpp"

namespace vc7::drm::simulated {
namespace {

// Owns the memory until the Buffer object does.
std::shared_ptr<Buffer> make_buffer(const std::shared_ptr<VideoMemory>& memory,
                                    std::uint32_t address, std::uint64_t size) {
  try {
    return std::make_shared<Buffer>(memory, address, size);
  } catch (const std::bad_alloc&) {
    memory->release(address, size);
    throw;
  }
}

}  // namespace

Result<int> Buffer::copy_file() const { return memory->file(address); }

std::shared_ptr<Buffer> SimulatedNode::find_buffer(BoHandle bo) {
  const auto lock = device_->lock();
  return client_->buffers.find(bo);
}

Result<BufferObject> SimulatedNode::create_bo(std::uint32_t size, std::uint32_t flags) try {
  const auto page = VideoMemory::page();
  const auto rounded = (std::uint64_t{size} + page - 1) / page * page;
  // The kernel rounds in 32 bits, so what comes out as 4 GiB is 0 to it.
  if (flags != 0 || size == 0 || rounded > 0xffffffffu) return Failure{EINVAL, "create_bo"};
  const auto address = device_->memory()->allocate(rounded);
  if (!address) return address.failure();
  auto buffer = make_buffer(device_->memory(), address.value(), rounded);
  const auto lock = device_->lock();
  return BufferObject{client_->buffers.add(std::move(buffer)), address.value()};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "create_bo"};
}

Result<std::uint32_t> SimulatedNode::get_bo_offset(BoHandle bo) {
  const auto buffer = find_buffer(bo);
  if (!buffer) return Failure{ENOENT, "get_bo_offset"};
  return buffer->address;
}

Result<Mapping> SimulatedNode::map_bo(BoHandle bo, std::size_t length) {
  const auto buffer = find_buffer(bo);
  if (!buffer) return Failure{ENOENT, "map_bo"};
  if (length == 0 || length > buffer->size) return Failure{EINVAL, "map_bo"};
  return Mapping{{buffer->memory->at(buffer->address), length}, buffer};
}

Result<int> SimulatedNode::buffer_file(BoHandle bo) {
  const auto buffer = find_buffer(bo);
  if (!buffer) return Failure{ENOENT, "buffer_file"};
  return buffer->copy_file();
}

Result<void> SimulatedNode::gem_close(BoHandle bo) {
  std::shared_ptr<Buffer> buffer;  // let go after the lock: giving memory back takes time
  const auto lock = device_->lock();
  buffer = client_->buffers.take(bo);
  if (!buffer) return Failure{EINVAL, "gem_close"};
  return {};
}

Result<void> SimulatedNode::wait_bo(BoHandle bo, std::uint64_t timeout_ns) {
  auto lock = device_->lock();
  const auto buffer = client_->buffers.find(bo);
  if (!buffer) return Failure{EINVAL, "wait_bo"};
  // Only jobs submitted so far count (v3d71 §14.5); the fence may be replaced while we wait.
  const auto fence = buffer->fence;
  if (!fence || device_->wait(lock, timeout_ns, [&] { return fence->done; })) return {};
  return Failure{ETIME, "wait_bo"};
}

}  // namespace vc7::drm::simulated
