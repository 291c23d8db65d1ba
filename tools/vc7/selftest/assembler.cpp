// SPDX-License-Identifier: MIT
//
// What py-videocore7's tests of its assembler run: raw words, labels in namespaces, and the guards.
// (The assembler's own tests are in tests/asm; here its programs run.)
#include <vc7/asm/error.hpp>

#include "behaviour.hpp"
#include "context.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using namespace qpu;

Buffer<Word> run_for_16_words(Context& context, Assembler& a) {
  auto out = context.device().alloc<Word>(16, 0x5eedf00d);
  context.run(a.finish(), Uniforms{out});
  return out;
}

/// rf10 := addresses of the 16 words.
void addresses(Assembler& a) {
  lane_offset(a, rf10);
  a.nop(ldunifrf(rf11));
  a.add(rf10, rf10, rf11);
}

/// The word 0x3800000af503f168 (ffloor rf10, rf5.l), encoded by hand from the tables of v3d71 §2,
/// between instructions from the assembler.
void raw(Context& context) {
  Assembler a;
  addresses(a);
  a.mov(rf12, rf10);
  a.mov(rf10, 0);
  a.fmov(rf5, 2.0);
  a.fadd(rf5, rf5, 0.5);
  a.fmov(rf5.pack(l), rf5);
  a.raw(0x3800000af503f168);
  store(a, rf10, rf12);
  finish(a);
  const auto out = run_for_16_words(context, a);
  for (const Word word : out)
    context.same(as_word(2.0F), word, [] { return std::string{"floor of the half 2.5"}; });
}

/// The same label in three namespaces; every branch goes to the one of its own.
void labels(Context& context) {
  Assembler a;
  addresses(a);
  a.mov(rf12, 0);
  const auto piece = [&](int value) {
    a.b(a.R("here"), always);
    slots(a);
    a.add(rf12, rf12, 8);  // skipped
    a.L("here");
    a.add(rf12, rf12, imm(value));
  };
  piece(1);
  {
    const auto x = a.name_space("x");
    piece(2);
    const auto y = a.name_space("y");
    piece(4);
  }
  store(a, rf12, rf10);
  finish(a);
  const auto out = run_for_16_words(context, a);
  for (const Word word : out)
    context.same(7, word, [] { return std::string{"branches in three namespaces"}; });
}

/// What the assembler refuses because hardware does not do it.
void guards(Context& context) {
  const auto refused = [&](const char* what, auto emit) {
    bool thrown = false;
    try {
      Assembler a;
      emit(a);
    } catch (const AssembleError&) {
      thrown = true;
    }
    context.check(thrown, [&] { return Difference{what, "an AssembleError", "an instruction"}; });
  };
  refused("rot rep, rf1, 1", [](Assembler& a) { a.rot(rep, rf1, 1); });
  refused("rotq quad, rf1, 1", [](Assembler& a) { a.rotq(quad, rf1, 1); });
  refused("shuffle rep, rf1, rf2", [](Assembler& a) { a.shuffle(rep, rf1, rf2); });
  refused("rot tmud, rf1, 1", [](Assembler& a) { a.rot(tmud, rf1, 1); });
  refused("rot tmua, rf1, 1", [](Assembler& a) { a.rot(tmua, rf1, 1); });
  refused("rot tmuc, rf1, 1", [](Assembler& a) { a.rot(tmuc, rf1, 1); });
  refused("rot rf1, rf1, 1 ; mov tmud, rf2",
          [](Assembler& a) { a.rot(rf1, rf1, 1).mov(tmud, rf2); });
}

}  // namespace

void add_assembler(Behaviours& all) {
  all.push_back({"assembler.raw", "assembler", "[HW test_raw]", raw});
  all.push_back({"assembler.labels", "assembler", "[HW test_labels]", labels});
  all.push_back({"assembler.guards", "assembler", "[HW test_guard]", guards});
}

}  // namespace vc7::selftest
