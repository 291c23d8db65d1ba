// SPDX-License-Identifier: MIT
//
// From a kernel function to its words, at run time or at compile time.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <vc7/asm/assembler.hpp>

namespace vc7 {

/// Calls kernel(assembler, args...) and returns the program.
template <class... Args, std::invocable<Assembler&, Args...> Kernel>
Program assemble(Kernel&& kernel, Args&&... args) {
  Assembler a;
  std::forward<Kernel>(kernel)(a, std::forward<Args>(args)...);
  return a.finish();
}

/// The same with options.
template <class... Args, std::invocable<Assembler&, Args...> Kernel>
Program assemble(const AssembleOptions& options, Kernel&& kernel, Args&&... args) {
  Assembler a{options};
  std::forward<Kernel>(kernel)(a, std::forward<Args>(args)...);
  return a.finish();
}

/// The words of a constexpr kernel as a constant:
///
///   constexpr auto words = assemble_constant<kernel>();
///   constexpr auto words = assemble_constant<[](Assembler& a) { kernel(a, 4); }>();  // arguments
///
/// Clang's default limit, -fconstexpr-steps=1048576, is enough for about 450 instructions with two
/// operations each; GCC's for several thousand.
template <auto kernel, AssembleOptions options = AssembleOptions{}>
consteval auto assemble_constant() {
  constexpr auto words = [] {
    Assembler a{options};
    kernel(a);
    return a.finish_words();
  };
  constexpr std::size_t size = words().size();
  std::array<std::uint64_t, size> result{};
  std::size_t i = 0;
  for (const std::uint64_t word : words()) result[i++] = word;
  return result;
}

}  // namespace vc7
