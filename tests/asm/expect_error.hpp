// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>

namespace vc7::test {

/// The text and line of the AssembleError that a kernel throws; an empty text if it throws none.
struct Caught {
  std::string message;
  std::uint32_t line = 0;
};

template <class Kernel>
Caught error_of(Kernel&& kernel) {
  try {
    assemble(std::forward<Kernel>(kernel));
  } catch (const AssembleError& e) {
    EXPECT_EQ(e.what(), std::string{e.where().file} + ":" + std::to_string(e.where().line) + ": " +
                            e.message());
    return {e.message(), e.where().line};
  }
  return {};
}

/// The same for any code.
template <class Code>
Caught error_of_call(Code&& code) {
  return error_of([&](Assembler&) { code(); });
}

}  // namespace vc7::test
