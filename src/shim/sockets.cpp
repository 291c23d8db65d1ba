// SPDX-License-Identifier: MIT
#include "sockets.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <vc7/base/error.hpp>

namespace vc7::shim {
namespace {

union Control {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

Descriptor listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw Error{"too long for a socket: " + path};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  Descriptor fd{socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd || bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd.get(), 128) != 0)
    throw Error{"cannot listen at " + path + ": " + std::strerror(errno)};
  return fd;
}

std::pair<Descriptor, Descriptor> named_pair(const std::string& prefix, std::uint64_t number) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return {};
  Descriptor ours{pair[0]}, theirs{pair[1]};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = prefix + std::to_string(number);
  if (path.size() >= sizeof address.sun_path) return {};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (bind(ours.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  unlink(path.c_str());  // the name is enough
  return {std::move(ours), std::move(theirs)};
}

std::optional<Received> receive(int fd, std::span<std::byte> buffer) {
  Control control{};
  iovec part{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  const auto got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (got <= 0) return std::nullopt;
  Received result{buffer.first(static_cast<std::size_t>(got)), {}, false};
  result.too_long = (message.msg_flags & MSG_TRUNC) != 0;
  if (message.msg_controllen >= CMSG_LEN(sizeof(int)) && control.header.cmsg_level == SOL_SOCKET &&
      control.header.cmsg_type == SCM_RIGHTS) {
    int descriptor;
    std::memcpy(&descriptor, CMSG_DATA(&control.header), sizeof descriptor);
    result.descriptor = Descriptor{descriptor};
  }
  return result;
}

bool send_descriptor(int fd, int descriptor) {
  Control control{};
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
  char byte = 0;
  iovec part{&byte, 1};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  // Never blocks: a program that does not read does not get it.
  return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

}  // namespace vc7::shim
