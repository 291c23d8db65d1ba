// SPDX-License-Identifier: MIT
//
// The preloaded library knows structures by numbers: they are those of the interface.
#include "shim/client/arrays.hpp"

#include <gtest/gtest.h>

#include <drm.h>

#include "client/client.hpp"

namespace vc7::shim::client {
namespace {

template <class T>
void expect_place(std::uint64_t code, std::size_t address, std::size_t count) {
  const auto* const place = array_of(code);
  ASSERT_NE(place, nullptr) << std::hex << code;
  EXPECT_EQ(place->address, address);
  EXPECT_EQ(place->count, count);
  EXPECT_LE(sizeof(T), array_structure);
  EXPECT_EQ(sizeof(T), code >> 16 & 0x3fff);
}

TEST(Arrays, AreWhereTheInterfaceHasThem) {
  using ::client::SubmitCl, ::client::SubmitCsd;
  expect_place<SubmitCsd>(::client::submit_csd, offsetof(SubmitCsd, bo_handles),
                          offsetof(SubmitCsd, bo_handle_count));
  expect_place<SubmitCl>(::client::submit_cl, offsetof(SubmitCl, bo_handles),
                         offsetof(SubmitCl, bo_handle_count));
  expect_place<drm_syncobj_array>(DRM_IOCTL_SYNCOBJ_RESET, offsetof(drm_syncobj_array, handles),
                                  offsetof(drm_syncobj_array, count_handles));
  struct NewerWait : drm_syncobj_wait {
    __u64 deadline_nsec;
  };
  constexpr auto handles = offsetof(drm_syncobj_wait, handles);
  constexpr auto count = offsetof(drm_syncobj_wait, count_handles);
  expect_place<NewerWait>(DRM_IOWR(0xc3, NewerWait), handles, count);
  struct OlderWait {
    std::byte bytes[32];
  };
  expect_place<OlderWait>(DRM_IOWR(0xc3, OlderWait), handles, count);
  EXPECT_EQ(array_of(::client::wait_bo), nullptr);
}

}  // namespace
}  // namespace vc7::shim::client
