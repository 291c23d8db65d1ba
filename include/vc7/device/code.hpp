// SPDX-License-Identifier: MIT
//
// A program in GPU memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vc7/base/diagnostic.hpp>
#include <vc7/base/error.hpp>

namespace vc7 {

class Program;

/// Which rules a program must keep to be loaded (docs/verifier-rules.md).
enum class Check : std::uint8_t {
  none,    ///< all words are loaded
  compat,  ///< what is known to pass on hardware is only warned about
  strict,  ///< what Mesa's compiler keeps to
};

/// How a program is loaded. That it will run with 4-way threading or as a single segment is known
/// to the job only, so it has to be said here to be checked; without a word the rules of the
/// default of Dispatch count.
struct LoadOptions {
  Check check = Check::strict;
  bool four_way = false;        ///< registers above rf31 are errors
  bool single_segment = false;  ///< the first thread switch is the end
};

/// A program that breaks rules was not loaded. The message has one line for each finding.
class LoadError : public Error {
 public:
  LoadError(const std::string& message, std::vector<Diagnostic> findings)
      : Error{message}, findings_{std::move(findings)} {}
  /// Errors and warnings, in the order of the instructions.
  const std::vector<Diagnostic>& findings() const { return findings_; }

 private:
  std::vector<Diagnostic> findings_;
};

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

  /// What the check at loading had to say about a program that it accepted.
  const std::vector<Diagnostic>& warnings() const;

  const detail::CodeImage* image() const { return image_.get(); }

 private:
  std::shared_ptr<const detail::CodeImage> image_;
};

}  // namespace vc7
