// SPDX-License-Identifier: MIT
#include "alu_case.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kernels.hpp"

namespace vc7::selftest {
namespace {

constexpr std::size_t inputs_per_batch = 5;
// A program of this many cases stays in the range of a few thousand words.
constexpr std::size_t cases_per_job = 400;

Program program(std::span<const AluCase> cases) {
  using namespace qpu;
  constexpr auto in = rf60, out = rf61, step = rf62;
  Assembler a;
  // rf61 = results of this batch and lane, rf60 = its inputs.
  a.nop(ldunifrf(in));
  a.nop(ldunifrf(out));
  a.eidx(rf1);
  a.shl(rf1, rf1, 2).mov(rf5, rf3.unpack(ul));
  a.shl(rf4, rf5, 6);
  a.add(out, out, rf1);
  a.add(out, out, rf4);
  a.nop(ldunifrf(step));  // bytes of a case: 64 per batch
  a.add(in, in, rf1);
  a.shl(rf1, rf5, 8);
  a.add(rf1, rf1, rf4);  // 5 * 64 per batch
  a.add(in, in, rf1);
  a.mov(rf5, 1);
  a.shl(rf5, rf5, 6);
  for (const auto reg : {input::a, input::b, input::half_a, input::half_b, input::old}) {
    a.mov(tmua, in, thrsw).add(in, in, rf5);
    a.nop();
    a.nop();
    a.nop(ldtmu(reg));
  }
  for (const AluCase& c : cases) {
    a.mov(input::out, input::old);
    c.emit(a);
    a.mov(tmud, input::out);
    a.mov(tmua, out).add(out, out, step);
  }
  finish(a);
  return a.finish();
}

void run_some(Context& context, std::span<const AluCase> cases, const std::function<Inputs()>& make,
              unsigned batches) {
  std::vector<Inputs> inputs(batches);
  auto in = context.device().alloc<Word>(batches * inputs_per_batch * lane_count);
  auto next = in.begin();
  for (Inputs& batch : inputs) {
    batch = make();
    for (const Lanes* lanes : {&batch.a, &batch.b, &batch.half_a, &batch.half_b, &batch.old})
      next = std::copy(lanes->begin(), lanes->end(), next);
  }
  auto out = context.device().alloc<Word>(cases.size() * batches * lane_count, 0x5eedf00d);
  context.run(program(cases), Dispatch::batches(batches),
              Uniforms{in, out, batches * lane_count * 4});

  for (std::size_t c = 0; c < cases.size(); ++c) {
    for (std::size_t batch = 0; batch < batches; ++batch) {
      const Inputs& i = inputs[batch];
      const Lanes wanted = cases[c].expected(i);
      for (std::size_t lane = 0; lane < lane_count; ++lane) {
        const Word found = out[(c * batches + batch) * lane_count + lane];
        const bool agrees = cases[c].exact ? equal(cases[c].format, wanted[lane], found)
                                           : close(cases[c].format, wanted[lane], found);
        context.check(agrees, [&] {
          return Difference{
              fmt::format(
                  "{}, lane {}: rf10 = {}, rf11 = {}, rf12 = {}, rf13 = {}, rf15 before = {}",
                  cases[c].text, lane, hex_and_float(i.a[lane]), hex_and_float(i.b[lane]),
                  hex(i.half_a[lane]), hex(i.half_b[lane]), hex(i.old[lane])),
              hex_and_float(wanted[lane]), hex_and_float(found)};
        });
      }
    }
  }
}

}  // namespace

void run_cases(Context& context, const std::vector<AluCase>& cases,
               const std::function<Inputs()>& make, unsigned batches) {
  for (std::size_t first = 0; first < cases.size(); first += cases_per_job)
    run_some(context,
             std::span{cases}.subspan(first, std::min(cases_per_job, cases.size() - first)), make,
             batches);
}

}  // namespace vc7::selftest
