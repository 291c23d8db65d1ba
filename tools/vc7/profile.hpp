// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

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
  /// A page for browsers, in one file. `name` is that of the job.
  std::string page(const std::string& name) const;
  /// Trace Event Format: QPUs are processes, their threads are threads; 1 us is 1 cycle. Batches,
  /// and what they did as far as the timeline is exact; then counters for the whole job.
  std::string chrome_trace() const;

 private:
  /// Rates that the job reached, and those of the chip.
  struct Rates {
    double gflops = 0, peak_gflops = 0;
    double gbytes = 0, most_gbytes = 0;  ///< per second, from and to memory
    /// What memory lets through of arithmetic that moves as much per operation; 0: nothing moved.
    double roof_gflops = 0;
    double flops_per_byte = 0;  ///< the same
  };
  Rates rates() const;
  /// What the cycles of all QPUs were spent on.
  struct Slot {
    std::uint64_t cycles;
    std::string_view id, name, text;
  };
  std::vector<Slot> slot_list() const;
  /// What the instructions of one line of a source cost; without a source, of one address.
  struct Line {
    std::string place;
    const sim::timing::InstructionCost* costliest;
    std::size_t instructions = 0;
    std::uint64_t executed = 0, cycles = 0;
    sim::timing::StallCycles stalls{};
  };
  std::vector<Line> hottest_lines() const;
  /// What keeps the job from the limits of the chip, in sentences.
  std::vector<std::string> findings() const;
  nlohmann::ordered_json values() const;
  nlohmann::ordered_json timeline() const;
  nlohmann::ordered_json figures() const;
  nlohmann::ordered_json lines() const;

  std::string times() const;
  std::string rate_lines() const;
  std::string slots() const;
  std::string memory() const;
  std::string hottest() const;
  std::string why() const;
  std::string longest_wait() const;
  std::string memory_limit() const;
  std::string place(std::uint32_t address) const;
  double all_cycles() const;

  const sim::timing::Report& report_;
  const JobFile& job_;
};

/// What is made of a profile besides what is printed in any case; empty names: nothing.
struct ProfileOutputs {
  bool annotate = false;           ///< prints the program as well
  std::string html, chrome_trace;  ///< names of files
};
/// `name` is that of the job, for the page. Throws vc7::Error if a file cannot be written.
void write_outputs(const Profile& profile, const ProfileOutputs& wanted, const std::string& name);

/// The one with most cycles.
sim::timing::Stall main_stall(const sim::timing::StallCycles& stalls);

/// With a unit that suits it.
std::string time_text(double seconds);

/// The table of the parameters of the timing model.
std::string timing_parameters(bool markdown);

}  // namespace vc7::tool
