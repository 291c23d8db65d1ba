// SPDX-License-Identifier: MIT
//
// Any bytes as a job file. Files that it names are not looked at.
#include <cstdlib>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include <vc7/base/error.hpp>
#include <vc7/device/job_file.hpp>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// What is accepted keeps its promises: contents fit, outputs lie in segments.
void use(const vc7::JobFile& job) {
  for (const auto& segment : job.memory) {
    require(segment.size >= 1 && segment.address + segment.size <= std::uint64_t{1} << 32);
    constexpr std::uint64_t small = 1 << 16;
    if (segment.size > small || std::holds_alternative<vc7::JobContent::File>(segment.content))
      continue;
    std::vector<std::byte> bytes(segment.size);
    vc7::fill(bytes, segment.content);
    for (const auto& output : job.outputs) {
      if (output.memory != segment.name) continue;
      require(output.offset + output.size <= segment.size);
      (void)vc7::format_output(std::span{bytes}.subspan(output.offset, output.size), output.format);
    }
  }
  require(job.program.words().size() == job.program.origins().size());
  if (job.program.size() != 0) (void)vc7::configuration(job, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto result = vc7::parse_job(text, {.name = "job.json", .read_files = false});
  require(result.diagnostics.empty() == result.report.empty());
  for (const auto& diagnostic : result.diagnostics) require(!diagnostic.message.empty());
  if (!vc7::has_errors(result.diagnostics)) use(result.job);
  return 0;
}
