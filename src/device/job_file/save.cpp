// SPDX-License-Identifier: MIT
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/base/error.hpp>
#include <vc7/device/job_file.hpp>
#include <vc7/isa/print.hpp>

namespace vc7 {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(std::uint64_t number, int digits = 8) {
  return fmt::format("0x{:0{}x}", number, digits);
}

void write_file(const std::string& path, std::string_view bytes) {
  const auto fail = [&](int code) {
    throw Error{fmt::format("cannot write {}: {}", path, std::strerror(code))};
  };
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) fail(errno);
  const bool all = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int write_error = errno;
  // What was buffered meets a full disk only here.
  const bool closed = std::fclose(file) == 0;
  if (!all) fail(write_error);
  if (!closed) fail(errno);
}

class Saver {
 public:
  explicit Saver(const std::string& path)
      : path_{path}, stem_{std::filesystem::path{path}.replace_extension().string()} {}

  void save(const JobFile& job) {
    Json json;
    if (!job.comment.empty()) json["comment"] = job.comment;
    json["memory"] = Json::array();
    for (const JobSegment& segment : job.memory) json["memory"].push_back(to_json(segment));
    if (job.program.size() != 0)
      json["code"] = {{"address", hex(job.code_address)}, {"file", code_file(job.program)}};
    if (const auto* const cfg = std::get_if<std::array<std::uint32_t, 7>>(&job.launch)) {
      for (const std::uint32_t word : *cfg) json["cfg"].push_back(hex(word));
    } else {
      json["grid"] = to_json(std::get<JobGrid>(job.launch));
    }
    json["outputs"] = Json::array();
    for (const JobOutput& output : job.outputs) json["outputs"].push_back(to_json(output));
    if (job.instruction_limit) json["limits"] = {{"instructions", *job.instruction_limit}};
    // Bytes that are no UTF-8 (in file names) must not make it fail.
    write_file(path_, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

 private:
  /// Names a new file beside the job, "job.NAME", as the job names it.
  std::string beside(const std::string& name) const {
    return std::filesystem::path{stem_}.filename().string() + "." + name;
  }
  std::string full(const std::string& name) const { return stem_ + "." + name; }

  Json to_json(const JobSegment& segment) const {
    return {{"name", segment.name},
            {"address", hex(segment.address)},
            {"size", segment.size},
            {"init", std::visit([&](const auto& content) { return init(content, segment); },
                                segment.content)}};
  }

  Json init(const JobContent::Zero&, const JobSegment&) const { return "zero"; }
  Json init(const JobContent::Bytes& content, const JobSegment& segment) const {
    const std::string name = segment.name + ".bin";
    write_file(full(name),
               {reinterpret_cast<const char*>(content.bytes.data()), content.bytes.size()});
    return {{"file", beside(name)}, {"size", content.bytes.size()}};
  }
  Json init(const JobContent::File& content, const JobSegment& segment) const {
    JobContent::Bytes copy;
    copy.bytes.resize(content.size);
    fill(copy.bytes, content);
    return init(copy, segment);
  }
  Json init(const JobContent::Repeat& content, const JobSegment&) const {
    return {{"repeat", hex(content.word)}};
  }
  Json init(const JobContent::Iota& content, const JobSegment&) const {
    return {{"iota", {{"start", content.start}, {"step", content.step}}}};
  }
  Json init(const JobContent::RandomU32& content, const JobSegment&) const {
    return {
        {"random",
         {{"seed", content.seed}, {"kind", "u32"}, {"min", content.min}, {"max", content.max}}}};
  }
  Json init(const JobContent::RandomF32& content, const JobSegment&) const {
    return {
        {"random",
         {{"seed", content.seed}, {"kind", "f32"}, {"min", content.min}, {"max", content.max}}}};
  }

  static Json to_json(const JobGrid& grid) {
    const Dispatch& d = grid.dispatch;
    Json json{{"local", {d.local_size.x, d.local_size.y, d.local_size.z}},
              {"groups", {d.workgroups.x, d.workgroups.y, d.workgroups.z}},
              {"offset", {d.offset.x, d.offset.y, d.offset.z}},
              {"threads", d.threading == Threading::four_way ? 4 : 2},
              {"single_segment", d.single_segment},
              {"barrier", d.barrier},
              {"subgroup_operations", d.subgroup_operations},
              {"propagate_nans", d.propagate_nans},
              {"uniforms", hex(grid.uniforms)}};
    if (d.total_batches) json["batches"] = *d.total_batches;
    if (d.workgroups_per_supergroup) json["groups_per_supergroup"] = *d.workgroups_per_supergroup;
    return json;
  }

  static Json to_json(const JobOutput& output) {
    Json json{{"memory", output.memory}, {"offset", output.offset}, {"size", output.size}};
    if (!output.file.empty()) json["file"] = output.file;
    json["format"] = std::string{name(output.format)};
    return json;
  }

  std::string code_file(const Program& program) const {
    std::string text;
    for (std::size_t i = 0; i < program.size(); ++i) {
      text +=
          fmt::format("{}  # {}", hex(program.words()[i], 16), isa::print_word(program.words()[i]));
      if (const Origin& origin = program.origins()[i]; origin.line != 0)
        text += fmt::format("  # {}:{}", origin.file, origin.line);
      text += '\n';
    }
    write_file(full("code.hex"), text);
    return beside("code.hex");
  }

  const std::string path_, stem_;
};

}  // namespace

void save_job(const JobFile& job, const std::string& path) { Saver{path}.save(job); }

}  // namespace vc7
