// SPDX-License-Identifier: MIT
//
// vc7 selftest: does this device do what programs rely on? Made to be run on real GPUs:
// where they differ from the expectation, vc7 learns about them.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/device/device.hpp>

#include "commands.hpp"
#include "selftest/behaviour.hpp"
#include "selftest/context.hpp"
#include "selftest_timing.hpp"

namespace vc7::tool {
namespace {

using Json = nlohmann::ordered_json;
using selftest::Behaviour;
using selftest::Behaviours;

struct Options {
  std::vector<std::string> filters;
  std::string device;
  std::uint64_t seed = 0;
  unsigned repeat = 1;
  bool list = false, json = false, fail_fast = false, timing = false;
};

struct Result {
  const Behaviour* behaviour;
  std::size_t cases = 0, differences = 0;
  std::optional<selftest::Difference> first{};
  std::optional<std::string> error{};  ///< the job failed, or could not be made
  std::uint64_t seed = 0;              ///< of the first difference
  bool agrees() const { return differences == 0 && !error; }
};

/// A name, a group, or the beginning of names, in this order: "alu.add.add" is not "alu.add.addx".
std::function<bool(const Behaviour&)> matcher(const Behaviours& all, const std::string& filter) {
  const auto name = [filter](const Behaviour& b) { return b.name == filter; };
  const auto group = [filter](const Behaviour& b) { return b.group == filter; };
  if (std::ranges::any_of(all, name)) return name;
  if (std::ranges::any_of(all, group)) return group;
  return [filter](const Behaviour& b) { return b.name.starts_with(filter); };
}

Behaviours choose(const std::vector<std::string>& filters) {
  Behaviours all = selftest::all_behaviours();
  if (filters.empty()) return all;
  std::vector<std::function<bool(const Behaviour&)>> matchers;
  for (const std::string& filter : filters) {
    matchers.push_back(matcher(all, filter));
    if (std::ranges::none_of(all, matchers.back())) {
      std::vector<std::string> groups;
      for (const auto& b : all)
        if (groups.empty() || groups.back() != b.group) groups.push_back(b.group);
      throw Error(fmt::format("selftest: no behaviour begins with \"{}\"; there are the groups {}",
                              filter, fmt::join(groups, ", ")));
    }
  }
  std::erase_if(all, [&](const auto& b) {
    return std::ranges::none_of(matchers, [&](const auto& match) { return match(b); });
  });
  return all;
}

/// The random numbers of a behaviour depend on its name and the seed alone, so that a difference
/// comes again when only that behaviour is run.
std::uint64_t seed_of(const Behaviour& behaviour, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : behaviour.name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash ^ seed * 0x9e3779b97f4a7c15;
}

Result run_one(Device& device, const Behaviour& behaviour, const Options& options) {
  Result result{.behaviour = &behaviour};
  for (unsigned round = 0; round < options.repeat && result.agrees(); ++round) {
    result.seed = options.seed + round;
    selftest::Context context{device, seed_of(behaviour, result.seed)};
    try {
      behaviour.run(context);
    } catch (const std::exception& error) {
      // A job that hangs or faults differs as well; the others may still tell something.
      result.error = error.what();
    }
    result.cases += context.cases();
    result.differences += context.differences();
    result.first = context.first_difference();
  }
  return result;
}

void print_row(const Result& r) {
  fmt::print("{:<34} {:<44} {:>8}  {}\n", r.behaviour->name, r.behaviour->source, r.cases,
             r.agrees() ? "agrees" : "DIFFERS");
  if (r.first)
    fmt::print("    {}\n      expected {}\n      found    {}\n      {} of {} cases differ; again "
               "with: vc7 selftest {} --seed {}\n",
               r.first->inputs, r.first->expected, r.first->found, r.differences, r.cases,
               r.behaviour->name, r.seed);
  if (r.error)
    fmt::print("    the job failed: {}\n      again with: vc7 selftest {} --seed {}\n", *r.error,
               r.behaviour->name, r.seed);
  std::fflush(stdout);  // a GPU that hangs for good should leave a trace of where
}

Json to_json(const Result& r) {
  Json json{{"name", r.behaviour->name},
            {"group", r.behaviour->group},
            {"source", r.behaviour->source},
            {"proven", r.behaviour->proven()},
            {"cases", r.cases},
            {"differences", r.differences},
            {"agrees", r.agrees()}};
  if (!r.agrees()) json["seed"] = r.seed;
  if (r.first)
    json["first_difference"] = {
        {"inputs", r.first->inputs}, {"expected", r.first->expected}, {"found", r.first->found}};
  if (r.error) json["error"] = *r.error;
  return json;
}

void list(const Behaviours& behaviours, bool json) {
  Json array = Json::array();
  for (const Behaviour& b : behaviours) {
    if (json)
      array.push_back(
          {{"name", b.name}, {"group", b.group}, {"source", b.source}, {"proven", b.proven()}});
    else
      fmt::print("{:<34} {}\n", b.name, b.source);
  }
  if (json) fmt::print("{}\n", array.dump(2));
}

int run(const Options& options) {
  if (options.timing) return selftest_timing(options.device, options.json);
  const Behaviours behaviours = choose(options.filters);
  if (options.list) {
    list(behaviours, options.json);
    return fine;
  }
  Device device = Device::open(options.device);
  if (!options.json)
    fmt::print("device: {}\n{}seed: {}\n\n{:<34} {:<44} {:>8}\n", device.description(),
               device.is_simulated()
                   ? "simulated: what agrees here agrees with the device model, not with a GPU\n"
                   : "",
               options.seed, "behaviour", "source of the expectation", "cases");

  std::vector<Result> results;
  for (const Behaviour& behaviour : behaviours) {
    results.push_back(run_one(device, behaviour, options));
    if (!options.json) print_row(results.back());
    if (options.fail_fast && !results.back().agrees()) break;
  }

  std::size_t cases = 0, differing = 0, proven_differing = 0;
  for (const Result& r : results) {
    cases += r.cases;
    differing += !r.agrees();
    proven_differing += !r.agrees() && r.behaviour->proven();
  }
  if (options.json) {
    Json rows = Json::array();
    for (const Result& r : results) rows.push_back(to_json(r));
    fmt::print("{}\n", Json{{"device", device.description()},
                            {"simulated", device.is_simulated()},
                            {"version", device.info().version},
                            {"seed", options.seed},
                            {"cases", cases},
                            {"differing", differing},
                            {"behaviours", rows}}
                           .dump(2));
  } else {
    fmt::print("\n{} behaviours, {} cases: {} agree, {} differ", results.size(), cases,
               results.size() - differing, differing);
    if (differing != 0) fmt::print("; shown on hardware before: {} of these", proven_differing);
    fmt::print("{}\n", device.is_simulated() ? " (simulated)" : "");
  }
  return differing == 0 ? fine : input_wrong;
}

}  // namespace

void add_selftest(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  options->seed = 1;
  CLI::App* const command = app.add_subcommand(
      "selftest", "Compares the device with what is known, or believed, of V3D 7.1");
  command->add_option("FILTER", options->filters,
                      "Groups (\"alu\") or beginnings of names (\"tmu.load\"); default: all");
  command->add_option(
      "--device", options->device,
      "drm, sim, sim:7.1.7, sim:7.1.10 or /dev/dri/...; default: VC7_DEVICE, else what is found");
  command->add_option("--seed", options->seed, "Of the random inputs; default: 1")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--repeat", options->repeat, "Rounds, each with the next seed; default: 1")
      ->check(CLI::Range(1u, 1000000u));
  command->add_flag("--list", options->list, "Only list the behaviours and their sources");
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--fail-fast", options->fail_fast, "Stop at the first difference");
  command
      ->add_flag("--timing", options->timing,
                 "Instead: finds the parameters of the timing model by microbenchmarks")
      ->excludes("FILTER", "--list", "--seed", "--repeat", "--fail-fast");
  command->footer("Exit codes: 0 all agree, 1 something differs or the device failed, 2 usage "
                  "wrong.\nSources: [HW test] passed on a Raspberry Pi 5 in py-videocore7's test; "
                  "[M] Mesa's compiler relies on\nit; [N] newer Mesa; [T] other programs for the "
                  "Pi 5; [choose] a guess of the device model.");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace vc7::tool
