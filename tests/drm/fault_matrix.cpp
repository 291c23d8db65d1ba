// SPDX-License-Identifier: MIT
//
// Every call of drm::kernel times every fault that a kernel may answer with, under the shim. Prints
// the table of docs/driver-faults.md; fails if a call hangs, leaks a descriptor, answers with
// another error, or if the file is of no use afterwards.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <vc7/drm/kernel.hpp>

#include "descriptors.hpp"
#include "drm/uapi.hpp"
#include "job_control.hpp"
#include "shimmed_device.hpp"

namespace vc7::drm::test {
namespace {

/// What the calls work on; made anew for each.
struct Objects {
  explicit Objects(Node& on) : node{on}, bo{node.create_bo(4096).value().handle} {
    out = node.syncobj_create(true).value();
    perfmon = node.perfmon_create(std::array{std::uint8_t{83}}).value();
  }
  Node& node;
  BoHandle bo;
  SyncobjHandle out = 0;
  PerfmonId perfmon = 0;
  std::vector<Mapping> mappings{};
};

struct Row {
  const char* name;
  std::uint32_t number;  ///< of the request that fails
  std::function<int(Objects&)> call;
};

constexpr std::uint32_t number(uapi::Nr nr) { return static_cast<std::uint32_t>(nr); }

int submit(Objects& o) {
  SubmitCsd job;
  job.bo_handles = {&o.bo, 1};
  return o.node.submit_csd(job).error();
}

const std::vector<Row>& rows() {
  using uapi::Nr;
  static const std::vector<Row> all = {
      {"create_bo", number(Nr::create_bo), [](auto& o) { return o.node.create_bo(4096).error(); }},
      {"get_bo_offset", number(Nr::get_bo_offset),
       [](auto& o) { return o.node.get_bo_offset(o.bo).error(); }},
      {"map_bo", number(Nr::mmap_bo), [](auto& o) { return o.node.map_bo(o.bo, 4096).error(); }},
      {"map_bo (mmap)", 0, [](auto& o) { return o.node.map_bo(o.bo, 4096).error(); }},
      {"gem_close", number(Nr::gem_close), [](auto& o) { return o.node.gem_close(o.bo).error(); }},
      {"wait_bo", number(Nr::wait_bo), [](auto& o) { return o.node.wait_bo(o.bo, 0).error(); }},
      {"get_param", number(Nr::get_param),
       [](auto& o) { return o.node.get_param(Param::uifcfg).error(); }},
      {"submit_csd", number(Nr::submit_csd), submit},
      {"submit_cl", number(Nr::submit_cl),
       [](auto& o) {
         SubmitCl job;
         job.bo_handles = {&o.bo, 1};
         return o.node.submit_cl(job).error();
       }},
      {"submit_tfu", number(Nr::submit_tfu),
       [](auto& o) { return o.node.submit_tfu({.multi_sync = {}}).error(); }},
      {"perfmon_create", number(Nr::perfmon_create),
       [](auto& o) { return o.node.perfmon_create(std::array{std::uint8_t{0}}).error(); }},
      {"perfmon_destroy", number(Nr::perfmon_destroy),
       [](auto& o) { return o.node.perfmon_destroy(o.perfmon).error(); }},
      {"perfmon_values", number(Nr::perfmon_get_values),
       [](auto& o) { return o.node.perfmon_get_values(o.perfmon).error(); }},
      {"perfmon_set_global", number(Nr::perfmon_set_global),
       [](auto& o) {
         const int error = o.node.perfmon_set_global(o.perfmon).error();
         if (error == 0) (void)o.node.perfmon_set_global(o.perfmon, true);
         return error;
       }},
      {"perfmon_counter", number(Nr::perfmon_get_counter),
       [](auto& o) { return o.node.perfmon_get_counter(0).error(); }},
      {"syncobj_create", 0xbf, [](auto& o) { return o.node.syncobj_create(false).error(); }},
      {"syncobj_destroy", 0xc0, [](auto& o) { return o.node.syncobj_destroy(o.out).error(); }},
      {"syncobj_wait", 0xc3,
       [](auto& o) {
         return o.node.syncobj_wait({&o.out, 1}, 1'000'000).error();
       }},
      {"syncobj_reset", 0xc4,
       [](auto& o) {
         return o.node.syncobj_reset({&o.out, 1}).error();
       }},
      {"syncobj_signal", 0xc5,
       [](auto& o) {
         return o.node.syncobj_signal({&o.out, 1}).error();
       }},
      {"fence_status", 0xc1, [](auto& o) { return o.node.fence_status(o.out).error(); }},
  };
  return all;
}

struct Fault {
  const char* name;
  int error;
  bool once;  ///< the second try succeeds
};
constexpr Fault faults[] = {{"EINTR", EINTR, true},    {"EAGAIN", EAGAIN, true},
                            {"ENOMEM", ENOMEM, false}, {"EIO", EIO, false},
                            {"ETIME", ETIME, false},   {"device removed", ENODEV, false}};

[[noreturn]] void failure(const char* what, const Row& row, const Fault& fault) {
  std::fprintf(stderr, "fault_matrix: %s with %s: %s\n", row.name, fault.name, what);
  std::exit(1);
}

std::string cell(ShimmedDevice& device, Node& node, const Row& row, const Fault& fault) {
  alarm(20);  // who hangs is killed
  Objects objects{node};
  int strikes = 0;
  device.set_override([&](const shim::Call& call, raw::Caller&) -> std::optional<int> {
    const bool all = fault.error == ENODEV;
    const bool this_one = call.request == 0 ? row.number == 0 : (call.request & 0xff) == row.number;
    if (!all && !this_one) return std::nullopt;
    if (strikes++ > 0 && fault.once) return std::nullopt;
    return fault.error;
  });
  const int error = row.call(objects);
  device.set_override({});
  if (strikes == 0) failure("the fault was not met", row, fault);
  if (error != 0 && error != fault.error) failure("another error", row, fault);
  if (error == 0 && !fault.once) failure("the error is lost", row, fault);
  Objects again{node};
  if (row.call(again) != 0) failure("it fails afterwards as well", row, fault);
  return error == 0 ? "tried again" : errno_name(error);
}

int run() {
  std::printf(
      "# What the driver makes of faults\n\n"
      "Made by `tests/drm/fault_matrix`; a test runs it and compares. Each call of `drm::kernel` "
      "meets each fault under\n[vc7 exec](exec.md)'s device: *tried again* means that the caller "
      "never sees it, an errno is the answer of the call. After\neach the descriptors are "
      "counted and the call is made once more, which has to work. libdrm tries an EAGAIN again,\n"
      "for ever if it stays, but not of submissions with a performance monitor: there it says that "
      "a global one counts.\n\n| call |");
  for (const auto& fault : faults) std::printf(" %s |", fault.name);
  std::printf("\n|---|");
  for (std::size_t i = 0; i < std::size(faults); ++i) std::printf("---|");
  std::printf("\n");
  JobControl jobs;
  SimulatedOptions options;
  options.executor = jobs.executor();
  ShimmedDevice device{std::move(options)};
  for (const auto& row : rows()) {
    std::printf("| %s |", row.name);
    for (const auto& fault : faults) {
      const auto before = open_descriptors();
      auto node = open_kernel(device.path());
      std::printf(" %s |", cell(device, *node, row, fault).c_str());
      node.reset();
      // The server, which is in this program, closes its side a moment later.
      for (int i = 0; i < 5000 && open_descriptors() != before; ++i) usleep(1000);
      if (open_descriptors() != before) failure("a descriptor is left", row, fault);
    }
    std::printf("\n");
  }
  return 0;
}

}  // namespace
}  // namespace vc7::drm::test

int main() { return vc7::drm::test::run(); }
