// SPDX-License-Identifier: MIT
#include "heap.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include <vc7/device/buffer.hpp>

namespace vc7::detail {

Heap::~Heap() {
  while (!chunks_.empty()) remove(chunks_.begin()->second.get());
}

drm::Result<Heap::Chunk*> Heap::add_chunk(std::uint32_t size, bool shared) {
  auto object = node_->create_bo(size);
  if (!object) return object.failure();
  auto mapping = node_->map_bo(object.value().handle, size);
  if (!mapping) {
    (void)node_->gem_close(object.value().handle);
    return mapping.failure();
  }
  auto chunk = std::make_unique<Chunk>();
  chunk->object = object.value();
  chunk->mapping = std::move(mapping).value();
  chunk->shared = shared;
  Chunk* const result = chunk.get();
  const std::uint32_t address = chunk->object.address;
  chunk->free.emplace(address, Range{.size = size, .chunk = result});
  chunks_.emplace(address, std::move(chunk));
  return result;
}

Heap::Ranges::iterator Heap::find_free(std::uint64_t size, Chunk*& chunk) {
  for (auto& [address, candidate] : chunks_) {
    if (!candidate->shared) continue;
    const auto fits = [&](const auto& entry) { return entry.second.size >= size; };
    const auto found = std::ranges::find_if(candidate->free, fits);
    if (found == candidate->free.end()) continue;
    chunk = candidate.get();
    return found;
  }
  return used_.end();
}

drm::Result<Heap::Piece> Heap::take(std::uint32_t size) {
  const bool shared = pool_ && size <= pool_limit;
  // Sizes of own buffer objects are not rounded, so that the last page of a simulated one ends
  // where the kernel's would.
  const std::uint64_t rounded =
      shared ? (std::uint64_t{size} + buffer_alignment - 1) / buffer_alignment * buffer_alignment
             : size;
  Chunk* chunk = nullptr;
  auto found = shared ? find_free(rounded, chunk) : used_.end();
  bool fresh = false;
  if (chunk == nullptr) {
    auto added = add_chunk(shared ? chunk_size : size, shared);
    if (!added) return added.failure();
    chunk = added.value();
    found = chunk->free.begin();
    fresh = true;
  }

  if (found->second.size > rounded)
    chunk->free.emplace(static_cast<std::uint32_t>(found->first + rounded),
                        Range{.size = found->second.size - rounded, .chunk = chunk});
  auto node = chunk->free.extract(found);
  node.mapped().size = rounded;
  const std::uint32_t address = node.key();
  used_.insert(std::move(node));
  bytes_in_use_ += rounded;

  const Piece piece{address, chunk->mapping.bytes().subspan(address - chunk->object.address, size)};
  // A new buffer object is zero already (v3d71 §14.4).
  if (!fresh) std::memset(piece.bytes.data(), 0, piece.bytes.size());
  return piece;
}

void Heap::give_back(std::uint32_t address, std::uint64_t last_user) noexcept {
  const auto found = used_.find(address);
  if (found == used_.end() || found->second.given_back) return;
  if (last_user == 0 || !found->second.chunk->shared) return free(found);
  found->second.last_user = last_user;
  found->second.given_back = true;
  ++waiting_;
}

void Heap::collect(std::uint64_t done) noexcept {
  if (waiting_ == 0) return;
  for (auto it = used_.begin(); it != used_.end();) {
    const auto here = it++;
    if (!here->second.given_back || here->second.last_user > done) continue;
    --waiting_;
    free(here);
  }
}

void Heap::free(Ranges::iterator used) noexcept {
  auto node = used_.extract(used);
  bytes_in_use_ -= node.mapped().size;
  Chunk* const chunk = node.mapped().chunk;
  node.mapped() = Range{.size = node.mapped().size, .chunk = chunk};
  auto here = chunk->free.insert(std::move(node)).position;
  const auto merge = [&](Ranges::iterator first, Ranges::iterator second) {
    if (first->first + first->second.size != second->first) return false;
    first->second.size += second->second.size;
    chunk->free.erase(second);
    return true;
  };
  if (const auto next = std::next(here); next != chunk->free.end()) merge(here, next);
  if (here != chunk->free.begin()) merge(std::prev(here), here);

  if (!chunk->idle()) return;
  // One idle chunk is kept: programs that allocate and free in a loop would pay two system calls
  // each time.
  const auto other_idle = [&](const auto& entry) {
    return entry.second.get() != chunk && entry.second->shared && entry.second->idle();
  };
  if (!chunk->shared || node_ == nullptr || std::ranges::any_of(chunks_, other_idle)) remove(chunk);
}

void Heap::remove(Chunk* chunk) noexcept {
  const std::uint32_t address = chunk->object.address;
  if (node_ != nullptr) (void)node_->gem_close(chunk->object.handle);
  chunks_.erase(address);
}

void Heap::append_handles(std::vector<drm::BoHandle>& handles) const {
  for (const auto& [address, chunk] : chunks_) handles.push_back(chunk->object.handle);
}

std::vector<Heap::Object> Heap::objects() const {
  std::vector<Object> result;
  for (const auto& [address, chunk] : chunks_) result.push_back({address, chunk->mapping.bytes()});
  return result;
}

void Heap::detach() noexcept {
  node_ = nullptr;
  for (auto it = chunks_.begin(); it != chunks_.end();) {
    const auto here = it++;
    if (here->second->idle()) chunks_.erase(here);
  }
}

}  // namespace vc7::detail
