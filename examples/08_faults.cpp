// SPDX-License-Identifier: MIT
//
// What the device model says about wrong programs: one kernel per kind of fault, then the warnings.
// Runs on the device model only: several of these would hang a real GPU.
#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace {

using namespace vc7::qpu;

// The address comes from the first uniform.
void store_anywhere(vc7::Assembler& a) {
  a.eidx(rf4, ldunifrf(rf5));
  a.mov(tmud, rf4);
  a.shl(rf4, rf4, 15);  // 32 KiB from lane to lane
  a.add(tmua, rf5, rf4);
  a.tmuwt();
  a.end_program();
}

void read_a_uniform(vc7::Assembler& a) {
  a.nop(ldunifrf(rf4));
  a.end_program();
}

void jump_to_nowhere(vc7::Assembler& a) {
  a.b(0x10000000, always, absolute);
  for (int i = 0; i < 3; ++i) a.nop();
}

void no_end(vc7::Assembler& a) { a.mov(rf4, 1); }

void no_instruction(vc7::Assembler& a) {
  a.raw(0);
  a.end_program();
}

void graphics(vc7::Assembler& a) {
  a.mov(tlb, rf4);
  a.end_program();
}

void branch_behind_branch(vc7::Assembler& a) {
  const vc7::Label end = a.R("end");
  a.b(end, always);
  a.b(end, always);
  for (int i = 0; i < 3; ++i) a.nop();
  a.L(end);
  a.end_program();
}

void pop_nothing(vc7::Assembler& a) {
  a.nop(ldtmu(rf4));
  a.end_program();
}

void nine_loads(vc7::Assembler& a) {
  a.nop(ldunifrf(rf4));
  for (int i = 0; i < 9; ++i) a.mov(tmua, rf4);  // 8 results fit
  for (int i = 0; i < 9; ++i) a.nop(ldtmu(rf5));
  a.end_program();
}

// Batch 0 waits for the others, which do not come.
void lonely_barrier(vc7::Assembler& a) {
  a.mov(rf4, rf3.unpack(ul));
  a.mov(null, rf4, pushz);
  a.b(a.R("end"), na0);
  for (int i = 0; i < 3; ++i) a.nop();
  a.barrierid(syncb, thrsw);
  a.nop();
  a.nop();
  a.L("end");
  a.end_program();
}

void endless(vc7::Assembler& a) {
  auto again = a.loop();
  again.b(always);
  for (int i = 0; i < 3; ++i) a.nop();
}

// Two words of data for the store of one, and a result that nobody takes.
void careless(vc7::Assembler& a) {
  a.eidx(rf4, ldunifrf(rf5));
  a.shl(rf4, rf4, 2);
  a.add(rf5, rf5, rf4);
  a.mov(tmud, rf4);
  a.mov(tmud, rf4);
  a.mov(tmua, rf5);
  a.mov(tmua, rf5);
  a.tmuwt();
  a.end_program();
}

// The message without the folder of the source file.
std::string shortened(std::string text) {
  const std::string file = __FILE__;
  const std::string folder = file.substr(0, file.rfind('/') + 1);
  if (const auto at = text.find(folder); !folder.empty() && at != std::string::npos)
    text.erase(at, folder.size());
  return text;
}

// True if the job failed and the message begins as expected.
bool fails(vc7::Device& device, void (*kernel)(vc7::Assembler&), const vc7::Dispatch& dispatch,
           const vc7::Uniforms& uniforms, const std::string& expected) try {
  // The check at loading would refuse most of them.
  device.run(device.load(vc7::assemble(kernel), {.check = vc7::Check::none}), dispatch, uniforms);
  std::printf("WRONG: no fault, expected \"%s\"\n", expected.c_str());
  return false;
} catch (const vc7::JobError& error) {
  const std::string text = shortened(error.what());
  std::printf("%s\n", text.c_str());
  if (text.starts_with(expected)) return true;
  std::printf("WRONG: expected \"%s\"\n", expected.c_str());
  return false;
}

}  // namespace

int main() try {
  vc7::sim::Options model = vc7::sim::options_from_environment();
  model.instruction_budget = 1'000'000;
  vc7::Device device = vc7::Device::open(
      vc7::OpenOptions{.device = "sim", .model = model, .options = {.pool_small_buffers = false}});
  std::printf("%s\n", device.description().c_str());

  const auto one = vc7::Dispatch::batches(1);
  const vc7::Dispatch four{.workgroups = {4}, .workgroups_per_supergroup = 4, .barrier = true};
  const vc7::Uniforms no_uniforms;
  const auto buffer = device.alloc<std::uint32_t>(16);
  const vc7::Uniforms address{buffer};

  bool good = fails(device, store_anywhere, one, address, "MMU fault: ");
  good &= fails(device, read_a_uniform, one, no_uniforms, "MMU fault: uniform read at unmapped");
  good &=
      fails(device, jump_to_nowhere, one, no_uniforms, "instruction fetch fault: R43: instruction");
  good &= fails(device, no_end, one, no_uniforms, "invalid instruction: R41: no instruction");
  good &=
      fails(device, no_instruction, one, no_uniforms, "invalid instruction: R41: no instruction");
  good &= fails(device, graphics, one, no_uniforms, "unsupported instruction: R48: write to tlb");
  good &=
      fails(device, branch_behind_branch, one, no_uniforms, "restriction: R19: branch in a delay");
  good &= fails(device, pop_nothing, one, no_uniforms, "deadlock: R38: ldtmu with no outstanding");
  good &= fails(device, nine_loads, one, address, "deadlock: R36: 9 words outstanding");
  good &=
      fails(device, lonely_barrier, four, no_uniforms, "deadlock: R35: barrier cannot complete");
  good &= fails(device, endless, one, no_uniforms, "instruction budget: more than 1000000");

  const auto event =
      device.run(device.load(vc7::assemble(careless), {.check = vc7::Check::none}), one, address);
  const auto warnings = event.statistics()->warnings;
  for (const std::string& warning : warnings) std::printf("warning: %s\n", warning.c_str());
  good &= warnings.size() == 2;

  std::printf("%s\n", good ? "as expected" : "WRONG");
  return good ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
