// SPDX-License-Identifier: MIT
#include <vc7/device/capture.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

namespace vc7 {

Capture::Capture(std::string folder, std::string source)
    : folder_{std::move(folder)}, source_{std::move(source)} {
  std::error_code code;
  const auto status = std::filesystem::status(folder_, code);
  const auto refuse = [&](std::string_view why) {
    throw Error{
        fmt::format("{} is \"{}\", expected is a folder to write to: {}", source_, folder_, why)};
  };
  if (!std::filesystem::exists(status)) refuse("there is none");
  if (!std::filesystem::is_directory(status)) refuse("it is no folder");
  if (access(folder_.c_str(), W_OK | X_OK) != 0) refuse(std::strerror(errno));
}

JobContent::Any Capture::content(std::span<const std::byte> bytes) {
  const auto last =
      std::find_if(bytes.rbegin(), bytes.rend(), [](std::byte b) { return b != std::byte{0}; });
  const auto size = static_cast<std::size_t>(bytes.rend() - last);
  if (size == 0) return JobContent::Zero{};
  JobContent::Bytes content;
  content.bytes.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  return content;
}

/// Makes the file of the next number that nobody has, so that it is ours.
std::string Capture::claim() {
  constexpr unsigned most = 1'000'000;
  while (++last_ < most) {
    const std::string path =
        (std::filesystem::path{folder_} / fmt::format("job-{:04}.json", last_)).string();
    if (std::FILE* const file = std::fopen(path.c_str(), "wbx")) {
      std::fclose(file);
      return path;
    }
    if (errno != EEXIST)
      throw Error{fmt::format("{}: cannot write {}: {}", source_, path, std::strerror(errno))};
  }
  throw Error{fmt::format("{}: {} has {} jobs already", source_, folder_, most - 1)};
}

void Capture::save(JobFile job) {
  const std::string path = claim();
  const std::string stem = std::filesystem::path{path}.stem().string();
  for (const JobSegment& segment : job.memory)
    if (segment.name.starts_with("data"))
      job.outputs.push_back({.memory = segment.name,
                             .offset = 0,
                             .size = segment.size,
                             .file = fmt::format("{}.{}.out", stem, segment.name),
                             .format = JobFormat::bin});
  try {
    save_job(job, path);
  } catch (const Error& error) {
    // Nobody is to take half a job for one.
    std::error_code code;
    std::filesystem::remove(path, code);
    throw Error{fmt::format("{}: {}", source_, error.what())};
  }
}

}  // namespace vc7
