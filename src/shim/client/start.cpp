// SPDX-License-Identifier: MIT
#include "start.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../protocol.hpp"

namespace vc7::shim::client {
namespace {

constinit char socket_path[108]{};

// The command, seen from this library: beside `lib` in the build, beside it when installed.
bool find_command(char* path, std::size_t size) {
  Dl_info own;
  if (dladdr(reinterpret_cast<void*>(&start_server), &own) == 0) return false;
  const char* const slash = std::strrchr(own.dli_fname, '/');
  if (slash == nullptr) return false;
  for (const char* const place : {VC7_SHIM_COMMAND_PLACES}) {
    std::snprintf(path, size, "%.*s/%s", static_cast<int>(slash - own.dli_fname), own.dli_fname,
                  place);
    if (access(path, X_OK) == 0) return true;
  }
  return false;
}

bool read_line(int fd) {
  std::size_t have = 0;
  while (have + 1 < sizeof socket_path) {
    const auto got = syscall(SYS_read, fd, socket_path + have, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1) return false;
    if (socket_path[have] == '\n') {
      socket_path[have] = '\0';
      return true;
    }
    ++have;
  }
  return false;
}

// The environment of the server: without us in front of it.
char** environment_without_preload() {
  std::size_t count = 0;
  while (environ[count] != nullptr) ++count;
  auto** const copy = static_cast<char**>(std::malloc((count + 1) * sizeof(char*)));
  if (copy == nullptr) return nullptr;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i)
    if (std::strncmp(environ[i], "LD_PRELOAD=", 11) != 0) copy[kept++] = environ[i];
  copy[kept] = nullptr;
  return copy;
}

}  // namespace

// The server detaches itself and says its path when it is ready; `vc7 exec --serve` ends a moment
// after its last program.
const char* start_server() {
  char command[4096];
  if (!find_command(command, sizeof command)) {
    std::fprintf(stderr, "libvc7_shim: no vc7 command beside this library: no device\n");
    return nullptr;
  }
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return nullptr;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  char exec[] = "exec", serve[] = "--serve";
  char* const arguments[] = {command, exec, serve, nullptr};
  char** const environment = environment_without_preload();
  pid_t child;
  const int failed = environment == nullptr ||
                     posix_spawn(&child, command, &actions, nullptr, arguments, environment) != 0;
  std::free(environment);
  posix_spawn_file_actions_destroy(&actions);
  syscall(SYS_close, pipe_ends[1]);
  const bool ready = !failed && read_line(pipe_ends[0]);
  syscall(SYS_close, pipe_ends[0]);
  if (!failed) waitpid(child, nullptr, 0);  // the one that detached the server
  if (!ready || setenv(socket_variable, socket_path, 1) != 0) return nullptr;
  return socket_path;
}

}  // namespace vc7::shim::client
