// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

#include "code.hpp"
#include "content.hpp"
#include "reader.hpp"

namespace vc7 {
namespace detail {
namespace {

constexpr std::uint64_t space = std::uint64_t{1} << 32;

// ---- memory ----

bool plain_name(std::string_view name) {
  return name.size() <= 100 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

/// Nothing, or what is wrong with this range among the segments before it.
std::string range_error(const JobFile& job, std::uint64_t address, std::uint64_t size) {
  if (address + size > space)
    return fmt::format("0x{:08x} to 0x{:x}, allowed is up to 0x100000000: the GPU addresses 4 GiB",
                       address, address + size);
  for (const JobSegment& other : job.memory) {
    const std::uint64_t end = other.address + other.size;
    if (address < end && other.address < address + size)
      return fmt::format("0x{:08x} to 0x{:08x} overlaps \"{}\", which is 0x{:08x} to 0x{:08x}",
                         address, address + size - 1, other.name, other.address, end - 1);
  }
  return {};
}

void read_segment(JobReader& reader, const JsonNode& node, JobFile& job) {
  if (!reader.is_object(node, {"name", "address", "size", "init"})) return;
  const auto name_node = reader.required(node, "name");
  const auto address_node = reader.required(node, "address");
  const auto size_node = reader.required(node, "size");
  if (!name_node || !address_node || !size_node) return;
  JobSegment segment;
  const auto name = reader.text(*name_node, "up to 100 letters, digits and _-.");
  const auto address = reader.word(*address_node);
  const auto size = reader.number(*size_node, 1, space);
  if (!name || !address || !size) return;
  segment.name = *name;
  segment.address = *address;
  segment.size = *size;
  if (!plain_name(*name))
    return reader.error(*name_node, fmt::format("{}, allowed are up to 100 letters, digits and _-.",
                                                json::describe(name_node->value)));
  if (std::ranges::any_of(job.memory, [&](const auto& m) { return m.name == *name; }))
    return reader.error(*name_node, fmt::format("\"{}\" is the name of another segment", *name));
  if (*address % 4 != 0)
    return reader.error(*address_node,
                        fmt::format("0x{:08x}, allowed are multiples of 4", *address));
  if (const auto wrong = range_error(job, *address, *size); !wrong.empty())
    return reader.error(*address_node, wrong);
  if (const auto init = reader.child(node, "init")) {
    auto content = read_content(reader, *init, *size);
    if (content) segment.content = std::move(*content);
  }
  job.memory.push_back(std::move(segment));
}

void read_memory(JobReader& reader, const JsonNode& node, JobFile& job) {
  const auto* const list = reader.array(node, "segments");
  if (list == nullptr) return;
  constexpr std::size_t most = 4096;
  if (list->size() > most)
    return reader.error(node, fmt::format("{} segments, allowed are {}", list->size(), most));
  for (std::size_t i = 0; i < list->size() && !reader.full(); ++i)
    read_segment(reader, {(*list)[i], &node, {}, i}, job);
}

// ---- code ----

void read_code_part(JobReader& reader, const JsonNode& node, JobFile& job) {
  if (!reader.is_object(node, {"address", "file", "words", "text"})) return;
  const auto address_node = reader.required(node, "address");
  if (!address_node) return;
  const auto address = reader.word(*address_node, 8);
  if (address && *address % 8 != 0)
    return reader.error(*address_node,
                        fmt::format("0x{:08x}, allowed are multiples of 8", *address));
  auto program = read_code(reader, node);
  if (!address || !program) return;
  program->rebase(*address);
  const std::uint64_t size = program->size_bytes();
  const auto inside = [&](const JobSegment& s) {
    return s.address <= *address && *address + size <= s.address + s.size;
  };
  if (!std::ranges::any_of(job.memory, inside))
    if (const auto wrong = range_error(job, *address, size); !wrong.empty())
      return reader.error(*address_node, wrong + "; code lies in one segment or in none");
  job.code_address = *address;
  job.program = std::move(*program);
}

// ---- cfg, grid ----

void read_cfg(JobReader& reader, const JsonNode& node, JobFile& job) {
  const auto* const list = reader.array(node, "7 words");
  if (list == nullptr) return;
  std::array<std::uint32_t, 7> cfg{};
  if (list->size() != cfg.size())
    return reader.error(node, fmt::format("{} words, allowed are exactly 7", list->size()));
  bool good = true;
  for (std::size_t i = 0; i < cfg.size(); ++i) {
    const auto word = reader.word({(*list)[i], &node, {}, i});
    if (word) cfg[i] = *word;
    good = good && word.has_value();
  }
  if (good) job.launch = cfg;
}

/// A number, or a list of up to three.
template <class Sizes>
bool read_sizes(JobReader& reader, const JsonNode& node, Sizes& sizes, std::uint32_t least) {
  const auto* const list = std::get_if<json::Array>(&node.value.data);
  if (list == nullptr) {
    const auto x = reader.word(node, least, 65535);
    if (x) sizes.x = *x;
    return x.has_value();
  }
  if (list->empty() || list->size() > 3) {
    reader.error(node, fmt::format("{} numbers, allowed are 1 to 3", list->size()));
    return false;
  }
  std::uint32_t* const to[] = {&sizes.x, &sizes.y, &sizes.z};
  bool good = true;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto n = reader.word({(*list)[i], &node, {}, i}, least, 65535);
    if (n) *to[i] = *n;
    good = good && n.has_value();
  }
  return good;
}

bool read_grid_options(JobReader& reader, const JsonNode& node, Dispatch& dispatch) {
  bool good = true;
  const auto with = [&](std::string_view key, const auto& read) {
    if (const auto found = reader.child(node, key); found && !read(*found)) good = false;
  };
  const auto flag = [&](std::string_view key, bool& to) {
    with(key, [&](const JsonNode& n) {
      const auto value = reader.boolean(n);
      if (value) to = *value;
      return value.has_value();
    });
  };
  flag("single_segment", dispatch.single_segment);
  flag("barrier", dispatch.barrier);
  flag("subgroup_operations", dispatch.subgroup_operations);
  flag("propagate_nans", dispatch.propagate_nans);
  with("threads", [&](const JsonNode& n) {
    const auto value = reader.word(n, 2, 4);
    if (value == 3u) reader.error(n, "3, allowed are 2 and 4");
    if (value == 4u) dispatch.threading = Threading::four_way;
    return value && *value != 3;
  });
  with("batches", [&](const JsonNode& n) {
    const auto value = reader.word(n, 1);
    if (value) dispatch.total_batches = *value;
    return value.has_value();
  });
  with("groups_per_supergroup", [&](const JsonNode& n) {
    const auto value = reader.word(n, 1, 16);
    if (value) dispatch.workgroups_per_supergroup = *value;
    return value.has_value();
  });
  return good;
}

std::optional<std::uint32_t> read_uniforms(JobReader& reader, const JsonNode& node,
                                           const JobFile& job) {
  if (const auto* const text = std::get_if<std::string>(&node.value.data)) {
    for (const JobSegment& segment : job.memory)
      if (segment.name == *text) return segment.address;
    if (!parse_number(*text)) {
      reader.error(node, fmt::format("{}, allowed are the name of a segment and an address",
                                     json::describe(node.value)));
      return {};
    }
  }
  const auto address = reader.word(node);
  if (!address || *address % 4 == 0) return address;
  reader.error(node, fmt::format("0x{:08x}, allowed are multiples of 4", *address));
  return {};
}

void read_grid(JobReader& reader, const JsonNode& node, JobFile& job) {
  if (!reader.is_object(node, {"local", "groups", "offset", "threads", "single_segment", "uniforms",
                               "batches", "groups_per_supergroup", "barrier", "subgroup_operations",
                               "propagate_nans"}))
    return;
  JobGrid grid;
  bool good = read_grid_options(reader, node, grid.dispatch);
  if (const auto local = reader.required(node, "local"))
    good = read_sizes(reader, *local, grid.dispatch.local_size, 1) && good;
  else
    good = false;
  if (const auto groups = reader.child(node, "groups"))
    good = read_sizes(reader, *groups, grid.dispatch.workgroups, 1) && good;
  if (const auto offset = reader.child(node, "offset"))
    good = read_sizes(reader, *offset, grid.dispatch.offset, 0) && good;
  if (const auto uniforms = reader.child(node, "uniforms")) {
    const auto address = read_uniforms(reader, *uniforms, job);
    if (address) grid.uniforms = *address;
    good = good && address.has_value();
  }
  if (!good) return;
  job.launch = grid;
  if (job.code_address == 0) return;  // told already, or there is no code
  try {
    // What even the largest GPU does not take; which one it will be is not known yet.
    unsigned qpus = 0;
    for (const auto& topology : sim::topologies) qpus = std::max(qpus, topology.qpus());
    (void)configuration(job, {.qpus = qpus});
  } catch (const Error& error) {
    reader.error(node, error.what());
  }
}

// ---- outputs ----

constexpr std::array<std::string_view, 6> format_names{"bin", "hex", "u32", "i32", "f32", "f16"};

std::optional<JobFormat> read_format(JobReader& reader, const JsonNode& node) {
  if (const auto* const text = std::get_if<std::string>(&node.value.data))
    if (const auto found = std::ranges::find(format_names, *text); found != format_names.end())
      return static_cast<JobFormat>(found - format_names.begin());
  reader.error(node, fmt::format("{}, allowed are bin, hex, u32, i32, f32 and f16",
                                 json::describe(node.value)));
  return {};
}

void read_output(JobReader& reader, const JsonNode& node, JobFile& job) {
  if (!reader.is_object(node, {"memory", "offset", "size", "file", "format"})) return;
  const auto memory_node = reader.required(node, "memory");
  if (!memory_node) return;
  const auto memory = reader.text(*memory_node, "the name of a segment");
  if (!memory) return;
  const auto segment = std::ranges::find(job.memory, *memory, &JobSegment::name);
  if (segment == job.memory.end()) {
    std::string names;
    for (const auto& s : job.memory) names += (names.empty() ? "" : ", ") + s.name;
    constexpr std::size_t longest = 200;
    if (names.size() > longest) names = names.substr(0, longest) + "...";
    return reader.error(*memory_node,
                        fmt::format("{} is no segment, allowed are {}",
                                    json::describe(memory_node->value),
                                    names.empty() ? "none: \"memory\" has none" : names));
  }
  JobOutput output{.memory = *memory};
  if (const auto offset = reader.child(node, "offset")) {
    const auto value = reader.number(*offset, 0, segment->size - 1);
    if (!value) return;
    output.offset = *value;
  }
  output.size = segment->size - output.offset;
  if (const auto size = reader.child(node, "size")) {
    const auto value = reader.number(*size, 1, output.size);
    if (!value) return;
    output.size = *value;
  }
  if (const auto file = reader.child(node, "file")) {
    const auto name = reader.text(*file, "the name of a file");
    if (!name) return;
    output.file = *name;
  }
  output.format = output.file.empty() ? JobFormat::hex : JobFormat::bin;
  if (const auto format = reader.child(node, "format")) {
    const auto value = read_format(reader, *format);
    if (!value) return;
    output.format = *value;
    if (output.file.empty() && *value == JobFormat::bin)
      return reader.error(*format, "\"bin\" without \"file\", allowed on standard output are hex, "
                                   "u32, i32, f32 and f16");
  }
  job.outputs.push_back(std::move(output));
}

void read_outputs(JobReader& reader, const JsonNode& node, JobFile& job) {
  const auto* const list = reader.array(node, "outputs");
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size() && !reader.full(); ++i)
    read_output(reader, {(*list)[i], &node, {}, i}, job);
}

// ---- all of it ----

void read_limits(JobReader& reader, const JsonNode& node, JobFile& job) {
  if (!reader.is_object(node, {"instructions"})) return;
  if (const auto n = reader.child(node, "instructions"))
    job.instruction_limit = reader.number(*n, 1, std::uint64_t{1} << 62);
}

void read_job(JobReader& reader, const JsonNode& root, JobFile& job) {
  if (!reader.is_object(root, {"comment", "memory", "code", "cfg", "grid", "outputs", "limits"}))
    return;
  if (const auto comment = reader.child(root, "comment"))
    job.comment = reader.text(*comment, "a text").value_or("");
  if (const auto memory = reader.child(root, "memory")) read_memory(reader, *memory, job);
  const auto code = reader.child(root, "code");
  if (code) read_code_part(reader, *code, job);
  const auto cfg = reader.child(root, "cfg"), grid = reader.child(root, "grid");
  if (cfg.has_value() == grid.has_value())
    reader.error(root, fmt::format("{} of the keys \"cfg\" and \"grid\", expected is one",
                                   cfg ? "both" : "none"));
  else if (cfg)
    read_cfg(reader, *cfg, job);
  else if (!code)
    reader.error(*grid, "the key \"code\" is missing: a grid needs the address of the code");
  else
    read_grid(reader, *grid, job);
  if (const auto outputs = reader.child(root, "outputs")) read_outputs(reader, *outputs, job);
  if (const auto limits = reader.child(root, "limits")) read_limits(reader, *limits, job);
}

JobFileResult failed(const std::string& path, std::string message) {
  JobFileResult result;
  result.diagnostics.push_back({.message = std::move(message), .file = path});
  result.report = format(result.diagnostics);
  return result;
}

}  // namespace
}  // namespace detail

