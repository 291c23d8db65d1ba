// SPDX-License-Identifier: MIT
//
// A real GPU through the kernel's v3d driver.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vc7/base/error.hpp>
#include <vc7/drm/node.hpp>

namespace vc7::drm {

/// Why a DRM node cannot be used.
enum class OpenProblem : std::uint8_t {
  not_found,   ///< no DRM device at all, or no such file
  not_drm,     ///< the file is no DRM device
  not_v3d,     ///< DRM devices, but driven by something else
  permission,  ///< the user may not open it
  failed,      ///< opening or identifying failed for another reason
  not_v7,      ///< a V3D older (or newer) than 7.x
  no_compute,  ///< the kernel offers no compute jobs
};

/// Thrown by open_kernel(). The message says what was looked at and what to do.
class OpenError : public Error {
 public:
  OpenError(OpenProblem problem, const std::string& message) : Error{message}, problem_{problem} {}
  OpenProblem problem() const { return problem_; }

 private:
  OpenProblem problem_;
};

/// One DRM node that was looked at.
struct ProbedNode {
  std::string path;                    ///< "/dev/dri/renderD128"
  std::string driver;                  ///< "v3d", "i915"; empty if not known
  std::string version;                 ///< "7.1.10" if it is a V3D that could be asked
  std::optional<OpenProblem> problem;  ///< nothing if open_kernel() would take it
  std::string verdict;                 ///< one line: "usable", or what is wrong
};

/// All DRM nodes of this computer in the order in which open_kernel() tries them: render nodes,
/// then primary nodes. Never throws for what it finds; the list is empty on a computer without DRM.
std::vector<ProbedNode> probe();

/// Opens the first usable V3D 7.x, whatever its node is called. Throws OpenError.
std::unique_ptr<Node> open_kernel();

/// Opens the V3D 7.x at `path`. Throws OpenError.
std::unique_ptr<Node> open_kernel(const std::string& path);

}  // namespace vc7::drm
