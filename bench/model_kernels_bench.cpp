// SPDX-License-Identifier: MIT
//
// Speed of the device model on kernels of other kinds than a matrix product: lanes that exchange
// values, barriers, atomics, four threads per QPU.
#include "model.hpp"

#include "../examples/kernels/reduction.hpp"

namespace {

using vc7::bench::measure, vc7::bench::open_model, vc7::bench::with_engines;
using namespace vc7::qpu;
using vc7::Label;

/// Butterflies between lanes 8, 4, 2 and 1 apart, as the inner stages of a Fourier transform have
/// them, on 16 complex numbers; each batch takes `rounds` runs of 16 from its own 128 bytes on.
/// Uniforms: address, bytes per batch, rounds, real and imaginary part of the factor.
constexpr void butterflies_kernel(vc7::Assembler& a) {
  constexpr auto address = rf4, rounds = rf5, wr = rf6, wi = rf7, re = rf8, im = rf9, tr = rf10,
                 ti = rf11, p = rf12, q = rf13, other = rf14, sixteen = rf15, lane = rf16;
  a.eidx(lane, ldunifrf(address));
  a.shl(lane, lane, 2).mov(p, rf3.unpack(ul));
  a.nop(ldunifrf(q));
  a.umul24(p, p, q, ldunifrf(rounds));
  a.add(address, address, lane, ldunifrf(wr));
  a.add(address, address, p, ldunifrf(wi));
  a.mov(sixteen, 1);
  a.shl(sixteen, sixteen, 6);
  a.add(other, address, sixteen);

  const Label loop = a.L("round");
  a.mov(tmua, address);
  a.mov(tmua, other, thrsw);
  a.sub(rounds, rounds, 1, pushz);
  a.nop();
  a.nop(ldtmu(re));
  a.nop(ldtmu(im));
  for (const int distance : {8, 4, 2, 1}) {
    a.rot(tr, re, imm(distance));
    a.rot(ti, im, imm(distance)).fmul(p, tr, wr);
    a.nop().fmul(q, ti, wi);
    a.fsub(p, p, q).fmul(tr, tr, wi);
    a.fadd(re, re, p).fmul(ti, ti, wr);
    a.fadd(q, tr, ti);
    a.fsub(im, im, q);
  }
  a.mov(tmud, re);
  a.mov(tmua, address);
  a.mov(tmud, im);
  a.b(loop, na0);
  a.mov(tmua, other).add(address, address, sixteen);
  a.add(other, other, sixteen);
  a.nop();
  a.tmuwt();
  a.end_program();
}

void BM_model_butterflies(benchmark::State& state) {
  constexpr std::uint32_t batches = 1024, rounds = 62, bytes = 4096;
  vc7::Device device = open_model(state);
  const auto data = device.alloc<float>(batches * bytes / 4, 1.0f);
  measure(state, device, device.load(vc7::assemble(butterflies_kernel)),
          vc7::Dispatch{.local_size = {16}, .workgroups = {batches}},
          vc7::Uniforms{data, bytes, rounds, 0.5f, 0.25f});
}

void BM_model_reduction_barriers(benchmark::State& state) {
  constexpr std::uint32_t batches = 16;
  vc7::Device device = open_model(state);
  const auto data = device.alloc<float>(1 << 20, 0.5f), sums = device.alloc<float>(16 * batches),
             sum = device.alloc<float>(1);
  measure(state, device, device.load(vc7::assemble(vc7::examples::reduction_kernel)),
          vc7::Dispatch{.local_size = {16},
                        .workgroups = {batches},
                        .workgroups_per_supergroup = batches,
                        .barrier = true},
          vc7::Uniforms{data, sums, sum, 1u << 20, batches * 64, batches});
}

/// Counts words by their lowest byte. Uniforms: address, bytes per batch, bins, rounds,
/// configuration of the load and the atomic addition.
constexpr void histogram_kernel(vc7::Assembler& a) {
  constexpr auto address = rf4, bins = rf5, rounds = rf6, config = rf7, value = rf8, mask = rf9,
                 step = rf10, lane = rf11;
  a.eidx(lane, ldunifrf(address));
  a.shl(lane, lane, 2).mov(value, rf3.unpack(ul));
  a.nop(ldunifrf(mask));
  a.umul24(value, value, mask, ldunifrf(bins));
  a.add(address, address, lane, ldunifrf(rounds));
  a.add(address, address, value, ldunifrf(config));
  a.mov(step, 1);
  a.shl(step, step, 6);
  a.mov(mask, -1);
  a.shr(mask, mask, 12);
  a.shr(mask, mask, 12);

  const Label loop = a.L("round");
  a.mov(tmuc, config);
  a.mov(tmua, address, thrsw).add(address, address, step);
  a.nop();
  a.sub(rounds, rounds, 1, pushz);
  a.nop(ldtmu(value));
  a.band(value, value, mask);
  a.shl(value, value, 2);
  a.add(value, value, bins).mov(tmud, 1);
  a.mov(tmua, value, thrsw);
  a.nop();
  a.nop();
  a.b(loop, na0);
  a.nop(ldtmu(value));  // what was there before
  a.nop();
  a.nop();
  a.tmuwt();
  a.end_program();
}

void BM_model_histogram_atomics(benchmark::State& state) {
  constexpr std::uint32_t batches = 256, rounds = 64, bytes = 64 * rounds;
  vc7::Device device = open_model(state);
  auto data = device.alloc<std::uint32_t>(batches * bytes / 4);
  for (std::size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<std::uint32_t>(i * 2654435761u >> 16);
  const auto bins = device.alloc<std::uint32_t>(256);
  const std::uint32_t config = vc7::TmuConfig::word(
      {vc7::TmuConfig{}.uint32().write_add_read_prefetch(), vc7::TmuConfig{}.uint32()});
  measure(state, device, device.load(vc7::assemble(histogram_kernel)),
          vc7::Dispatch{.local_size = {16}, .workgroups = {batches}},
          vc7::Uniforms{data, bytes, bins, rounds, config});
}

/// y = a * x + y on registers below rf32, word after word. Uniforms: x, y, bytes per batch, rounds,
/// a.
constexpr void saxpy_kernel(vc7::Assembler& a) {
  constexpr auto x = rf4, y = rf5, rounds = rf6, factor = rf7, vx = rf8, vy = rf9, step = rf10,
                 lane = rf11;
  a.eidx(lane, ldunifrf(x));
  a.shl(lane, lane, 2).mov(vx, rf3.unpack(ul));
  a.nop(ldunifrf(y));
  a.add(x, x, lane, ldunifrf(step));
  a.umul24(vx, vx, step, ldunifrf(rounds));
  a.add(y, y, lane, ldunifrf(factor));
  a.add(x, x, vx);
  a.add(y, y, vx);
  a.mov(step, 1);
  a.shl(step, step, 6);

  const Label loop = a.L("round");
  a.mov(tmua, x).add(x, x, step);
  a.mov(tmua, y, thrsw);
  a.sub(rounds, rounds, 1, pushz);
  a.nop();
  a.nop(ldtmu(vx));
  a.nop(ldtmu(vy)).fmul(vx, vx, factor);
  a.fadd(tmud, vx, vy);
  a.b(loop, na0);
  a.mov(tmua, y).add(y, y, step);
  a.nop();
  a.nop();
  a.tmuwt();
  a.end_program();
}

void BM_model_saxpy_four_way(benchmark::State& state) {
  constexpr std::uint32_t batches = 1024, rounds = 64, bytes = 64 * rounds;
  vc7::Device device = open_model(state);
  const auto x = device.alloc<float>(batches * bytes / 4, 0.5f),
             y = device.alloc<float>(batches * bytes / 4, 0.25f);
  measure(state, device, device.load(vc7::assemble(saxpy_kernel), {.four_way = true}),
          vc7::Dispatch{
              .local_size = {16}, .workgroups = {batches}, .threading = vc7::Threading::four_way},
          vc7::Uniforms{x, y, bytes, rounds, 0.001f});
}

BENCHMARK(BM_model_butterflies)->Apply(with_engines);
BENCHMARK(BM_model_reduction_barriers)->Apply(with_engines);
BENCHMARK(BM_model_histogram_atomics)->Apply(with_engines);
BENCHMARK(BM_model_saxpy_four_way)->Apply(with_engines);

}  // namespace
