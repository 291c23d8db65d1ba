// SPDX-License-Identifier: MIT
//
// A program in GPU memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace vc7 {

class Program;

namespace detail {
struct CodeImage;
}

/// A program loaded by Device::load(). A handle: copies share the memory, which is freed with the
/// last one, once the jobs submitted before are done. Like every buffer it may outlive its Device.
class Code {
 public:
  /// Nothing loaded; submit() refuses it.
  Code() = default;
  explicit Code(std::shared_ptr<const detail::CodeImage> image) : image_{std::move(image)} {}

  bool empty() const { return image_ == nullptr; }
  /// GPU address of the first word, a multiple of buffer_alignment; 0 if empty.
  std::uint32_t address() const;
  /// Number of words, without the padding behind them.
  std::size_t size() const;
  /// The program as loaded: absolute branches are those of address(). Made from raw words it has no
  /// origins. Empty for an empty Code.
  const Program& program() const;

  const detail::CodeImage* image() const { return image_.get(); }

 private:
  std::shared_ptr<const detail::CodeImage> image_;
};

}  // namespace vc7
