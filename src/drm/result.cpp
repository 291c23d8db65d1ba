// SPDX-License-Identifier: MIT
#include <vc7/drm/result.hpp>

#include <cstring>

namespace vc7::drm {

std::string errno_name(int code) {
  // strerrorname_np is glibc's (2.32); Debian 12 has 2.36.
  const char* const name = strerrorname_np(code);
  return name != nullptr ? name : "errno " + std::to_string(code);
}

std::string describe(const Failure& failure) {
  std::string text = failure.call;
  text += ": " + errno_name(failure.code);
  // strerrordesc_np neither translates nor shares a buffer between threads, unlike strerror.
  if (const char* const words = strerrordesc_np(failure.code); words != nullptr)
    text += " (" + std::string{words} + ")";
  return text;
}

}  // namespace vc7::drm