std::string_view name(JobFormat format) {
  return detail::format_names[static_cast<std::size_t>(format)];
}

std::array<std::uint32_t, 7> configuration(const JobFile& job, const DispatchTarget& target) {
  if (const auto* const cfg = std::get_if<std::array<std::uint32_t, 7>>(&job.launch)) return *cfg;
  const auto& grid = std::get<JobGrid>(job.launch);
  try {
    return csd_config(grid.dispatch, job.code_address, grid.uniforms, target);
  } catch (const Error& error) {
    // What the place of the call, which is here, stands before.
    const std::string_view text = error.what();
    const auto start = text.find("dispatch: ");
    throw Error{std::string{start == text.npos ? text : text.substr(start)}};
  }
}

JobFileResult parse_job(std::string_view text, const JobFileOptions& options) {
  JobFileResult result;
  detail::JobReader reader{text, options, result};
  if (text.size() > longest_job_text) {
    result.diagnostics.push_back(
        {.message = fmt::format("a job file of {} bytes, allowed are {}; large contents belong "
                                "into binary files",
                                text.size(), longest_job_text),
         .file = options.name});
    result.report = format(result.diagnostics);
    return result;
  }
  auto parsed = detail::json::parse(text);
  if (const auto* const problem = std::get_if<detail::json::Problem>(&parsed))
    reader.error_at(problem->offset, problem->message);
  else
    detail::read_job(reader, {std::get<detail::json::Value>(parsed)}, result.job);
  return result;
}

JobFileResult load_job(const std::string& path) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::is_regular_file(status))
    return detail::failed(path, std::filesystem::exists(status) ? "no plain file"
                                                                : "there is no such file");
  const auto size = std::filesystem::file_size(path, code);
  if (!code && size > longest_job_text)
    return detail::failed(path, fmt::format("a job file of {} bytes, allowed are {}; large "
                                            "contents belong into binary files",
                                            size, longest_job_text));
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  std::string text(code ? 0 : size, '\0');
  if (code || !file.read(text.data(), static_cast<std::streamsize>(text.size())))
    return detail::failed(path, fmt::format("cannot read it: {}", std::strerror(errno)));
  return parse_job(text,
                   {.name = path, .directory = std::filesystem::path{path}.parent_path().string()});
}

}  // namespace vc7
