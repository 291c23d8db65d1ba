// SPDX-License-Identifier: MIT
#include "descriptors.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace vc7::shim::client {
namespace {

union Control {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

}  // namespace

int send_message(int fd, iovec* parts, std::size_t count, int descriptor) {
  Control control{};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = count;
  if (descriptor >= 0) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
  }
  while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

int receive_descriptor(int fd) {
  Control control{};
  char byte;
  iovec part{&byte, 1};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  ssize_t got;
  do got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got <= 0 || message.msg_controllen < CMSG_LEN(sizeof(int)) ||
      control.header.cmsg_type != SCM_RIGHTS)
    return -1;
  int descriptor;
  std::memcpy(&descriptor, CMSG_DATA(&control.header), sizeof descriptor);
  return descriptor;
}

}  // namespace vc7::shim::client
