// SPDX-License-Identifier: MIT
//
// The arrays of handles that the calls which programs make all the time point to: they are sent
// along at once. The server asks for all other memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vc7::shim::client {

/// Where a structure has the address of an array of 32-bit handles, and their number.
struct ArrayPlace {
  std::uint64_t code;  ///< of the call
  std::uint32_t address, count;
};

inline constexpr ArrayPlace array_places[] = {
    {0x40586447, 48, 56},  // SUBMIT_CSD
    {0xc0486440, 40, 48},  // SUBMIT_CL
    {0xc02064c3, 0, 16},   // SYNCOBJ_WAIT
    {0xc02864c3, 0, 16},   // the same since Linux 6.8
    {0xc01064c4, 0, 8},    // SYNCOBJ_RESET
};
/// The largest of these structures.
inline constexpr std::size_t array_structure = 0x58;
/// Longer arrays are waited for.
inline constexpr std::uint32_t array_limit = 1024;

inline const ArrayPlace* array_of(std::uint64_t code) {
  for (const auto& place : array_places)
    if (place.code == code) return &place;
  return nullptr;
}

}  // namespace vc7::shim::client
