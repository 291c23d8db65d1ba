// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include "client.hpp"

namespace client {
namespace {

void params(int fd) {
  GetParam args{4, 0, 0};
  CHECK(ioctl(fd, get_param, &args) == 0 && args.value == 0x07443356);
  args = {99, 0, 0};
  CHECK_ERRNO(ioctl(fd, get_param, &args), EINVAL);
  CHECK_ERRNO(ioctl(fd, 0x5401, &args), ENOTTY);  // TCGETS: not DRM's
}

void buffers(int fd) {
  CreateBo create{4096, 1, 0, 0};
  CHECK_ERRNO(ioctl(fd, create_bo, &create), EINVAL);
  Buffer buffer{fd, 8192};
  CHECK(buffer.words[0] == 0 && buffer.address != 0);
  const auto map_at = [&](std::uint64_t offset, std::size_t size) {
    return mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(offset));
  };
  errno = 0;
  CHECK(map_at(buffer.offset, 12288) == MAP_FAILED && errno == EINVAL);
  CHECK(map_at(buffer.offset + (1 << 20), 4096) == MAP_FAILED && errno == EINVAL);
  // The memory outlives the handle; the offset does not.
  GemClose close_args{buffer.handle, 0};
  CHECK(ioctl(fd, gem_close, &close_args) == 0);
  buffer.words[5] = 7;
  CHECK(buffer.words[5] == 7);
  CHECK(map_at(buffer.offset, 4096) == MAP_FAILED && errno == EINVAL);
  CHECK_ERRNO(ioctl(fd, gem_close, &close_args), EINVAL);
}

void bad_pointers(int fd, Buffer& buffer) {
  void* const nowhere = reinterpret_cast<void*>(16);
  CHECK_ERRNO(ioctl(fd, get_param, nowhere), EFAULT);
  SubmitCsd job{};
  job.bo_handles = 16;
  job.bo_handle_count = 1;
  CHECK_ERRNO(ioctl(fd, submit_csd, &job), EFAULT);
  job.bo_handles = reinterpret_cast<std::uint64_t>(&buffer.handle);
  job.flags = 2;
  job.extensions = 16;
  CHECK_ERRNO(ioctl(fd, submit_csd, &job), EFAULT);
  CHECK_ERRNO(ioctl(fd, submit_csd, nowhere), EFAULT);
  // What can be read but not written: the answer has nowhere to go.
  if (emulated()) return;
  static const GetParam constant{4, 0, 0};
  CHECK_ERRNO(ioctl(fd, get_param, const_cast<GetParam*>(&constant)), EFAULT);
}

}  // namespace

void raw(int count) {
  const int fd = open(render_node, O_RDWR | O_CLOEXEC);
  CHECK(fd >= 0);
  params(fd);
  buffers(fd);
  Buffer buffer{fd};
  buffer.load();
  for (int i = 0; i < count; ++i) {
    std::memset(buffer.words + 512, 0xff, 64);
    CHECK(buffer.submit() == 0);
    CHECK(buffer.wait() == 0);
    CHECK(buffer.results_right());
  }
  bad_pointers(fd, buffer);
  buffer.close();
  CHECK(close(fd) == 0);
  CHECK_ERRNO(close(fd), EBADF);
}

}  // namespace client
