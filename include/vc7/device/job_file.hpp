// SPDX-License-Identifier: MIT
//
// Jobs in files: memory, code, configuration words, and what to write out afterwards. The format is
// docs/job-files.md; the command is `vc7 run`.
//
//   const vc7::JobFileResult file = vc7::load_job("job.json");
//   if (vc7::has_errors(file.diagnostics)) ...
//   const vc7::JobOutcome outcome = vc7::run_job(file.job, vc7::sim::Options{});
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <vc7/asm/program.hpp>
#include <vc7/base/diagnostic.hpp>
#include <vc7/device/dispatch.hpp>
#include <vc7/device/event.hpp>
#include <vc7/drm/node.hpp>
#include <vc7/sim/machine.hpp>

namespace vc7 {

/// What a segment holds before the job. Whatever is shorter than its segment is followed by zeros.
struct JobContent {
  struct Zero {};
  struct Bytes {
    std::vector<std::byte> bytes;
  };
  struct File {
    std::string path;        ///< as open() takes it
    std::uint64_t size = 0;  ///< bytes of it, at most the segment's
  };
  /// The same word everywhere.
  struct Repeat {
    std::uint32_t word = 0;
  };
  /// start, start + step, ... modulo 2^32.
  struct Iota {
    std::uint32_t start = 0, step = 1;
  };
  /// Word i is min + (r_i * (max - min + 1) >> 32), r_i the numbers of std::mt19937{seed}.
  struct RandomU32 {
    std::uint32_t seed = 0, min = 0, max = 0xffffffff;
  };
  /// Word i is the float next to min + (max - min) * (r_i >> 8) / 2^24.
  struct RandomF32 {
    std::uint32_t seed = 0;
    float min = 0, max = 1;
  };
  using Any = std::variant<Zero, Bytes, File, Repeat, Iota, RandomU32, RandomF32>;
};

/// Writes a content over `memory`, which is zero before. Throws Error if a file cannot be read or
/// is not as long any more as it was.
void fill(std::span<std::byte> memory, const JobContent::Any& content);

/// Bytes of GPU memory. They lie in whole pages of 4 KiB: what else is in these pages can be
/// accessed as well, and is zero.
struct JobSegment {
  std::string name;
  std::uint32_t address = 0;
  std::uint64_t size = 0;  ///< bytes, 1 or more
  JobContent::Any content = JobContent::Zero{};
};

enum class JobFormat : std::uint8_t { bin, hex, u32, i32, f32, f16 };

/// "bin", "hex", ...
std::string_view name(JobFormat format);

/// A part of a segment to write out after the job.
struct JobOutput {
  std::string memory;  ///< name of the segment
  std::uint64_t offset = 0, size = 0;
  std::string file{};  ///< empty: standard output
  JobFormat format = JobFormat::bin;
};

/// The bytes as text of this format, or themselves (bin). Text: hex and 32-bit values one word a
/// line, f16 one half a line.
std::string format_output(std::span<const std::byte> bytes, JobFormat format);

/// The configuration words by their meaning; they then follow from the GPU as well.
struct JobGrid {
  Dispatch dispatch;
  std::uint32_t uniforms = 0;  ///< address, 0: none
};

/// One job. A plain value.
struct JobFile {
  std::string comment{};
  std::vector<JobSegment> memory{};
  std::uint32_t code_address = 0;  ///< of `program`
  Program program{};               ///< laid over the segments; empty: the code is in a segment
  std::variant<std::array<std::uint32_t, 7>, JobGrid> launch{};
  std::vector<JobOutput> outputs{};
  /// Of one batch. Not given: that of the model.
  std::optional<std::uint64_t> instruction_limit{};
};

/// The configuration words of the job on this GPU. Throws Error for a grid that it cannot run.
std::array<std::uint32_t, 7> configuration(const JobFile& job, const DispatchTarget& target);

struct JobFileOptions {
  std::string name{};       ///< of the text, for diagnostics
  std::string directory{};  ///< where relative file names start; empty: the current one
  /// False: files that are named are taken for empty ones and not looked at.
  bool read_files = true;
};

struct JobFileResult {
  JobFile job;  ///< incomplete if there are errors
  std::vector<Diagnostic> diagnostics;
  std::string report;  ///< all diagnostics as text, each with its source line
};

/// The longest text of a job file; more data belongs into binary files.
inline constexpr std::size_t longest_job_text = 16 * 1024 * 1024;

JobFileResult parse_job(std::string_view text, const JobFileOptions& options = {});
/// Reads a file. Files that it names are relative to it.
JobFileResult load_job(const std::string& path);

/// Writes the job as JSON. Contents and programs go to files beside it, named like it:
/// "job.json" has "job.NAME.bin" and "job.code.hex". Names of outputs are written as they are.
/// Throws Error if something cannot be written, e.g. because the disk is full.
void save_job(const JobFile& job, const std::string& path);

/// What came of a job.
struct JobOutcome {
  std::optional<JobError> error;  ///< nothing if it came to its end
  JobStatistics statistics;       ///< instructions and batches are 0 on a real GPU
  /// The bytes of each output, in their order, valid as long as `memory`.
  std::vector<std::span<const std::byte>> outputs;
  std::shared_ptr<const void> memory;
};

/// Runs a job on a new device model, which gives every address. The job's instruction limit goes
/// before that of the options. `ended`, if given, counts the batches that have come to their end.
/// Throws Error if a file or the host's memory fails.
JobOutcome run_job(const JobFile& job, sim::Options options,
                   std::atomic<std::uint64_t>* ended = nullptr);

/// Runs a job on an opened node, if its kernel gives the addresses of the job; a perfmon of that
/// node counts. Throws Error if it does not, or if the kernel refuses something else.
JobOutcome run_job(const JobFile& job, drm::Node& node, const DispatchTarget& target,
                   drm::PerfmonId perfmon = 0);

}  // namespace vc7
