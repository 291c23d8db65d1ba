// SPDX-License-Identifier: MIT
//
// Whole programs: a matrix product and a copy, those of the examples.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "behaviour.hpp"
#include "context.hpp"
#include "kernels/scopy.hpp"
#include "kernels/sgemm.hpp"

namespace vc7::selftest {
namespace {

void sgemm(Context& context) {
  for (int round = 0; round < 3; ++round) {
    const Word m = 16 * (1 + context.below(3)), n = 16 * (1 + context.below(3)),
               k = 4 * (1 + context.below(12));
    const auto matrix = [&](Word size) {
      auto buffer = context.device().alloc<float>(size);
      for (float& x : buffer) x = static_cast<float>(context.real(-1, 1));
      return buffer;
    };
    auto a = matrix(m * k), b = matrix(k * n), c = matrix(m * n);
    const std::vector<float> before(c.begin(), c.end());
    const auto alpha = static_cast<float>(context.real(-2, 2)),
               beta = static_cast<float>(context.real(-2, 2));
    context.run(assemble(examples::sgemm_kernel), Dispatch{.workgroups = {n / 16, m / 16}},
                Uniforms{a, 4 * k, b, 4 * n, c, 4 * n, k / 4, examples::sgemm_load_config,
                         examples::sgemm_tile_config, alpha, beta});
    for (Word i = 0; i < m; ++i)
      for (Word j = 0; j < n; ++j) {
        double sum = 0;
        for (Word t = 0; t < k; ++t) sum += double{a[i * k + t]} * double{b[t * n + j]};
        const double wanted = double{alpha} * sum + double{beta} * double{before[i * n + j]};
        const double found = double{c[i * n + j]};
        context.check(std::abs(wanted - found) <= 1e-4, [&] {
          return Difference{fmt::format("{}x{} times {}x{}: C[{}, {}]", m, k, k, n, i, j),
                            fmt::format("{:.9g} within 1e-4", wanted),
                            fmt::format("{:.9g}", found)};
        });
      }
  }
}

void scopy(Context& context) {
  const Word batches = context.device().qpus();
  for (const Word chunks : {1u, batches, batches * 3 + 1 + context.below(8)}) {
    const Word bytes = chunks * examples::scopy_chunk;
    auto from = context.device().alloc<Word>(bytes / 4);
    for (Word& word : from) word = context.word();
    auto to = context.device().alloc<Word>(bytes / 4 + 64, 0x5eedf00d);
    context.run(assemble(examples::scopy_kernel), Dispatch::batches(batches),
                Uniforms{from, to, bytes, batches * examples::scopy_chunk, examples::scopy_config});
    for (Word i = 0; i < to.size(); ++i)
      context.same(i < from.size() ? from[i] : 0x5eedf00d, to[i],
                   [&] { return fmt::format("copy of {} bytes: word {}", bytes, i); });
  }
}

}  // namespace

void add_programs(Behaviours& all) {
  all.push_back({"programs.sgemm", "programs", "patterns of [HW sgemm], another program", sgemm});
  all.push_back({"programs.scopy", "programs", "patterns of [HW scopy], another program", scopy});
}

}  // namespace vc7::selftest
