// SPDX-License-Identifier: MIT
//
// Eight threads of jobs on two opens of the device.
#include <fcntl.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "client.hpp"

namespace client {

void threads(int count) {
  const int files[2] = {open(render_node, O_RDWR), open(render_node, O_RDWR)};
  std::vector<std::thread> all;
  for (int i = 0; i < 8; ++i)
    all.emplace_back([fd = files[i % 2], count] {
      Buffer buffer{fd};
      buffer.load();
      for (int job = 0; job < count; ++job) {
        std::memset(buffer.words + 512, 0xff, 64);
        CHECK(buffer.submit() == 0);
        CHECK(buffer.wait() == 0);
        CHECK(buffer.results_right());
      }
      buffer.close();
    });
  for (auto& thread : all) thread.join();
}

}  // namespace client
