// SPDX-License-Identifier: MIT
#include <vc7/asm/error.hpp>

#include <string>
#include <utility>

#include <fmt/format.h>

#include <vc7/isa/print.hpp>

namespace vc7 {

namespace {
std::string place(const Origin& where) { return fmt::format("{}:{}", where.file, where.line); }
}  // namespace

AssembleError::AssembleError(const Origin& where, std::string message)
    : Error{fmt::format("{}: {}", place(where), message)},
      where_{where},
      message_{std::move(message)} {}

namespace qpu::detail {

void register_out_of_range(std::int64_t index, const Origin& where) {
  throw AssembleError(where, fmt::format("register index {} is not in 0..63", index));
}

void no_such_immediate(std::int64_t value, const Origin& where) {
  throw AssembleError(
      where, fmt::format("{} is not a small immediate: integers are -16..15, floats are 0 and the "
                         "powers of two 2^-8 .. 2^7",
                         value));
}

void no_such_immediate(double value, const Origin& where) {
  throw AssembleError(
      where, fmt::format("{} is not a small immediate: integers are -16..15, floats are 0 and the "
                         "powers of two 2^-8 .. 2^7",
                         value));
}

void two_immediates_in_one_instruction(const Origin& where) {
  throw AssembleError(where, "two small immediates in one instruction, at most 1 fits");
}

void immediate_together_with_signal(isa::Signals signals, const Origin& where) {
  std::string names;
  for (std::size_t i = 0; i < isa::signal_count; ++i) {
    if (!signals.has(static_cast<isa::Signal>(i))) continue;
    if (!names.empty()) names += ", ";
    names += isa::signal_names[i];
  }
  throw AssembleError(
      where,
      fmt::format("a small immediate takes the place of the signals and cannot go with {}", names));
}

void no_effect_on_broadcast(std::string_view op, isa::WriteAddress dst, const Origin& where) {
  throw AssembleError(where,
                      fmt::format("{} with the destination {} has no effect", op, isa::print(dst)));
}

void sfu_beside_tmu_write(std::string_view op, std::string_view write, const Origin& where) {
  throw AssembleError(
      where, fmt::format("{} and a write to {} are dangerous in one instruction: at most 1 SFU "
                         "operation or TMU write fits (v3d71 §7 R9)",
                         op, write));
}

void not_encodable(isa::EncodeError error, const Origin& where) {
  throw AssembleError(where, std::string{isa::message(error)});
}

void chain_is_stale(const Origin& where) {
  throw AssembleError(
      where, "this call belongs to an instruction that is complete: another instruction or label "
             "came after it, or it has its mul operation already");
}

void branch_offset_not_encodable(std::int64_t offset, bool absolute, const Origin& where) {
  throw AssembleError(where, fmt::format("branch {} {} is not a multiple of 8 in {}..4294967288",
                                         absolute ? "address" : "offset", offset,
                                         absolute ? "0" : "-2147483648"));
}

void branch_registers_differ(unsigned target, unsigned uniforms, const Origin& where) {
  throw AssembleError(
      where, fmt::format("branch to rf{} with the uniform address in rf{}: both are read from one "
                         "field and must be the same register",
                         target, uniforms));
}

void branch_option_given_twice(std::string_view option, const Origin& where) {
  throw AssembleError(where,
                      fmt::format("branch option {} is given twice, at most 1 is allowed", option));
}

void label_name_is_not_valid(std::string_view name, const Origin& where) {
  throw AssembleError(
      where,
      fmt::format(
          "'{}' cannot be the name of a label or namespace: it must not be empty or contain '.'",
          name));
}

void label_defined_twice(std::string_view name, const Origin& first, const Origin& where) {
  throw AssembleError(where,
                      fmt::format("label '{}' is defined twice, first at {}", name, place(first)));
}

void label_not_defined(std::string_view name, const Origin& where) {
  throw AssembleError(where, fmt::format("label '{}' is not defined", name));
}

void label_of_another_assembler(const Origin& where) {
  throw AssembleError(where,
                      "this label belongs to another assembler, or to a program that is finished");
}

void alignment_out_of_range(std::int64_t count, const Origin& where) {
  throw AssembleError(where, fmt::format("alignment {} is not 1 or more instructions", count));
}

void tmu_config_out_of_range(std::string_view field, std::int64_t value, std::int64_t lowest,
                             std::int64_t highest, const Origin& where) {
  throw AssembleError(where, fmt::format("TMU configuration: {} {} is not in {}..{}", field, value,
                                         lowest, highest));
}

}  // namespace qpu::detail
}  // namespace vc7
