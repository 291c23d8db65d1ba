// SPDX-License-Identifier: MIT
#include "prof_program.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/base/error.hpp>

#include "commands.hpp"
#include "exec.hpp"
#include "profile.hpp"

namespace vc7::tool {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "vc7-prof-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw Error{"no folder can be made as " + name};
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

/// The grid of a job and the memory that its program lies in.
struct Launched {
  std::array<std::uint32_t, 7> cfg{};
  std::uint32_t address = 0;  ///< of the first byte
  std::vector<std::byte> bytes;

  std::uint32_t code() const { return cfg[5] & ~7u; }
  std::optional<std::uint64_t> word(std::uint64_t at) const {
    if (at < address || at - address + 8 > bytes.size()) return std::nullopt;
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + (at - address), 8);
    return word;
  }
};

Launched launched(const JobFile& job, const std::string& chip) {
  Launched l{.cfg = configuration(job, {.qpus = sim::find_topology(chip)->qpus()}), .bytes = {}};
  const auto words = job.program.words();
  if (!words.empty()) {
    l.address = job.code_address;
    const auto* const from = reinterpret_cast<const std::byte*>(words.data());
    l.bytes.assign(from, from + words.size() * 8);
  }
  for (const JobSegment& segment : job.memory) {
    if (!l.bytes.empty()) break;
    if (l.code() < segment.address || l.code() - segment.address >= segment.size) continue;
    l.address = segment.address;
    l.bytes.resize(segment.size);
    fill(l.bytes, segment.content);
  }
  return l;
}

/// Jobs with the same program and grid; data and addresses may differ.
struct Group {
  Launched launch;
  std::vector<std::size_t> numbers;  ///< of the jobs, from 1
  TimedJob timed;

  std::size_t first() const { return numbers.front(); }
  std::size_t jobs() const { return numbers.size(); }
  bool holds(std::size_t number) const {
    return std::ranges::find(numbers, number) != numbers.end();
  }
  double seconds() const { return timed.report().execution_seconds(); }
  double all_seconds() const { return seconds() * static_cast<double>(jobs()); }
  /// Everything that the first one executed is in the other program, at the same place.
  bool has(const Launched& other) const {
    const auto same_word = [&](const sim::timing::InstructionCost& cost) {
      return other.word(std::uint64_t{cost.address} - launch.code() + other.code()) == cost.word;
    };
    return std::equal(other.cfg.begin(), other.cfg.begin() + 5, launch.cfg.begin()) &&
           (other.cfg[5] & 7) == (launch.cfg[5] & 7) &&
           std::ranges::all_of(timed.report().costs, same_word);
  }
};

std::vector<std::string> job_files(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator{folder})
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

/// Runs a command and returns the job files of what it submitted; `status` becomes its exit code.
/// Programs that use vc7 save their jobs themselves too, with the lines of their sources.
std::vector<std::string> jobs_of(const std::vector<std::string>& command, const std::string& chip,
                                 const std::string& folder, int& status) {
  const std::string seen = folder + "/seen", told = folder + "/told";
  fs::create_directory(seen);
  fs::create_directory(told);
  if (setenv("VC7_CAPTURE", told.c_str(), 1) != 0) throw Error{"VC7_CAPTURE cannot be set"};
  std::fflush(nullptr);
  status = exec_captured(command, chip, seen);
  auto files = job_files(told);
  const auto all = job_files(seen);
  return files.size() < all.size() ? all : files;  // if not all of them have used vc7
}

/// Nothing if a job file is wrong, which has been told then.
std::optional<std::vector<Group>> groups_of(const std::vector<std::string>& files,
                                            const TimingOptions& options, bool& all_well) {
  std::vector<Group> groups;
  for (std::size_t n = 0; n < files.size(); ++n) {
    Launched launch = launched(load_job(files[n]).job, options.chip);
    const auto known = std::ranges::find_if(groups, [&](const Group& g) { return g.has(launch); });
    if (known != groups.end()) {
      known->numbers.push_back(n + 1);
      continue;
    }
    auto timed = time_job(files[n], options);
    if (!timed) return std::nullopt;
    all_well = timed->tell(fmt::format("job {}", n + 1)) && all_well;
    groups.push_back({.launch = std::move(launch), .numbers = {n + 1}, .timed = std::move(*timed)});
  }
  return groups;
}

double total_seconds(const std::vector<Group>& groups) {
  double sum = 0;
  for (const Group& group : groups) sum += group.all_seconds();
  return sum;
}

void print_table(const std::vector<Group>& groups) {
  const double all = total_seconds(groups);
  fmt::print("simulated: times of executions, modelled and not measured\n"
             "{:>9} {:>6} {:>12} {:>7}  program\n",
             "first job", "jobs", "each", "share");
  for (const Group& group : groups) {
    const double own = group.all_seconds();
    fmt::print("{:>9} {:>6} {:>12} {:>5.1f} %  {} instructions, batches: {}\n", group.first(),
               group.jobs(), time_text(group.seconds()), all == 0 ? 0 : 100 * own / all,
               group.timed.report().costs.size(), group.timed.report().batches);
  }
  fmt::print("{:>9} {:>6} {:>12}\n", "all", "", time_text(all));
}

void print_reports(const std::vector<Group>& groups) {
  for (const Group& group : groups) {
    fmt::print("\n---- job {}", group.first());
    if (group.jobs() > 1) fmt::print(", and {} more like it", group.jobs() - 1);
    fmt::print("\n{}", Profile{group.timed.report(), group.timed.job}.text());
  }
}

void print_json(const std::vector<Group>& groups) {
  Json list = Json::array();
  for (const Group& group : groups)
    list.push_back(
        {{"first_job", group.first()},
         {"jobs", group.jobs()},
         {"profile", Json::parse(Profile{group.timed.report(), group.timed.job}.json())}});
  fmt::print("{}\n", Json{{"simulated", true},
                          {"modelled_execution_seconds", total_seconds(groups)},
                          {"groups", list}}
                         .dump(2));
}

/// The group that the page and the others are of.
const Group& chosen(const std::vector<Group>& groups, std::size_t number) {
  const auto found =
      number == 0 ? std::ranges::max_element(groups, {}, &Group::all_seconds)
                  : std::ranges::find_if(groups, [&](const Group& g) { return g.holds(number); });
  if (found == groups.end()) {
    std::size_t count = 0;
    for (const Group& group : groups) count += group.jobs();
    throw Error{fmt::format("prof: --job is {}, but the command submitted {} compute job{}", number,
                            count, count == 1 ? "" : "s")};
  }
  return *found;
}

}  // namespace

int profile_program(const std::vector<std::string>& command, const TimingOptions& options,
                    const ProgramOutputs& wanted) {
  const TemporaryFolder folder;
  int status = 0;
  const auto files = jobs_of(command, options.chip, folder.path(), status);
  if (files.empty()) {
    fmt::print(stderr, "vc7: prof: the command submitted no compute job\n");
    return status != 0 ? status : input_wrong;
  }
  bool all_well = true;
  const auto found = groups_of(files, options, all_well);
  if (!found) return input_wrong;
  const std::vector<Group>& groups = *found;
  if (wanted.json) {
    print_json(groups);
  } else {
    print_table(groups);
    print_reports(groups);
  }
  const Group& one = chosen(groups, wanted.number);
  write_outputs(Profile{one.timed.report(), one.timed.job}, wanted.outputs,
                fmt::format("job {} of {}", wanted.number == 0 ? one.first() : wanted.number,
                            fs::path{command.front()}.filename().string()));
  return status != 0 ? status : all_well ? fine : input_wrong;
}

}  // namespace vc7::tool
