// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include "client.hpp"

namespace client {

// The buffers are left to the close, as programs that end do.
void opens(int count) {
  for (int i = 0; i < count; ++i) {
    const int fd = open(render_node, O_RDWR);
    CHECK(fd >= 0 && fd < 16);
    Buffer buffer{fd, 1 << 20};
    buffer.words[1] = 1;
    CHECK(munmap(buffer.words, buffer.size) == 0);
    CHECK(close(fd) == 0);
  }
}

}  // namespace client
