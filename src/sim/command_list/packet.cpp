// SPDX-License-Identifier: MIT
#include "packet.hpp"

#include <algorithm>

#include "runner.hpp"

namespace vc7::sim::command_list {
namespace {

using R = Runner;

// clang-format off
constexpr Packet table[] = {
  {  4,  1, binner,        "flush",                        &R::finish},
  {  6,  1, binner,        "start tile binning",           &R::ignore},
  { 13,  1, render,        "end of rendering",             &R::finish},
  { 18,  1, tile,          "return from sub-list",         &R::finish},
  { 19,  1, binner|render, "flush VCD cache",              &R::ignore},
  { 20,  9, render,        "generic tile list",            &R::tile_list},
  // Nothing that the binner accepts puts anything into the lists of the tiles.
  { 21,  2, tile,          "branch to implicit tile list", &R::ignore},
  { 23,  3, render,        "supertile coordinates",        &R::supertile},
  { 25,  1, render|tile,   "clear render targets",         &R::clear},
  { 26,  1, render|tile,   "end of loads",                 &R::ignore},
  { 27,  1, render|tile,   "end of tile",                  &R::ignore},
  { 29, 13, render|tile,   "store tile buffer",            &R::store},
  { 30, 13, render|tile,   "load tile buffer",             &R::load},
  {119,  2, binner,        "number of layers",             &R::layers},
  {120,  9, binner,        "tile binning mode",            &R::binning_mode},
  {121,  9, render,        "tile rendering mode",          &R::rendering_mode},
  {122,  9, render,        "supertile configuration",      &R::supertile_configuration},
  {123,  5, render,        "tile list base",               &R::ignore},
  {124,  4, render,        "tile coordinates",             &R::tile_coordinates},
  {125,  1, tile,          "implicit tile coordinates",    &R::ignore},
  {126,  2, render,        "tile list initial block size", &R::ignore},
};
// clang-format on

static_assert(std::ranges::is_sorted(table, {}, &Packet::opcode));
static_assert(std::ranges::max(table, {}, &Packet::size).size - 1 == Payload::most);

}  // namespace

const Packet* find_packet(std::uint8_t opcode) {
  const auto* const found = std::ranges::lower_bound(table, opcode, {}, &Packet::opcode);
  return found != std::end(table) && found->opcode == opcode ? found : nullptr;
}

std::span<const Packet> packets() { return table; }

}  // namespace vc7::sim::command_list
