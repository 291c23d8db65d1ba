// SPDX-License-Identifier: MIT
//
// The kernels of the examples have no errors.
#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/verify/verify.hpp>

#include "../../examples/kernels/mandelbrot.hpp"
#include "../../examples/kernels/reduction.hpp"
#include "../../examples/kernels/scopy.hpp"
#include "../../examples/kernels/sgemm.hpp"

namespace vc7::verify {
namespace {

void accepted(void (*kernel)(Assembler&), Level level) {
  const Program program = assemble(kernel);
  const Report report = verify(program.words(), {.level = level});
  for (const Finding& f : report.findings)
    if (f.severity == Severity::error)
      ADD_FAILURE() << info(f.rule).id << " at " << f.index << ": " << f.message << "\n"
                    << program.listing();
}

TEST(Kernels, AreAccepted) {
  // It rotates in a slot of a thread switch (R24), as the one of py-videocore7 does on hardware.
  accepted(examples::sgemm_kernel, Level::compat);
  for (const Level level : {Level::compat, Level::strict}) {
    accepted(examples::scopy_kernel, level);
    accepted(examples::reduction_kernel, level);
    accepted(examples::mandelbrot_kernel, level);
  }
}

}  // namespace
}  // namespace vc7::verify
