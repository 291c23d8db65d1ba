// SPDX-License-Identifier: MIT
//
// A program on libdrm: it finds the device by itself and uses syncobjs.
#include <fcntl.h>
#include <unistd.h>
#include <xf86drm.h>

#include <string>

#include "client.hpp"

namespace client {
namespace {

void device_list() {
  drmDevicePtr devices[16];
  const int found = drmGetDevices2(0, devices, 16);
  CHECK(found >= 1);
  bool seen = false;
  for (int i = 0; i < found; ++i) {
    if (devices[i]->bustype != DRM_BUS_PLATFORM) continue;
    const std::string compatible = devices[i]->deviceinfo.platform->compatible[0];
    if (compatible != "brcm,2712-v3d") continue;
    seen = true;
    CHECK(std::string{devices[i]->businfo.platform->fullname}.find("1002000000") !=
          std::string::npos);
    CHECK(std::string{devices[i]->nodes[DRM_NODE_RENDER]} == render_node);
    CHECK((devices[i]->available_nodes & 1 << DRM_NODE_PRIMARY) != 0);
  }
  CHECK(seen);
  drmFreeDevices(devices, found);
}

void version(int fd) {
  drmVersionPtr version = drmGetVersion(fd);
  CHECK(version != nullptr && std::string{version->name} == "v3d");
  drmFreeVersion(version);
  CHECK(drmGetNodeTypeFromFd(fd) == DRM_NODE_RENDER);
  char* const name = drmGetDeviceNameFromFd2(fd);
  CHECK(name != nullptr && std::string{name} == render_node);
  std::free(name);
}

void syncobjs(int fd) {
  std::uint32_t handles[2];
  CHECK(drmSyncobjCreate(fd, 0, &handles[0]) == 0);
  CHECK(drmSyncobjCreate(fd, DRM_SYNCOBJ_CREATE_SIGNALED, &handles[1]) == 0);
  std::uint32_t first = 7;
  CHECK(drmSyncobjWait(fd, handles, 2, 0, DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT, &first) == 0);
  CHECK(first == 1);
  Buffer buffer{fd};
  buffer.load();
  CHECK(buffer.submit(handles[0]) == 0);
  CHECK(drmSyncobjWait(fd, handles, 2, INT64_MAX, DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL, &first) == 0);
  CHECK(buffer.results_right());
  CHECK(drmSyncobjReset(fd, handles, 2) == 0);
  CHECK(drmSyncobjSignal(fd, handles, 1) == 0);
  CHECK(drmSyncobjDestroy(fd, handles[0]) == 0 && drmSyncobjDestroy(fd, handles[1]) == 0);
  CHECK(drmSyncobjDestroy(fd, handles[0]) != 0);
}

}  // namespace

void libdrm(int) {
  device_list();
  const int fd = drmOpenWithType("v3d", nullptr, DRM_NODE_RENDER);
  CHECK(fd >= 0);
  version(fd);
  syncobjs(fd);
  drmClose(fd);
}

}  // namespace client
