// SPDX-License-Identifier: MIT
//
// Jobs that fail must never look like success (v3d71 §14.5).
#include "support.hpp"

namespace vc7::test {
namespace {

// A GPU whose next jobs end like this.
struct FailingGpu : FakeGpu {
  static constexpr Dispatch healthy = Dispatch::batches(50);  // these do not fail
  FailingGpu()
      : FakeGpu{
            [this](const sim::CsdConfig& cfg) { return cfg[4] == 50 ? sim::JobResult{} : next; }} {}
  sim::JobResult next;
};

JobError error_of_job(const Event& event) {
  try {
    event.wait();
  } catch (const JobError& error) {
    return error;
  }
  ADD_FAILURE() << "the job succeeded";
  return {"", {}};
}

TEST(Failure, FaultNamesTheSourceLine) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.next = faulty(code.address() + 8 * 5);
  const Event event = device.submit(code, Dispatch::batches(4));
  const std::uint32_t line = __LINE__ - 1;
  const JobError error = error_of_job(event);
  EXPECT_STREQ(error.what(),
               "MMU fault: TMU load at unmapped GPU address 0x00000000 (batch 3, QPU 4, thread 2, "
               "lane 5) at kernel.cpp:15: nop ; nop");
  EXPECT_EQ(error.kind(), JobErrorKind::fault);
  ASSERT_TRUE(error.fault());
  EXPECT_EQ(error.fault()->batch, 3u);
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->file, "kernel.cpp");
  EXPECT_EQ(error.place()->line, 15u);
  EXPECT_EQ(error.submitted().line, line);
  // Every time, and the job did run.
  EXPECT_STREQ(error_of_job(event).what(), error.what());
  EXPECT_THROW((void)event.wait_for(0s), JobError);
  EXPECT_TRUE(event.ready());
  ASSERT_TRUE(event.statistics());
  EXPECT_EQ(event.statistics()->instructions, 7u);
  EXPECT_EQ(event.statistics()->warnings, std::vector<std::string>{"a warning"});
}

TEST(Failure, RawWordsHaveNumbers) {
  FailingGpu gpu;
  Device device = gpu.open();
  const std::vector<std::uint64_t> words(4, nop_word);
  const Code code = device.load(words, unchecked);
  gpu.next = faulty(code.address() + 8 * 2);
  const JobError error = error_of_job(device.submit(code, {}));
  EXPECT_CONTAINS(error.what(), " at word 2 of the program at 0x000");
  EXPECT_FALSE(error.place());
}

TEST(Failure, ProgramThatDoesNotEnd) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(4), unchecked);
  gpu.next = faulty(code.address() + 8 * 4, sim::FaultKind::invalid);
  EXPECT_CONTAINS(error_of_job(device.submit(code, {})).what(),
                  "behind the end of the program of 4 words");
}

TEST(Failure, CodeThatNobodyLoaded) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(4), unchecked);
  gpu.next = faulty(0x100);
  EXPECT_CONTAINS(error_of_job(device.submit(code, {})).what(), " at instruction 0x00000100: nop");
}

TEST(Failure, CodeThatWasFreedMeanwhile) {
  FailingGpu gpu;
  Device device = gpu.open();
  Code code = device.load(words_with_lines(8), unchecked);
  gpu.next = faulty(code.address() + 8);
  gpu.hold();
  const Event event = device.submit(code, {});
  code = {};
  gpu.release();
  EXPECT_CONTAINS(error_of_job(event).what(), "at kernel.cpp:11: ");
}

TEST(Failure, EndlessLoopsAndDeadlocksAreHangs) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  for (const auto kind : {sim::FaultKind::budget, sim::FaultKind::deadlock}) {
    gpu.next = faulty(code.address(), kind);
    EXPECT_EQ(error_of_job(device.submit(code, {})).kind(), JobErrorKind::hang);
  }
}

TEST(Failure, DoesNotStopLaterJobs) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.next = faulty(code.address());
  EXPECT_THROW(device.run(code, {}), JobError);
  device.run(code, FailingGpu::healthy);
  device.synchronize();
}

TEST(Failure, OfADroppedJobIsThrownBySynchronize) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.next = faulty(code.address());
  gpu.hold();
  device.submit(code, {});
  const auto line = std::to_string(__LINE__ - 1);
  device.submit(code, {});
  gpu.release();
  const auto text = error_of<JobError>([&] { device.synchronize(); });
  EXPECT_CONTAINS(text, "the job submitted at ");
  EXPECT_CONTAINS(text, "failure_test.cpp:" + line + " failed: MMU fault: ");
  EXPECT_CONTAINS(text, "(and 1 later job)");
  device.synchronize();  // once
}

