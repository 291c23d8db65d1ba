// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <vc7/asm/program.hpp>
#include <vc7/device/job_file.hpp>
#include <vc7/sim/timing.hpp>

namespace vc7::tool {

/// The report of the timing model on a job, for people and programs. Everything says that it is
/// simulated. Refers to report and job.
class Profile {
 public:
  Profile(const sim::timing::Report& report, const JobFile& job) : report_{report}, job_{job} {}

  std::string text() const;
  /// The program with counts and cycles.
  std::string annotated() const;
  std::string json() const;
  /// Trace Event Format: QPUs are processes, their threads are threads; 1 us is 1 cycle.
  std::string chrome_trace() const;

 private:
  std::string times() const;
  std::string rates() const;
  std::string slots() const;
  std::string memory() const;
  std::string hottest() const;
  std::string place(std::uint32_t address) const;
  double all_cycles() const;

  const sim::timing::Report& report_;
  const JobFile& job_;
};

/// The table of the parameters of the timing model.
std::string timing_parameters(bool markdown);

}  // namespace vc7::tool
