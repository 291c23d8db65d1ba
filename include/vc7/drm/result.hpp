// SPDX-License-Identifier: MIT
//
// The answer of a kernel call: a value, or the errno and the name of the call. Nothing here throws
// unless the value of a failed call is asked for.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <vc7/base/error.hpp>

namespace vc7::drm {

/// Why a call failed: `code` is a positive errno of v3d71 §14.3, `call` a string literal such as
/// "create_bo".
struct Failure {
  int code = 0;
  const char* call = "";
};

/// "create_bo: ENOMEM (Cannot allocate memory)".
std::string describe(const Failure& failure);

/// "EINVAL"; "errno 4711" for numbers without a name.
std::string errno_name(int code);

/// Thrown by Result::value() of a failed call.
class CallError : public Error {
 public:
  explicit CallError(const Failure& failure) : Error{describe(failure)}, failure_{failure} {}
  const Failure& failure() const { return failure_; }
  int code() const { return failure_.code; }

 private:
  Failure failure_;
};

/// Stands for "no value" in Result<void>.
struct Nothing {};

/// A value of type T or a Failure. Move-only if T is.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = std::conditional_t<std::is_void_v<T>, Nothing, T>;

  Result() requires std::is_void_v<T> : value_{std::in_place} {}
  Result(value_type value) : value_{std::move(value)} {}  // NOLINT: implicit on purpose
  Result(Failure failure) : failure_{failure} {}          // NOLINT: implicit on purpose

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }

  /// 0 if the call succeeded, else the positive errno.
  int error() const { return ok() ? 0 : failure_.code; }
  const Failure& failure() const { return failure_; }

  /// The value; throws CallError if there is none.
  value_type& value() & {
    check();
    return *value_;
  }
  const value_type& value() const& {
    check();
    return *value_;
  }
  value_type value() && {
    check();
    return std::move(*value_);
  }

 private:
  void check() const {
    if (!ok()) throw CallError{failure_};
  }

  std::optional<value_type> value_;
  Failure failure_{};
};

}  // namespace vc7::drm
