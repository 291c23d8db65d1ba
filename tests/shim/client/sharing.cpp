// SPDX-License-Identifier: MIT
//
// Objects that cross open files and processes as descriptors, timelines, performance monitors.
#include <drm.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xf86drm.h>

#include <string>

#include "client.hpp"

namespace client {
namespace {

struct PerfmonCreate {
  std::uint32_t id, count;
  std::uint8_t counters[32];
};
struct PerfmonGetValues {
  std::uint32_t id, pad;
  std::uint64_t values;
};
struct PerfmonGetCounter {
  std::uint8_t counter;
  char name[64], category[32], description[256];
  std::uint8_t reserved[7];
};

constexpr unsigned long perfmon_create = 0xc0286448, perfmon_destroy = 0xc0046449,
                        perfmon_get_values = 0xc010644a, perfmon_get_counter = 0xc168644c;

int child_status(pid_t child) {
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  return status;
}

std::uint32_t* map(int fd, std::uint64_t offset, std::size_t size) {
  void* const start =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(offset));
  CHECK(start != MAP_FAILED);
  return static_cast<std::uint32_t*>(start);
}

// The other process is this program again: it gets the buffer by its descriptor alone, runs the
// job in it and signals the syncobj.
void other_process(int prime, int syncobj_fd) {
  const int fd = open(render_node, O_RDWR | O_CLOEXEC);
  std::uint32_t handle = 0, syncobj = 0, again = 0;
  CHECK(drmPrimeFDToHandle(fd, prime, &handle) == 0);
  CHECK(drmPrimeFDToHandle(fd, prime, &again) == 0 && again == handle);
  CHECK(drmSyncobjFDToHandle(fd, syncobj_fd, &syncobj) == 0);
  Buffer buffer{fd, 4096, handle};
  CHECK(buffer.submit() == 0 && buffer.wait() == 0);
  CHECK(drmSyncobjSignal(fd, &syncobj, 1) == 0);
}

void two_processes(int fd) {
  Buffer buffer{fd};
  buffer.load();
  int prime = -1, syncobj_fd = -1;
  CHECK(drmPrimeHandleToFD(fd, buffer.handle, DRM_RDWR, &prime) == 0);  // stays open on exec
  std::uint32_t syncobj = 0;
  CHECK(drmSyncobjCreate(fd, 0, &syncobj) == 0);
  CHECK(drmSyncobjHandleToFD(fd, syncobj, &syncobj_fd) == 0);
  CHECK((fcntl(prime, F_GETFD) & FD_CLOEXEC) == 0);
  CHECK((fcntl(syncobj_fd, F_GETFD) & FD_CLOEXEC) != 0);
  const pid_t child = fork();
  if (child == 0) {
    const int kept = dup(syncobj_fd);
    const std::string numbers = std::to_string(prime) + " " + std::to_string(kept);
    setenv("SHIM_CLIENT_SHARED", numbers.c_str(), 1);
    execl("/proc/self/exe", "shim_client", "sharing", nullptr);
    _exit(99);
  }
  CHECK(child_status(child) == 0);
  CHECK(buffer.results_right());
  CHECK(drmSyncobjWait(fd, &syncobj, 1, 0, 0, nullptr) == 0);
  CHECK(close(prime) == 0 && close(syncobj_fd) == 0);
}

void two_opens(int fd) {
  const int other = open(render_node, O_RDWR);
  auto* const buffer = new Buffer{fd};
  int prime = -1;
  CHECK(drmPrimeHandleToFD(fd, buffer->handle, DRM_CLOEXEC | DRM_RDWR, &prime) == 0);
  CHECK((fcntl(prime, F_GETFD) & FD_CLOEXEC) != 0);
  // The descriptor can be mapped, and keeps the buffer.
  std::uint32_t* const words = map(prime, 0, 4096);
  buffer->words[3] = 33;
  CHECK(words[3] == 33);
  dma_buf_sync sync{DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ};
  CHECK(ioctl(prime, DMA_BUF_IOCTL_SYNC, &sync) == 0);
  CHECK(mmap(nullptr, 8192, PROT_READ, MAP_SHARED, prime, 0) == MAP_FAILED && errno == EINVAL);
  CHECK(lseek(prime, 0, SEEK_END) == 4096);
  CHECK(lseek(prime, 0, SEEK_SET) == 0);
  CHECK_ERRNO(lseek(prime, 1, SEEK_SET), EINVAL);
  CHECK_ERRNO(lseek(prime, -1, SEEK_END), EINVAL);
  CHECK_ERRNO(lseek(prime, 0, SEEK_CUR), EINVAL);
  CHECK_ERRNO(lseek(prime, 0, 99), EINVAL);
  CHECK(lseek(fd, 0, SEEK_END) == 0 && lseek(fd, 5, SEEK_SET) == 0);  // of no meaning for devices
  const auto address = buffer->address;
  buffer->close();
  delete buffer;
  std::uint32_t handle = 0;
  CHECK(drmPrimeFDToHandle(other, prime, &handle) == 0);
  Buffer imported{other, 4096, handle};
  CHECK(imported.address == address && imported.words[3] == 33);
  CHECK(lseek(prime, 0, SEEK_END) == 4096);  // whatever becomes of its handles
  // What is no descriptor of a buffer.
  CHECK(drmPrimeFDToHandle(other, 999, &handle) != 0 && errno == EBADF);
  CHECK(drmPrimeFDToHandle(other, STDIN_FILENO, &handle) != 0 && errno == EINVAL);
  CHECK(drmPrimeFDToHandle(other, other, &handle) != 0 && errno == EINVAL);
  CHECK(drmPrimeHandleToFD(other, 999, DRM_CLOEXEC, &prime) != 0 && errno == ENOENT);
  close(prime);
  close(other);
}

void timelines(int fd) {
  std::uint64_t value = 7;
  CHECK(drmGetCap(fd, DRM_CAP_SYNCOBJ, &value) == 0 && value == 1);
  CHECK(drmGetCap(fd, DRM_CAP_PRIME, &value) == 0 && value == 3);
  CHECK(drmGetCap(fd, DRM_CAP_SYNCOBJ_TIMELINE, &value) == 0 && value == 1);
  CHECK(drmGetCap(fd, DRM_CAP_DUMB_BUFFER, &value) != 0 && errno == EOPNOTSUPP);
  std::uint32_t line = 0, done = 0;
  CHECK(drmSyncobjCreate(fd, 0, &line) == 0 && drmSyncobjCreate(fd, 0, &done) == 0);
  Buffer buffer{fd};
  buffer.load();
  CHECK(buffer.submit(done) == 0);
  CHECK(drmSyncobjTransfer(fd, line, 4, done, 0, 0) == 0);
  std::uint64_t point = 4;
  CHECK(drmSyncobjTimelineWait(fd, &line, &point, 1, INT64_MAX, 0, nullptr) == 0);
  CHECK(buffer.results_right());
  CHECK(drmSyncobjQuery(fd, &line, &value, 1) == 0 && value == 4);
  point = 5;
  CHECK(drmSyncobjTimelineWait(fd, &line, &point, 1, 0, 0, nullptr) == -EINVAL);
  CHECK(drmSyncobjTimelineSignal(fd, &line, &point, 1) == 0);
  CHECK(drmSyncobjQuery2(fd, &line, &value, 1, DRM_SYNCOBJ_QUERY_FLAGS_LAST_SUBMITTED) == 0);
  CHECK(value == 5);
}

void sync_files(int fd) {
  std::uint32_t from = 0, to = 0;
  int file = -1;
  CHECK(drmSyncobjCreate(fd, DRM_SYNCOBJ_CREATE_SIGNALED, &from) == 0);
  CHECK(drmSyncobjCreate(fd, 0, &to) == 0);
  CHECK(drmSyncobjExportSyncFile(fd, from, &file) == 0);
  CHECK_ERRNO(lseek(file, 0, SEEK_END), ESPIPE);
  CHECK(drmSyncobjImportSyncFile(fd, to, file) == 0);
  CHECK(drmSyncobjWait(fd, &to, 1, 0, 0, nullptr) == 0);
  close(file);
}

void perfmons(int fd) {
  PerfmonGetCounter counter{};
  counter.counter = 83;
  CHECK(ioctl(fd, perfmon_get_counter, &counter) == 0);
  CHECK(std::string{counter.name} == "QPU-active");
  PerfmonCreate create{0, 2, {0, 83}};
  CHECK(ioctl(fd, perfmon_create, &create) == 0);
  Buffer buffer{fd};
  buffer.load();
  CHECK(buffer.submit(0, create.id) == 0 && buffer.wait() == 0);
  std::uint64_t values[2]{7, 7};
  PerfmonGetValues get{create.id, 0, reinterpret_cast<std::uint64_t>(values)};
  CHECK(ioctl(fd, perfmon_get_values, &get) == 0);
  CHECK(values[0] == 0 && values[1] == 12);
  std::uint32_t id = create.id;
  CHECK(ioctl(fd, perfmon_destroy, &id) == 0);
  CHECK_ERRNO(buffer.submit(0, create.id), ENOENT);
}

}  // namespace

void sharing(int) {
  if (const char* const shared = std::getenv("SHIM_CLIENT_SHARED")) {
    int prime = -1, syncobj = -1;
    CHECK(std::sscanf(shared, "%d %d", &prime, &syncobj) == 2);
    other_process(prime, syncobj);
    std::_Exit(0);
  }
  const int fd = open(render_node, O_RDWR | O_CLOEXEC);
  CHECK(fd >= 0);
  two_opens(fd);
  if (!emulated()) two_processes(fd);
  timelines(fd);
  sync_files(fd);
  perfmons(fd);
  close(fd);
}

}  // namespace client
