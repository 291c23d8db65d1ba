// SPDX-License-Identifier: MIT
//
// The jobs of the CPU queue.
#include <vc7/drm/cpu_job.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "node.hpp"
#include "submission.hpp"

namespace vc7::drm {
namespace simulated {
namespace {

/// How many buffers each kind has, in the order of SubmitCpu::work.
constexpr std::size_t buffer_counts[] = {1, 1, 1, 2, 0, 1};
constexpr std::uint64_t perfmon_places = most_perfmon_counters;

// A place in a buffer. The kernel does not check it, and writes wherever that is.
std::byte* place(const Buffer& buffer, std::uint64_t offset, std::uint64_t size) {
  if (offset > buffer.size || size > buffer.size - offset)
    throw std::out_of_range{"SUBMIT_CPU: " + std::to_string(size) + " bytes at offset " +
                            std::to_string(offset) + " of a buffer of " +
                            std::to_string(buffer.size)};
  return buffer.memory->at(buffer.address) + offset;
}

template <class T>
T load(const Buffer& buffer, std::uint64_t offset) {
  T value;
  std::memcpy(&value, place(buffer, offset, sizeof value), sizeof value);
  return value;
}
template <class T>
void store(const Buffer& buffer, std::uint64_t offset, T value) {
  std::memcpy(place(buffer, offset, sizeof value), &value, sizeof value);
}

/// A query whose syncobj has been looked up.
struct Site {
  std::uint32_t offset = 0;
  std::shared_ptr<Syncobj> sync{};
  std::vector<std::shared_ptr<Perfmon>> perfmons{};
};

/// Writes the numbers of a query one after the other.
class ResultWriter {
 public:
  ResultWriter(const Buffer& to, const QueryCopy& how, std::size_t query)
      : to_{to}, how_{how}, start_{how.offset + std::uint64_t{how.stride} * query} {}
  void write(std::uint64_t index, std::uint64_t value) const {
    if (how_.wide)
      store(to_, start_ + index * 8, value);
    else
      store(to_, start_ + index * 4, static_cast<std::uint32_t>(value));
  }

 private:
  const Buffer& to_;
  const QueryCopy& how_;
  const std::uint64_t start_;
};

std::uint64_t now_ns() {
  using std::chrono::nanoseconds;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

bool available(const Site& site) { return site.sync->fence && site.sync->fence->done; }

}  // namespace

// Each run...() is called by the thread of the CPU queue; `sites`, `buffers` and the jobs are its
// own until the fence is done, fences and monitors need the lock.
class CpuWork {
 public:
  CpuWork(SimulatedDevice& device, std::shared_ptr<Client> client)
      : device_{device}, client_{std::move(client)} {}

  int look_up(const std::vector<Query>& queries) {
    for (const auto& [offset, sync] : queries) {
      sites_.push_back({offset, client_->syncobjs.find(sync)});
      if (!sites_.back().sync) return EINVAL;
    }
    return 0;
  }
  int look_up(const std::vector<PerformanceQuery>& queries) {
    for (const auto& query : queries) {
      Site site{0, client_->syncobjs.find(query.sync)};
      for (const auto id : query.perfmons) site.perfmons.push_back(client_->perfmons.find(id));
      if (!site.sync || std::ranges::find(site.perfmons, nullptr) != site.perfmons.end())
        return EINVAL;
      sites_.push_back(std::move(site));
    }
    return 0;
  }
  void set_job(Job& job) { job_ = &job; }
  void set_csd(std::shared_ptr<Indirect> csd, std::shared_ptr<Buffer> uniforms) {
    csd_ = std::move(csd);
    uniforms_ = std::move(uniforms);
  }

