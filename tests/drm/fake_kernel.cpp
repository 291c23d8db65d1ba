// SPDX-License-Identifier: MIT
#include "fake_kernel.hpp"

#include <drm.h>
#include <linux/sync_file.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <map>
#include <mutex>

#include <vc7/drm/raw_file.hpp>

namespace vc7::drm::test {
namespace {

struct SyncFile {
  std::shared_ptr<raw::RawFile> file;
  SyncobjHandle syncobj;
};

struct State {
  std::shared_ptr<SimulatedDevice> device;
  FakeKernel::Override override;
  std::map<int, std::shared_ptr<raw::RawFile>> files;
  std::map<int, SyncFile> sync_files;
  std::multimap<void*, Mapping> mappings;  // one entry per mmap, mapped at one place
};

std::mutex mutex;
std::unique_ptr<State> state;      // guarded by mutex
std::atomic<bool> active = false;  // there is a state

bool is_fake_device(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 7);
}

// The open file behind a descriptor, null if it is not ours. Files come into being at their first
// call.
std::shared_ptr<raw::RawFile> find_file(int fd) {
  const std::lock_guard lock{mutex};
  if (!state) return nullptr;
  if (const auto found = state->files.find(fd); found != state->files.end()) return found->second;
  if (!is_fake_device(fd)) return nullptr;
  auto file = std::make_shared<raw::RawFile>(open_simulated(state->device));
  state->files.emplace(fd, file);
  return file;
}

std::optional<SyncFile> find_sync_file(int fd) {
  const std::lock_guard lock{mutex};
  if (!state || !state->sync_files.contains(fd)) return std::nullopt;
  return state->sync_files.at(fd);
}

int export_sync_file(const std::shared_ptr<raw::RawFile>& file, drm_syncobj_handle& args) {
  if (args.flags != DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE) return EINVAL;
  if (const auto status = file->node().fence_status(args.handle); !status) return status.error();
  args.fd = eventfd(0, EFD_CLOEXEC);
  if (args.fd < 0) return errno;
  const std::lock_guard lock{mutex};
  state->sync_files.emplace(args.fd, SyncFile{file, args.handle});
  return 0;
}

int sync_file_status(const SyncFile& sync, std::uint64_t request, sync_file_info& info) {
  if (request != SYNC_IOC_FILE_INFO) return ENOTTY;
  const auto status = sync.file->node().fence_status(sync.syncobj);
  if (!status) return status.error();
  const auto [signalled, error] = status.value();
  info.status = error != 0 ? -error : signalled ? 1 : 0;
  return 0;
}

// The answer to an ioctl; nothing if it is none of ours.
std::optional<int> answer(int fd, std::uint64_t request, void* argument) {
  if (const auto sync = find_sync_file(fd))
    return sync_file_status(*sync, request, *static_cast<sync_file_info*>(argument));
  const auto file = find_file(fd);
  if (!file) return std::nullopt;
  FakeKernel::Override override;
  {
    const std::lock_guard lock{mutex};
    override = state->override;
  }
  if (override)
    if (const auto code = override(request, argument)) return code;
  if (request == DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD)
    return export_sync_file(file, *static_cast<drm_syncobj_handle*>(argument));
  return file->ioctl(request, argument);
}

}  // namespace

FakeKernel::FakeKernel(SimulatedOptions options) {
  auto fresh = std::make_unique<State>();
  fresh->device = make_simulated_device(std::move(options));
  const std::lock_guard lock{mutex};
  state = std::move(fresh);
  active = true;
}

FakeKernel::~FakeKernel() {
  std::unique_ptr<State> old;
  const std::lock_guard lock{mutex};
  std::swap(old, state);
  active = false;
}

void FakeKernel::set_override(Override override) {
  const std::lock_guard lock{mutex};
  state->override = std::move(override);
}

std::size_t FakeKernel::open_sync_files() const {
  const std::lock_guard lock{mutex};
  return state->sync_files.size();
}

}  // namespace vc7::drm::test

using namespace vc7::drm;
using namespace vc7::drm::test;

// The sanitizers' own versions of what is replaced here, where there are any: they want to know of
// each call.
extern "C" {
__attribute__((weak)) int __interceptor_ioctl(int, unsigned long, void*);
__attribute__((weak)) void* __interceptor_mmap(void*, size_t, int, int, int, off_t);
__attribute__((weak)) int __interceptor_munmap(void*, size_t);
__attribute__((weak)) int __interceptor_close(int);
}

namespace {

int real_ioctl(int fd, unsigned long request, void* argument) {
  if (__interceptor_ioctl != nullptr) return __interceptor_ioctl(fd, request, argument);
  return static_cast<int>(syscall(SYS_ioctl, fd, request, argument));
}

int fake_munmap(void* address, size_t length) {
  Mapping gone;  // ends without the lock: giving memory back may come here again
  {
    const std::lock_guard lock{vc7::drm::test::mutex};
    if (state)
      if (const auto found = state->mappings.find(address); found != state->mappings.end()) {
        gone = std::move(found->second);
        state->mappings.erase(found);
        return 0;
      }
  }
  if (__interceptor_munmap != nullptr) return __interceptor_munmap(address, length);
  return static_cast<int>(syscall(SYS_munmap, address, length));
}

void* fake_mmap(raw::RawFile& file, size_t length, off_t offset) {
  auto mapping = file.map(static_cast<std::uint64_t>(offset), length);
  if (!mapping) {
    errno = mapping.error();
    return reinterpret_cast<void*>(-1);
  }
  void* const start = mapping.value().bytes().data();
  const std::lock_guard lock{vc7::drm::test::mutex};
  state->mappings.emplace(start, std::move(mapping.value()));
  return start;
}

void forget(int fd) {
  std::shared_ptr<raw::RawFile> file;  // end without the lock
  SyncFile sync{};
  const std::lock_guard lock{vc7::drm::test::mutex};
  if (!state) return;
  if (const auto found = state->files.find(fd); found != state->files.end()) {
    file = std::move(found->second);
    state->files.erase(found);
  }
  if (const auto found = state->sync_files.find(fd); found != state->sync_files.end()) {
    sync = std::move(found->second);
    state->sync_files.erase(found);
  }
}

}  // namespace

// ThreadSanitizer calls these before it can stand instrumented code, hence the attribute and the
// early ways out.
extern "C" {

__attribute__((no_sanitize("thread"))) int ioctl(int fd, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if (active)
    if (const auto code = answer(fd, request, argument)) {
      errno = *code;
      return *code == 0 ? 0 : -1;
    }
  return real_ioctl(fd, request, argument);
}

__attribute__((no_sanitize("thread"))) void* mmap(void* address, size_t length, int protection,
                                                  int flags, int fd, off_t offset) noexcept {
  if (fd >= 0 && active)
    if (const auto file = find_file(fd)) return fake_mmap(*file, length, offset);
  if (__interceptor_mmap != nullptr)
    return __interceptor_mmap(address, length, protection, flags, fd, offset);
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, length, protection, flags, fd, offset));
}

__attribute__((no_sanitize("thread"))) int munmap(void* address, size_t length) noexcept {
  if (active) return fake_munmap(address, length);
  if (__interceptor_munmap != nullptr) return __interceptor_munmap(address, length);
  return static_cast<int>(syscall(SYS_munmap, address, length));
}

__attribute__((no_sanitize("thread"))) int close(int fd) {
  if (active) forget(fd);
  if (__interceptor_close != nullptr) return __interceptor_close(fd);
  return static_cast<int>(syscall(SYS_close, fd));
}

}  // extern "C"
