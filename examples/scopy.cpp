// SPDX-License-Identifier: MIT
//
// Copies floats, on the CPU and on one and on all QPUs. See kernels/scopy.hpp.
#include "kernels/scopy.hpp"

#include <vc7/vc7.hpp>

#include <cstdio>
#include <cstring>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "report.hpp"

namespace {

using namespace vc7::examples;

std::string rate(double seconds, std::size_t bytes) {
  return fmt::format("{:.4f} sec, {:.2f} MB/s", seconds,
                     static_cast<double>(bytes) / seconds * 1e-6);
}

bool copy_with(vc7::Device& device, std::uint32_t elements, std::uint32_t qpus) {
  fmt::print("==== scopy example ({} elements, {} QPU{}) ====\n", elements, qpus,
             qpus == 1 ? "" : "s");
  auto x = device.alloc<float>(elements), y = device.alloc<float>(elements, -1.0f);
  for (std::uint32_t i = 0; i < elements; ++i)
    x[i] = static_cast<float>(i) - static_cast<float>(elements) / 2;
  std::vector<float> host(x.begin(), x.end()), copy(elements);

  const vc7::Code code = device.load(vc7::assemble(scopy_kernel));
  const double cpu = seconds_of([&] { std::memcpy(copy.data(), host.data(), x.size_bytes()); });
  vc7::Event event;
  const double qpu = seconds_of([&] {
    event = device.run(code, vc7::Dispatch::batches(qpus),
                       vc7::Uniforms{x, y, x.size_bytes(), qpus * scopy_chunk, scopy_config});
  });

  const Errors errors = compare(y.span(), host);
  fmt::print("CPU, memcpy: {}\n{}: {}\n{}{}", rate(cpu, x.size_bytes()), qpu_label(device),
             rate(qpu, x.size_bytes()), statistics_line(event), describe(errors));
  if (errors.max_absolute == 0) return true;
  fmt::print("WRONG: the copy differs\n");
  return false;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"Copies floats on the QPUs of a Raspberry Pi 5, or on the device model"};
  std::uint32_t elements = 24u << 20;
  app.add_option("--elements", elements, "a multiple of 128")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (elements == 0 || elements % (scopy_chunk / 4) != 0 || elements > 128u << 20)
    throw vc7::Error(
        fmt::format("the number of elements is {}; allowed are multiples of {} up to {}", elements,
                    scopy_chunk / 4, 128u << 20));

  vc7::Device device = vc7::Device::open();
  fmt::print("{}\n", device.description());
  const bool one = copy_with(device, elements, 1);
  const bool all = copy_with(device, elements, device.qpus());
  return one && all ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
