// SPDX-License-Identifier: MIT
//
// Native code stores past the caches of the host once an instruction has stored over many MiB:
// every word still arrives, from one batch and from several that take turns.
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;

class FarStores : public MachineFixture {
 protected:
  static constexpr std::uint32_t bytes = 0xc0'0000, target = data + bytes;

  /// The number of each vec4 to all of its words, by vec4 stores of 256 bytes.
  void fill(std::uint32_t batches) {
    new_machine({.engine = sim::Engine::jit});
    const auto job = launch(
        [](Assembler& a) {
          a.eidx(rf5);
          a.mov(rf4, rf3.unpack(ul));
          a.shl(rf4, rf4, 4);
          a.add(rf5, rf5, rf4, ldunifrf(rf6));  // rf5 = number of the vec4, rf6 = target
          a.shl(rf7, rf5, 4);
          a.add(rf6, rf6, rf7, ldunifrf(rf8));  // rf8 = rounds
          a.nop(ldunifrf(rf9));                 // rf9 = vec4 per round of all batches
          a.shl(rf10, rf9, 4);
          a.nop(ldunifrf(rf11));  // rf11 = configuration
          const auto loop = a.loop();
          a.mov(tmuc, rf11);
          for (int word = 0; word < 4; ++word) a.mov(tmud, rf5);
          a.mov(tmua, rf6);
          a.sub(rf8, rf8, 1, pushz);
          loop.b(na0);
          a.add(rf5, rf5, rf9);
          a.add(rf6, rf6, rf10);
          a.nop();
          a.tmuwt();
          a.end_program();
        },
        {target, bytes / 256 / batches, 16 * batches, TmuConfig{}.vec4().word()},
        {.batches = batches});
    EXPECT_FALSE(job.fault) << sim::describe(*job.fault);
    const Words result = words(target, bytes / 4);
    for (std::uint32_t i = 0; i < result.size(); ++i) ASSERT_EQ(result[i], i / 4) << i;
  }
};

TEST_F(FarStores, OfOneBatch) { fill(1); }
TEST_F(FarStores, OfBatchesThatTakeTurns) { fill(12); }
TEST_F(FarStores, OfManyBatches) { fill(64); }

}  // namespace
}  // namespace vc7::test
