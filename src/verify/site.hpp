// SPDX-License-Identifier: MIT
//
// What a rule is given: an instruction that execution can reach, what is before it, and where
// findings go. One function per rule; each is declared here and stands in the file of its topic.
#pragma once

#include <string>
#include <vector>

#include "flow.hpp"

namespace vc7::verify {

class Findings {
 public:
  explicit Findings(Level level) : level_{level} {}
  /// A finding with the severity that the level gives the rule.
  void add(Rule rule, std::size_t index, std::string message);
  /// An error at any level, or one in strict and a warning in compat, or a warning at any level.
  void add(Rule rule, std::size_t index, std::string message, Verdict strict, Verdict compat);
  std::vector<Finding> take() { return std::move(list_); }

 private:
  Level level_;
  std::vector<Finding> list_;
};

struct Site {
  const Flow& flow;
  Findings& findings;
  std::size_t index;
  const Facts& facts;
  const State& before;
  const ModeStep& step;
  const TmuStep& tmu;

  void say(Rule rule, std::string message) const { findings.add(rule, index, std::move(message)); }
  /// About requests and results of the TMU: what is wrong on every path is an error; what is wrong
  /// on some path is one in strict, if nothing unknown took part.
  void say(Rule rule, Share share, std::string message) const {
    if (share == Share::none) return;
    if (share == Share::all)
      return findings.add(rule, index, std::move(message), Verdict::error, Verdict::error);
    if (!tmu.after.exact || !before.tmu.exact) return;
    findings.add(rule, index, std::move(message) + ", on some path", Verdict::error,
                 Verdict::warning);
  }
  const isa::AluInstruction* alu() const { return facts.alu(); }
  bool single_segment() const { return flow.options().single_segment; }
  /// True if the instruction may be in such a mode.
  template <class Test>
  bool may(Test test) const {
    return select(before.modes, test) != 0;
  }
};

// clang-format off
#define VC7_RULES(X) \
  X(R1) X(R3) X(R4) X(R5) X(R6) X(R7) X(R8) X(R9) X(R10) X(R12) X(R13) X(R14) \
  X(R15) X(R16) X(R17) X(R19) X(R20) X(R21) X(R22) X(R23) X(R24) X(R25) X(R26) X(R27) \
  X(R28) X(R30) X(R31) X(R32) X(R33) X(R35) X(R36) X(R37) X(R38) X(R39) X(R40) X(R41) \
  X(R42) X(R43) X(R45) X(R46) X(R47) X(R48) X(R49)
// clang-format on
#define VC7_X(id) void check_##id(const Site& site);
VC7_RULES(VC7_X)
#undef VC7_X

/// R18 concerns the whole program, R50 its length.
void check_R18(const Flow& flow, Findings& findings);
void check_R50(const Length& length, Findings& findings);

Length longest_run(const Flow& flow);

}  // namespace vc7::verify
