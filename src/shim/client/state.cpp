// SPDX-License-Identifier: MIT
#include "state.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../protocol.hpp"
#include "arena.hpp"
#include "start.hpp"

namespace vc7::shim::client {
namespace {

constinit Server the_server{};
// 0: not looked for, 1: somebody is looking, 2: there is one, 3: there is none
constinit std::atomic<int> known = 0;

constexpr int drm_major = 226;

// Links in /dev/dri of the tree lead to the nodes, whatever their numbers are.
bool find_node(Server& to, Node node, const char* name) {
  auto& entry = to.nodes[index(node)];
  struct stat status;
  const int length = std::snprintf(entry.path, sizeof entry.path, "%s%s", to.root, name);
  if (length < 0 || static_cast<std::size_t>(length) >= sizeof entry.path) return false;
  // Not stat(): that would be ours.
  if (syscall(SYS_newfstatat, AT_FDCWD, entry.path, &status, 0) != 0) return false;
  entry.device = status.st_dev;
  entry.inode = status.st_ino;
  return true;
}

// The number of a node is in the file that sysfs has for it: "226:128".
dev_t read_number(const Server& of, const char* name) {
  char path[sizeof of.root + 64];
  std::snprintf(path, sizeof path, "%s/sys/class/drm/%s/dev", of.root, name);
  const auto fd = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
  if (fd < 0) return 0;
  char text[32]{};
  const auto got = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  const char* const colon = got > 0 ? std::strchr(text, ':') : nullptr;
  return colon == nullptr ? 0 : makedev(drm_major, static_cast<unsigned>(std::atoi(colon + 1)));
}

// "render renderD128\ncard card0\n" in the file `nodes` beside the socket.
bool read_nodes(Server& to) {
  char path[sizeof to.root + 16];
  std::snprintf(path, sizeof path, "%s/../nodes", to.root);
  const auto fd = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
  if (fd < 0) return false;
  char text[128]{};
  const auto got = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  char render[32], card[32];
  if (got <= 0 || std::sscanf(text, "%31s %31s", render, card) != 2) return false;
  char name[48];
  std::snprintf(name, sizeof name, "/dev/dri/%s", render);
  if (!find_node(to, Node::render, name)) return false;
  std::snprintf(name, sizeof name, "/dev/dri/%s", card);
  if (!find_node(to, Node::card, name)) return false;
  to.nodes[index(Node::render)].number = read_number(to, render);
  to.nodes[index(Node::card)].number = read_number(to, card);
  to.nodes[index(Node::memory)].number = makedev(1, 1);
  return find_node(to, Node::memory, "/dev/mem");
}

bool read_server(Server& to, const char* control) {
  const char* const slash = std::strrchr(control, '/');
  if (slash == nullptr || std::strlen(control) >= sizeof to.control) return false;
  std::strcpy(to.control, control);
  const int length = std::snprintf(to.root, sizeof to.root, "%.*s/root",
                                   static_cast<int>(slash - control), control);
  if (length < 0 || static_cast<std::size_t>(length) >= sizeof to.root) return false;
  to.root_size = static_cast<std::size_t>(length);
  std::snprintf(to.sync, sizeof to.sync, "%.*s/sync", static_cast<int>(slash - control), control);
  return read_nodes(to);
}

const Server* look(bool start) {
  const int saved = errno;
  int state = known.load(std::memory_order_acquire);
  while (state != 2) {
    if (state == 3 && !start) break;
    if (state == 1) {
      usleep(100);
      state = known.load(std::memory_order_acquire);
      continue;
    }
    if (!known.compare_exchange_weak(state, 1)) continue;
    const char* control = std::getenv(socket_variable);
    if (control == nullptr && start) control = start_server();
    const bool found = control != nullptr && read_server(the_server, control);
    state = found ? 2 : 3;
    known.store(state, std::memory_order_release);
    if (!found) break;
  }
  errno = saved;
  return state == 2 ? &the_server : nullptr;
}

}  // namespace

const Server* server() { return look(false); }
const Server* server_or_start() { return look(true); }

extern "C" __attribute__((visibility("default"))) void vc7_shim_reset() {
  forget_arena();
  known = 0;
}

Node node_of(int fd) {
  const Server* const ours = server();
  if (ours == nullptr || fd < 0) return Node::none;
  const int saved = errno;
  sockaddr_un peer;
  socklen_t size = sizeof peer;
  const int result = getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size);
  errno = saved;
  if (result != 0 || size <= offsetof(sockaddr_un, sun_path) || peer.sun_family != AF_UNIX)
    return Node::none;
  if (std::strncmp(peer.sun_path, ours->sync, std::strlen(ours->sync)) == 0) return Node::exported;
  if (std::strncmp(peer.sun_path, ours->root, ours->root_size) != 0) return Node::none;
  for (const auto node : {Node::render, Node::card, Node::memory})
    if (std::strcmp(peer.sun_path, ours->nodes[index(node)].path) == 0) return node;
  return Node::none;
}

Node node_of(const struct stat& status) {
  if (!S_ISSOCK(status.st_mode)) return Node::none;
  const Server* const ours = server();
  if (ours == nullptr) return Node::none;
  for (const auto node : {Node::render, Node::card, Node::memory}) {
    const auto& entry = ours->nodes[index(node)];
    if (entry.device == status.st_dev && entry.inode == status.st_ino) return node;
  }
  return Node::none;
}

int connect_to(const char* path, bool close_on_exec) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (std::strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | (close_on_exec ? SOCK_CLOEXEC : 0), 0);
  if (fd < 0) return -1;
  int result;
  do result = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  while (result != 0 && errno == EINTR);
  if (result == 0) return fd;
  syscall(SYS_close, fd);
  errno = ENODEV;  // the server is gone: the device was unplugged
  return -1;
}

}  // namespace vc7::shim::client
