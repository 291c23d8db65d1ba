// SPDX-License-Identifier: MIT
//
// What a confused or hostile program writes to the device file, without a system call of ours.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <random>
#include <vector>

#include "client.hpp"

namespace client {
namespace {

// The start of a message as src/shim/protocol.hpp has it.
struct Head {
  std::uint32_t magic = 0x37637602, kind = 0;
  std::uint64_t code = submit_csd, argument = 0;
  std::uint32_t slot = 0, sequence = 1, process = 0, regions = 0;
};

void send_bytes(const void* bytes, std::size_t size) {
  const int fd = open(render_node, O_RDWR);
  CHECK(fd >= 0);
  CHECK(send(fd, bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size));
  // Until the server has read all of it and closed its end: with sanitizers it is slower than this
  // program, and what it still has to look at would make later calls wait.
  CHECK(shutdown(fd, SHUT_WR) == 0);
  std::array<char, 256> answer{};
  while (read(fd, answer.data(), answer.size()) > 0) {
  }
  close(fd);
}

}  // namespace

void garbage(int count) {
  std::mt19937 random{1};
  std::vector<std::uint32_t> words(1024);
  for (int i = 0; i < count; ++i) {
    const std::size_t size = random() % words.size();
    for (auto& word : words) word = random() % 4 == 0 ? random() : random() % 16;
    send_bytes(words.data(), size * 4);
    // A right start: what follows is looked at.
    Head head;
    head.kind = random() % 5;
    head.slot = random() % 1100;
    head.regions = random() % 70;
    head.code = random() % 2 == 0 ? submit_csd : random();
    std::memcpy(words.data(), &head, sizeof head);
    send_bytes(words.data(), sizeof head + size * 2);
  }
  // The file is closed for the program that did it, and works for others.
  const int bad = open(render_node, O_RDWR);
  CHECK(write(bad, "x", 1) == 1);
  GetParam args{4, 0, 0};
  CHECK_ERRNO(ioctl(bad, get_param, &args), ENODEV);
  raw(1);
}

}  // namespace client
