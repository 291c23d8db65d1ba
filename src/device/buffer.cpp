// SPDX-License-Identifier: MIT
#include <vc7/device/buffer.hpp>

#include "core.hpp"
#include "message.hpp"

namespace vc7::detail {

Block::Block(std::shared_ptr<Core> core, std::uint32_t address, std::span<std::byte> bytes)
    : core_{std::move(core)}, address_{address}, bytes_{bytes} {}

void Block::reset() noexcept {
  if (core_ != nullptr) core_->free_buffer(address_);
  core_ = nullptr;
}

void index_out_of_range(std::size_t index, std::size_t size, bool end_allowed,
                        const std::source_location& where) {
  if (size == 0 && !end_allowed) fail(where, fmt::format("element {} of an empty buffer", index));
  fail(where, fmt::format("element {} of a buffer, allowed are 0 to {}", index,
                          end_allowed ? size : size - 1));
}

}  // namespace vc7::detail
