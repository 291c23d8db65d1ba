// SPDX-License-Identifier: MIT
//
// TMU accesses of random programs (v3d71 §10). Addresses are a random word, masked, plus the base
// of the scratch words of the batch, so that lanes collide now and then.
#include "support/random_body.hpp"

namespace vc7::test {

using namespace isa;

namespace {

constexpr std::uint8_t config_byte(bool pixel, unsigned op, unsigned type) {
  return static_cast<std::uint8_t>((pixel ? 0x80u : 0u) | op << 3 | type);
}
constexpr unsigned regular = 15;
constexpr unsigned components(unsigned type) { return type >= 2 && type <= 4 ? type : 1; }

}  // namespace

/// Makes room for the results of an access, and puts stores before it in order.
void RandomBody::prepare(unsigned words) {
  if (w_.outstanding - w_.floor + words > w_.fifo_room())
    w_.drain(w_.floor + w_.fifo_room() - words);
  w_.wait_for_stores();
}

void RandomBody::compute_address(bool shared) {
  w_.settle();
  const WriteAddress address{w_.roles.address(), false};
  const Source base{w_.roles.address()},
      any{static_cast<std::uint8_t>(random_.below(w_.roles.registers))};
  if (shared) {
    // Few words, so that batches meet: base + 4 * (random & 15 .. 63).
    w_.load_register(w_.roles.temporary(),
                     random_.percent(50) ? 0x3c
                                         : static_cast<std::uint32_t>((shared_words - 1) << 2));
    Wanted mask;
    mask.add = AddHalf{AddOp::band, address, Pack::none, {any, Source{w_.roles.temporary()}}};
    w_.fill(mask);
    w_.load_register(w_.roles.temporary(), shared_address);
    Wanted add;
    add.add = AddHalf{AddOp::add, address, Pack::none, {base, Source{w_.roles.temporary()}}};
    w_.fill(add);
    return;
  }
  Wanted mask;
  mask.add = AddHalf{AddOp::band, address, Pack::none, {any, Source{w_.roles.mask()}}};
  w_.fill(mask);
  if (random_.percent(15)) {
    // Misaligned: the device model ignores the low bits (v3d71 §10.4).
    Wanted low;
    low.add = AddHalf{AddOp::bor,
                      address,
                      Pack::none,
                      {base, Source{static_cast<std::uint8_t>(1 + random_.below(3)), true}}};
    low.signals = Signals{Signal::smimm_b};
    w_.fill(low);
  }
  Wanted add;
  const Source scratch{w_.roles.scratch()};
  if (random_.percent(50))
    add.add = AddHalf{AddOp::add, address, Pack::none, {base, scratch}};
  else
    add.mul = MulHalf{MulOp::add, address, Pack::none, {base, scratch}};
  w_.fill(add);
}

/// Makes `byte` the configuration of the next access: it already is, or a new word, written now or
/// taken by the tmuau that starts the access. Bytes behind it are drawn for accesses to come.
void RandomBody::use_config(std::uint8_t byte, bool& by_tmuau, std::uint32_t& word) {
  by_tmuau = false;
  const bool uniforms = w_.place().may_take_uniform;
  if ((w_.config & 0xff) == byte && (!uniforms || random_.percent(90))) return;
  word = 0xffffff00u | byte;
  if (uniforms && random_.percent(40)) {
    word = byte;
    for (unsigned k = 1; k < 4; ++k) {
      const std::uint32_t next =
          random_.percent(50) ? 0xff : config_byte(true, regular, random_.below(8));
      word |= next << 8 * k;
    }
  }
  if (uniforms && random_.percent(40))
    by_tmuau = true;
  else
    w_.set_config(word);
}

/// The write of tmua or tmuau, conditional now and then, with or without a thread switch.
void RandomBody::start_access(std::uint8_t byte) {
  bool by_tmuau;
  std::uint32_t word = 0;
  use_config(byte, by_tmuau, word);
  w_.settle();
  const WriteAddress target = write_address(by_tmuau ? Magic::tmuau : Magic::tmua);
  const FlagUse use = w_.options.flags && random_.percent(30)
                          ? FlagUse{static_cast<Condition>(1 + random_.below(4)), FlagOp::none}
                          : FlagUse{};
  Wanted w;
  const Source address{w_.roles.address()};
  if (random_.percent(50)) {
    w.add = AddHalf{AddOp::mov, target, Pack::none, {address}};
    w.add_use = use;
  } else {
    w.mul = MulHalf{MulOp::mov, target, Pack::none, {address}};
    w.mul_use = use;
  }
  // The condition field is not free beside a load.
  const bool switching = w_.place().may_switch && !w_.rtop_pending && random_.percent(30);
  if (use != FlagUse{}) w.signals = switching ? Signals{Signal::thrsw} : Signals{};
  if (by_tmuau)
    w_.fill(w, word);
  else
    w_.fill(w);
  if (by_tmuau) w_.config = word;
  w_.config = w_.config >> 8 | 0xff000000u;
}

/// Data words: results of random operations, or a register.
void RandomBody::data(Magic address, unsigned words) {
  for (unsigned k = 0; k < words; ++k) {
    Wanted w;
    const Source a{static_cast<std::uint8_t>(random_.below(w_.roles.registers))};
    const Source b{static_cast<std::uint8_t>(random_.below(w_.roles.registers))};
    const WriteAddress to = write_address(address);
    switch (random_.below(5)) {
      case 0: w.add = AddHalf{AddOp::mov, to, Pack::none, {a}}; break;
      case 1: w.add = AddHalf{AddOp::bxor, to, Pack::none, {a, b}}; break;
      case 2: w.mul = MulHalf{MulOp::mov, to, Pack::none, {a}}; break;
      case 3: w.mul = MulHalf{MulOp::fmul, to, static_cast<Pack>(random_.below(3)), {a, b}}; break;
      default:
        if (w_.place().may_take_uniform) {
          w.signals = Signals{Signal::ldunifrf};
          w.signal_destination = to;
        } else {
          w.add = AddHalf{AddOp::sub, to, Pack::none, {a, b}};
        }
    }
    if (w_.options.exotic && w_.options.flags && !w.signals && random_.percent(20)) {
      (w.add ? w.add_use : w.mul_use).condition = static_cast<Condition>(1 + random_.below(4));
      w.signals = Signals{};  // the condition field is not free beside a load
    }
    w_.settle();
    w_.fill(w);
    if (random_.percent(30)) w_.fill();
  }
}

void RandomBody::load_access() {
  // Left-over configuration bytes may say what is loaded.
  const std::uint8_t next = w_.config & 0xff;
  const bool as_configured = (next >> 3 & 15) == regular && random_.percent(60);
  const unsigned type = as_configured ? next & 7 : random_.percent(40) ? 7 : random_.below(8);
  // Only words of per-pixel accesses are small immediates.
  const bool pixel =
      as_configured ? next >= 0x80 : !w_.place().may_take_uniform || random_.percent(80);
  if (components(type) > w_.fifo_room()) return store_access();
  prepare(components(type));
  compute_address(false);
  start_access(config_byte(pixel, regular, type));
  w_.outstanding += components(type);
}

void RandomBody::store_access() {
  const unsigned type = random_.percent(40) ? 7 : random_.below(8);
  compute_address(false);
  data(Magic::tmud, components(type));
  // Granularity is the pixel: what tmud holds in lanes that are not active is open.
  start_access(config_byte(true, regular, type));
  w_.stores_pending = true;
}

void RandomBody::atomic_access() {
  if (w_.fifo_room() == 0) return store_access();
  const unsigned op = random_.below(11);
  const bool shared = w_.options.shared_atomics && random_.percent(50);
  prepare(1);
  compute_address(shared);
  const bool exchange = op == 3, bare = op >= 8 && random_.percent(50);
  unsigned type = 7;
  if (!bare && random_.percent(50)) {  // convention A
    data(Magic::tmudref, 1);
    if (exchange) data(Magic::tmuoff, 1);
  } else if (!bare) {
    data(Magic::tmud, exchange ? 2 : 1);
    if (exchange) type = 2;
  }
  start_access(config_byte(true, op, type));
  ++w_.outstanding;
  w_.stores_pending = true;
}

/// Prefetch, cache clear and flush: nothing to pop.
void RandomBody::hint_access() {
  compute_address(false);
  start_access(config_byte(true, random_.below(w_.options.exotic ? 8 : 5), 7));
}

void RandomBody::access() {
  const bool uniforms = w_.place().may_take_uniform;
  const unsigned kind = random_.below(10);
  // Without uniforms only configuration words that are small immediates: regular, per pixel.
  if (!uniforms) return kind < 5 ? load_access() : store_access();
  if (kind < 4) return load_access();
  if (kind < 7) return store_access();
  if (kind < 9 && w_.options.atomics) return atomic_access();
  hint_access();
}

void RandomBody::new_unifa() {
  w_.settle();
  const std::uint32_t offset = ProgramWriter::unifa_offset + random_.below(0x800) * 4;
  w_.load_register(w_.roles.address(), ProgramWriter::uniform_address + offset);
  const WriteAddress temporary{w_.roles.temporary(), false};
  const Source lane{w_.roles.temporary()};
  // Lanes differ; lane 0, which counts, has the address (v3d71 §11).
  w_.plain(AddOp::eidx, temporary);
  w_.plain(AddOp::shl, temporary, lane, Source{2, true});
  Wanted w;
  w.add = AddHalf{
      AddOp::add, write_address(Magic::unifa), Pack::none, {Source{w_.roles.address()}, lane}};
  w.signals = Signals{};  // R23
  w_.fill(w);
}

}  // namespace vc7::test
