// SPDX-License-Identifier: MIT
//
// The kernels of the examples, assembled by the compiler: a kernel that is wrong does not compile,
// and what the compiler makes of it is what the program makes of it.
#include <algorithm>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>

#include "../../examples/kernels/mandelbrot.hpp"
#include "../../examples/kernels/reduction.hpp"
#include "../../examples/kernels/scopy.hpp"
#include "../../examples/kernels/sgemm.hpp"

namespace {

using namespace vc7::examples;

constexpr auto sgemm_words = vc7::assemble_constant<sgemm_kernel>();
constexpr auto scopy_words = vc7::assemble_constant<scopy_kernel>();
constexpr auto reduction_words = vc7::assemble_constant<reduction_kernel>();
constexpr auto mandelbrot_words = vc7::assemble_constant<mandelbrot_kernel>();

template <void (*kernel)(vc7::Assembler&)>
void expect_same(const auto& constant_words) {
  const vc7::Program program = vc7::assemble(kernel);
  EXPECT_TRUE(std::ranges::equal(program.words(), constant_words));
}

// The words at run time are compared below; these hold what the compiler made to known words.
static_assert(sgemm_words.size() == 269);
static_assert(sgemm_words[53] == 0x39e068083c243201, "sub.pushz rf8, rf8, 1 ; mov tmuc, rf9");
static_assert(sgemm_words[57] == 0x5400035f0502035f,
              "fadd rf31, rf13, rf31 ; fmul rf13, rf0, rf32");
static_assert(sgemm_words.back() == vc7::isa::nop_word);

TEST(ExampleKernels, ConstantWordsAreThoseOfRunTime) {
  expect_same<sgemm_kernel>(sgemm_words);
  expect_same<scopy_kernel>(scopy_words);
  expect_same<reduction_kernel>(reduction_words);
  expect_same<mandelbrot_kernel>(mandelbrot_words);
}

}  // namespace
