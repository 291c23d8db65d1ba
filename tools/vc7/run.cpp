// SPDX-License-Identifier: MIT
//
// vc7 run: runs the job of a job file (docs/job-files.md).
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/device/device.hpp>
#include <vc7/device/job_file.hpp>
#include <vc7/sim/machine.hpp>

#include "commands.hpp"

namespace vc7::tool {
namespace {

using Json = nlohmann::ordered_json;

struct RunOptions {
  std::string job, device, output_dir;
  bool stats = false, json = false, perf_map = false;
};

struct Ran {
  std::string device;
  bool simulated = false;
  JobOutcome outcome;
};

Ran run_on_device(const JobFile& job, const RunOptions& wanted) {
  Ran ran;
  Device device = Device::open(wanted.device);
  ran.device = device.description();
  ran.simulated = device.is_simulated();
  if (!ran.simulated) {
    if (wanted.perf_map)
      throw Error{fmt::format("--perf-map is for the device model, and this is {}", ran.device)};
    ran.outcome = run_job(job, device.node(), device.dispatch_target());
    return ran;
  }
  // The model below a Device chooses addresses as a kernel does; one without a kernel gives all.
  sim::Options options = sim::options_from_environment();
  if (const auto topology = sim::find_topology(device.info().version)) options.topology = *topology;
  options.perf_map = options.perf_map || wanted.perf_map;
  ran.outcome = run_job(job, options);
  return ran;
}

void write_file(const std::string& path, std::string_view bytes) {
  const auto check = [&](bool good) {
    if (!good) throw Error{fmt::format("cannot write {}: {}", path, std::strerror(errno))};
  };
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  check(file != nullptr);
  const bool all = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int error = errno;
  // What was buffered meets a full disk only here.
  const bool closed = std::fclose(file) == 0;
  if (!all) errno = error;
  check(all && closed);
}

/// Writes one output, or gives its text for standard output.
std::string write_output(const JobOutput& output, std::span<const std::byte> bytes,
                         const std::filesystem::path& folder) {
  if (!output.file.empty() && output.format == JobFormat::bin) {
    write_file((folder / output.file).string(),
               {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return {};
  }
  std::string text = format_output(bytes, output.format);
  if (output.file.empty()) return text;
  write_file((folder / output.file).string(), text);
  return {};
}

Json to_json(const JobOutput& output, const std::string& text,
             const std::filesystem::path& folder) {
  Json json{{"memory", output.memory},
            {"offset", output.offset},
            {"size", output.size},
            {"format", name(output.format)}};
  if (!output.file.empty()) {
    json["file"] = (folder / output.file).string();
    return json;
  }
  json["lines"] = Json::array();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    json["lines"].push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return json;
}

Json fault_json(const JobError& error) {
  Json json{{"kind", name(error.kind())}, {"message", error.what()}};
  if (const auto& fault = error.fault()) {
    json["batch"] = fault->batch;
    json["qpu"] = fault->qpu;
    json["thread"] = fault->thread;
    json["lane"] = fault->lane >= 0 ? Json(fault->lane) : Json(nullptr);
    json["address"] = fault->address;
    json["pc"] = fault->pc;
    json["word"] = fmt::format("0x{:016x}", fault->word);
  }
  return json;
}

/// What the job cost, on the GPU or on the computer of the model.
void print_stats(const Ran& ran, const JobFile& job) {
  const JobStatistics& s = ran.outcome.statistics;
  fmt::print("{:.6f} s on this {}\n", s.host_seconds, ran.simulated ? "host" : "GPU");
  fmt::print("memory: {} segments, code: {} words\n", job.memory.size(), job.program.size());
  if (!ran.simulated) return;
  const sim::HostExecution& host = s.host;
  fmt::print("simulated: tier: {}{}{}, {} host {}\n", host.tier,
             host.vector_isa.empty() ? "" : ", ", host.vector_isa, host.threads,
             host.threads == 1 ? "thread" : "threads");
  if (host.units != 0)
    fmt::print("simulated: compiled {} {} to {} bytes in {:.1f} us\n", host.units,
               host.units == 1 ? "unit" : "units", host.code_bytes, host.compile_seconds * 1e6);
  if (s.batches != 0)
    fmt::print("simulated: {:.3f} us per batch on this host\n",
               host.seconds * 1e6 / static_cast<double>(s.batches));
  if (host.seconds > 0)
    fmt::print("simulated: {:.1f} million instructions/s on this host\n",
               static_cast<double>(s.instructions) / host.seconds * 1e-6);
}

void print_text(const Ran& ran, const JobFile& job, const std::vector<std::string>& texts,
                const std::filesystem::path& folder, bool stats) {
  const JobStatistics& s = ran.outcome.statistics;
  fmt::print("{}\n", ran.device);
  if (ran.simulated)
    fmt::print("simulated: {} instructions in {} {}\n", s.instructions, s.batches,
               s.batches == 1 ? "batch" : "batches");
  if (stats) print_stats(ran, job);
  for (std::size_t i = 0; i < job.outputs.size(); ++i) {
    const JobOutput& output = job.outputs[i];
    if (output.file.empty())
      fmt::print("{}, {} bytes as {}:\n{}", output.memory, output.size, name(output.format),
                 texts[i]);
    else
      fmt::print("{}, {} bytes as {}: {}\n", output.memory, output.size, name(output.format),
                 (folder / output.file).string());
  }
}

/// How the model executed the job; null for a GPU.
Json host_json(const Ran& ran) {
  if (!ran.simulated) return nullptr;
  const sim::HostExecution& host = ran.outcome.statistics.host;
  return {{"tier", host.tier},
          {"vector_isa", host.vector_isa},
          {"threads", host.threads},
          {"seconds", host.seconds},
          {"units", host.units},
          {"code_bytes", host.code_bytes},
          {"compile_seconds", host.compile_seconds}};
}

void print_json(const Ran& ran, const JobFile& job, const std::vector<std::string>& texts,
                const std::filesystem::path& folder) {
  const JobStatistics& s = ran.outcome.statistics;
  Json outputs = Json::array();
  for (std::size_t i = 0; i < job.outputs.size(); ++i)
    outputs.push_back(to_json(job.outputs[i], texts[i], folder));
  const auto counted = [&](std::uint64_t n) { return ran.simulated ? Json(n) : Json(nullptr); };
  const Json json{{"device", ran.device},
                  {"simulated", ran.simulated},
                  {"instructions", counted(s.instructions)},
                  {"batches", counted(s.batches)},
                  {"seconds", s.host_seconds},
                  {"host", host_json(ran)},
                  {"fault", ran.outcome.error ? fault_json(*ran.outcome.error) : Json(nullptr)},
                  {"warnings", s.warnings},
                  {"outputs", outputs}};
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void run(const RunOptions& options, int& exit_code) {
  const JobFileResult file = load_job(options.job);
  fmt::print(stderr, "{}", file.report);
  if (has_errors(file.diagnostics)) {
    exit_code = input_wrong;
    return;
  }
  const JobFile& job = file.job;
  const Ran ran = run_on_device(job, options);
  const auto folder = options.output_dir.empty() ? std::filesystem::path{options.job}.parent_path()
                                                 : std::filesystem::path{options.output_dir};
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < job.outputs.size(); ++i)
    texts.push_back(write_output(job.outputs[i], ran.outcome.outputs[i], folder));
  if (options.json)
    print_json(ran, job, texts, folder);
  else
    print_text(ran, job, texts, folder, options.stats);
  std::fflush(stdout);
  for (const auto& warning : ran.outcome.statistics.warnings)
    fmt::print(stderr, "vc7: warning: {}\n", warning);
  if (!ran.outcome.error) return;
  fmt::print(stderr, "vc7: {}: {}\n", options.job, ran.outcome.error->what());
  exit_code = input_wrong;
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* const command = app.add_subcommand("run", "Runs the job of a job file");
  command->add_option("JOB", options->job, "The job file, JSON: see docs/job-files.md")->required();
  command->add_option(
      "--device", options->device,
      "drm, sim, sim:7.1.7, sim:7.1.10 or /dev/dri/...; default: VC7_DEVICE, else what is found");
  command->add_option("--output-dir", options->output_dir,
                      "Where output files with relative names go; default: the folder of JOB");
  command->add_flag("--stats", options->stats,
                    "Also prints times, sizes and how the model executed the job");
  command->add_flag(
      "--perf-map", options->perf_map,
      "Lists native code of the device model in /tmp/perf-PID.map, for `perf report`");
  command->add_flag("--json", options->json, "Prints everything as JSON");
  command->callback([options, &exit_code] { run(*options, exit_code); });
}

}  // namespace vc7::tool
