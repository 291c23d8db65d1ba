// SPDX-License-Identifier: MIT
//
// C := alpha*A*B + beta*C in single precision, on the CPU by OpenBLAS and on the QPUs by
// kernels/sgemm.hpp.
#include "kernels/sgemm.hpp"

#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>
#include <random>
#include <vector>

#include <CLI/CLI.hpp>
#include <cblas.h>
#include <fmt/format.h>

#include "report.hpp"

namespace {

using namespace vc7::examples;

struct Problem {
  std::uint32_t m, n, k;
  float alpha, beta;
  double flop() const { return (2.0 * k + 3.0) * m * n; }
};

std::vector<float> random_matrix(std::size_t size, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> matrix(size);
  for (float& x : matrix) x = normal(random);
  return matrix;
}

vc7::Uniforms uniforms(const SgemmUniforms& u) {
  return vc7::Uniforms{u.a,         u.a_stride,    u.b,           u.b_stride, u.c,   u.c_stride,
                       u.k_quarter, u.load_config, u.tile_config, u.alpha,    u.beta};
}

std::string rate(double seconds, double flop) {
  return fmt::format("{:.4f} sec, {:.4f} Gflop/s", seconds, flop / seconds * 1e-9);
}

/// The largest absolute error.
double run(const Problem& p) {
  vc7::Device device = vc7::Device::open();
  fmt::print("==== sgemm example ({}x{} times {}x{}) ====\n{}\n", p.m, p.k, p.k, p.n,
             device.description());

  std::mt19937 random{7};
  const auto a = random_matrix(std::size_t{p.m} * p.k, random),
             b = random_matrix(std::size_t{p.k} * p.n, random);
  auto c = random_matrix(std::size_t{p.m} * p.n, random);

  auto gpu_a = device.copy<float>(a), gpu_b = device.copy<float>(b), gpu_c = device.copy<float>(c);
  // A rotation in a slot of a thread switch, which hardware is known to do right: rule R24.
  const vc7::Code code = device.load(vc7::assemble(sgemm_kernel), {.check = vc7::Check::compat});
  const SgemmUniforms words{gpu_a.address(),   p.k * 4, gpu_b.address(), p.n * 4,
                            gpu_c.address(),   p.n * 4, p.k / 4,         sgemm_load_config,
                            sgemm_tile_config, p.alpha, p.beta};
  const vc7::Dispatch dispatch{.local_size = {16}, .workgroups = {p.n / 16, p.m / 16}};

  const auto size = [](std::uint32_t x) { return static_cast<int>(x); };
  const double cpu = seconds_of([&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size(p.m), size(p.n), size(p.k), p.alpha,
                a.data(), size(p.k), b.data(), size(p.n), p.beta, c.data(), size(p.n));
  });
  vc7::Event event;
  const double qpu = seconds_of([&] { event = device.run(code, dispatch, uniforms(words)); });

  const Errors errors = compare(gpu_c.span(), c);
  fmt::print("CPU, OpenBLAS: {}\n{}: {}\n{}{}", rate(cpu, p.flop()), qpu_label(device),
             rate(qpu, p.flop()), statistics_line(event), describe(errors));
  return errors.max_absolute;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"C := alpha*A*B + beta*C on the QPUs of a Raspberry Pi 5, or on the device model"};
  std::uint32_t size = 1024;
  Problem problem{0, 0, 0, 1.3f, 0.7f};
  app.add_option("--size", size, "m, n and k where not given")->capture_default_str();
  app.add_option("--m", problem.m, "rows of A and C, a multiple of 16");
  app.add_option("--n", problem.n, "columns of B and C, a multiple of 16");
  app.add_option("--k", problem.k, "columns of A and rows of B, a multiple of 4");
  app.add_option("--alpha", problem.alpha)->capture_default_str();
  app.add_option("--beta", problem.beta)->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  for (std::uint32_t* x : {&problem.m, &problem.n, &problem.k})
    if (*x == 0) *x = size;
  const auto check = [](const char* name, std::uint32_t value, std::uint32_t multiple) {
    // 24-bit multiplications address the rows: sizes stay far below that.
    if (value == 0 || value % multiple != 0 || value > 8192)
      throw vc7::Error(
          fmt::format("{} is {}; allowed are multiples of {} up to 8192", name, value, multiple));
  };
  check("m", problem.m, 16);
  check("n", problem.n, 16);
  check("k", problem.k, 4);

  const double worst = run(problem);
  // Rounding errors grow with the square root of k: 0.0004 at 1024.
  const double limit = 0.0004 * std::max(1.0, std::sqrt(problem.k / 1024.0));
  if (worst <= limit) return 0;
  fmt::print("WRONG: the largest absolute error is above {:.2g}\n", limit);
  return 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
