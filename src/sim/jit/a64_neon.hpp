// SPDX-License-Identifier: MIT
#pragma once

#include "a64_code.hpp"
#include "vectors.hpp"

namespace vc7::sim::jit {

/// Four q registers per QPU register, flags in two w registers. Six QPU registers find room.
class NeonVectors final : public Vectors {
 public:
  explicit NeonVectors(a64::Assembler& assembler) : as_{assembler} {}

  unsigned homes() const override { return 6; }
  unsigned scratch() const override { return 6; }
  void load(unsigned to, const Source& from) override;
  void store(const Memory& to, unsigned from) override;
  void copy_16(const Memory& to, const Memory& from) override;
  void first_lane(Reg to, unsigned from) override;
  void broadcast_lane0(unsigned to, unsigned from) override;
  void broadcast_quads(unsigned to, const Source& from) override;
  void rotate(unsigned to, const Source& from, unsigned amount) override;
  bool compute(Fast op, unsigned to, const Source& a, const Source& b) override;
  void shift(Fast op, unsigned to, const Source& a, unsigned amount) override;
  void canonical(unsigned v) override;
  void canonical_in_memory(const Memory& mem) override;
  void check_canonical(unsigned v, const asmjit::Label& bad) override;
  void flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) override;
  void blend(unsigned to, const Source& from, unsigned condition, bool any) override;
  void keep(unsigned to, unsigned condition) override;
  void load_flags() override;
  void store_flags() override;
  void flag_mask(Reg to, unsigned condition) override;
  void check_addresses(const asmjit::Label& bad) override;
  void check_consecutive(const asmjit::Label& no) override;
  void check_quads(const asmjit::Label& no) override;
  void load_vec4(const Memory* results, bool quads) override;
  void store_vec4(bool quads, bool) override;
  void leave() override {}

 private:
  /// A source whose address fits into instructions.
  struct Operand {
    Source::Kind kind;
    unsigned vector;
    a64::Mem mem;
  };

  a64::Mem rows(const Memory& memory, const a64::GpX& temp);
  Operand operand(const Source& source, unsigned temp, const a64::GpX& address);
  a64::Vec part(const Operand& operand, unsigned p, unsigned temp);
  void part_of(Fast op, const a64::Vec& d, const a64::Vec& x, const a64::Vec& y);
  void arithmetic(Fast op, unsigned to, const Source& a, const Source& b);
  void to_memory_twice(const Source& from);
  void rotate_by_lane(unsigned to, const Source& from, const Source& amount);
  void shuffle(unsigned to, unsigned from, const Source& lanes);
  void add_rtop(unsigned to);
  void compare(const MicroOp& op, unsigned tested, const a64::Vec& d, const a64::Vec& x,
               const a64::Vec& y, const a64::Vec& r);
  void tested(const MicroOp& op, unsigned tested, const Source& a, const Source& b,
              unsigned result);
  void mask(unsigned p);
  void jump_unless_all(const a64::Vec& lanes, const asmjit::Label& no);
  void lane_address(unsigned lane);

  a64::Assembler& as_;
};

}  // namespace vc7::sim::jit
