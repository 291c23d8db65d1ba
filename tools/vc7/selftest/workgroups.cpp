// SPDX-License-Identifier: MIT
//
// Ids of workgroups and lanes for many shapes of a dispatch (v3d71 §13).
#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "behaviour.hpp"
#include "context.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using namespace qpu;

constexpr std::size_t words_per_lane = 2;
constexpr Word untouched = 0x5eedf00d;

/// Every lane adds 1 to a counter and stores rf2 and rf3 at the place that the counter gave it.
Program record_payload() {
  Assembler a;
  a.nop(ldunifrf(rf10));
  a.nop(ldunifrf(rf11));
  a.nop(ldunifrf(rf12));
  a.mov(tmuc, rf11);
  a.mov(tmudref, 1);
  a.mov(tmua, rf10, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf13));
  a.shl(rf13, rf13, 3);
  a.add(rf13, rf13, rf12, ldunifrf(rf11));
  a.mov(tmuc, rf11);
  a.mov(tmud, rf2);
  a.mov(tmud, rf3);
  a.mov(tmua, rf13);
  finish(a);
  return a.finish();
}

struct Id {
  Word x, y, z, local;
  auto operator<=>(const Id&) const = default;
};

std::vector<Id> run(Context& context, const Dispatch& dispatch, std::size_t most) {
  auto counter = context.device().alloc<Word>(1, 0);
  auto out = context.device().alloc<Word>(most * words_per_lane, untouched);
  context.run(record_payload(), dispatch,
              Uniforms{counter, TmuConfig{}.write_add_read_prefetch().word(), out,
                       TmuConfig{}.vec2().word()});
  const auto size = static_cast<unsigned>(dispatch.local_size.product());
  const unsigned bits = std::bit_width(std::bit_ceil(std::max(size, 64u))) - 1;
  std::vector<Id> found;
  for (std::size_t i = 0; i < std::min<std::size_t>(counter[0], most); ++i) {
    const Word rf2 = out[2 * i], rf3 = out[2 * i + 1];
    found.push_back({rf3 & 0xffff, rf3 >> 16, rf2 & 0xffff, rf2 >> 16 >> (16 - bits)});
  }
  context.same(static_cast<Word>(most), counter[0], [&] {
    return fmt::format("number of lanes, local size {}x{}x{}, {}x{}x{} workgroups",
                       dispatch.local_size.x, dispatch.local_size.y, dispatch.local_size.z,
                       dispatch.workgroups.x, dispatch.workgroups.y, dispatch.workgroups.z);
  });
  return found;
}

/// Every id of the grid, with every local index, exactly once.
void check_grid(Context& context, const Dispatch& d) {
  const auto size = static_cast<Word>(d.local_size.product());
  auto found = run(context, d, size * d.workgroups.product());
  std::ranges::sort(found);
  std::vector<Id> wanted;
  for (Word x = 0; x < d.workgroups.x; ++x)
    for (Word y = 0; y < d.workgroups.y; ++y)
      for (Word z = 0; z < d.workgroups.z; ++z)
        for (Word local = 0; local < size; ++local)
          wanted.push_back({d.offset.x + x, d.offset.y + y, d.offset.z + z, local});
  for (std::size_t i = 0; i < std::min(found.size(), wanted.size()); ++i) {
    const auto text = [](const Id& id) {
      return fmt::format("workgroup ({}, {}, {}), lane {}", id.x, id.y, id.z, id.local);
    };
    context.check(found[i] == wanted[i], [&] {
      return Difference{fmt::format("local size {}x{}x{}, {}x{}x{} workgroups from ({}, {}, {}), "
                                    "ids sorted, number {}",
                                    d.local_size.x, d.local_size.y, d.local_size.z, d.workgroups.x,
                                    d.workgroups.y, d.workgroups.z, d.offset.x, d.offset.y,
                                    d.offset.z, i),
                        text(wanted[i]), text(found[i])};
    });
  }
}

Extent size_up_to(Context& context, Word most, Word largest_product, Word multiple) {
  for (;;) {
    const Extent e{1 + context.below(most), 1 + context.below(most), 1 + context.below(most)};
    if (e.product() <= largest_product && e.product() % multiple == 0) return e;
  }
}

/// Sizes that are multiples of 16, as in py-videocore7's test: no dimension above 15.
void full_batches(Context& context, Threading threading) {
  for (int round = 0; round < 8; ++round) {
    check_grid(context, {.local_size = size_up_to(context, 15, 192, 16),
                         .workgroups = size_up_to(context, 6, 16, 1),
                         .threading = threading});
  }
}