  void run(const IndirectCsd& work) const {
    std::array<std::uint32_t, 3> counts;
    for (std::uint32_t i = 0; i < 3; ++i)
      counts[i] = load<std::uint32_t>(buffer(0), work.offset + 4 * i);
    if (std::ranges::find(counts, 0u) != counts.end()) {
      csd_->empty = true;
      return;
    }
    for (std::uint32_t i = 0; i < 3; ++i) {
      csd_->counts[i] = counts[i] << 16;
      if (work.uniform_offsets[i] != ~0u && uniforms_)
        store(*uniforms_, std::uint64_t{work.uniform_offsets[i]} * 4, counts[i]);
    }
    // Before V3D 7.1.6 minus 1; the chips of the model are newer.
    csd_->batches = (work.workgroup_size + 15) / 16 * counts[0] * counts[1] * counts[2];
  }
  void run(const TimestampQueries&) const {
    for (const Site& site : sites_)
      store(buffer(0), site.offset, &site == &sites_.front() ? now_ns() : std::uint64_t{0});
    replace_fences(job_->fence);
  }
  void run(const ResetTimestampQueries&) const {
    for (const Site& site : sites_) store(buffer(0), site.offset, std::uint64_t{0});
    replace_fences(nullptr);
  }
  void run(const CopyTimestampQueries& work) const {
    const auto lock = device_.lock();
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      const ResultWriter result{buffer(0), work.how, i};
      const bool done = available(sites_[i]);
      if (done || work.how.partial)
        result.write(0, load<std::uint64_t>(buffer(1), sites_[i].offset));
      if (work.how.availability) result.write(1, done ? 1 : 0);
    }
  }
  void run(const ResetPerformanceQueries&) const {
    {
      const auto lock = device_.lock();
      for (const Site& site : sites_)
        for (const auto& perfmon : site.perfmons) std::ranges::fill(perfmon->values, 0);
    }
    replace_fences(nullptr);
  }
  void run(const CopyPerformanceQueries& work) const {
    const auto lock = device_.lock();
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      const ResultWriter result{buffer(0), work.how, i};
      const bool done = available(sites_[i]);
      if (done || work.how.partial) write_values(result, sites_[i]);
      if (work.how.availability) result.write(work.counters, done ? 1 : 0);
    }
  }

 private:
  const Buffer& buffer(std::size_t index) const { return *job_->buffers[index]; }
  static void write_values(const ResultWriter& result, const Site& site) {
    for (std::size_t m = 0; m < site.perfmons.size(); ++m)
      for (std::size_t k = 0; k < site.perfmons[m]->values.size(); ++k)
        result.write(m * perfmon_places + k, site.perfmons[m]->values[k]);
  }
  void replace_fences(const std::shared_ptr<Fence>& fence) const {
    const auto lock = device_.lock();
    for (const Site& site : sites_) site.sync->fence = fence;
    device_.changed();
  }

  SimulatedDevice& device_;
  const std::shared_ptr<Client> client_;
  std::vector<Site> sites_;
  Job* job_ = nullptr;  ///< that does the work
  std::shared_ptr<Indirect> csd_;
  std::shared_ptr<Buffer> uniforms_;
};

namespace {

template <class Work>
int prepare(CpuWork& cpu, const Work& work) {
  if constexpr (requires { work.queries; })
    return cpu.look_up(work.queries);
  else
    return 0;
}

// The compute job behind the one of the CPU, whose buffers it also uses.
int add_csd(Submission& submission, CpuWork& cpu, const Client& client, const IndirectCsd& work) {
  if (const int e = submission.add(Queue::csd, 0, std::nullopt)) return e;
  Job& csd = submission.last();
  csd.cfg = work.csd.cfg;
  const auto uniforms = client.buffers.find(work.uniforms);
  if (work.uniforms != 0 && !uniforms) return ENOENT;
  csd.indirect = std::make_shared<Indirect>();
  cpu.set_csd(csd.indirect, uniforms);
  if (const int e = submission.buffers(work.csd.bo_handles)) return e;
  if (uniforms) csd.buffers.push_back(uniforms);
  return submission.perfmon(work.csd.perfmon_id);
}

}  // namespace

Result<void> SimulatedNode::submit_cpu(const SubmitCpu& request) try {
  const auto failed = [](int error) { return Failure{error, "submit_cpu"}; };
  if (!device_->kernel().cpu_queue) return failed(EINVAL);
  if (request.bo_handles.size() != buffer_counts[request.work.index()]) return failed(EINVAL);
  const auto lock = device_->lock();
  Submission submission{*device_, lock, client_};
  if (const int e = submission.signals(0, request.multi_sync)) return failed(e);
  if (const int e = submission.add(Queue::cpu, 0, request.multi_sync)) return failed(e);
  Job& job = submission.last();
  const auto cpu = std::make_shared<CpuWork>(*device_, client_);
  cpu->set_job(job);
  if (const int e = submission.own_buffers(request.bo_handles)) return failed(e);
  if (const int e = std::visit([&](const auto& work) { return prepare(*cpu, work); }, request.work))
    return failed(e);
  if (const auto* const indirect = std::get_if<IndirectCsd>(&request.work))
    if (const int e = add_csd(submission, *cpu, *client_, *indirect)) return failed(e);
  job.work = [cpu, work = request.work] {
    std::visit([&](const auto& one) { cpu->run(one); }, work);
  };
  submission.submit();
  return {};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "submit_cpu"};
} catch (const std::system_error&) {
  return Failure{ENOMEM, "submit_cpu"};  // no thread to execute jobs
}

}  // namespace simulated

Result<void> submit_cpu(Node& node, const SubmitCpu& job) {
  auto* const ours = dynamic_cast<simulated::SimulatedNode*>(&node);
  if (ours == nullptr) return Failure{ENODEV, "submit_cpu"};
  return ours->submit_cpu(job);
}

}  // namespace vc7::drm
