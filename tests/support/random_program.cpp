// SPDX-License-Identifier: MIT
#include "support/random_program.hpp"

#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include <vc7/isa/print.hpp>

#include "support/random_body.hpp"

namespace vc7::test {

using namespace isa;

namespace {

constexpr std::uint32_t output_address = 0x0080'0000;
constexpr std::uint32_t output_stride = output_words_per_batch * 4;  ///< bytes per batch
constexpr std::uint32_t vec4_byte = 0xfc;

void store_row(ProgramWriter& w) {
  // The value is in tmud. The address moves on in the mul half, which reads before it writes.
  AluInstruction i;
  const Source address{w.roles.output()};
  i.add = {AddOp::mov, write_address(Magic::tmua), Pack::none, {address}};
  i.mul = {MulOp::add, {w.roles.output(), false}, Pack::none, {address, Source{w.roles.step()}}};
  w.write(i);
}

/// Sets the registers with a role, then fills the others: replicated uniforms, and words that
/// differ from lane to lane.
void prologue(ProgramWriter& w) {
  const Roles& r = w.roles;
  const auto reg = [](std::uint8_t n) { return WriteAddress{n, false}; };
  const auto shift = [&](std::uint8_t to, std::uint8_t from, unsigned bits) {
    w.plain(AddOp::shl, reg(to), Source{from}, Source{static_cast<std::uint8_t>(bits), true});
  };
  // Batch number = workgroup id x, of lane 0 since lanes that are not live may hold anything.
  w.plain(AddOp::mov, write_address(Magic::rep), Source{3});
  w.plain(AddOp::mov, reg(r.temporary()), Source{0, false, Unpack::ul});
  w.load_register(r.scratch(), RandomBody::scratch_address);
  shift(r.address(), r.temporary(), 12);
  w.plain(AddOp::add, reg(r.scratch()), Source{r.scratch()}, Source{r.address()});
  w.load_register(r.output(), output_address);
  shift(r.address(), r.temporary(), 13);
  w.plain(AddOp::add, reg(r.output()), Source{r.output()}, Source{r.address()});
  w.plain(AddOp::eidx, reg(r.address()));
  shift(r.address(), r.address(), 2);
  w.plain(AddOp::add, reg(r.output()), Source{r.output()}, Source{r.address()});
  w.load_register(r.mask(), RandomBody::scratch_mask);
  w.load_register(r.step(), 64);
  w.load_register(r.counter(0), 0);
  w.load_register(r.counter(1), 0);

  // Every thread has a valid second stream from the beginning.
  w.load_register(r.temporary(), ProgramWriter::uniform_address + ProgramWriter::unifa_offset);
  w.plain(AddOp::mov, write_address(Magic::unifa), Source{r.temporary()});

  shift(r.address(), r.address(), 2);
  w.plain(AddOp::add, reg(r.address()), Source{r.address()}, Source{r.scratch()});
  w.load_register(r.temporary(), 256);
  const std::uint8_t first_by_uniform =
      static_cast<std::uint8_t>((r.registers - Roles::count) / 2 & ~3u);
  for (std::uint8_t n = 0; n < first_by_uniform; n = static_cast<std::uint8_t>(n + 4)) {
    AluInstruction config;
    config.signals = {Signal::ldunifrf};
    config.signal_destination = write_address(Magic::tmuc);
    w.write(config, 0xffffff00u | vec4_byte);
    w.plain(AddOp::mov, write_address(Magic::tmua), Source{r.address()});
    w.config = 0xffffffff;
    w.outstanding += 4;
    w.plain(AddOp::add, reg(r.address()), Source{r.address()}, Source{r.temporary()});
    for (unsigned k = 0; k < 4; ++k) {
      AluInstruction pop;
      pop.signals = {Signal::ldtmu};
      pop.signal_destination = reg(static_cast<std::uint8_t>(n + k));
      w.write(pop);
    }
  }
  for (unsigned n = first_by_uniform; n < r.registers - Roles::count; ++n)
    w.load_register(static_cast<std::uint8_t>(n), interesting_word(w.random));
}

/// Stores flags, hidden registers and all registers. Multisample flags come first: they decide
/// which lanes store.
void epilogue(ProgramWriter& w) {
  const WriteAddress data = write_address(Magic::tmud);
  w.plain(AddOp::msf, {w.roles.temporary(), false});
  w.plain(AddOp::setmsf, {}, Source{15, true});
  for (const AddOp op : {AddOp::vfla, AddOp::vflb, AddOp::lr}) {
    w.plain(op, data);
    store_row(w);
  }
  AluInstruction rtop;
  rtop.mul = {MulOp::umul24, data, Pack::none, {Source{1}, Source{2}}};
  w.write(rtop);
  store_row(w);
  for (unsigned n = 0; n < w.roles.registers; ++n) {
    w.plain(AddOp::mov, data, Source{static_cast<std::uint8_t>(n)});
    store_row(w);
  }
  w.plain(AddOp::tmuwt, {});
  // The end (v3d71 §12.5): the last switch announced, then the switch that ends the thread.
  const auto nop = [&](Signals signals = {}) {
    AluInstruction i;
    i.signals = signals;
    w.write(i);
  };
  if (!w.options.single_segment) {
    nop({Signal::thrsw});
    nop({Signal::thrsw});
    nop();
    nop();
  }
  nop({Signal::thrsw});
  for (int k = 0; k < 3; ++k) nop();
}

std::array<std::uint32_t, 7> configuration(const RandomProgramOptions& o) {
  const std::uint32_t per_supergroup = o.lanes == 16 ? o.batches_per_supergroup : 1;
  return {o.batches << 16,
          1u << 16,
          1u << 16,
          (per_supergroup - 1) << 12 | (per_supergroup & 15) << 8 | o.lanes,
          o.batches,
          ProgramWriter::code_address | (o.single_segment ? 2u : 0u) | (o.four_way ? 1u : 0u),
          ProgramWriter::uniform_address};
}

void check(const RandomProgramOptions& o) {
  if (o.batches < 1 || o.batches > 256 || o.batches_per_supergroup < 1 ||
      o.batches_per_supergroup > 16 || o.lanes < 1 || o.lanes > 16 || o.registers < 16 ||
      o.registers > 64)
    throw std::invalid_argument(
        fmt::format("random_program: {} batches, {} per supergroup, {} lanes, {} registers",
                    o.batches, o.batches_per_supergroup, o.lanes, o.registers));
}

std::vector<std::uint64_t> words_of(const std::vector<Instruction>& code) {
  std::vector<std::uint64_t> words;
  for (const Instruction& i : code) {
    const Encoded e = encode(i);
    if (!e)
      throw std::logic_error(fmt::format("random_program: {} ({})", message(e.error), print(i)));
    words.push_back(e.word);
  }
  return words;
}

/// Appends up to `size` words. A few hundred are drawn and then repeated: drawing them all took
/// longer than running a short program. No power of two: batches would all see the same.
void fill_up(std::vector<std::uint32_t>& words, std::size_t size, Random& random) {
  constexpr std::size_t drawn = 509;
  const std::size_t first = words.size();
  words.reserve(size);
  while (words.size() < size)
    words.push_back(words.size() < first + drawn ? interesting_word(random)
                                                 : words[words.size() - drawn]);
}

constexpr std::uint64_t round_up(std::uint64_t bytes) {
  return (bytes + sim::Memory::page_size - 1) / sim::Memory::page_size * sim::Memory::page_size;
}

}  // namespace

RandomProgram random_program(const RandomProgramOptions& options) {
  check(options);
  Random random{options.seed};
  ProgramWriter writer{random, options};
  RandomBody body{writer};
  prologue(writer);
  body.write(options.instructions);
  epilogue(writer);
  body.write_subroutines();

  RandomProgram program;
  program.options = options;
  program.code = words_of(writer.code);
  program.uniforms = writer.uniforms;
  if (program.uniforms.size() > ProgramWriter::unifa_offset / 4)
    throw std::invalid_argument("random_program: too long, the uniforms do not fit");
  fill_up(program.uniforms, ProgramWriter::uniform_bytes / 4, random);
  fill_up(program.scratch, options.batches * RandomBody::scratch_stride / 4, random);
  program.code_address = ProgramWriter::code_address;
  program.uniform_address = ProgramWriter::uniform_address;
  program.scratch_address = RandomBody::scratch_address;
  program.output_address = output_address;
  program.output_words = options.batches * output_stride / 4;
  program.cfg = configuration(options);
  return program;
}

void load(const RandomProgram& p, sim::Memory& memory) {
  const auto place = [&](std::uint32_t address, const auto& data, std::size_t words) {
    const std::size_t size = round_up(words * 4), bytes = data.size() * sizeof data[0];
    if (!memory.mapped(address, size)) {
      if (memory.mapped(address, 1)) memory.unmap(address);
      memory.map(address, size);
    }
    if (bytes != 0) std::memcpy(memory.at(address), data.data(), bytes);
    std::memset(memory.at(address) + bytes, 0, size - bytes);
  };
  const std::vector<std::uint32_t> nothing;
  place(p.code_address, p.code, p.code.size() * 2);
  place(p.uniform_address, p.uniforms, p.uniforms.size());
  place(p.scratch_address, p.scratch, p.scratch.size());
  place(RandomBody::shared_address, nothing, shared_words);
  place(p.output_address, nothing, p.output_words);
}

std::vector<std::uint32_t> results(const RandomProgram& p, const sim::Memory& memory) {
  std::vector<std::uint32_t> words(p.scratch.size() + shared_words + p.output_words);
  auto* to = reinterpret_cast<std::byte*>(words.data());
  const auto take = [&](std::uint32_t address, std::size_t count) {
    std::memcpy(to, memory.at(address), count * 4);
    to += count * 4;
  };
  take(p.scratch_address, p.scratch.size());
  take(RandomBody::shared_address, shared_words);
  take(p.output_address, p.output_words);
  return words;
}

std::string listing(const RandomProgram& p) {
  std::string text;
  for (std::size_t n = 0; n < p.code.size(); ++n)
    text += fmt::format("{:08x} {:016x} {}\n", p.code_address + n * 8, p.code[n],
                        print_word(p.code[n]));
  return text;
}

}  // namespace vc7::test
