// SPDX-License-Identifier: MIT
//
// The whole way on the device model: kernel, Program, Code, job, results.
#include <vc7/vc7.hpp>

#include "support.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;

// out[16 * x + lane] = 16 * x + lane + addend, with x from the payload. Uniforms: addend, out.
Program numbers() {
  Assembler a;
  a.mov(rf4, rf3.unpack(ul), ldunifrf(rf5));
  a.shl(rf4, rf4, 4);
  a.eidx(rf6, ldunifrf(rf7));
  a.add(rf4, rf4, rf6);
  a.add(tmud, rf4, rf5);
  a.shl(rf4, rf4, 2);
  a.add(tmua, rf7, rf4);
  a.tmuwt();
  a.end_program();
  return a.finish();
}

TEST(Model, ComputesNumbers) {
  for (const auto name : {"sim:7.1.7", "sim:7.1.10"}) {
    Device device = Device::open(name);
    const Code code = device.load(numbers());
    auto out = device.alloc<std::uint32_t>(16 * 50);
    const Event event = device.run(code, Dispatch::batches(50), Uniforms{1000, out});
    for (std::uint32_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], 1000 + i);
    ASSERT_TRUE(event.statistics());
    EXPECT_EQ(event.statistics()->batches, 50u);
    EXPECT_EQ(event.statistics()->instructions, 50u * 15);
  }
}

TEST(Model, LoadsADifferentProgramAtTheSameAddress) {
  Device device = Device::open("sim");
  auto out = device.alloc<std::uint32_t>(16);
  std::uint32_t address = 0;
  for (std::uint32_t i = 0; i < 10; ++i) {
    Assembler a;
    a.eidx(rf4, ldunifrf(rf5));
    a.shl(rf4, rf4, 2);
    if (i % 2 == 0)
      a.mov(tmud, 3);
    else
      a.mov(tmud, 7);
    a.add(tmua, rf5, rf4);
    a.tmuwt();
    a.end_program();
    const Code code = device.load(a.finish());
    if (address != 0) {
      EXPECT_EQ(code.address(), address);
    }
    address = code.address();
    device.run(code, {}, Uniforms{out});
    for (const auto word : out) ASSERT_EQ(word, i % 2 == 0 ? 3u : 7u);
  }
}

TEST(Model, FaultAtALine) {
  Device device = Device::open("sim");
  Assembler a;
  a.eidx(rf4);
  a.shl(rf4, rf4, 2);
  a.mov(tmud, 1);
  a.mov(tmua, rf4);  // from address 0 on
  const auto line = std::to_string(__LINE__ - 1);
  a.tmuwt();
  a.end_program();
  const Code code = device.load(a.finish());
  try {
    device.run(code, {});
    FAIL();
  } catch (const JobError& error) {
    EXPECT_EQ(error.kind(), JobErrorKind::fault);
    EXPECT_CONTAINS(error.what(), "MMU fault: ");
    EXPECT_CONTAINS(error.what(), "unmapped GPU address 0x0000000");
    EXPECT_CONTAINS(error.what(), "(batch 0, QPU 0, thread 0, lane 0)");
    EXPECT_CONTAINS(error.what(), "model_test.cpp:" + line + ": ");
    EXPECT_CONTAINS(error.what(), "tmua, rf4");
  }
}

TEST(Model, ProgramWithoutAnEnd) {
  Device device = Device::open("sim");
  Assembler a;
  for (int i = 0; i < 100; ++i) a.nop();
  const Code code = device.load(a.finish(), unchecked);
  EXPECT_CONTAINS(error_of<JobError>([&] { device.run(code, {}); }),
                  "behind the end of the program of 100 words");
}

TEST(Model, EndlessLoopIsAHang) {
  sim::Options model;
  model.instruction_budget = 10000;
  Device device = Device::open({.device = "sim", .model = model});
  Assembler a;
  auto l = a.loop();
  l.b(always);
  a.nop(), a.nop(), a.nop();
  const Code code = device.load(a.finish(), unchecked);
  try {
    device.run(code, {});
    FAIL();
  } catch (const JobError& error) {
    EXPECT_EQ(error.kind(), JobErrorKind::hang);
    EXPECT_TRUE(error.place());
  }
}

TEST(Model, EndlessLoopIsStoppedOnClosing) {
  DeviceOptions options;
  options.close_grace = 50ms;
  options.unreported = [](const JobError&) {};
  Event event;
  {
    Device device = Device::open({.device = "sim", .options = options});
    Assembler a;
    auto l = a.loop();
    l.b(always);
    a.nop(), a.nop(), a.nop();
    event = device.submit(device.load(a.finish(), unchecked), {});
  }
  EXPECT_EQ(error_of<JobError>([&] { event.wait(); }),
            "the Device was closed while the job was running: the job was stopped");
}

// Every lane counts up the word of its workgroup: local size of each, however they are packed.
TEST(Model, WorkgroupsOfAnySize) {
  Device device = Device::open("sim");
  Assembler a;
  a.mov(rf4, rf3.unpack(ul), ldunifrf(rf5));
  a.shl(rf4, rf4, 2);
  a.mov(tmud, 1);
  a.add(tmuau, rf5, rf4);
  a.nop(thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf6));
  a.end_program();
  const Code code = device.load(a.finish());
  for (const std::uint32_t size : {1u, 5u, 16u, 24u, 100u, 256u}) {
    const Dispatch dispatch{.local_size = {size}, .workgroups = {37}};
    auto counts = device.alloc<std::uint32_t>(37);
    // Atomic addition that returns the old value (v3d71 §10.2).
    const Event event = device.run(code, dispatch, Uniforms{counts, 0xffffff87});
    for (const auto count : counts) EXPECT_EQ(count, size);
    EXPECT_EQ(event.statistics()->batches, plan(dispatch).batches);
  }
}

}  // namespace
}  // namespace vc7::test
