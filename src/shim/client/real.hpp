// SPDX-License-Identifier: MIT
//
// The functions behind the ones that this library puts in front of them. They are looked up at the
// first call: other preloaded libraries and sanitizers call us before any constructor has run.
#pragma once

#include <dlfcn.h>

#include <atomic>

namespace vc7::shim::client {

using Dlsym = void*(void*, const char*);

/// The C library's dlsym, which is interposed as well.
Dlsym* real_dlsym();

template <class Function>
class Real {
 public:
  constexpr explicit Real(const char* name) : name_{name} {}

  Function* get() {
    auto* found = found_.load(std::memory_order_relaxed);
    if (found != nullptr) return found;
    found = reinterpret_cast<Function*>(real_dlsym()(RTLD_NEXT, name_));
    found_.store(found, std::memory_order_relaxed);
    return found;
  }

  template <class... Arguments>
  auto operator()(Arguments... arguments) {
    return get()(arguments...);
  }

 private:
  const char* const name_;
  std::atomic<Function*> found_ = nullptr;
};

}  // namespace vc7::shim::client

/// Makes a function of this library visible in front of the C library's.
#define VC7_INTERPOSE extern "C" __attribute__((visibility("default")))
