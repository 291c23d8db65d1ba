// SPDX-License-Identifier: MIT
//
// GPU memory as the host sees it.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <type_traits>
#include <utility>

namespace vc7 {

class Device;

/// The start of every Buffer is a multiple of this many bytes: the line of the uniform cache and
/// the longest TMU request (v3d71 §10, §11). A buffer of any size shares no line with another one.
inline constexpr std::uint32_t buffer_alignment = 256;

namespace detail {

class Core;

/// Owns a piece of GPU memory. Gives it back on destruction; jobs submitted before keep it.
class Block {
 public:
  Block() = default;
  Block(std::shared_ptr<Core> core, std::uint32_t address, std::span<std::byte> bytes);
  ~Block() { reset(); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  Block(Block&& other) noexcept { swap(other); }
  Block& operator=(Block&& other) noexcept {
    Block{std::move(other)}.swap(*this);
    return *this;
  }

  std::uint32_t address() const { return address_; }
  std::span<std::byte> bytes() const { return bytes_; }
  const Core* owner() const { return core_.get(); }

 private:
  void reset() noexcept;
  void swap(Block& other) noexcept {
    core_.swap(other.core_);
    std::swap(address_, other.address_);
    std::swap(bytes_, other.bytes_);
  }

  std::shared_ptr<Core> core_;
  std::uint32_t address_ = 0;
  std::span<std::byte> bytes_;
};

/// Throws Error: element `index` of a buffer of `size` elements, whose end is asked for too if
/// `end_allowed`.
[[noreturn]] void index_out_of_range(std::size_t index, std::size_t size, bool end_allowed,
                                     const std::source_location& where);

}  // namespace detail

/// What may lie in a Buffer: plain values, which the GPU reads and writes as bytes.
template <class T>
concept BufferElement = std::is_trivially_copyable_v<T> &&
                        std::is_same_v<T, std::remove_cvref_t<T>> && alignof(T) <= buffer_alignment;

/// An array of T that host and GPU both see, made by Device::alloc(). Move-only.
///
/// The host sees what a job wrote once Event::wait() has returned; a job sees what the host wrote
/// before submit(). Reading and writing the same bytes on both sides at the same time is a race. On
/// a real GPU the memory is write-combined: reading it is slow for the host (v3d71 §14.4), copy it
/// if it is read often.
///
/// Freed on destruction; the GPU memory lives on until the jobs that were submitted before are
/// done. A Buffer may outlive its Device: it keeps its bytes, but no job can use it any more.
/// Different Buffers may be used by different threads.
template <BufferElement T>
class Buffer {
 public:
  using value_type = T;

  /// Empty: no memory, size 0, address 0.
  Buffer() = default;
  Buffer(Buffer&&) noexcept = default;
  Buffer& operator=(Buffer&&) noexcept = default;

  std::span<T> span() { return {data(), size()}; }
  std::span<const T> span() const { return {data(), size()}; }
  T* data() { return reinterpret_cast<T*>(block_.bytes().data()); }
  const T* data() const { return reinterpret_cast<const T*>(block_.bytes().data()); }
  /// Number of elements.
  std::size_t size() const { return block_.bytes().size() / sizeof(T); }
  std::size_t size_bytes() const { return block_.bytes().size(); }
  bool empty() const { return size() == 0; }

  T* begin() { return data(); }
  T* end() { return data() + size(); }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size(); }

  /// Not checked, as in std::span.
  T& operator[](std::size_t index) { return data()[index]; }
  const T& operator[](std::size_t index) const { return data()[index]; }
  /// Throws Error if there is no such element.
  T& at(std::size_t index, std::source_location where = std::source_location::current()) {
    check(index, false, where);
    return data()[index];
  }
  const T& at(std::size_t index,
              std::source_location where = std::source_location::current()) const {
    check(index, false, where);
    return data()[index];
  }

  void fill(const T& value) { std::fill(begin(), end(), value); }

  /// GPU address of the first element, a multiple of buffer_alignment.
  std::uint32_t address() const { return block_.address(); }
  /// GPU address of an element, or of the end with `index` = size(). Throws Error beyond that.
  std::uint32_t address(std::size_t index,
                        std::source_location where = std::source_location::current()) const {
    check(index, true, where);
    return static_cast<std::uint32_t>(block_.address() + index * sizeof(T));
  }

  const detail::Block& block() const { return block_; }

 private:
  friend class Device;
  explicit Buffer(detail::Block block) : block_{std::move(block)} {}

  void check(std::size_t index, bool end_allowed, const std::source_location& where) const {
    if (index > size() || (index == size() && !end_allowed))
      detail::index_out_of_range(index, size(), end_allowed, where);
  }

  detail::Block block_;
};

}  // namespace vc7
