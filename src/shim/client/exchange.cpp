// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "arena.hpp"
#include "arrays.hpp"
#include "descriptors.hpp"

namespace vc7::shim::client {
namespace {

class Exchange {
 public:
  Exchange(int fd, const Question& question, Slot& slot, std::uint32_t index)
      : fd_{fd}, descriptor_{question.descriptor}, slot_{slot} {
    request_ = {magic,
                question.kind,
                question.code,
                question.argument,
                index,
                slot.answered.load(std::memory_order_relaxed),
                static_cast<std::uint32_t>(getpid()),
                0,
                -1,
                Asked::nothing,
                0,
                0};
    if (question.structure != 0) add(question.argument, question.structure);
    if (const auto* const place = array_of(question.code)) add_array(*place);
  }

  int run() {
    while (true) {
      if (const int error = ask()) return error;
      if (slot_.need_size == 0) break;
      ++request_.again;
      if (slot_.need_size == need_channel) {
        if (const int error = make_channel()) return error;
      } else if (slot_.need_size == need_descriptor) {
        if (!attach(static_cast<int>(slot_.need_address))) return EIO;
      } else if (!add(slot_.need_address, slot_.need_size))
        return ENOMEM;
    }
    const int error = static_cast<int>(slot_.error);
    if (channel_ >= 0) {
      syscall(SYS_close, descriptor_);
      if (!install(error == 0)) return EMFILE;
    }
    return write_back() ? error : EFAULT;
  }

 private:
  // The descriptor itself goes to the server, which looks at what it is.
  bool attach(int fd) {
    if (request_.descriptor != Asked::nothing || channel_ >= 0) return false;
    const bool open = syscall(SYS_fcntl, fd, F_GETFD) >= 0;
    request_.descriptor = open ? Asked::sent : Asked::not_open;
    descriptor_ = open ? fd : -1;
    return true;
  }

  int make_channel() {
    int pair[2];
    if (channel_ >= 0) return EIO;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return errno;
    channel_ = request_.installed_as = pair[0];
    descriptor_ = pair[1];
    return 0;
  }

  // What the call has made takes the number that was promised.
  bool install(bool made) {
    const int received = made ? receive_descriptor(channel_) : -1;
    if (received < 0) {
      syscall(SYS_close, channel_);
      return !made;
    }
    const auto result =
        syscall(SYS_dup3, received, channel_, slot_.keep_on_exec != 0 ? 0 : O_CLOEXEC);
    syscall(SYS_close, received);
    return result >= 0;
  }

  // The structure is copied and the copy sent, so that the server finds what the array was taken
  // from; it can be read then, and the array is what was added last.
  void add_array(const ArrayPlace& place) {
    if (!read(copy_, regions_[0])) return;
    std::uint64_t address;
    std::uint32_t count;
    std::memcpy(&address, copy_ + place.address, sizeof address);
    std::memcpy(&count, copy_ + place.count, sizeof count);
    if (count == 0 || count > array_limit) return;
    copied_ = true;
    add(address, count * sizeof(std::uint32_t));
  }

  bool add(std::uint64_t address, std::uint64_t size) {
    if (request_.regions == max_regions || size > max_request - 4096 - bytes_) return false;
    regions_[request_.regions++] = {address, static_cast<std::uint32_t>(size), 1};
    bytes_ += size;
    return true;
  }

  // The kernel reads the memory of the program as it copies the message, and says so if it cannot;
  // it is what was asked for last then, as the rest has been read before.
  int send() {
    while (true) {
      std::size_t count = 0;
      parts_[count++] = {&request_, sizeof request_};
      for (std::uint32_t i = 0; i < request_.regions; ++i) {
        parts_[count++] = {&regions_[i], sizeof(Region)};
        if (regions_[i].readable == 0) continue;
        void* const from = reinterpret_cast<void*>(regions_[i].address);
        parts_[count++] = {copied_ && i == 0 ? copy_ : from, regions_[i].size};
      }
      const int error = send_message(fd_, parts_, count, descriptor_);
      if (error != EFAULT) return error == 0 ? 0 : ENODEV;
      auto& last = regions_[request_.regions - 1];
      if (request_.regions == 0 || last.readable == 0) return EFAULT;
      last.readable = 0;
    }
  }

  int ask() {
    const std::uint32_t before = request_.sequence++;
    if (const int error = send()) return error;
    wait(before);
    return 0;
  }

  // Looking for the answer before going to sleep costs more than it gains: the kernel wakes the
  // server on this very processor, where it gets its turn when we sleep (measured).
  //
  // Without a timeout, which the server keeps: the kernel then restarts this call after a signal
  // whose handler wants that (SA_RESTART), and ends it after others, as it does with the real one.
  void wait(std::uint32_t before) {
    bool cancelled = false;
    slot_.sleeping.store(1);
    // Past it, if the server has ended since.
    while (static_cast<std::int32_t>(slot_.answered.load() - request_.sequence) < 0) {
      const auto result =
          syscall(SYS_futex, &slot_.answered, FUTEX_WAIT, before, nullptr, nullptr, 0);
      if (result == 0 || errno != EINTR || cancelled) continue;
      cancelled = true;
      Request cancel = request_;
      cancel.kind = Kind::cancel;
      cancel.regions = 0;
      iovec part{&cancel, sizeof cancel};
      send_message(fd_, &part, 1, -1);
    }
    slot_.sleeping.store(0, std::memory_order_relaxed);
  }

  bool write_back() {
    std::size_t at = 0;
    for (std::uint32_t i = 0; i < slot_.regions; ++i) {
      Region region;
      if (at + sizeof region > Slot::data_size) return false;
      std::memcpy(&region, slot_.data + at, sizeof region);
      at += sizeof region;
      if (region.size > Slot::data_size - at || !write(region, slot_.data + at)) return false;
      at += region.size;
    }
    return true;
  }

  static bool read(std::byte* bytes, const Region& region) {
    const iovec here{bytes, region.size};
    const iovec there{reinterpret_cast<void*>(region.address), region.size};
    return syscall(SYS_process_vm_readv, getpid(), &here, 1, &there, 1, 0) ==
           static_cast<ssize_t>(region.size);
  }

  static bool write(const Region& region, std::byte* bytes) {
    auto* const to = reinterpret_cast<void*>(region.address);
    const iovec here{bytes, region.size};
    const iovec there{to, region.size};
    const auto written = syscall(SYS_process_vm_writev, getpid(), &here, 1, &there, 1, 0);
    if (written < 0 && (errno == ENOSYS || errno == EPERM)) {
      // Sandboxes and emulators; a bad pointer is a crash there.
      std::memcpy(to, bytes, region.size);
      return true;
    }
    return written == static_cast<ssize_t>(region.size);
  }

  const int fd_;
  int descriptor_;
  int channel_ = -1;
  Slot& slot_;
  Request request_;
  std::uint64_t bytes_ = 0;
  Region regions_[max_regions];
  bool copied_ = false;
  std::byte copy_[array_structure];  // of what regions_[0] is, if copied_
  iovec parts_[1 + 2 * max_regions];
};

}  // namespace

int exchange(int fd, const Question& question, std::uint64_t* position) {
  std::uint32_t index = 0;
  Slot* const slot = claim_slot(index);
  if (slot == nullptr) return ENODEV;
  const int error = Exchange{fd, question, *slot, index}.run();
  if (position != nullptr) *position = slot->position;
  release_slot(*slot);
  return error;
}

}  // namespace vc7::shim::client
