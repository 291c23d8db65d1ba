// SPDX-License-Identifier: MIT
//
// Files that exist virtually are files of the tree that the server has made.
#pragma once

#include <sys/stat.h>

#include <climits>

namespace vc7::shim::client {

using PathBuffer = char[PATH_MAX];

/// Where `path` leads: into the tree if it exists there, else where it says.
const char* redirect(const char* path, PathBuffer& buffer);

/// What programs see of a path in the tree: without the root. Changes `path` in place.
void strip_root(char* path);

/// Character devices where the tree has sockets.
template <class Stat>
void show_device(Stat& status);
template <>
void show_device(struct stat& status);
template <>
void show_device(struct statx& status);

}  // namespace vc7::shim::client