/// Any size: batches hold lanes of several workgroups, and the last one is not full.
void any_size(Context& context) {
  for (int round = 0; round < 8; ++round) {
    check_grid(context, {.local_size = size_up_to(context, 256, 256, 1),
                         .workgroups = size_up_to(context, 6, 20, 1)});
  }
  check_grid(context, {.local_size = {1}, .workgroups = {33}});
  check_grid(context, {.local_size = {256}, .workgroups = {3}});
  check_grid(context, {.local_size = {5, 3}, .workgroups = {7}, .workgroups_per_supergroup = 16});
}

void offsets(Context& context) {
  for (int round = 0; round < 4; ++round)
    check_grid(context,
               {.local_size = {16},
                .workgroups = size_up_to(context, 6, 20, 1),
                .offset = {context.below(60000), context.below(60000), context.below(60000)}});
}

/// z counts on past the grid if there are more batches.
void more_batches(Context& context) {
  const Word total = 40 + context.below(40);
  auto found = run(context, {.workgroups = {2, 2, 1}, .total_batches = total}, total * 16);
  std::ranges::sort(found, {}, [](const Id& id) { return std::array{id.z, id.y, id.x, id.local}; });
  for (Word i = 0; i < found.size(); ++i) {
    const Word group = i / 16;
    const Id wanted{group % 2, group / 2 % 2, group / 4, i % 16};
    context.check(found[i] == wanted, [&] {
      return Difference{fmt::format("{} batches of a grid of 4, lane {}", total, i),
                        fmt::format("z = {}", wanted.z), fmt::format("z = {}", found[i].z)};
    });
  }
}

/// py-videocore7 writes 24 workgroups per supergroup into a field of 4 bits, and the local size
/// into the counts. Ids are consecutive all the same: the number of batches per supergroup decides.
void overflowed_field(Context& context) {
  const Word per_supergroup = context.device().threads(), batches = 3 * per_supergroup;
  auto counter = context.device().alloc<Word>(1, 0);
  auto out = context.device().alloc<Word>(batches * 16 * words_per_lane, untouched);
  const Word words[] = {counter.address(), TmuConfig{}.write_add_read_prefetch().word(),
                        out.address(), TmuConfig{}.vec2().word()};
  auto uniforms = context.device().copy<Word>(words);
  const Code code = context.load(record_payload());
  context.device().run(
      {16 << 16, 1 << 16, 1 << 16, (per_supergroup - 1) << 12 | per_supergroup << 8 | 16,
       context.device().dispatch_target().batches_minus_one ? batches - 1 : batches, code.address(),
       uniforms.address()});
  std::vector<Id> found;
  for (Word i = 0; i < batches * 16; ++i)
    found.push_back(
        {out[2 * i + 1] & 0xffff, out[2 * i + 1] >> 16, out[2 * i] & 0xffff, out[2 * i] >> 26});
  std::ranges::sort(found, {}, [](const Id& id) { return std::array{id.z, id.y, id.x, id.local}; });
  for (Word i = 0; i < found.size(); ++i) {
    const Id wanted{i / 16 % 16, 0, i / 256, i % 16};
    context.check(found[i] == wanted, [&] {
      return Difference{
          fmt::format("{} batches, {} per supergroup, lane {}", batches, per_supergroup, i),
          fmt::format("x = {}, z = {}", wanted.x, wanted.z),
          fmt::format("x = {}, y = {}, z = {}", found[i].x, found[i].y, found[i].z)};
    });
  }
}

}  // namespace

void add_workgroups(Behaviours& all) {
  const auto add = [&](const char* name, const char* source, auto run) {
    all.push_back({name, "workgroups", source, run});
  };
  add("workgroups.full_batches", "[HW test_parallel_with_workgroup]",
      [](Context& c) { full_batches(c, Threading::two_way); });
  add("workgroups.four_way", "[HW test_parallel_with_workgroup]",
      [](Context& c) { full_batches(c, Threading::four_way); });
  add("workgroups.any_size", "[M] Mesa, not proven on hardware", any_size);
  add("workgroups.offset", "[M] Mesa, not proven on hardware", offsets);
  add("workgroups.overflowed_field", "[HW sgemm, test_barrier]", overflowed_field);
  add("workgroups.more_batches", "[HW sgemm, test_parallel_with_workgroup]", more_batches);
}

}  // namespace vc7::selftest
