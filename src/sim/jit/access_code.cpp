// SPDX-License-Identifier: MIT
#include "access_code.hpp"

namespace vc7::sim::jit {

using namespace x86;  // names of host registers

namespace {

constexpr std::uint32_t word_config = 0xff, vec4_config = 0xfc;

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

/// rax becomes the address of lane 0 if the words of the other lanes follow.
void AccessCode::base_of_consecutive(const asmjit::Label& no) {
  vectors_.check_consecutive(no);
  as_.mov(eax, lane_address(0));
  as_.cmp(eax, imm(0xffffffff - (sizeof(Slot) - 1)));  // behind, they would wrap
  as_.ja(no);
}

/// quad_regs become the addresses of quads if the vec4 of their lanes follow one another.
void AccessCode::bases_of_quads(bool for_store, const asmjit::Label& no) {
  as_.mov(eax, lane_address(1));
  as_.sub(eax, lane_address(0));
  as_.cmp(eax, imm(16));
  as_.jne(no);
  vectors_.check_quads(no);
  for (unsigned quad = 0; quad < 4; ++quad) {
    const Gp base = quad_regs[quad].r32();
    as_.mov(base, lane_address(4 * quad));
    as_.cmp(base, imm(0xffffffff - (4 * 16 - 1)));
    as_.ja(no);
    if (!for_store) continue;
    as_.test(base, imm(63));  // a page fault in the middle would leave lanes unwritten
    as_.jnz(no);
  }
}

/// The batches of a launch often share an array by turns, and matrices are walked down: strides
/// that the prefetchers of the host do not follow. Asks for what the same instruction will want a
/// few executions later if it goes on as it did. Wrong addresses do no harm.
void AccessCode::prefetch(bool for_store) {
  constexpr unsigned steps_ahead_log2 = 3;
  const Mem last = ptr(state_reg, site_reg.r64(), 2,
                       static_cast<int>(offsetof(State, work) + work_sites * sizeof(Slot)), 4);
  as_.push(rdx);
  as_.mov(edx, eax);
  as_.sub(edx, last);
  as_.mov(last, eax);
  as_.shl(edx, imm(steps_ahead_log2));
  for (const Gp& base : quad_regs) {
    as_.lea(site_reg, ptr(base, rdx));
    const Mem at = ptr(memory_reg, site_reg.r64());
    if (for_store)
      as_.prefetchw(at);
    else
      as_.prefetcht0(at);
  }
  as_.pop(rdx);
}

void AccessCode::load_vec4() {
  const asmjit::Label scattered = as_.newLabel();
  const Gp offsets[4] = {rcx, rdx, rsi, rdi};
  Mem results[4];
  for (int k = 0; k < 4; ++k) {
    as_.lea(offsets[k].r32(), ptr(r14, r15, 0, k * static_cast<int>(sizeof(Slot))));
    as_.and_(offsets[k].r32(), imm(fifo_mask));
    results[k] = ptr(state_reg, offsets[k], 0, static_cast<int>(offsetof(State, fifo)));
  }
  bases_of_quads(false, scattered);
  prefetch(false);
  vectors_.load_vec4(results, true);
  as_.add(fifo_count_reg, imm(4 * sizeof(Slot)));
  good();
  as_.bind(scattered);
  vectors_.load_vec4(results, false);
  as_.add(fifo_count_reg, imm(4 * sizeof(Slot)));
  good();
}

void AccessCode::store_vec4() {
  const asmjit::Label scattered = as_.newLabel();
  as_.mov(state_field(offsetof(State, data_count), 4), imm(0));
  bases_of_quads(true, scattered);
  prefetch(true);
  vectors_.store_vec4(true);
  good();
  as_.bind(scattered);
  vectors_.store_vec4(false);
  good();
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
  load_vec4();
  stores(vec4_store, 4, offsetof(Constants, vec4_store));
  store_vec4();

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
