// SPDX-License-Identifier: MIT
//
// Copies between this program and the memory behind pointers of a system call, with an answer where
// a plain access would be a segmentation fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vc7::drm::raw {

/// False where a sandbox or an emulator lacks the system calls for it: bad pointers then crash.
bool checks_pointers();

/// False if [from, from + size) is not readable.
bool copy_in(void* to, std::uint64_t from, std::size_t size);
/// False if [to, to + size) is not writable.
bool copy_out(std::uint64_t to, const void* from, std::size_t size);

/// Reads an array; false if it is not readable. A nonsense count fails at the first unreadable page
/// instead of asking for memory for all of it.
template <class T>
bool copy_array(std::vector<T>& to, std::uint64_t from, std::uint32_t count) {
  constexpr std::uint32_t portion = 1024;
  to.clear();
  while (to.size() < count) {
    const auto done = to.size();
    const auto more = count - done < portion ? count - done : portion;
    to.resize(done + more);
    if (!copy_in(to.data() + done, from + done * sizeof(T), more * sizeof(T))) return false;
  }
  return true;
}

}  // namespace vc7::drm::raw
