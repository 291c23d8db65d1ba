// SPDX-License-Identifier: MIT
//
// Buffers filled and copied by the tile buffer, and a job that does nothing: SUBMIT_CL.
#include <fcntl.h>
#include <unistd.h>

#include "client.hpp"
#include "support/tile_job.hpp"

namespace client {
namespace {

class Lists {
 public:
  Lists(int file, std::uint32_t from, std::uint32_t to)
      : buffer_{file}, handles_{buffer_.handle, from, to} {}

  void run(const vc7::test::TileJob& tiles, std::uint32_t handle_count) {
    SubmitCl job{};
    const auto inner = place(vc7::test::generic_list(tiles), 256);
    const auto binner = place(vc7::test::binner_list(tiles), 0);
    const auto outer = place(vc7::test::render_list(tiles, inner.start, inner.end), 512);
    job.bcl_start = binner.start;
    job.bcl_end = binner.end;
    job.rcl_start = outer.start;
    job.rcl_end = outer.end;
    job.bo_handles = reinterpret_cast<std::uint64_t>(handles_);
    job.bo_handle_count = handle_count;
    CHECK(ioctl(buffer_.fd, submit_cl, &job) == 0);
    CHECK(buffer_.wait() == 0);
  }
  void close() { buffer_.close(); }

 private:
  struct Range {
    std::uint32_t start, end;
  };
  Range place(const vc7::test::Bytes& list, std::uint32_t offset) {
    std::memcpy(buffer_.words + offset / 4, list.data(), list.size());
    const auto start = buffer_.address + offset;
    return {start, start + static_cast<std::uint32_t>(list.size())};
  }

  Buffer buffer_;
  std::uint32_t handles_[3];
};

void all_words_are(const Buffer& buffer, std::uint32_t value) {
  for (std::uint32_t i = 0; i < buffer.size / 4; ++i) CHECK(buffer.words[i] == value);
}

}  // namespace

void tile(int count) {
  const int fd = open(render_node, O_RDWR | O_CLOEXEC);
  CHECK(fd >= 0);
  Buffer from{fd}, to{fd};
  Lists lists{fd, from.handle, to.handle};
  for (int i = 0; i < count; ++i) {
    std::memset(to.words, 0xff, to.size);
    const auto low = static_cast<std::uint8_t>(i);
    const std::uint32_t value = 0x12345600u | low;
    lists.run({.to = from.address, .colour = std::array<std::uint8_t, 16>{low, 0x56, 0x34, 0x12}},
              2);
    all_words_are(from, value);
    all_words_are(to, 0xffffffff);
    lists.run({.to = to.address, .from = from.address}, 3);
    all_words_are(to, value);
    lists.run({}, 1);  // neither loads nor stores
    all_words_are(to, value);
  }
  lists.close();
  to.close();
  from.close();
  CHECK(close(fd) == 0);
}

}  // namespace client
