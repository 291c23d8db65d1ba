// SPDX-License-Identifier: MIT
//
// Branches, loops, subroutines and barriers of random programs.
#include <algorithm>
#include <optional>

#include "support/random_body.hpp"

namespace vc7::test {

using namespace isa;

namespace {

constexpr BranchCondition conditions[] = {
    BranchCondition::always, BranchCondition::a0,   BranchCondition::na0,  BranchCondition::alla,
    BranchCondition::anyna,  BranchCondition::anya, BranchCondition::allna};

std::uint32_t distance(std::size_t branch, std::size_t target) {
  return static_cast<std::uint32_t>((target - branch - 4) * 8);
}

}  // namespace

BranchInstruction RandomBody::random_branch() {
  BranchInstruction b;
  b.condition = conditions[random_.below(7)];
  b.msf =
      random_.percent(70) ? MsfIgnore::none : (random_.percent(50) ? MsfIgnore::p : MsfIgnore::q);
  b.target = random_.percent(50) ? BranchTarget::relative : BranchTarget::absolute;
  return b;
}

void RandomBody::patch_target(std::size_t branch, std::size_t target) {
  auto& b = std::get<BranchInstruction>(w_.code[branch]);
  b.offset = b.target == BranchTarget::relative ? distance(branch, target)
                                                : ProgramWriter::address_of(target);
}

/// The pointer that a register gives to a branch loses its low 3 bits (v3d71 §11).
void RandomBody::align_uniforms() {
  while (w_.uniforms_here() % 2 != 0)
    w_.load_register(w_.roles.temporary(), interesting_word(random_));
}

/// Makes the address register wrong in all lanes but the one that branches look at: 0 for a target,
/// 1 for a uniform pointer.
void RandomBody::vary_lanes(unsigned right) {
  if (!w_.options.exotic) return;
  const WriteAddress temporary{w_.roles.temporary(), false}, address{w_.roles.address(), false};
  w_.plain(AddOp::eidx, temporary);
  w_.plain(AddOp::sub, temporary, Source{w_.roles.temporary()},
           Source{static_cast<std::uint8_t>(right), true});
  w_.plain(AddOp::shl, temporary, Source{w_.roles.temporary()}, Source{3, true});
  w_.plain(AddOp::add, address, Source{w_.roles.address()}, Source{w_.roles.temporary()});
}

void RandomBody::forward_branch() {
  const bool may_take = w_.uniforms_allowed && w_.options.uniforms;
  w_.agree();
  BranchInstruction b = random_branch();
  std::optional<std::size_t> target_uniform, pointer_uniform;
  if (may_take && random_.percent(75)) {
    b.uniforms = static_cast<UniformTarget>(random_.below(3));
    if (b.uniforms == UniformTarget::link) b.uniforms = UniformTarget::reg;
  }
  if (b.uniforms == UniformTarget::reg) {
    b.reg = w_.roles.address();
    pointer_uniform = w_.uniforms_here();
    w_.load_register(b.reg, 0);
    vary_lanes(1);
  } else if (may_take && random_.percent(20)) {
    b.target = BranchTarget::reg;
    b.reg = w_.roles.address();
    target_uniform = w_.uniforms_here();
    w_.load_register(b.reg, 0);
    vary_lanes(0);
  }
  // A subroutine needs its return address.
  b.set_link = !in_subroutine_ && random_.percent(20);
  if (b.uniforms == UniformTarget::absolute || b.uniforms == UniformTarget::relative) {
    pointer_uniform = w_.uniforms_here();
    w_.uniforms.push_back(0);
  }
  const std::size_t branch = w_.branch(b);

  const bool outer_allowed = w_.uniforms_allowed;
  const unsigned outer_floor = w_.floor;
  w_.uniforms_allowed = outer_allowed && pointer_uniform.has_value();
  w_.floor = w_.outstanding;
  ++depth_;
  items(1 + random_.below(20));
  w_.drain(w_.floor);
  w_.agree();
  if (b.uniforms == UniformTarget::reg) align_uniforms();
  --depth_;
  w_.floor = outer_floor;
  w_.uniforms_allowed = outer_allowed;
  w_.at_label();

  const std::size_t target = w_.here(), next = w_.uniforms_here();
  if (b.target == BranchTarget::reg)
    w_.uniforms[*target_uniform] = ProgramWriter::address_of(target);
  else
    patch_target(branch, target);
  if (!pointer_uniform) return;
  std::uint32_t& word = w_.uniforms[*pointer_uniform];
  const std::uint32_t address = ProgramWriter::uniform_address_of(next);
  if (b.uniforms == UniformTarget::absolute) word = address;
  if (b.uniforms == UniformTarget::relative)
    word = address - ProgramWriter::uniform_address_of(*pointer_uniform + 1);
  if (b.uniforms == UniformTarget::reg) word = address | random_.below(8);
}

void RandomBody::loop() {
  const std::uint8_t counter = w_.roles.counter(loop_depth_);
  const bool may_take = w_.uniforms_allowed && w_.options.uniforms;
  const unsigned way = may_take ? random_.below(4) : 3;  // absolute, relative, register, unchanged
  w_.agree();
  if (way == 2) align_uniforms();
  w_.plain(AddOp::mov, {counter, false},
           Source{static_cast<std::uint8_t>(1 + random_.below(4)), true});
  const std::size_t head = w_.here(), first = w_.uniforms_here();
  w_.at_label();

  const bool outer_allowed = w_.uniforms_allowed;
  const unsigned outer_floor = w_.floor;
  w_.uniforms_allowed = outer_allowed && way != 3;
  w_.floor = w_.outstanding;
  ++depth_;
  ++loop_depth_;
  items(1 + random_.below(20));
  w_.drain(w_.floor);
  w_.agree();

  BranchInstruction b;
  b.target = random_.percent(50) ? BranchTarget::relative : BranchTarget::absolute;
  constexpr BranchCondition again[] = {BranchCondition::na0, BranchCondition::anyna,
                                       BranchCondition::allna};
  b.condition = again[random_.below(3)];
  // With every lane dropped out, "all" would be true for ever.
  if (b.condition == BranchCondition::anyna) b.msf = static_cast<MsfIgnore>(random_.below(3));
  if (way == 2) {
    b.reg = w_.roles.address();
    w_.load_register(b.reg, ProgramWriter::uniform_address_of(first) | random_.below(8));
    vary_lanes(1);
  }
  if (way != 3)
    b.uniforms = way == 0   ? UniformTarget::absolute
                 : way == 1 ? UniformTarget::relative
                            : UniformTarget::reg;
  Wanted count;
  count.add = AddHalf{AddOp::sub, {counter, false}, Pack::none, {Source{counter}, Source{1, true}}};
  count.add_use = {Condition::always, FlagOp::pushz};
  count.signals = Signals{Signal::smimm_b};
  // Nothing but nop beside it: a multop must not cross the label.
  count.mul = MulHalf{};
  w_.fill(count);
  if (way < 2) {
    const std::uint32_t after = ProgramWriter::uniform_address_of(w_.uniforms_here() + 1);
    const std::uint32_t start = ProgramWriter::uniform_address_of(first);
    w_.uniforms.push_back(way == 0 ? start : start - after);
  }
  const std::size_t branch = w_.branch(b);
  patch_target(branch, head);
  --loop_depth_;
  --depth_;
  w_.floor = outer_floor;
  w_.uniforms_allowed = outer_allowed;
  w_.at_label();
}

void RandomBody::call() {
  w_.agree();
  BranchInstruction b = random_branch();
  b.set_link = true;
  outstanding_at_calls_ = std::max(outstanding_at_calls_, w_.outstanding);
  calls_.push_back({w_.branch(b), random_.below(3)});
  w_.at_label();
}

void RandomBody::write_subroutines() {
  in_subroutine_ = true;
  w_.uniforms_allowed = false;
  for (unsigned n = 0; n < 3; ++n) {
    const std::size_t start = w_.here();
    w_.at_label();
    w_.since_switch = 100;
    w_.since_unifa = 0;  // the call may have come soon after
    w_.floor = w_.outstanding = outstanding_at_calls_;
    items(2 + random_.below(12));
    w_.drain(w_.floor);
    BranchInstruction back;
    back.target = BranchTarget::link;
    if (random_.percent(30)) {
      back.target = BranchTarget::reg;
      back.reg = w_.roles.address();
    }
    w_.agree();
    if (back.target == BranchTarget::reg) w_.plain(AddOp::lr, {back.reg, false});
    w_.branch(back);
    for (const Call& c : calls_)
      if (c.subroutine == n) patch_target(c.branch, start);
  }
  in_subroutine_ = false;
}

void RandomBody::barrier() {
  w_.drain(0);
  w_.settle();
  Wanted wait;  // stores must be done, and nothing of the thread outstanding (R35)
  wait.add = AddHalf{AddOp::tmuwt, {}, Pack::none, {}};
  wait.signals = Signals{};
  w_.fill(wait);
  w_.settle();
  w_.clear_rtop();
  Wanted sync;
  sync.add = AddHalf{AddOp::barrierid, write_address(Magic::syncb), Pack::none, {}};
  sync.mul = MulHalf{};
  const bool together = random_.percent(50);
  sync.signals = together ? Signals{Signal::thrsw} : Signals{};
  w_.fill(sync);
  if (!together) {
    Wanted change;
    change.signals = Signals{Signal::thrsw};
    w_.fill(change);
  }
}

}  // namespace vc7::test
