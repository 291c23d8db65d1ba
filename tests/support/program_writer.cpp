// SPDX-License-Identifier: MIT
#include "support/program_writer.hpp"

namespace vc7::test {

using namespace isa;

void ProgramWriter::write(const AluInstruction& i, std::uint32_t uniform) {
  const bool to_config = i.signals.has(Signal::ldunifrf) && i.signal_destination.is(Magic::tmuc);
  // A wrtmuc that random_alu put in by itself must not disturb the accesses to come.
  if (i.signals.has(Signal::wrtmuc) && !in_set_config_) uniform = config;
  if (to_config) config = uniform;
  const bool takes = i.signals.has(Signal::ldunif) || i.signals.has(Signal::ldunifrf) ||
                     i.signals.has(Signal::wrtmuc) || i.add.dst.is(Magic::tmuau) ||
                     i.mul.dst.is(Magic::tmuau);
  if (takes) uniforms.push_back(uniform);

  const bool unifa = i.add.dst.is(Magic::unifa) || i.mul.dst.is(Magic::unifa);
  since_unifa = unifa ? 0 : since_unifa + 1;
  if (i.signals.has(Signal::ldtmu)) --outstanding;
  if (i.mul.op == MulOp::multop) rtop_pending = true;
  if (i.mul.op == MulOp::umul24) rtop_pending = false;
  if (info(i.add.op).effect == Effect::nnmode) mode_known = true;
  if (i.add.op == AddOp::tmuwt) stores_pending = false;
  ++since_switch;
  if (i.signals.has(Signal::thrsw)) since_switch = 0;
  if (since_switch <= 2) mode_known = false;  // the slots come before the switch
  code.emplace_back(i);
}

void ProgramWriter::fill(const Wanted& wanted) { fill(wanted, interesting_word(random)); }
void ProgramWriter::fill(const Wanted& wanted, std::uint32_t uniform) {
  write(random_alu(random, options, place(), wanted), uniform);
}

void ProgramWriter::plain(AddOp op, WriteAddress dst, Source a, Source b, Signals signals) {
  AluInstruction i;
  i.add.op = op;
  i.add.dst = dst;
  i.add.src = {a, b};
  i.signals = signals;
  if (a.immediate) i.signals = i.signals.with(Signal::smimm_a);
  if (b.immediate) i.signals = i.signals.with(Signal::smimm_b);
  write(i);
}

void ProgramWriter::load_register(std::uint8_t reg, std::uint32_t value) {
  AluInstruction i;
  i.signals = {Signal::ldunifrf};
  i.signal_destination = {reg, false};
  write(i, value);
}

std::size_t ProgramWriter::branch(const BranchInstruction& b) {
  const std::size_t index = here();
  code.emplace_back(b);
  ++since_switch;
  ++since_unifa;
  // The slots run on both ways, and once per turn of a loop.
  const unsigned outer = floor;
  floor = outstanding;
  in_branch_slots = true;
  uniforms_in_slots = options.exotic && b.uniforms != UniformTarget::unchanged;
  for (int slot = 0; slot < 3; ++slot) fill();
  in_branch_slots = false;
  floor = outer;
  return index;
}

Place ProgramWriter::place() const {
  Place p;
  p.registers = roles.registers;
  p.free_registers = roles.registers - Roles::count;
  p.switch_slot = since_switch < 2;
  p.second_switch_slot = since_switch == 1;
  p.branch_slot = in_branch_slots;
  p.may_switch = switches_allowed && since_switch >= 2 && !in_branch_slots;
  p.may_pop = outstanding > floor;
  p.may_take_uniform =
      options.uniforms && uniforms_allowed && (!in_branch_slots || uniforms_in_slots);
  p.may_read_unifa = options.unifa && since_unifa >= 3;
  p.mode_known = mode_known;
  p.rtop_pending = rtop_pending;
  return p;
}

void ProgramWriter::settle() {
  const bool outer = switches_allowed;
  switches_allowed = false;
  while (since_switch < 2 || since_unifa < 3) fill();
  switches_allowed = outer;
}

void ProgramWriter::drain(unsigned words) {
  while (outstanding > words) {
    Wanted pop;
    pop.signals = Signals{Signal::ldtmu};
    pop.signal_destination = {static_cast<std::uint8_t>(random.below(place().free_registers)),
                              false};
    while (place().second_switch_slot) fill();  // R28
    if (outstanding > words) fill(pop);
  }
}

void ProgramWriter::set_config(std::uint32_t word) {
  settle();
  const auto small = small_immediate_index(word);
  if (small && (random.percent(40) || !place().may_take_uniform)) {
    Wanted w;
    w.mul = MulHalf{MulOp::mov, write_address(Magic::tmuc), Pack::none, {Source{*small, true}}};
    w.signals = Signals{Signal::smimm_c};
    fill(w);
  } else if (random.percent(50)) {
    Wanted w;
    w.signals = Signals{Signal::ldunifrf};
    w.signal_destination = write_address(Magic::tmuc);
    fill(w, word);
  } else {
    Wanted w;
    w.signals = Signals{Signal::wrtmuc};
    in_set_config_ = true;
    fill(w, word);
    in_set_config_ = false;
  }
  config = word;
}

void ProgramWriter::default_config() {
  if (config != 0xffffffff) set_config(0xffffffff);
}

void ProgramWriter::wait_for_stores() {
  if (!stores_pending) return;
  settle();  // R27
  Wanted w;
  w.add = AddHalf{AddOp::tmuwt, {}, Pack::none, {}};
  fill(w);
}

void ProgramWriter::clear_rtop() {
  while (rtop_pending) {
    Wanted w;
    w.mul = MulHalf{MulOp::umul24, {}, Pack::none, {Source{1}, Source{2}}};
    fill(w);
  }
}

void ProgramWriter::agree() {
  default_config();
  settle();
  // fill() inside settle() may leave another multop behind.
  clear_rtop();
}

}  // namespace vc7::test
