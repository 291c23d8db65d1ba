// SPDX-License-Identifier: MIT
//
// What the preloaded library and the server say to each other.
//
// A device file that a program has open is a connected SOCK_SEQPACKET socket: dup, fork, exec,
// close, passing it on and the death of the program then do what they do with a real one. A call is
// one message on that socket. The answer comes in a slot of the arena, memory that the server
// shares with all programs: several threads, and after a fork several processes, use one socket,
// so an answer on it could not be told apart. Descriptors come over a socket of their own, whose
// other end is sent along with the call.
//
// This header is all that both sides share, and uses neither exceptions nor the C++ library.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace vc7::shim {

/// In the environment: the path of the server's own socket. The folder it is in also holds `root`,
/// the files that programs shall see.
inline constexpr char socket_variable[] = "VC7_SHIM_SOCKET";

inline constexpr std::uint32_t magic = 0x37637602;  // the last byte is the version

enum class Kind : std::uint32_t {
  ioctl,   ///< code: the request code, argument: the third argument of ioctl
  map,     ///< code: the offset, argument: the length of mmap
  seek,    ///< code: the offset, argument: the whence of lseek
  cancel,  ///< a signal has come: end the call of this slot and sequence with EINTR
};

/// The descriptor that the server has asked for with need_descriptor.
enum class Asked : std::uint32_t {
  nothing,
  sent,      ///< comes with this message
  not_open,  ///< the program has none of that number
};

/// The start of a message; `regions` regions follow.
struct Request {
  std::uint32_t magic;
  Kind kind;
  std::uint64_t code;
  std::uint64_t argument;
  std::uint32_t slot;
  std::uint32_t sequence;
  std::uint32_t process;  ///< for traces alone
  std::uint32_t regions;
  /// The number that a descriptor will have which the call makes, -1 if there is no channel for it:
  /// the program's end of the channel, whose place it takes.
  std::int32_t installed_as;
  Asked descriptor;
  std::uint32_t again;  ///< 0: the first message of the call; else the server has asked for more
  std::uint32_t reserved;
};

/// Memory of the program: in requests what the server may read, in answers what is to be written.
/// The bytes follow.
struct Region {
  std::uint64_t address;
  std::uint32_t size;
  std::uint32_t readable;  ///< requests: 0 if the program could not read it, and no bytes follow
};

inline constexpr std::size_t max_request = 160 * 1024;
inline constexpr std::uint32_t max_regions = 64;

/// Where the answer to one call arrives.
struct Slot {
  static constexpr std::size_t data_size = 8192 - 64;

  std::atomic<std::uint32_t> owner;     ///< process that uses the slot; 0: free
  std::atomic<std::uint32_t> answered;  ///< sequence of the last answer; a futex
  std::uint32_t error;                  ///< positive errno
  std::uint32_t regions;                ///< regions to be written, in data
  /// Not 0: the call has not been made. Make it again and send [need_address, +need_size) along.
  /// Or, if it is need_channel, a channel for a descriptor; if it is need_descriptor, the
  /// descriptor of the program whose number is need_address.
  std::uint64_t need_size;
  std::uint64_t need_address;
  std::atomic<std::uint32_t> sleeping;  ///< the program waits for `answered` and wants to be woken
  std::uint32_t keep_on_exec;           ///< the descriptor that was made is not closed on exec
  std::uint64_t position;  ///< Kind::map: of the mapping in its file; Kind::seek: what it is now
  std::byte reserved[16];
  std::byte data[data_size];
};
static_assert(sizeof(Slot) == 8192);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

inline constexpr std::uint64_t need_channel = ~std::uint64_t{0};
inline constexpr std::uint64_t need_descriptor = need_channel - 1;
inline constexpr std::uint32_t slot_count = 1024;
inline constexpr std::size_t arena_size = slot_count * sizeof(Slot);

}  // namespace vc7::shim
