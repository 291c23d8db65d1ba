// SPDX-License-Identifier: MIT
//
// A GPU, or the model of one: memory, programs, jobs.
//
//   vc7::Device device = vc7::Device::open();
//   auto x = device.alloc<float>(1024, 1.0f);
//   vc7::Code code = device.load(assembler.finish());
//   device.run(code, vc7::Dispatch::batches(12), vc7::Uniforms{x, x.size()});
//
// Wrong input is answered by an Error that names what was found, what is allowed and the place of
// the call.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vc7/asm/program.hpp>
#include <vc7/base/error.hpp>
#include <vc7/device/buffer.hpp>
#include <vc7/device/code.hpp>
#include <vc7/device/dispatch.hpp>
#include <vc7/device/event.hpp>
#include <vc7/device/uniforms.hpp>
#include <vc7/drm/node.hpp>
#include <vc7/sim/machine.hpp>

namespace vc7 {

/// How a Device works. The defaults are right for nearly everybody.
struct DeviceOptions {
  /// Takes small buffers out of shared buffer objects. Without it every buffer has its own one, so
  /// that more of the accesses beyond its end are faults on the device model.
  bool pool_small_buffers = true;
  /// How long closing waits for each job on the device model before it is stopped. A real GPU is
  /// waited for without limit: its kernel driver kills what hangs.
  std::chrono::milliseconds close_grace{10'000};
  /// Gets the errors of jobs whose Event was dropped and that nobody asked for until the Device is
  /// closed. Not set: they are written to standard error. Must not throw.
  std::function<void(const JobError&)> unreported{};
  /// A folder: every job is saved there before it runs, as a job file (job_file.hpp) with the
  /// contents of all buffers, to be run again by `vc7 run`. Empty: what the environment variable
  /// VC7_CAPTURE says. A job then waits for those before it. What cannot be saved is an Error of
  /// submit().
  std::string capture{};
};

/// Which device to open, and how.
struct OpenOptions {
  /// "drm", "sim", "sim:7.1.7", "sim:7.1.10" or the path of a DRM node ("/dev/dri/renderD128").
  /// Empty: what the environment variable VC7_DEVICE says, and if that is empty or not set, the
  /// first V3D 7.x found, else the device model.
  std::string device{};
  /// Of the device model; "sim:VERSION" sets the topology. Not given: the defaults and the
  /// variables VC7_SIM, VC7_SIM_THREADS, VC7_SIM_BUDGET.
  std::optional<sim::Options> model{};
  DeviceOptions options{};
};

/// What is known about a device.
struct DeviceInfo {
  std::string description;  ///< one line; says "simulated" if it is
  bool simulated = false;
  std::string version;  ///< "7.1.10"
  unsigned major = 0, minor = 0, revision = 0;
  unsigned slices = 0;
  unsigned qpus_per_slice = 0;
  /// Hertz; nothing if the system does not tell, and for the device model.
  std::optional<double> clock_hz;
  /// The kernel's parameters that it knows, by name ("core0_ident1"), in the order of their
  /// numbers.
  std::vector<std::pair<std::string, std::uint64_t>> parameters;

  unsigned qpus() const { return slices * qpus_per_slice; }
  /// Batches that can be resident at once.
  unsigned threads(Threading threading = Threading::two_way) const {
    return qpus() * (threading == Threading::four_way ? 4 : 2);
  }
};

/// Move-only. All functions but the destructor and moving may be called by several threads at once;
/// the jobs of one Device run in the order of their submission. Destruction waits for the jobs in
/// flight. Buffers, Codes and Events may outlive it.
class Device {
 public:
  using Where = std::source_location;

  /// Opens a V3D 7.x or, if this computer has none, the device model: see OpenOptions::device. A
  /// V3D that is there but cannot be used (permissions) is an error, not a reason for the model.
  /// Throws Error.
  static Device open() { return open(OpenOptions{}); }
  static Device open(std::string_view device) {
    return open(OpenOptions{.device = std::string{device}});
  }
  static Device open(OpenOptions options);
  /// A Device on a node that somebody else opened. Throws Error if it is null or no V3D 7.x.
  static Device from(std::unique_ptr<drm::Node> node, DeviceOptions options = {});

