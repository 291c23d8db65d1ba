// SPDX-License-Identifier: MIT
#include <vc7/device/registers.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

#include "device/physical_memory.hpp"
#include "support.hpp"
#include "support/folder.hpp"

namespace vc7::test {
namespace {

namespace fs = std::filesystem;
using namespace sim::registers;
using enum RegisterBlock;

// The end of every program, v3d71 §12.5.
constexpr std::uint64_t thrsw_word = 0x38203186bb03f000;
constexpr std::array<std::uint64_t, 7> empty_program{thrsw_word, thrsw_word, nop_word, nop_word,
                                                     thrsw_word, nop_word,   nop_word};

class ModelRegistersTest : public testing::Test {
 protected:
  std::uint64_t parameter(drm::Param param) { return device.node().get_param(param).value(); }

  Device device = Device::open("sim:7.1.7");
  Registers registers = Registers::open(device);
};

TEST_F(ModelRegistersTest, IdentityIsThatOfTheKernel) {
  EXPECT_EQ(registers.read(hub, hub_uifcfg), parameter(drm::Param::uifcfg));
  EXPECT_EQ(registers.read(hub, hub_ident1), parameter(drm::Param::hub_ident1));
  EXPECT_EQ(registers.read(hub, hub_ident2), parameter(drm::Param::hub_ident2));
  EXPECT_EQ(registers.read(hub, hub_ident3), parameter(drm::Param::hub_ident3));
  EXPECT_EQ(registers.read(core0, core_ident0), parameter(drm::Param::core0_ident0));
  EXPECT_EQ(registers.read(core0, core_ident1), parameter(drm::Param::core0_ident1));
  EXPECT_EQ(registers.read(core0, core_ident2), parameter(drm::Param::core0_ident2));
}

TEST_F(ModelRegistersTest, CountersCount) {
  const Code code = device.load(empty_program);
  {
    const PerformanceCounter counter{registers,
                                     {Counter::cycle_count, Counter::l2t_fill, Counter::l2t_zero,
                                      Counter::cycle_count, Counter::qpu_active}};
    const auto start = std::chrono::steady_clock::now();
    const auto before = counter.values();
    device.run(code, {.workgroups = {2}});
    std::this_thread::sleep_for(2ms);
    const auto after = counter.values();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_GE(after[0] - before[0], 1'920'000u);
    EXPECT_LE(after[0] - before[0], took.count() * 960e6);
    EXPECT_EQ(after[1], 0u);
    EXPECT_GE(after[3], after[0]);
    EXPECT_EQ(after[4], 14u);
    EXPECT_EQ(registers.read(core0, pctr_enable), 0x1fu);
  }
  EXPECT_EQ(registers.read(core0, pctr_enable), 0u);
  EXPECT_EQ(registers.read(core0, pctr_count), 0u);
}

TEST_F(ModelRegistersTest, ErrorsSayWhatIsAllowed) {
  EXPECT_CONTAINS(error_of([&] { (void)registers.read(core0, 2); }),
                  "registers: offset 0x2, allowed are multiples of 4 below 0x6000");
  EXPECT_CONTAINS(error_of([&] { registers.write(hub, 0x6000, 1); }), "offset 0x6000");
  EXPECT_CONTAINS(error_of([&] {
                    const PerformanceCounter none{registers, {}};
                  }),
                  "performance counter: 0 counters, allowed are 1 to 32");
  const std::vector<Counter> many(33);
  EXPECT_CONTAINS(error_of([&] {
                    const PerformanceCounter all{registers, many};
                  }),
                  "performance counter: 33 counters, allowed are 1 to 32");
}

// A folder in the place of a Raspberry Pi's device tree, a file in the place of its memory.
class PhysicalMemoryTest : public testing::Test {
 protected:
  PhysicalMemoryTest() {
    fs::create_directories(folder / "__symbols__");
    fs::create_directories(folder / "axi/gpu");
    write("__symbols__/v3d", std::string{"/axi/gpu\0", 9});
    write("axi/gpu/reg-names", std::string{"sms\0hub\0core0\0", 14});
    write("axi/gpu/reg", range(0x700) + range(0x4000) + range(0x10000));
    write("mem", std::string(0x20000, '\0'));
  }

  static std::string range(std::uint32_t address) {
    std::string bytes(16, '\0');
    bytes[5] = static_cast<char>(address >> 16);
    bytes[6] = static_cast<char>(address >> 8);
    bytes[7] = static_cast<char>(address);
    bytes[14] = 0x60;  // 0x6000 bytes
    return bytes;
  }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream{folder / name, std::ios::binary} << bytes;
  }
  std::string error() {
    return error_of([&] { (void)detail::map_registers(places); });
  }

  const Folder own;
  const fs::path folder = own.path();
  detail::PhysicalPlaces places{folder.string(), (folder / "mem").string()};
};

TEST_F(PhysicalMemoryTest, FindsTheBlocksInTheDeviceTree) {
  const Registers registers{detail::map_registers(places)};
  registers.write(hub, hub_ident1, 0x11223344);
  registers.write(core0, pctr_enable, 0x55667788);
  EXPECT_EQ(registers.read(hub, hub_ident1), 0x11223344u);
  std::ifstream file{folder / "mem", std::ios::binary};
  std::uint32_t word = 0;
  file.seekg(0x4000 + hub_ident1);
  file.read(reinterpret_cast<char*>(&word), 4);
  EXPECT_EQ(word, 0x11223344u);
  file.seekg(0x10000 + pctr_enable);
  file.read(reinterpret_cast<char*>(&word), 4);
  EXPECT_EQ(word, 0x55667788u);
}

TEST_F(PhysicalMemoryTest, SaysWhatIsMissing) {
  places.memory = (folder / "none").string();
  EXPECT_CONTAINS(error(), "registers: cannot open " + places.memory + ": No such file");
  write("axi/gpu/reg-names", std::string{"sms\0hub\0", 8});
  EXPECT_CONTAINS(error(), "/axi/gpu/reg-names has no core0 with an address in reg");
  fs::remove(folder / "axi/gpu/reg");
  EXPECT_CONTAINS(error(), "/axi/gpu/reg: No such file or directory; a Raspberry Pi 5 has it in "
                           "its device tree");
  places.device_tree = "/nowhere";
  EXPECT_CONTAINS(error(), "registers: cannot read /nowhere/__symbols__/v3d: No such file");
}

TEST_F(PhysicalMemoryTest, SaysWhenItMayNotMap) {
  write("axi/gpu/reg", range(0x700) + range(0x4004) + range(0x10000));  // not the start of a page
  EXPECT_CONTAINS(error(), "registers: cannot map 24576 bytes at 0x4004 of " + places.memory +
                               ": Invalid argument; a kernel with CONFIG_STRICT_DEVMEM");
}

}  // namespace
}  // namespace vc7::test
