// SPDX-License-Identifier: MIT
//
// What else takes the name of a file: access, links, folders, attributes.
#include <dirent.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>

#include "paths.hpp"
#include "real.hpp"

namespace vc7::shim::client {
namespace {

using Filter = int(const dirent*);
using Compare = int(const dirent**, const dirent**);

constinit Real<int(int, const char*, int, int)> real_faccessat{"faccessat"};
constinit Real<int(const char*, int)> real_euidaccess{"euidaccess"};
constinit Real<ssize_t(int, const char*, char*, size_t)> real_readlinkat{"readlinkat"};
constinit Real<char*(const char*, char*)> real_realpath{"realpath"};
constinit Real<DIR*(const char*)> real_opendir{"opendir"};
constinit Real<int(const char*, dirent***, Filter*, Compare*)> real_scandir{"scandir"};

using GetAttribute = ssize_t(const char*, const char*, void*, size_t);
using ListAttributes = ssize_t(const char*, char*, size_t);
constinit Real<GetAttribute> real_getxattr{"getxattr"}, real_lgetxattr{"lgetxattr"};
constinit Real<ListAttributes> real_listxattr{"listxattr"}, real_llistxattr{"llistxattr"};

int access_at(int folder, const char* path, int mode, int flags) {
  PathBuffer buffer;
  return real_faccessat(folder, redirect(path, buffer), mode, flags);
}

ssize_t read_link_at(int folder, const char* path, char* to, size_t size) {
  PathBuffer buffer;
  return real_readlinkat(folder, redirect(path, buffer), to, size);
}

char* real_path(const char* path, char* to) {
  PathBuffer buffer;
  const char* const from = redirect(path, buffer);
  char* const result = real_realpath(from, to);
  if (result != nullptr && from == buffer) strip_root(result);
  return result;
}

}  // namespace
}  // namespace vc7::shim::client

using namespace vc7::shim::client;

VC7_INTERPOSE int access(const char* path, int mode) noexcept {
  return access_at(AT_FDCWD, path, mode, 0);
}
VC7_INTERPOSE int faccessat(int folder, const char* path, int mode, int flags) noexcept {
  return access_at(folder, path, mode, flags);
}
VC7_INTERPOSE int euidaccess(const char* path, int mode) noexcept {
  PathBuffer buffer;
  return real_euidaccess(redirect(path, buffer), mode);
}
VC7_INTERPOSE int eaccess(const char* path, int mode) noexcept { return euidaccess(path, mode); }

VC7_INTERPOSE ssize_t readlink(const char* path, char* to, size_t size) noexcept {
  return read_link_at(AT_FDCWD, path, to, size);
}
VC7_INTERPOSE ssize_t readlinkat(int folder, const char* path, char* to, size_t size) noexcept {
  return read_link_at(folder, path, to, size);
}
VC7_INTERPOSE ssize_t __readlink_chk(const char* path, char* to, size_t size, size_t room) {
  if (size > room) std::abort();
  return read_link_at(AT_FDCWD, path, to, size);
}
VC7_INTERPOSE ssize_t __readlinkat_chk(int folder, const char* path, char* to, size_t size,
                                       size_t room) {
  if (size > room) std::abort();
  return read_link_at(folder, path, to, size);
}

VC7_INTERPOSE char* realpath(const char* path, char* to) noexcept { return real_path(path, to); }
VC7_INTERPOSE char* __realpath_chk(const char* path, char* to, size_t room) {
  if (room < PATH_MAX) std::abort();
  return real_path(path, to);
}
VC7_INTERPOSE char* canonicalize_file_name(const char* path) noexcept {
  return real_path(path, nullptr);
}

VC7_INTERPOSE DIR* opendir(const char* path) {
  PathBuffer buffer;
  return real_opendir(redirect(path, buffer));
}
VC7_INTERPOSE int scandir(const char* path, dirent*** list, Filter* filter, Compare* compare) {
  PathBuffer buffer;
  return real_scandir(redirect(path, buffer), list, filter, compare);
}
VC7_INTERPOSE int scandir64(const char* path, dirent64*** list, int (*filter)(const dirent64*),
                            int (*compare)(const dirent64**, const dirent64**)) {
  // The same structure under two names.
  return scandir(path, reinterpret_cast<dirent***>(list), reinterpret_cast<Filter*>(filter),
                 reinterpret_cast<Compare*>(compare));
}

// ls -l asks for access control lists.
VC7_INTERPOSE ssize_t getxattr(const char* path, const char* name, void* to, size_t size) noexcept {
  PathBuffer buffer;
  return real_getxattr(redirect(path, buffer), name, to, size);
}
VC7_INTERPOSE ssize_t lgetxattr(const char* path, const char* name, void* to,
                                size_t size) noexcept {
  PathBuffer buffer;
  return real_lgetxattr(redirect(path, buffer), name, to, size);
}
VC7_INTERPOSE ssize_t listxattr(const char* path, char* to, size_t size) noexcept {
  PathBuffer buffer;
  return real_listxattr(redirect(path, buffer), to, size);
}
VC7_INTERPOSE ssize_t llistxattr(const char* path, char* to, size_t size) noexcept {
  PathBuffer buffer;
  return real_llistxattr(redirect(path, buffer), to, size);
}
