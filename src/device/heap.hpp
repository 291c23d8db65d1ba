// SPDX-License-Identifier: MIT
//
// GPU memory in pieces of any size. Small pieces share buffer objects ("chunks"), so that an array
// of ten numbers costs 256 bytes and no system call; large ones have their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include <vc7/drm/node.hpp>

namespace vc7::detail {

/// Not thread-safe. Times are the numbers of jobs: a piece that is given back may still be used by
/// jobs up to the given one.
class Heap {
 public:
  /// Larger pieces get their own buffer object.
  static constexpr std::uint32_t pool_limit = 64 * 1024;
  /// A super page of newer kernels (v3d71 §14.4).
  static constexpr std::uint32_t chunk_size = 1024 * 1024;

  /// `pool` false: every piece has its own buffer object.
  Heap(std::shared_ptr<drm::Node> node, bool pool) : node_{std::move(node)}, pool_{pool} {}
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  struct Piece {
    std::uint32_t address = 0;     ///< a multiple of 256
    std::span<std::byte> bytes{};  ///< exactly `size`, zero
  };

  /// `size` is at least 1 and at most 4 GiB - 2 pages.
  drm::Result<Piece> take(std::uint32_t size);

  /// Gives back what take() returned. The bytes are reused once job number `last_user` is done; its
  /// own buffer object is closed at once, as the kernel keeps it for the jobs that name it.
  void give_back(std::uint32_t address, std::uint64_t last_user) noexcept;

  /// All jobs up to this number are done.
  void collect(std::uint64_t done) noexcept;

  /// Appends the handles of all buffer objects.
  void append_handles(std::vector<drm::BoHandle>& handles) const;

  struct Object {
    std::uint32_t address;
    std::span<const std::byte> bytes;
  };
  /// All buffer objects as the host sees them, by address.
  std::vector<Object> objects() const;

  /// The node goes away. Pieces keep their bytes; take() must not be called any more.
  void detach() noexcept;

  std::uint64_t bytes_in_use() const { return bytes_in_use_; }
  std::size_t pieces() const { return used_.size(); }

 private:
  struct Chunk;
  struct Range {
    std::uint64_t size = 0;
    Chunk* chunk = nullptr;
    std::uint64_t last_user = 0;
    bool given_back = false;
  };
  // Nodes wander between used_ and the chunks' free lists, so that giving back never allocates.
  using Ranges = std::map<std::uint32_t, Range>;
  struct Chunk {
    drm::BufferObject object;
    drm::Mapping mapping;
    bool shared = false;
    Ranges free;
    bool idle() const {
      return free.size() == 1 && free.begin()->second.size == mapping.bytes().size();
    }
  };

  drm::Result<Chunk*> add_chunk(std::uint32_t size, bool shared);
  Ranges::iterator find_free(std::uint64_t size, Chunk*& chunk);
  void free(Ranges::iterator used) noexcept;
  void remove(Chunk* chunk) noexcept;

  std::shared_ptr<drm::Node> node_;
  const bool pool_;
  std::map<std::uint32_t, std::unique_ptr<Chunk>> chunks_;  // by address
  Ranges used_;
  std::size_t waiting_ = 0;  // ranges given back but not free yet
  std::uint64_t bytes_in_use_ = 0;
};

}  // namespace vc7::detail
