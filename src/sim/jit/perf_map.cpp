// SPDX-License-Identifier: MIT
#include "perf_map.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

namespace vc7::sim::jit {

PerfMap& PerfMap::of_process() {
  static PerfMap map;
  return map;
}

PerfMap::PerfMap() {
  const std::string path = fmt::format("/tmp/perf-{}.map", getpid());
  // Everybody may write to /tmp: a link that somebody has put there is not followed.
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd >= 0) file_.reset(fdopen(fd, "w"));
  if (!file_) throw Error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

void PerfMap::add(const void* start, std::size_t bytes, std::string_view name) {
  const std::string line =
      fmt::format("{:x} {:x} {}\n", reinterpret_cast<std::uintptr_t>(start), bytes, name);
  const std::lock_guard lock{mutex_};
  std::fwrite(line.data(), 1, line.size(), file_.get());
  std::fflush(file_.get());
}

}  // namespace vc7::sim::jit
