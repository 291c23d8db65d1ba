// SPDX-License-Identifier: MIT
#include "runs.hpp"

#include <fmt/format.h>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/encode.hpp>

#include "../../examples/kernels/scopy.hpp"
#include "../../examples/kernels/sgemm.hpp"
#include "packed_product.hpp"

namespace vc7::timing_runs {
namespace {

using namespace vc7::examples;
using namespace vc7::qpu;

/// The matrix product of integers of 24 bits is that of floats with other operations.
Program integer_product() {
  const Program floats = assemble(sgemm_kernel);
  Program::Parts parts;
  parts.words = floats.words();
  parts.origins = floats.origins();
  for (std::uint64_t& word : parts.words) {
    auto instruction = *isa::decode(word).instruction;
    auto* alu = std::get_if<isa::AluInstruction>(&instruction);
    if (alu == nullptr) continue;
    if (alu->add.op == isa::AddOp::fadd) alu->add.op = isa::AddOp::add;
    if (alu->mul.op == isa::MulOp::fmul) alu->mul.op = isa::MulOp::umul24;
    word = isa::encode(instruction).word;
  }
  return Program{std::move(parts)};
}

/// As many products of n x n matrices, one below the other: they share B.
Event product(Device& device, const Program& program, std::uint32_t n, std::uint32_t products = 1) {
  const std::uint32_t rows = n * products;
  const auto a = device.alloc<float>(rows * n, 1.0f), b = device.alloc<float>(n * n, 1.0f),
             c = device.alloc<float>(rows * n, 0.0f);
  const Code code = device.load(program, {.check = Check::compat});
  const std::uint32_t row = n * 4;
  return device.run(code, Dispatch{.local_size = {16}, .workgroups = {n / 16, rows / 16}},
                    Uniforms{a.address(), row, b.address(), row, c.address(), row, n / 4,
                             sgemm_load_config, sgemm_tile_config, 1.0f, 1.0f});
}

Event packed_product(Device& device, std::uint32_t n) {
  const auto a = device.alloc<std::uint16_t>(n * n, 1), b = device.alloc<std::uint16_t>(n * n, 1);
  const auto c = device.alloc<std::uint32_t>(n * n);
  const Code code = device.load(assemble(packed_product_kernel), {.check = Check::compat});
  return device.run(
      code, Dispatch{.local_size = {16}, .workgroups = {n / 16, n / 16}},
      Uniforms{a, n * 2, b, n * 2, c, n * 4, n / 8, sgemm_load_config, sgemm_tile_config});
}

/// The published kernel has a fixed step of 8 QPUs, whatever their number: with 12, four do again
/// what others have done a step before.
Event scopy(Device& device, std::uint32_t qpus, bool as_published) {
  constexpr std::uint32_t elements = 24u << 20;
  const std::uint32_t divided = as_published && qpus == 12 ? 8 : qpus;
  const auto x = device.alloc<float>(elements + 4096, 1.0f),
             y = device.alloc<float>(elements + 4096);
  const Code code = device.load(assemble(scopy_kernel));
  return device.run(code, Dispatch::batches(qpus),
                    Uniforms{x, y, elements * 4, divided * scopy_chunk, scopy_config});
}

/// Smaller of two floats, element by element, 16 at a time. Uniforms: a, b, result, bytes, bytes
/// per step of all batches.
constexpr void minimum_kernel(Assembler& a) {
  constexpr auto left = rf4, right = rf5, result = rf6, rest = rf7, step = rf8, x = rf9, y = rf10;
  a.eidx(rf1, ldunifrf(left));
  a.shl(rf1, rf1, 2).mov(rf10, rf3.unpack(ul));
  a.nop(ldunifrf(right));
  a.shl(rf10, rf10, 6);
  a.add(rf1, rf1, rf10, ldunifrf(result));
  a.add(left, left, rf1, ldunifrf(rest));
  a.add(right, right, rf1, ldunifrf(step));
  a.add(result, result, rf1);
  const Label loop = a.L("loop");
  a.mov(tmua, left, thrsw).add(left, left, step);
  a.mov(tmua, right).add(right, right, step);
  a.sub(rest, rest, step);
  a.nop(ldtmu(x));
  a.nop(ldtmu(y));
  a.fmin(tmud, x, y);
  a.mov(tmua, result).add(result, result, step);
  a.tmuwt();
  a.sub(null, rest, 1, pushn);  // flag A: nothing is left
  a.b(loop, na0);
  a.nop();
  a.nop();
  a.nop();
  a.end_program();
}

Event minimum(Device& device, std::uint32_t qpus) {
  constexpr std::uint32_t elements = 4u << 20;
  const auto x = device.alloc<float>(elements, 1.0f), y = device.alloc<float>(elements, 2.0f),
             z = device.alloc<float>(elements);
  const Code code = device.load(assemble(minimum_kernel));
  // What does not divide by the number of batches is left to the first of them.
  const std::uint32_t step = qpus * 64, bytes = elements * 4 / step * step;
  return device.run(code, Dispatch::batches(qpus), Uniforms{x, y, z, bytes, step});
}

constexpr void clock_kernel(Assembler& a) {
  constexpr auto count = rf4;
  a.nop(ldunifrf(count));
  const Label loop = a.L("loop");
  a.sub(count, count, 1, pushz);
  a.b(loop, na0);
  a.nop();
  a.nop();
  a.nop();
  a.end_program();
}

Event clock_loop(Device& device) {
  const Code code = device.load(assemble(clock_kernel));
  return device.run(code, Dispatch::batches(1), Uniforms{1u << 24});
}

/// Roughly.
double instructions_of_product(double n) { return n * n * n / 7.6; }

std::vector<Published> make() {
  std::vector<Published> list;
  const auto gemm = [&](const char* source, std::uint32_t n, double ms, bool cold,
                        std::vector<std::string> fits = {}) {
    list.push_back({fmt::format("sgemm {}", n), source, ms * 1e-3, cold, fits,
                    instructions_of_product(n),
                    [n](Device& d) { return product(d, assemble(sgemm_kernel), n); }});
  };
  gemm("py-videocore7", 1024, 100.6, true);
  gemm("qpu-xla", 128, 0.30, false);
  gemm("qpu-xla", 256, 5.3, true, {"job_cold_us"});
  gemm("qpu-xla", 512, 12.3, false);
  gemm("qpu-xla", 768, 42.9, true);
  gemm("qpu-xla", 1024, 98.4, true, {"rotate_service"});
  gemm("qpu-xla", 1536, 321.4, true);
  gemm("qpu-xla", 2048, 757.7, true);
  list.push_back({"sgemm 512, 32 products",
                  "qpu-xla",
                  386.9e-3,
                  false,
                  {},
                  32 * instructions_of_product(512),
                  [](Device& d) { return product(d, assemble(sgemm_kernel), 512, 32); }});
  const auto integer = [&](std::uint32_t n, double ms) {
    list.push_back({fmt::format("integer product {}", n),
                    "qpu-xla",
                    ms * 1e-3,
                    true,
                    {},
                    instructions_of_product(n),
                    [n](Device& d) { return product(d, integer_product(), n); }});
  };
  integer(256, 5.3);
  integer(512, 16.1);
  integer(768, 44.2);
  const auto packed = [&](std::uint32_t n, double ms) {
    list.push_back({fmt::format("16-bit integer product {}", n),
                    "qpu-xla",
                    ms * 1e-3,
                    true,
                    {},
                    instructions_of_product(n),
                    [n](Device& d) { return packed_product(d, n); }});
  };
  packed(256, 5.33);
  packed(512, 15.96);
  packed(768, 44.2);
  packed(1024, 99.1);
  const auto copy = [&](const char* source, std::uint32_t qpus, double ms,
                        std::vector<std::string> fits = {}) {
    list.push_back({fmt::format("scopy, {} QPU{}", qpus, qpus == 1 ? "" : "s"), source, ms * 1e-3,
                    true, fits, 3.6e6, [qpus](Device& d) { return scopy(d, qpus, true); }});
  };
  copy("py-videocore7", 1, 59.58, {"dram_latency"});
  copy("qpu-xla", 1, 57.33);
  copy("py-videocore7", 12, 24.30, {"l2_write_bytes"});
  copy("qpu-xla", 12, 24.13);
  list.push_back({"minimum, 1 QPU",
                  "qpu-xla",
                  44.09e-3,
                  false,
                  {"l1_latency", "l2_latency"},
                  3.7e6,
                  [](Device& d) { return minimum(d, 1); }});
  list.push_back({"minimum, 12 QPUs", "qpu-xla", 7.6e-3, false, {}, 3.7e6, [](Device& d) {
                    return minimum(d, 12);
                  }});
  list.push_back(
      {"clock loop", "Towdo", 353e-3, true, {}, 84e6, [](Device& d) { return clock_loop(d); }});
  return list;
}

}  // namespace

const std::vector<Published>& published_runs() {
  static const std::vector<Published> list = make();
  return list;
}

}  // namespace vc7::timing_runs
