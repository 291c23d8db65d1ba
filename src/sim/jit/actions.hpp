// SPDX-License-Identifier: MIT
//
// What a micro-operation does. The handler says it: the compiler looks it up in the table that the
// block maker took it from, so that there is one place where instructions become actions.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "sim/interp/fast_ops.hpp"
#include "sim/interp/state.hpp"

namespace vc7::sim::jit {

using interp::Handler;
using interp::Handlers;
using interp::MicroOp;
using interp::Slot;
using interp::State;
using interp::Variant;

enum class Action : std::uint8_t {
  unknown,
  alu,
  copy,
  rep,
  quad,
  ldtmu,
  ldunif,
  ldunifa,
  wrtmuc,
  live,
  nn_mode,
  tmud,
  tmu_named_data,
  tmua,
  tmuau,
  tmuc,
  unifa,
  syncb,
  branch,
  commit,
  thread_switch,
  announce_last,
  last_switch,
  thread_end,
  link,
  trap,
};

/// The operations that may have native code: those for which the interpreter has vector code.
enum class Fast : std::uint8_t {
#define VC7_X(id, ...) id,
  VC7_FAST_ADD(VC7_X)
#undef VC7_X
      fmul,
  umul24,
  smul24,
  none,  ///< through MicroOp::lane_function
};

struct Meaning {
  Action action = Action::unknown;
  Fast fast = Fast::none;              ///< of Action::alu
  Variant variant = Variant::general;  ///< of Action::alu
};

class Actions {
 public:
  explicit Actions(const Handlers& handlers);
  Meaning of(const MicroOp& op) const;

 private:
  std::unordered_map<Handler, Meaning> meanings_;
};

}  // namespace vc7::sim::jit
