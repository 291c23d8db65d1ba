// SPDX-License-Identifier: MIT
//
// Objects that go from one open file to another through descriptors: raw requests.
#include <gtest/gtest.h>

#include <drm.h>
#include <fcntl.h>

#include <cerrno>
#include <map>

#include <vc7/drm/caller.hpp>
#include <vc7/drm/exported.hpp>
#include <vc7/drm/raw_file.hpp>

#include "job_control.hpp"

namespace vc7::drm::raw {
namespace {

/// This program with descriptors of its own: numbers in a table.
class Table : public Caller {
 public:
  bool read(void* to, std::uint64_t from, std::size_t size) override {
    return program_.read(to, from, size);
  }
  bool write(std::uint64_t to, const void* from, std::size_t size) override {
    return program_.write(to, from, size);
  }
  Result<int> give(Shared object, bool keep_on_exec) override {
    kept_on_exec = keep_on_exec;
    objects[++last_] = std::move(object);
    return last_;
  }
  Result<Shared> take(int fd) override {
    if (!objects.contains(fd)) return Failure{EBADF, "take"};
    return objects[fd];
  }

  std::map<int, Shared> objects;
  bool kept_on_exec = false;

 private:
  ThisProgram program_;
  int last_ = 9;
};

class ExportTest : public testing::Test {
 protected:
  template <class Args>
  int call(RawFile& file, std::uint64_t request, Args& args) {
    return file.ioctl(table, request, reinterpret_cast<std::uint64_t>(&args));
  }
  drm_prime_handle exported(BoHandle handle) {
    drm_prime_handle args{.handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR, .fd = -1};
    EXPECT_EQ(call(one, DRM_IOCTL_PRIME_HANDLE_TO_FD, args), 0);
    return args;
  }

  test::JobControl jobs;
  Table table;
  std::shared_ptr<SimulatedDevice> device = make_simulated_device({.executor = jobs.executor()});
  RawFile one{open_simulated(device)}, two{open_simulated(device)};
  const BufferObject bo = one.node().create_bo(8192).value();
};

TEST_F(ExportTest, ABufferIsTheSameInAnotherFile) {
  auto args = exported(bo.handle);
  EXPECT_EQ(args.fd, 10);
  EXPECT_FALSE(table.kept_on_exec);
  ASSERT_EQ(call(two, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), 0);
  EXPECT_EQ(two.node().get_bo_offset(args.handle).value(), bo.address);
  const auto first = args.handle;
  ASSERT_EQ(call(two, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), 0);
  EXPECT_EQ(args.handle, first);  // one object, one handle
  auto again = exported(bo.handle);
  ASSERT_EQ(call(two, DRM_IOCTL_PRIME_FD_TO_HANDLE, again), 0);
  EXPECT_EQ(again.handle, first);
  ASSERT_EQ(call(one, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), 0);
  EXPECT_EQ(args.handle, bo.handle);
  // A close ends all of it.
  EXPECT_TRUE(two.node().gem_close(first).ok());
  EXPECT_EQ(two.node().gem_close(first).error(), EINVAL);
}

TEST_F(ExportTest, ABufferLivesInItsDescriptor) {
  auto args = exported(bo.handle);
  one.node().map_bo(bo.handle, 4096).value().bytes()[7] = std::byte{42};
  ASSERT_TRUE(one.node().gem_close(bo.handle).ok());
  EXPECT_NE(one.node().create_bo(8192).value().address, bo.address);
  ASSERT_EQ(call(two, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), 0);
  EXPECT_EQ(two.node().map_bo(args.handle, 4096).value().bytes()[7], std::byte{42});
  ASSERT_TRUE(two.node().gem_close(args.handle).ok());
  table.objects.clear();
  EXPECT_EQ(one.node().create_bo(8192).value().address, bo.address);
}

TEST_F(ExportTest, JobsOfTwoFilesOnOneBuffer) {
  auto args = exported(bo.handle);
  ASSERT_EQ(call(two, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), 0);
  SubmitCsd job;
  job.cfg = {test::held};
  job.bo_handles = {&bo.handle, 1};
  ASSERT_TRUE(one.node().submit_csd(job).ok());
  EXPECT_EQ(two.node().wait_bo(args.handle, 0).error(), ETIME);
  jobs.open_gate();
  EXPECT_TRUE(two.node().wait_bo(args.handle, wait_forever).ok());
}

TEST_F(ExportTest, ErrorsOfPrime) {
  drm_prime_handle args{.handle = 99, .flags = 0, .fd = -1};
  EXPECT_EQ(call(one, DRM_IOCTL_PRIME_HANDLE_TO_FD, args), ENOENT);
  args = {.handle = bo.handle, .flags = 4, .fd = -1};
  EXPECT_EQ(call(one, DRM_IOCTL_PRIME_HANDLE_TO_FD, args), EINVAL);
  args = {.handle = bo.handle, .flags = 0, .fd = -1};
  EXPECT_EQ(call(one, DRM_IOCTL_PRIME_HANDLE_TO_FD, args), 0);
  EXPECT_TRUE(table.kept_on_exec);
  args.fd = 77;
  EXPECT_EQ(call(one, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), EBADF);
  table.objects[77] = nullptr;  // a descriptor of something else
  EXPECT_EQ(call(one, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), EINVAL);
  // Of another device.
  RawFile elsewhere{open_simulated({.executor = jobs.executor()})};
  args = exported(bo.handle);
  EXPECT_EQ(call(elsewhere, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), EINVAL);
  // A syncobj is no buffer.
  drm_syncobj_handle syncobj{};
  syncobj.handle = one.node().syncobj_create().value();
  ASSERT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, syncobj), 0);
  args.fd = syncobj.fd;
  EXPECT_EQ(call(one, DRM_IOCTL_PRIME_FD_TO_HANDLE, args), EINVAL);
  // A program that calls without a descriptor table.
  args = {.handle = bo.handle, .flags = 0, .fd = -1};
  EXPECT_EQ(one.ioctl(DRM_IOCTL_PRIME_HANDLE_TO_FD, &args), ENOSYS);
}

