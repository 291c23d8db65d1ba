// SPDX-License-Identifier: MIT
//
// SUBMIT_CPU with its extensions. The reference has no layouts of them: they are those of Linux's
// public header v3d_drm.h.
#include <vc7/drm/cpu_job.hpp>

#include <cerrno>
#include <optional>
#include <vector>

#include "calls.hpp"
#include "extensions.hpp"

namespace vc7::drm::raw {
namespace {

using Words = std::vector<std::uint32_t>;

class Reader {
 public:
  explicit Reader(Caller& caller) : caller_{caller} {}

  /// One of the extensions 2 to 7; only one is allowed.
  int read(std::uint32_t id, std::uint64_t from) {
    if (job) return EINVAL;
    job.emplace();
    switch (id) {
      case uapi::IndirectCsd::id: return take<uapi::IndirectCsd>(from);
      case uapi::TimestampQuery::id: return take<uapi::TimestampQuery>(from);
      case uapi::ResetTimestampQuery::id: return take<uapi::ResetTimestampQuery>(from);
      case uapi::CopyTimestampQuery::id: return take<uapi::CopyTimestampQuery>(from);
      case uapi::ResetPerformanceQuery::id: return take<uapi::ResetPerformanceQuery>(from);
      case uapi::CopyPerformanceQuery::id: return take<uapi::CopyPerformanceQuery>(from);
      default: return EINVAL;
    }
  }

  std::optional<SubmitCpu> job;
  std::vector<BoHandle> csd_handles;  ///< that the compute job of `job` names

 private:
  template <class Extension>
  int take(std::uint64_t from) {
    Extension args;
    return caller_.read(&args, from, sizeof args) ? fill(args) : EFAULT;
  }

  int fill(const uapi::IndirectCsd& args) {
    if (args.submit.pad != 0 || args.submit.flags != 0) return EINVAL;
    if (!read_array(caller_, csd_handles, args.submit.bo_handles, args.submit.bo_handle_count))
      return EFAULT;
    IndirectCsd work;
    work.csd.cfg = args.submit.cfg;
    work.csd.bo_handles = csd_handles;
    work.csd.perfmon_id = args.submit.perfmon_id;
    work.uniforms = args.indirect;
    work.offset = args.offset;
    work.workgroup_size = args.wg_size;
    work.uniform_offsets = args.wg_uniform_offsets;
    job->work = work;
    return 0;
  }
  int fill(const uapi::TimestampQuery& args) {
    if (args.pad != 0) return EINVAL;
    TimestampQueries work;
    const int error = queries(work.queries, args.offsets, args.syncs, args.count);
    job->work = std::move(work);
    return error;
  }
  int fill(const uapi::ResetTimestampQuery& args) {
    Words syncs;
    if (!read_array(caller_, syncs, args.syncs, args.count)) return EFAULT;
    ResetTimestampQueries work;
    for (std::uint32_t i = 0; i < args.count; ++i)
      work.queries.push_back({args.offset + 8 * i, syncs[i]});
    job->work = std::move(work);
    return 0;
  }
  int fill(const uapi::CopyTimestampQuery& args) {
    if (args.pad != 0) return EINVAL;
    CopyTimestampQueries work{copy(args), {}};
    const int error = queries(work.queries, args.offsets, args.syncs, args.count);
    job->work = std::move(work);
    return error;
  }
  int fill(const uapi::ResetPerformanceQuery& args) {
    ResetPerformanceQueries work;
    const int error = queries(work.queries, args);
    job->work = std::move(work);
    return error;
  }
  int fill(const uapi::CopyPerformanceQuery& args) {
    if (args.pad != 0) return EINVAL;
    CopyPerformanceQueries work{copy(args), args.ncounters, {}};
    const int error = queries(work.queries, args);
    job->work = std::move(work);
    return error;
  }

  template <class Args>
  static QueryCopy copy(const Args& args) {
    return {args.do_64bit != 0, args.do_partial != 0, args.availability_bit != 0, args.offset,
            args.stride};
  }

  int queries(std::vector<Query>& to, std::uint64_t offsets, std::uint64_t syncs,
              std::uint32_t count) {
    Words places, handles;
    if (!read_array(caller_, places, offsets, count) || !read_array(caller_, handles, syncs, count))
      return EFAULT;
    for (std::uint32_t i = 0; i < count; ++i) to.push_back({places[i], handles[i]});
    return 0;
  }

  template <class Args>
  int queries(std::vector<PerformanceQuery>& to, const Args& args) {
    Words syncs;
    std::vector<std::uint64_t> lists;
    if (!read_array(caller_, syncs, args.syncs, args.count) ||
        !read_array(caller_, lists, args.kperfmon_ids, args.count))
      return EFAULT;
    for (std::uint32_t i = 0; i < args.count; ++i) {
      PerformanceQuery query{{}, syncs[i]};
      if (!read_array(caller_, query.perfmons, lists[i], args.nperfmons)) return EFAULT;
      to.push_back(std::move(query));
    }
    return 0;
  }

  Caller& caller_;
};

}  // namespace

int submit_cpu(Node& node, Caller& caller, const uapi::SubmitCpu& args) {
  if (args.flags != uapi::submit_extension) return EINVAL;
  Extensions extensions;
  Reader reader{caller};
  const auto other = [&](std::uint32_t id, std::uint64_t from) { return reader.read(id, from); };
  if (const int e = read_extensions(caller, extensions, args.extensions, other)) return e;
  if (!reader.job) return EINVAL;
  std::vector<BoHandle> handles;
  if (!read_array(caller, handles, args.bo_handles, args.bo_handle_count)) return EFAULT;
  reader.job->bo_handles = handles;
  reader.job->multi_sync = extensions.multi_sync();
  return submit_cpu(node, *reader.job).error();
}

}  // namespace vc7::drm::raw
