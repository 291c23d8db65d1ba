// SPDX-License-Identifier: MIT
#include "access_code.hpp"

namespace vc7::sim::jit {

using namespace x86;  // names of host registers

namespace {

constexpr std::uint32_t word_config = 0xff, vec4_config = 0xfc;
/// From here on consecutive lanes would run over the end of the address space, where they wrap.
constexpr std::uint32_t last_whole_slot = 0xffffffff - (sizeof(Slot) - 1);

asmjit::Imm imm(std::int64_t value) { return asmjit::Imm{value}; }
Mem lane_address(unsigned lane) {
  return state_field(offsetof(State, memory_addresses) + 4 * lane, 4);
}

}  // namespace

/// eax holds the configuration register; the access takes its lowest byte.
void AccessCode::pop_config() {
  as_.shr(eax, imm(8));
  as_.or_(eax, imm(0xff000000));
  as_.mov(state_field(offsetof(State, tmu_config), 4), eax);
}

/// What a page fault is reported with; the constant has the fields as they are in State.
void AccessCode::note(std::size_t constant) {
  static_assert(offsetof(State, memory_words) == offsetof(State, memory_active) + 4 &&
                offsetof(State, memory_size) == offsetof(State, memory_active) + 8 &&
                offsetof(State, memory_store) == offsetof(State, memory_active) + 12 &&
                offsetof(State, instructions) >= offsetof(State, memory_active) + 16);
  const Xmm v = xmm(vectors_.scratch_xmm());
  as_.vmovups(v, Mem{constant_reg, static_cast<int>(constant)});
  as_.vmovups(state_field(offsetof(State, memory_active)), v);
}

void AccessCode::good() {
  as_.clc();
  as_.ret();
}

void AccessCode::room(unsigned words) {
  as_.mov(ecx, state_field(offsetof(State, fifo_limit), 4));
  as_.shl(ecx, imm(6));
  as_.lea(edx, ptr(r15, static_cast<int>(words * sizeof(Slot))));
  as_.cmp(edx, ecx);
  as_.ja(other_);
}

/// The start of a store of so many words per lane, if as many have been given.
void AccessCode::stores(const asmjit::Label& label, unsigned words, std::size_t note) {
  as_.bind(label);
  as_.cmp(state_field(offsetof(State, data_count), 4), imm(words));
  as_.jne(other_);
  as_.cmp(state_field(offsetof(State, data_named), 4), imm(0));
  as_.jne(other_);
  pop_config();
  this->note(note);
}

void AccessCode::base_of_consecutive(const asmjit::Label& no) {
  vectors_.check_consecutive(no);
  as_.mov(eax, lane_address(0));
  as_.cmp(eax, imm(last_whole_slot));
  as_.ja(no);
}

void AccessCode::load_words() {
  const asmjit::Label scattered = as_.newLabel();
  as_.lea(ecx, ptr(r14, r15));
  as_.and_(ecx, imm(fifo_mask));
  base_of_consecutive(scattered);
  vectors_.load(vectors_.scratch(), Source::memory(ptr(memory_reg, rax)));
  vectors_.store(ptr(state_reg, rcx, 0, offsetof(State, fifo)), vectors_.scratch());
  as_.add(fifo_count_reg, imm(sizeof(Slot)));
  good();
  as_.bind(scattered);
  for (unsigned lane = 0; lane < 16; ++lane) {
    as_.mov(eax, lane_address(lane));
    as_.mov(eax, ptr(memory_reg, rax));
    as_.mov(ptr(state_reg, rcx, 0, static_cast<int>(offsetof(State, fifo) + 4 * lane)), eax);
  }
  as_.add(fifo_count_reg, imm(sizeof(Slot)));
  good();
}

void AccessCode::store_words() {
  const asmjit::Label scattered = as_.newLabel();
  as_.mov(state_field(offsetof(State, data_count), 4), imm(0));
  base_of_consecutive(scattered);
  vectors_.load(vectors_.scratch(), Source::memory(state_field(offsetof(State, tmu_data))));
  vectors_.store(ptr(memory_reg, rax), vectors_.scratch());
  good();
  as_.bind(scattered);
  for (unsigned lane = 0; lane < 16; ++lane) {  // of lanes with one address the highest wins
    as_.mov(eax, lane_address(lane));
    as_.mov(ecx, state_field(offsetof(State, tmu_data) + 4 * lane, 4));
    as_.mov(ptr(memory_reg, rax), ecx);
  }
  good();
}

void AccessCode::write(const asmjit::Label& label) {
  const asmjit::Label words = as_.newLabel(), word_store = as_.newLabel(),
                      vec4_store = as_.newLabel();
  const Mem data_count = state_field(offsetof(State, data_count), 4);
  as_.bind(label);
  vectors_.check_addresses(other_);
  as_.mov(eax, state_field(offsetof(State, tmu_config), 4));
  as_.cmp(al, imm(static_cast<std::int8_t>(word_config)));
  as_.je(words);
  as_.cmp(al, imm(static_cast<std::int8_t>(vec4_config)));
  as_.jne(other_);

  as_.cmp(data_count, imm(0));
  as_.jne(vec4_store);
  room(4);
  pop_config();
  note(offsetof(Constants, vec4_load));
  const Gp offsets[4] = {rcx, rdx, rsi, rdi};
  Mem results[4];
  for (int k = 0; k < 4; ++k) {
    as_.lea(offsets[k].r32(), ptr(r14, r15, 0, k * static_cast<int>(sizeof(Slot))));
    as_.and_(offsets[k].r32(), imm(fifo_mask));
    results[k] = ptr(state_reg, offsets[k], 0, static_cast<int>(offsetof(State, fifo)));
  }
  vectors_.load_vec4(results);
  as_.add(fifo_count_reg, imm(4 * sizeof(Slot)));
  good();

  stores(vec4_store, 4, offsetof(Constants, vec4_store));
  vectors_.store_vec4();
  as_.mov(data_count, imm(0));
  good();

  as_.bind(words);
  as_.cmp(data_count, imm(0));
  as_.jne(word_store);
  room(1);
  pop_config();
  note(offsetof(Constants, word_load));
  load_words();
  stores(word_store, 1, offsetof(Constants, word_store));
  store_words();

  as_.bind(other_);
  as_.stc();
  as_.ret();
}

}  // namespace vc7::sim::jit
