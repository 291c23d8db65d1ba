// SPDX-License-Identifier: MIT
//
// What `vc7 selftest` checks: one entry per behaviour of the GPU.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace vc7::selftest {

class Context;

/// One behaviour. `name` is "group.detail" and appears in tests/hardware/README.md.
struct Behaviour {
  std::string name;
  std::string group;
  /// Where the expectation comes from: "[HW test_...]" was shown on a real Pi 5, "[M]" is what
  /// Mesa's compiler relies on, "[N]" newer Mesa, "[choose]" a guess of the device model.
  std::string source;
  std::function<void(Context&)> run;

  /// Shown by a test that passed on a Raspberry Pi 5.
  bool proven() const { return source.rfind("[HW", 0) == 0; }
};

using Behaviours = std::vector<Behaviour>;

// One file per topic; each appends its behaviours.
void add_assembler(Behaviours& all);
void add_alu(Behaviours& all);
void add_lanes(Behaviours& all);
void add_flags(Behaviours& all);
void add_instructions(Behaviours& all);
void add_branches(Behaviours& all);
void add_uniforms(Behaviours& all);
void add_tmu(Behaviours& all);
void add_atomics(Behaviours& all);
void add_threads(Behaviours& all);
void add_workgroups(Behaviours& all);
void add_programs(Behaviours& all);

/// All of them, in the order in which they are run.
Behaviours all_behaviours();

}  // namespace vc7::selftest