  ~Device();
  Device(Device&&) noexcept;
  Device& operator=(Device&&) noexcept;

  const DeviceInfo& info() const;
  /// One line, such as "/dev/dri/renderD128: V3D 7.1.10" or "device model of V3D 7.1.10 with 12
  /// QPUs (simulated)", and why the model was taken if nobody asked for it.
  const std::string& description() const { return info().description; }
  /// True if results and times are those of the device model.
  bool is_simulated() const { return info().simulated; }
  unsigned qpus() const { return info().qpus(); }
  /// Batches that can be resident at once.
  unsigned threads(Threading threading = Threading::two_way) const {
    return info().threads(threading);
  }
  DispatchTarget dispatch_target() const;

  // ---- memory ----

  /// `n` elements, all bytes zero. 1 or more; n * sizeof(T) is limited by the 4 GiB address space
  /// and the memory. Throws Error.
  template <BufferElement T>
  Buffer<T> alloc(std::size_t n, Where where = Where::current()) {
    return Buffer<T>{alloc_bytes(n, sizeof(T), where)};
  }
  /// `n` elements with this value.
  template <BufferElement T>
  Buffer<T> alloc(std::size_t n, const std::type_identity_t<T>& value,
                  Where where = Where::current()) {
    auto buffer = alloc<T>(n, where);
    buffer.fill(value);
    return buffer;
  }
  /// A copy of these elements, 1 or more: `device.copy<float>(vector)`.
  template <BufferElement T>
  Buffer<T> copy(std::span<const T> elements, Where where = Where::current()) {
    auto buffer = alloc<T>(elements.size(), where);
    std::copy(elements.begin(), elements.end(), buffer.begin());
    return buffer;
  }

  // ---- programs ----

  /// Loads a program; its absolute branches are set to where it lies. The memory behind it is
  /// padded, since instructions behind the end are fetched (v3d71 §12.5), with words that are no
  /// instructions. A program that breaks rules of the verifier may hang a real GPU and is refused:
  /// `options` say which rules count, strict ones by default. Code that a job names by its address
  /// is not checked. Throws LoadError for broken rules, Error if the program is empty or memory is
  /// short.
  Code load(Program program, LoadOptions options = {}, Where where = Where::current());
  /// Loads raw words, which have no source lines.
  Code load(std::span<const std::uint64_t> words, LoadOptions options = {},
            Where where = Where::current());

  // ---- jobs ----

  /// Queues a job and returns at once. Also throws the JobError of an earlier job whose Event was
  /// dropped; then this job was not queued.
  Event submit(const Code& code, const Dispatch& dispatch, const UniformArgument& uniforms = {},
               Where where = Where::current());
  /// The same with raw configuration words, which nobody checks but the device (v3d71 §13.1). Wrong
  /// ones may hang a real GPU.
  Event submit(const std::array<std::uint32_t, 7>& cfg, Where where = Where::current());

  /// submit() and Event::wait().
  Event run(const Code& code, const Dispatch& dispatch, const UniformArgument& uniforms = {},
            Where where = Where::current()) {
    Event event = submit(code, dispatch, uniforms, where);
    event.wait();
    return event;
  }
  Event run(const std::array<std::uint32_t, 7>& cfg, Where where = Where::current()) {
    Event event = submit(cfg, where);
    event.wait();
    return event;
  }

  /// Waits for all jobs submitted so far and throws the first JobError that no Event has thrown
  /// yet.
  void synchronize();

  /// The kernel interface below. Valid as long as this Device.
  drm::Node& node() const;

 private:
  friend class PerformanceMonitor;
  explicit Device(std::shared_ptr<detail::Core> core);
  detail::Block alloc_bytes(std::size_t count, std::size_t element_size, const Where& where);

  std::shared_ptr<detail::Core> core_;
};

}  // namespace vc7
