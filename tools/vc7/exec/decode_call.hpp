// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vc7/shim/server.hpp>

namespace vc7::tool {

/// One call as a line of a trace: "CREATE_BO(size=4096, flags=0, handle=1, offset=0x00001000)".
std::string decode_call(const shim::Call& call);

/// What tells calls apart: the number of an ioctl, or that of mmap.
std::uint64_t call_number(const shim::Call& call);
/// By the names of a trace: "CREATE_BO", "mmap".
std::optional<std::uint64_t> find_call(std::string_view name);

}  // namespace vc7::tool
