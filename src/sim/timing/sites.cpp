// SPDX-License-Identifier: MIT
#include "sites.hpp"

#include <algorithm>

#include <vc7/isa/decode.hpp>

namespace vc7::sim::timing {
namespace {

using isa::AddOp, isa::MulOp, isa::Effect, isa::Signal;

bool rotates(AddOp op) { return op == AddOp::rot || op == AddOp::rotq || op == AddOp::shuffle; }
bool rotates(MulOp) { return false; }

/// Floating-point additions and multiplications; a half-float operation does two.
unsigned float_operations(AddOp op) {
  switch (op) {
    case AddOp::fadd:
    case AddOp::faddnf:
    case AddOp::fsub: return 1;
    case AddOp::vfadd:
    case AddOp::vfsub: return 2;
    default: return 0;
  }
}
unsigned float_operations(MulOp op) { return op == MulOp::fmul ? 1 : op == MulOp::vfmul ? 2 : 0; }

void write(Site& site, isa::WriteAddress to) {
  if (!to.magic) return;
  const auto magic = static_cast<isa::Magic>(to.address);
  const isa::MagicInfo& info = isa::magic_table[to.address];
  if (info.consumes_uniform) ++site.uniforms;
  const bool address = info.group == isa::MagicGroup::tmu_address;
  if (address || info.group == isa::MagicGroup::tmu_data) ++site.tmu_words;
  if (address || magic == isa::Magic::unifa || magic == isa::Magic::syncb) ++site.events;
}

template <class Op>
bool half(Site& site, const isa::AluHalf<Op>& half) {
  const isa::OpInfo& info = isa::info(half.op);
  for (unsigned n = 0; n < info.sources; ++n)
    if (!half.src[n].immediate) site.read[site.reads++] = half.src[n].address;
  if (info.has_destination()) write(site, half.dst);
  if (rotates(half.op))
    site.unit = Unit::rotate;
  else if (info.is_sfu())
    site.unit = Unit::special;
  if (site.unit == Unit::special && info.is_sfu() && !half.dst.magic)
    site.special_to = static_cast<std::int8_t>(half.dst.address);
  site.float_operations =
      static_cast<std::uint8_t>(site.float_operations + float_operations(half.op));
  return half.op != Op::nop;
}

void describe(Site& site, const isa::AluInstruction& i) {
  site.add_works = half(site, i.add);
  site.mul_works = half(site, i.mul);
  site.tmuwt = i.add.op == AddOp::tmuwt;
  site.ldtmu = i.signals.has(Signal::ldtmu);
  site.thrsw = i.signals.has(Signal::thrsw);
  for (const Signal s : {Signal::ldunif, Signal::ldunifrf, Signal::wrtmuc})
    if (i.signals.has(s)) ++site.uniforms;
  for (const Signal s : {Signal::ldunifa, Signal::ldunifarf})
    if (i.signals.has(s)) ++site.unifa_words;
  if (i.signals.has_destination()) write(site, i.signal_destination);
}

void describe(Site& site, const isa::BranchInstruction& i) {
  site.branch = true;
  using isa::UniformTarget;
  if (i.uniforms == UniformTarget::absolute || i.uniforms == UniformTarget::relative)
    ++site.uniforms;
  if (i.uniforms != UniformTarget::unchanged) ++site.events;
}

}  // namespace

void Sites::find(std::uint32_t page) {
  auto& found = pages_[page];
  if (!found) found = std::make_unique<Page>();
  last_page_ = page;
  last_ = found.get();
}

void Sites::decode(Site& site, std::uint32_t address) const {
  site.known = true;
  site.cost.address = address;
  site.cost.word = *reinterpret_cast<const std::uint64_t*>(memory_.at(address));
  const isa::Decoded decoded = isa::decode(site.cost.word);
  // It has been executed, so it is one, unless the job has overwritten its program meanwhile.
  if (decoded) std::visit([&](const auto& i) { describe(site, i); }, *decoded.instruction);
}

std::vector<InstructionCost> Sites::costs() const {
  std::vector<InstructionCost> list;
  for (const auto& [number, page] : pages_)
    for (const Site& site : *page)
      if (site.cost.executed != 0) list.push_back(site.cost);
  std::ranges::sort(list, {}, &InstructionCost::address);
  return list;
}

}  // namespace vc7::sim::timing