TEST_F(ExportTest, ASyncobjIsTheSameInAnotherFile) {
  const auto mine = one.node().syncobj_create().value();
  drm_syncobj_handle args{};
  args.handle = mine;
  ASSERT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, args), 0);
  ASSERT_EQ(call(two, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, args), 0);
  EXPECT_EQ(two.node().fence_status(args.handle).error(), EINVAL);
  ASSERT_TRUE(one.node().syncobj_signal({&mine, 1}).ok());
  EXPECT_TRUE(two.node().fence_status(args.handle).value().signalled);
  const auto first = args.handle;
  ASSERT_EQ(call(two, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, args), 0);
  EXPECT_NE(args.handle, first);  // another handle each time
  EXPECT_TRUE(one.node().syncobj_destroy(mine).ok());
  EXPECT_TRUE(two.node().syncobj_reset({&first, 1}).ok());
}

TEST_F(ExportTest, ASyncFileHasTheFenceOfItsTime) {
  drm_syncobj_handle args{};
  args.handle = one.node().syncobj_create(true).value();
  args.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE;
  ASSERT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, args), 0);
  EXPECT_EQ(table.objects[args.fd]->fence_status(), (FenceStatus{true, 0}));
  ASSERT_TRUE(one.node().syncobj_reset({&args.handle, 1}).ok());
  const int fd = args.fd;
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, args), EINVAL);  // no fence any more
  args = {.handle = two.node().syncobj_create().value(), .flags = 1, .fd = fd, .pad = 0};
  ASSERT_EQ(call(two, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, args), 0);
  EXPECT_TRUE(two.node().fence_status(args.handle).value().signalled);
}

TEST_F(ExportTest, ErrorsOfSyncobjs) {
  drm_syncobj_handle args{};
  args.handle = 99;
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, args), EINVAL);
  args.flags = 1;
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, args), ENOENT);
  args.flags = 4;
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, args), EINVAL);
  args = {.handle = one.node().syncobj_create().value(), .flags = 0, .fd = -1, .pad = 1};
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, args), EINVAL);
  args.pad = 0;
  args.fd = 77;
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, args), EINVAL);  // not open
  auto prime = exported(bo.handle);
  args.fd = prime.fd;
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, args), EINVAL);
  args.flags = 1;
  EXPECT_EQ(call(one, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, args), EINVAL);
}

}  // namespace
}  // namespace vc7::drm::raw
