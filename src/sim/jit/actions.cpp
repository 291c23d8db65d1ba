// SPDX-License-Identifier: MIT
#include "actions.hpp"

#include <vc7/isa/op.hpp>

namespace vc7::sim::jit {

Actions::Actions(const Handlers& h) {
  const auto alu = [&](const Handler* row, Fast fast) {
    for (unsigned v = 0; v < interp::variant_count; ++v)
      meanings_.emplace(row[v], Meaning{Action::alu, fast, static_cast<Variant>(v)});
  };
#define VC7_X(id, ...) alu(h.add[static_cast<unsigned>(isa::AddOp::id)], Fast::id);
  VC7_FAST_ADD(VC7_X)
#undef VC7_X
#define VC7_X(id, ...) alu(h.mul[static_cast<unsigned>(isa::MulOp::id)], Fast::id);
  VC7_FAST_MUL(VC7_X)
#undef VC7_X
  for (const Handler slow : h.slow) meanings_.emplace(slow, Meaning{Action::alu});
#define VC7_X(id) meanings_.emplace(h.id, Meaning{Action::id});
  VC7_X(copy)
  VC7_X(rep)
  VC7_X(quad)
  VC7_X(ldtmu)
  VC7_X(ldunif)
  VC7_X(ldunifa)
  VC7_X(wrtmuc)
  VC7_X(live)
  VC7_X(nn_mode)
  VC7_X(tmud)
  VC7_X(tmu_named_data)
  VC7_X(tmua)
  VC7_X(tmuau)
  VC7_X(tmuc)
  VC7_X(unifa)
  VC7_X(syncb)
  VC7_X(branch)
  VC7_X(commit)
  VC7_X(thread_switch)
  VC7_X(announce_last)
  VC7_X(last_switch)
  VC7_X(thread_end)
  VC7_X(link)
  VC7_X(trap)
#undef VC7_X
}

Meaning Actions::of(const MicroOp& op) const {
  const auto found = meanings_.find(op.run);
  return found == meanings_.end() ? Meaning{} : found->second;
}

}  // namespace vc7::sim::jit
