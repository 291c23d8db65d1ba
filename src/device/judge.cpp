// SPDX-License-Identifier: MIT
//
// Did a job succeed? A real kernel hardly tells (v3d71 §14.5), the device model tells everything.
#include <string>
#include <utility>

#include <vc7/isa/print.hpp>
#include <vc7/sim/machine.hpp>

#include "job.hpp"
#include "message.hpp"

namespace vc7 {

std::string_view name(JobErrorKind kind) {
  switch (kind) {
    case JobErrorKind::fault: return "fault";
    case JobErrorKind::hang: return "hang";
    case JobErrorKind::reset: return "reset";
    case JobErrorKind::device_lost: return "device lost";
    case JobErrorKind::stopped: return "stopped";
  }
  return "unknown";
}

namespace detail {
namespace {

SourcePlace place_of(const std::source_location& where) {
  return {where.file_name(), where.line(), where.column()};
}

// The assembly text has columns; an error message has not.
std::string one_line(const std::string& text) {
  std::string result;
  for (const char c : text)
    if (c != ' ' || (!result.empty() && result.back() != ' ')) result += c;
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

struct CodePlace {
  const Program* program = nullptr;
  std::uint32_t base = 0;
  std::size_t index = 0;  ///< the program's size: in the padding behind its end
};

CodePlace find_code(std::uint32_t pc, const LoadedPrograms& programs) {
  auto next = programs.upper_bound(pc);
  if (next == programs.begin()) return {};
  const auto& [base, program] = *std::prev(next);
  const std::size_t index = (pc - base) / bytes_per_word;
  // Programs lie far enough from each other for a few words behind the end to be nobody else's.
  constexpr std::size_t near = 16;
  if (index >= program->size() + near) return {};
  return {program.get(), base, index};
}

std::optional<SourcePlace> source_of(const CodePlace& code) {
  if (code.program == nullptr || code.index >= code.program->origins().size()) return {};
  const Origin& origin = code.program->origins()[code.index];
  if (origin.line == 0) return {};
  return SourcePlace{origin.file, origin.line, origin.column};
}

std::string describe_place(const sim::Fault& fault, const CodePlace& code,
                           const std::optional<SourcePlace>& source) {
  if (fault.pc == 0) return {};
  if (code.program != nullptr && code.index >= code.program->size())
    return fmt::format(" behind the end of the program of {} words at 0x{:08x}: it does not end",
                       code.program->size(), code.base);
  std::string text;
  if (source)
    text = fmt::format(" at {}:{}", source->file, source->line);
  else if (code.program != nullptr)
    text = fmt::format(" at word {} of the program at 0x{:08x}", code.index, code.base);
  else
    text = fmt::format(" at instruction 0x{:08x}", fault.pc);
  if (fault.kind != sim::FaultKind::fetch) text += ": " + one_line(isa::print_word(fault.word));
  return text;
}

JobError fault_error(const Job& job, const sim::Fault& fault, const LoadedPrograms& programs) {
  using sim::FaultKind;
  const bool hang = fault.kind == FaultKind::deadlock || fault.kind == FaultKind::budget;
  std::string text = fmt::format("{}: {}", sim::name(fault.kind), fault.message);
  text += fmt::format(" (batch {}, QPU {}, thread {}", fault.batch, fault.qpu, fault.thread);
  if (fault.lane >= 0) text += fmt::format(", lane {}", fault.lane);
  text += ")";
  const CodePlace code = find_code(fault.pc, programs);
  auto source = source_of(code);
  text += describe_place(fault, code, source);
  return JobError{text,
                  {.kind = hang ? JobErrorKind::hang : JobErrorKind::fault,
                   .fault = fault,
                   .place = std::move(source),
                   .submitted = place_of(job.where)}};
}

bool grown(const std::optional<std::uint64_t>& before, const std::optional<std::uint64_t>& now) {
  return before && now && *now > *before;
}

}  // namespace

JobError job_error(const Job& job, JobErrorKind kind, const std::string& message) {
  return JobError{message,
                  {.kind = kind, .fault = {}, .place = {}, .submitted = place_of(job.where)}};
}

JobError late_error(const JobError& error, std::size_t others) {
  std::string text = fmt::format("the job submitted at {}:{} failed: {}", error.submitted().file,
                                 error.submitted().line, error.what());
  if (others != 0) text += fmt::format(" (and {} later {})", others, others == 1 ? "job" : "jobs");
  return JobError{text,
                  {.kind = error.kind(),
                   .fault = error.fault(),
                   .place = error.place(),
                   .submitted = error.submitted()}};
}

std::optional<JobError> judge(const Job& job, const Ending& ending,
                              const LoadedPrograms& programs) {
  if (ending.report != nullptr && ending.report->fault)
    return fault_error(job, *ending.report->fault, programs);
  const int code = ending.fence.error;
  if (ending.simulated) {
    if (code == 0) return {};
    return job_error(
        job, JobErrorKind::stopped,
        fmt::format("the device model stopped the job (fence: {})", drm::errno_name(code)));
  }
  if (code != 0)
    return job_error(
        job, JobErrorKind::hang,
        fmt::format("the kernel killed the job, its results are not valid (fence: {}): "
                    "no batch finished for about 500 ms; see dmesg, and run it with "
                    "VC7_DEVICE=sim to find the instruction",
                    drm::errno_name(code)));
  // Not every kernel puts the error into the fence. Then all jobs in flight are under suspicion.
  if (grown(job.resets.context, ending.resets.context))
    return job_error(job, JobErrorKind::hang,
                     "the kernel killed this job or another one of this Device that was in flight, "
                     "the results are not valid: the GPU was reset because of no progress; see "
                     "dmesg, and run it with VC7_DEVICE=sim to find the instruction");
  if (grown(job.resets.global, ending.resets.global))
    return job_error(job, JobErrorKind::reset,
                     "the GPU was reset while the job was in flight, because of another program; "
                     "the job may have been started twice, run it again");
  return {};
}

}  // namespace detail
}  // namespace vc7
