// SPDX-License-Identifier: MIT
#include <vc7/device/code.hpp>

#include "core.hpp"

namespace vc7 {

std::uint32_t Code::address() const { return image_ == nullptr ? 0 : image_->address; }

std::size_t Code::size() const { return program().size(); }

const Program& Code::program() const {
  static const Program none;
  return image_ == nullptr ? none : *image_->program;
}

const std::vector<Diagnostic>& Code::warnings() const {
  static const std::vector<Diagnostic> none;
  return image_ == nullptr ? none : image_->warnings;
}

}  // namespace vc7
