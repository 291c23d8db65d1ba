// SPDX-License-Identifier: MIT
//
// Runs many instructions on the same random inputs in one job and compares every lane.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <vc7/asm.hpp>

#include "context.hpp"
#include "reference.hpp"

namespace vc7::selftest {

/// What the program of run_cases() has in registers. All may be written by a case.
namespace input {
inline constexpr qpu::Register a = qpu::rf10, b = qpu::rf11;            ///< words or floats
inline constexpr qpu::Register half_a = qpu::rf12, half_b = qpu::rf13;  ///< pairs of 16-bit floats
inline constexpr qpu::Register old = qpu::rf14;                         ///< what `out` holds before
inline constexpr qpu::Register out = qpu::rf15;
/// Addresses 64 bytes behind input::old in memory; the other inputs lie before it, `line` = 64
/// bytes apart. Cases must leave these two, and rf61 and rf62, alone.
inline constexpr qpu::Register end = qpu::rf60, line = qpu::rf5;
}  // namespace input

struct Inputs {
  Lanes a{}, b{}, half_a{}, half_b{}, old{};
};

/// Instructions that leave a result in input::out.
struct AluCase {
  std::string text;
  std::function<void(Assembler&)> emit;
  std::function<Lanes(const Inputs&)> expected;
  Format format = Format::bits;
  bool exact = true;  ///< else as close() says
};

/// `make` gives the inputs of one batch; `batches` of them run.
void run_cases(Context& context, const std::vector<AluCase>& cases,
               const std::function<Inputs()>& make, unsigned batches = 2);

}  // namespace vc7::selftest
