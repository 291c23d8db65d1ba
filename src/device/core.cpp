// SPDX-License-Identifier: MIT
#include "core.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

#include "check.hpp"
#include "message.hpp"

namespace vc7::detail {
namespace {

// Page 0 is never handed out, and sizes are rounded up to pages of up to 16 KiB (v3d71 §14.4).
constexpr std::uint64_t largest_buffer = (std::uint64_t{1} << 32) - 2 * 16384;

// Instructions behind the end of a program are fetched (v3d71 §12.5). How many is not known; this
// is eight cache lines of 64 bytes. The padding is zero, which is no instruction: the device model
// notices a program that runs on into it.
constexpr std::uint64_t code_padding = 512;

// A wait that lasts longer looks now and then whether the Device was closed meanwhile.
constexpr std::chrono::nanoseconds longest_wait = std::chrono::milliseconds{100};

std::uint64_t nanoseconds_until(const Core::Deadline& deadline) {
  auto left = longest_wait;
  if (deadline) left = std::clamp(*deadline - Clock::now(), std::chrono::nanoseconds{0}, left);
  return static_cast<std::uint64_t>(left.count());
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t mebi = 1024 * 1024;
  if (bytes < mebi) return fmt::format("{} bytes", bytes);
  return fmt::format("{} bytes ({:.1f} MiB)", bytes, static_cast<double>(bytes) / mebi);
}

void tell_unreported(const DeviceOptions& options, const JobError& error) noexcept {
  try {
    if (options.unreported) return options.unreported(error);
    std::fprintf(stderr, "vc7: a failed job that nobody asked for: %s\n", error.what());
  } catch (...) {
    std::fputs("vc7: a failed job that nobody asked for\n", stderr);
  }
}

}  // namespace

CodeImage::~CodeImage() { core->free_code(address); }

JobHandle::~JobHandle() { core_->drop(job_); }

Core::Core(std::unique_ptr<drm::Node> node, DeviceInfo info, DeviceOptions options,
           std::optional<Capture> capture)
    : info_{std::move(info)},
      options_{std::move(options)},
      capture_{std::move(capture)},
      node_{std::move(node)},
      data_{node_, options_.pool_small_buffers},
      // Not in the same buffer objects as data: a store a little beyond the end of a buffer must
      // not change a program.
      code_{node_, true} {}

// ---- memory ----

void Core::out_of_memory(const Lock&, const drm::Failure& failure, std::uint64_t size,
                         const char* doing, const Where& where) const {
  fail(where, fmt::format("{}: no GPU memory for {}: {}; in use on this device: {} in {} pieces",
                          doing, size_text(size), drm::describe(failure),
                          size_text(data_.bytes_in_use() + code_.bytes_in_use()),
                          data_.pieces() + code_.pieces()));
}

Block Core::allocate(std::size_t count, std::size_t element_size, const Where& where) {
  if (count == 0) fail(where, "alloc: 0 elements, allowed is 1 or more");
  if (count > largest_buffer / element_size)
    fail(where, fmt::format("alloc: {} elements of {} bytes, allowed are at most {} of them: the "
                            "address space of the GPU has 4 GiB",
                            count, element_size, largest_buffer / element_size));
  const auto size = static_cast<std::uint32_t>(count * element_size);
  const Lock lock{mutex_};
  auto piece = data_.take(size);
  if (!piece) {
    reap(lock);  // what finished jobs have kept
    piece = data_.take(size);
  }
  if (!piece) out_of_memory(lock, piece.failure(), size, "alloc", where);
  return Block{shared_from_this(), piece.value().address, piece.value().bytes};
}

void Core::free_buffer(std::uint32_t address) noexcept {
  const Lock lock{mutex_};
  data_.give_back(address, last_user());
}

std::shared_ptr<const CodeImage> Core::load(Program program, const LoadOptions& options,
                                            const Where& where) {
  if (program.size() == 0) fail(where, "load: the program is empty");
  const std::uint64_t size = program.size() * std::uint64_t{bytes_per_word} + code_padding;
  if (size > largest_buffer)
    fail(where, fmt::format("load: a program of {} words, allowed are at most {}", program.size(),
                            (largest_buffer - code_padding) / bytes_per_word));
  for (const AbsoluteBranch& branch : program.absolute_branches())
    if (branch.index >= program.size() || branch.target > program.size())
      fail(where, fmt::format("load: an absolute branch from word {} to word {} in a program of {} "
                              "words",
                              branch.index, branch.target, program.size()));
  std::vector<Diagnostic> warnings = check_program(program, options, where);
  const Lock lock{mutex_};
  auto piece = code_.take(static_cast<std::uint32_t>(size));
  if (!piece) {
    reap(lock);
    piece = code_.take(static_cast<std::uint32_t>(size));
  }
  if (!piece) out_of_memory(lock, piece.failure(), size, "load", where);
  const std::uint32_t address = piece.value().address;
  try {
    program.rebase(address);
    std::memcpy(piece.value().bytes.data(), program.words().data(), program.size_bytes());
    auto shared = std::make_shared<const Program>(std::move(program));
    retired_programs_.reserve(programs_.size() + retired_programs_.size() + 1);
    std::erase_if(retired_programs_, [&](const Retired& r) { return r.address == address; });
    programs_[address] = shared;
    return std::make_shared<const CodeImage>(shared_from_this(), address, std::move(shared),
                                             std::move(warnings));
  } catch (...) {
    programs_.erase(address);
    code_.give_back(address, 0);
    throw;
  }
}

void Core::free_code(std::uint32_t address) noexcept {
  const Lock lock{mutex_};
  const std::uint64_t user = last_user();
  code_.give_back(address, user);
  if (user == 0)
    programs_.erase(address);
  else
    retired_programs_.push_back({address, user});  // load() has reserved the place
}

void Core::collect(const Lock&) noexcept {
  const std::uint64_t done = jobs_.empty() ? submitted_ : jobs_.front()->number - 1;
  data_.collect(done);
  code_.collect(done);
  std::erase_if(retired_programs_, [&](const Retired& r) {
    if (r.last_user > done) return false;
    programs_.erase(r.address);
    return true;
  });
}

// ---- jobs ----

ResetCounters Core::reset_counters() const {
  if (info_.simulated) return {};  // the model reports each job
  const auto ask = [&](drm::Param param) -> std::optional<std::uint64_t> {
    const auto answer = node_->get_param(param);
    if (!answer) return {};
    return answer.value();
  };
  return {ask(drm::Param::global_reset_counter), ask(drm::Param::context_reset_counter)};
}

std::shared_ptr<JobHandle> Core::submit(std::array<std::uint32_t, 7> cfg,
                                        std::span<const std::uint32_t> uniforms,
                                        drm::PerfmonId perfmon, const Where& where) {
  if (uniforms.size() > largest_buffer / sizeof(std::uint32_t))
    fail(where, fmt::format("submit: {} uniforms, allowed are at most {}", uniforms.size(),
                            largest_buffer / sizeof(std::uint32_t)));
  // Before the lock, as dropping a handle takes it.
  auto job = std::make_shared<Job>();
  auto handle = std::make_shared<JobHandle>(shared_from_this(), job);
  job->where = where;

  const Lock lock{mutex_};
  reap(lock);
  throw_unreported(lock, true);
  if (!uniforms.empty()) {
    const auto piece = data_.take(static_cast<std::uint32_t>(uniforms.size_bytes()));
    if (!piece)
      out_of_memory(lock, piece.failure(), uniforms.size_bytes(), "submit: uniforms", where);
    std::memcpy(piece.value().bytes.data(), uniforms.data(), uniforms.size_bytes());
    cfg[6] = job->uniforms = piece.value().address;
  }
  try {
    enqueue(lock, job, cfg, perfmon);
  } catch (...) {
    if (job->uniforms != 0) data_.give_back(job->uniforms, 0);
    throw;
  }
  return handle;
}

void Core::capture(const Lock&, const Job& job, const std::array<std::uint32_t, 7>& cfg) {
  // The contents are those that this job will see. However the others end: they are done then.
  for (const auto& other : jobs_)
    (void)node_->syncobj_wait({&other->syncobj, 1}, drm::wait_forever);
  JobFile file;
  file.comment = fmt::format("job {} of {}, submitted at {}:{}", submitted_ + 1, info_.description,
                             job.where.file_name(), job.where.line());
  const auto add = [&](const Heap& heap, std::string_view kind) {
    for (const auto& [address, bytes] : heap.objects())
      file.memory.push_back({.name = fmt::format("{}-{:08x}", kind, address),
                             .address = address,
                             .size = bytes.size(),
                             .content = Capture::content(bytes)});
  };
  add(data_, "data");
  add(code_, "code");
  const std::uint32_t code = cfg[5] & ~std::uint32_t{7};
  if (const auto program = programs_.find(code); program != programs_.end()) {
    file.code_address = code;
    file.program = *program->second;
  }
  file.launch = cfg;
  try {
    capture_->save(std::move(file));
  } catch (const Error& error) {
    fail(job.where, fmt::format("submit: {}", error.what()));
  }
}

void Core::enqueue(const Lock& lock, const std::shared_ptr<Job>& job,
                   const std::array<std::uint32_t, 7>& cfg, drm::PerfmonId perfmon) {
  // All of them: which ones the program uses only it knows (v3d71 §14.4).
  std::vector<drm::BoHandle> handles;
  data_.append_handles(handles);
  code_.append_handles(handles);
  if (handles.empty()) fail(job->where, "submit: nothing is allocated or loaded on this device");

  if (capture_) capture(lock, *job, cfg);

  job->number = submitted_ + 1;
  job->resets = reset_counters();
  job->syncobj = value_or_fail(node_->syncobj_create(), job->where, "submit");
  const auto give_up = [&] { (void)node_->syncobj_destroy(job->syncobj); };
  try {
    jobs_.push_back(job);  // now, as it may fail
  } catch (...) {
    give_up();
    throw;
  }
  job->submitted = Clock::now();
  const auto answer = node_->submit_csd({.cfg = cfg,
                                         .bo_handles = handles,
                                         .out_sync = job->syncobj,
                                         .perfmon_id = perfmon,
                                         .multi_sync = {}});
  if (!answer) {
    jobs_.pop_back();
    give_up();
    fail(job->where, fmt::format("submit: {}", drm::describe(answer.failure())));
  }
  submitted_ = job->number;
}

bool Core::wait(const std::shared_ptr<Job>& job, Deadline deadline) {
  while (true) {
    std::shared_ptr<drm::Node> node;  // outlives the lock: closing it takes time
    drm::SyncobjHandle syncobj = 0;
    {
      const Lock lock{mutex_};
      if (job->done) return true;
      node = node_;
      syncobj = job->syncobj;
    }
    if (node == nullptr) fail(job->where, "waiting for the job: the Device was closed");
    const bool last_try = deadline && *deadline <= Clock::now();
    const auto answer = node->syncobj_wait({&syncobj, 1}, nanoseconds_until(deadline));
    const Lock lock{mutex_};
    // Somebody else may have seen the end and destroyed the syncobj, or closed the Device.
    if (job->done) return true;
    if (answer) {
      if (finish(lock, job)) return true;
    } else if (answer.error() == ENOMEM) {
      fail(job->where, fmt::format("waiting for the job: {}", drm::describe(answer.failure())));
    } else if (answer.error() != ETIME) {
      conclude(lock, job,
               job_error(*job, JobErrorKind::device_lost,
                         fmt::format("the device does not answer any more: {}",
                                     drm::describe(answer.failure()))));
      return true;
    }
    if (last_try) return false;
  }
}

// The fence of the job is done, unless its syncobj was somebody else's.
bool Core::finish(const Lock& lock, const std::shared_ptr<Job>& job) {
  const auto fence = node_->fence_status(job->syncobj);
  if (!fence) {
    // No free descriptor, no memory: nothing is known, but nothing is lost either.
    const int code = fence.error();
    if (code == EMFILE || code == ENFILE || code == ENOMEM)
      fail(job->where,
           fmt::format("cannot find out how the job ended: {}", drm::describe(fence.failure())));
    conclude(lock, job,
             job_error(*job, JobErrorKind::device_lost,
                       fmt::format("the device does not tell how the job ended: {}",
                                   drm::describe(fence.failure()))));
    return true;
  }
  if (!fence.value().signalled) return false;
  const Ending ending{.fence = fence.value(),
                      .report = node_->report(job->syncobj),
                      .resets = reset_counters(),
                      .simulated = info_.simulated};
  if (ending.report != nullptr) {
    job->statistics = JobStatistics{
        .instructions = ending.report->instructions,
        .batches = ending.report->batches,
        .host_seconds = std::chrono::duration<double>(Clock::now() - job->submitted).count(),
        .warnings = ending.report->warnings,
        .host = ending.report->host,
        .timing = ending.report->timing};
  }
  conclude(lock, job, judge(*job, ending, programs_));
  return true;
}

void Core::conclude(const Lock& lock, const std::shared_ptr<Job>& job,
                    std::optional<JobError> error) {
  if (error) {
    failed_.push_back(job);
    job->error = std::move(error);
  }
  job->done = true;
  (void)node_->syncobj_destroy(job->syncobj);
  std::erase(jobs_, job);
  if (job->uniforms != 0) data_.give_back(job->uniforms, 0);
  collect(lock);
}

// Takes note of the jobs that are done already, so that their memory can be used again.
void Core::reap(const Lock& lock) {
  while (!jobs_.empty()) {
    const auto job = jobs_.front();
    if (!node_->syncobj_wait({&job->syncobj, 1}, 0)) return;
    try {
      if (!finish(lock, job)) return;
    } catch (const Error&) {
      return;  // wait() will say so to somebody who asks for this job
    }
  }
}

void Core::report(const std::shared_ptr<Job>& job) {
  const Lock lock{mutex_};
  if (!job->error) return;
  job->reported = true;
  std::erase(failed_, job);
  throw JobError{*job->error};
}

std::optional<JobStatistics> Core::statistics(const std::shared_ptr<Job>& job) {
  (void)wait(job, Clock::now());
  const Lock lock{mutex_};
  return job->statistics;
}

void Core::drop(const std::shared_ptr<Job>& job) noexcept {
  {
    const Lock lock{mutex_};
    job->dropped = true;
    // A closed Device cannot throw it any more.
    if (node_ != nullptr || !job->error || std::exchange(job->reported, true)) return;
  }
  tell_unreported(options_, *job->error);
}

void Core::throw_unreported(const Lock&, bool dropped_only) {
  const auto wanted = [&](const std::shared_ptr<Job>& job) {
    return job->dropped || !dropped_only;
  };
  // In the order of submission, not in that in which the ends were noticed.
  std::ranges::sort(failed_, {}, [](const auto& job) { return job->number; });
  const auto first = std::ranges::find_if(failed_, wanted);
  if (first == failed_.end()) return;
  const auto count = static_cast<std::size_t>(std::ranges::count_if(failed_, wanted));
  JobError error = late_error(*(*first)->error, count - 1);
  std::erase_if(failed_, [&](const std::shared_ptr<Job>& job) {
    return wanted(job) && (job->reported = true);
  });
  throw error;
}

void Core::synchronize() {
  std::shared_ptr<Job> last;
  {
    const Lock lock{mutex_};
    if (!jobs_.empty()) last = jobs_.back();
  }
  if (last) (void)wait(last, {});
  const Lock lock{mutex_};
  reap(lock);
  throw_unreported(lock, false);
}

bool Core::wait_for_all(std::chrono::milliseconds grace) {
  while (true) {
    std::shared_ptr<Job> job;
    {
      const Lock lock{mutex_};
      if (jobs_.empty()) return true;
      job = jobs_.front();
    }
    Deadline deadline;
    if (info_.simulated) deadline = Clock::now() + grace;
    if (!wait(job, deadline)) return false;
  }
}

void Core::close() noexcept {
  try {
    (void)wait_for_all(options_.close_grace);
  } catch (...) {
    // The device does not tell; what is in flight counts as stopped.
  }
  std::shared_ptr<drm::Node> node;
  std::vector<std::shared_ptr<Job>> unreported;
  try {
    const Lock lock{mutex_};
    while (!jobs_.empty()) {
      const auto job = jobs_.front();
      conclude(lock, job,
               job_error(*job, JobErrorKind::stopped,
                         "the Device was closed while the job was running: the job was stopped"));
    }
    for (const auto& job : failed_)
      if (job->dropped && !std::exchange(job->reported, true)) unreported.push_back(job);
  } catch (...) {
    // Out of memory for messages.
  }
  {
    const Lock lock{mutex_};
    failed_.clear();
    programs_.clear();
    retired_programs_.clear();
    data_.detach();
    code_.detach();
    node = std::move(node_);
  }
  node.reset();  // here the device model stops what still runs
  for (const auto& job : unreported) tell_unreported(options_, late_error(*job->error, 0));
}

}  // namespace vc7::detail
