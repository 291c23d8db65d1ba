// SPDX-License-Identifier: MIT
//
// Where the server is, and which sockets are its.
#pragma once

#include <sys/stat.h>
#include <sys/un.h>

#include <cstddef>

namespace vc7::shim::client {

/// What an open file of ours is: the device nodes, /dev/mem, a descriptor that a call has made.
enum class Node { none, render, card, memory, exported };

/// Paths of a server; they never change once they are known.
struct Server {
  char control[sizeof(sockaddr_un::sun_path)];  ///< the path in VC7_SHIM_SOCKET
  char root[sizeof(sockaddr_un::sun_path)];     ///< what stands for / in it
  char sync[sizeof(sockaddr_un::sun_path)];     ///< how the names of exported descriptors begin
  std::size_t root_size;
  struct {
    char path[sizeof(sockaddr_un::sun_path)];  ///< of the socket
    dev_t device;                              ///< the file system and number of its file
    ino_t inode;
    dev_t number;  ///< the device number that programs see
  } nodes[3];      ///< of render, card, memory
};

/// The server of this process; null if there is none.
const Server* server();
/// The same; starts a server if there is none.
const Server* server_or_start();

/// For tests, which have one server after the other: looks at the environment again.
extern "C" void vc7_shim_reset();

/// Which node an open file belongs to. `none` for all files that are not ours, with errno as it
/// was.
Node node_of(int fd);
/// Which node a file of the tree stands for.
Node node_of(const struct stat& status);
inline std::size_t index(Node node) { return static_cast<std::size_t>(node) - 1; }

/// A new socket that is connected to the server at `path`; -1 and errno.
int connect_to(const char* path, bool close_on_exec);

}  // namespace vc7::shim::client