TEST(Failure, OfADroppedJobIsThrownBySubmit) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.next = faulty(code.address());
  device.submit(code, {});
  std::string text;
  while (text.empty()) text = error_of<JobError>([&] { device.submit(code, FailingGpu::healthy); });
  EXPECT_CONTAINS(text, "the job submitted at ");
  device.synchronize();
}

TEST(Failure, OfALivingEventIsThrownBySynchronizeAndByTheEvent) {
  FailingGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.next = faulty(code.address());
  const Event event = device.submit(code, {});
  EXPECT_THROW(device.synchronize(), JobError);
  EXPECT_NO_THROW(device.synchronize());
  EXPECT_THROW(event.wait(), JobError);
  // A job whose Event lives is not the business of the next submit().
  const Event second = device.submit(code, {});
  while (!second.ready()) {
  }
  const Event third = device.submit(code, {});
  EXPECT_THROW(second.wait(), JobError);
  EXPECT_THROW(third.wait(), JobError);
  EXPECT_NO_THROW(device.synchronize());
}

TEST(Failure, NobodyAskedFor) {
  FailingGpu gpu;
  std::vector<std::string> unreported;
  DeviceOptions options;
  options.unreported = [&](const JobError& error) { unreported.emplace_back(error.what()); };
  {
    Device device = gpu.open(options);
    const Code code = device.load(words_with_lines(8), unchecked);
    gpu.next = faulty(code.address());
    gpu.hold();
    device.submit(code, {});
    const Event event = device.submit(code, {});
    gpu.release();
    EXPECT_THROW(event.wait(), JobError);
  }
  EXPECT_EQ(unreported.size(), 1u);
  EXPECT_CONTAINS(unreported.at(0), "failed: MMU fault");
}

TEST(Failure, KernelKilledTheJob) {
  FakeGpu gpu;
  gpu.watch->hardware = true;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.watch->fence_error = ECANCELED;
  const JobError error = error_of_job(device.submit(code, {}));
  EXPECT_EQ(error.kind(), JobErrorKind::hang);
  EXPECT_CONTAINS(error.what(),
                  "the kernel killed the job, its results are not valid (fence: ECANCELED)");
  gpu.watch->fence_error = 0;
  device.run(code, {});
}

TEST(Failure, ResetsAreSeenWithoutAFenceError) {
  FakeGpu gpu;
  gpu.watch->hardware = true;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.hold();
  Event event = device.submit(code, {});
  gpu.watch->context_resets = 1, gpu.watch->global_resets = 1;
  gpu.release();
  EXPECT_EQ(error_of_job(event).kind(), JobErrorKind::hang);

  gpu.hold();
  event = device.submit(code, {});
  gpu.watch->global_resets = 2;  // somebody else's
  gpu.release();
  EXPECT_EQ(error_of_job(event).kind(), JobErrorKind::reset);
  device.run(code, {});
}

TEST(Failure, KernelsWithoutResetCounters) {
  FakeGpu gpu;
  gpu.watch->hardware = true;
  gpu.watch->tells_resets = false;
  Device device = gpu.open();
  device.run(device.load(words_with_lines(8), unchecked), {});
}

TEST(Failure, DeviceThatIsGone) {
  FakeGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  gpu.watch->wait_error = ENODEV;
  const JobError error = error_of_job(device.submit(code, {}));
  EXPECT_EQ(error.kind(), JobErrorKind::device_lost);
  EXPECT_CONTAINS(error.what(), "the device does not answer any more: syncobj_wait: ENODEV");
}

TEST(Failure, NoDescriptorForTheEndOfAJob) {
  FakeGpu gpu;
  Device device = gpu.open();
  const Code code = device.load(words_with_lines(8), unchecked);
  const Event event = device.submit(code, {});
  gpu.watch->status_error = EMFILE;
  EXPECT_CONTAINS(error_of([&] { event.wait(); }),
                  "cannot find out how the job ended: fence_status: EMFILE");
  gpu.watch->status_error = EIO;
  EXPECT_EQ(error_of_job(event).kind(), JobErrorKind::device_lost);
}

TEST(Failure, KindsHaveNames) {
  EXPECT_EQ(name(JobErrorKind::fault), "fault");
  EXPECT_EQ(name(JobErrorKind::device_lost), "device lost");
}

}  // namespace
}  // namespace vc7::test
