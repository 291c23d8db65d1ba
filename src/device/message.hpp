// SPDX-License-Identifier: MIT
//
// Errors with the place of the call in front.
#pragma once

#include <source_location>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/drm/result.hpp>

namespace vc7::detail {

/// Throws Error "file:line: text".
[[noreturn]] inline void fail(const std::source_location& where, std::string_view text) {
  throw Error{fmt::format("{}:{}: {}", where.file_name(), where.line(), text)};
}

/// The value of a kernel call, or Error "file:line: doing: create_bo: ENOMEM (...)".
template <class T>
auto value_or_fail(drm::Result<T> result, const std::source_location& where,
                   std::string_view doing) {
  if (!result.ok()) fail(where, fmt::format("{}: {}", doing, drm::describe(result.failure())));
  return std::move(result).value();
}

}  // namespace vc7::detail
