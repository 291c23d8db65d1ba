// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <vc7/shim/server.hpp>

namespace vc7::tool {

/// One call as a line of a trace: "CREATE_BO(size=4096, flags=0, handle=1, offset=0x00001000)".
std::string decode_call(const shim::Call& call);

}  // namespace vc7::tool
