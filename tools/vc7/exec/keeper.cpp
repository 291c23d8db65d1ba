// SPDX-License-Identifier: MIT
#include "keeper.hpp"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <string>

#include <vc7/base/error.hpp>

namespace vc7::tool {
namespace {

constexpr char done = 'd';  // written by a server that has ended as it should

void close_all() {
  for (int fd = 0; fd < 3; ++fd) close(fd);
  if (syscall(SYS_close_range, 4, UINT_MAX, 0) == 0) return;
  for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd > 3; --fd) close(static_cast<int>(fd));
}

// After a fork of a process with threads: allocates nothing. The sockets of the server are closed
// here too, or its programs would not be told of its end.
[[noreturn]] void keep(const shim::Server& server, const char* folder, int alive, pid_t parent) {
  setsid();  // signals of the terminal are for the command
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) std::signal(signal, SIG_IGN);
  dup2(alive, 3);
  close_all();
  char byte = 0;
  while (read(3, &byte, 1) < 0 && errno == EINTR) continue;
  if (byte == done) _exit(0);
  // The kernel closes one socket after the other; the process is gone when all are closed.
  while (getppid() == parent) usleep(1000);
  server.answer_after_death();
  execl("/bin/rm", "rm", "-rf", folder, nullptr);
  _exit(1);
}

}  // namespace

Keeper::Keeper(const shim::Server& server) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Error{std::string{"socketpair: "} + std::strerror(errno)};
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ < 0) throw Error{std::string{"fork: "} + std::strerror(errno)};
  if (process_ == 0) keep(server, server.folder().c_str(), ends[0], parent);
  close(ends[0]);
  alive_ = ends[1];
}

// Before the server ends, so that a new folder of the same name is safe.
Keeper::~Keeper() {
  send(alive_, &done, 1, MSG_NOSIGNAL);  // fails if somebody has killed the keeper
  waitpid(process_, nullptr, 0);
  close(alive_);
}

}  // namespace vc7::tool
