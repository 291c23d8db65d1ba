// SPDX-License-Identifier: MIT
#include <vc7/device/device.hpp>

#include <cstdlib>

#include <vc7/drm/kernel.hpp>
#include <vc7/drm/simulated.hpp>

#include "choice.hpp"
#include "core.hpp"
#include "info.hpp"
#include "message.hpp"

namespace vc7 {
namespace {

detail::Computer this_computer(const std::optional<sim::Options>& model) {
  const auto open_model = [model](const std::optional<sim::Topology>& topology) {
    drm::SimulatedOptions options;
    options.machine = model ? *model : sim::options_from_environment();
    if (topology) options.machine.topology = *topology;
    // Closing a Device has waited already.
    options.close_grace = std::chrono::milliseconds{0};
    return drm::open_simulated(std::move(options));
  };
  return {.probe = [] { return drm::probe(); },
          .open_any = [] { return drm::open_kernel(); },
          .open_path = [](const std::string& path) { return drm::open_kernel(path); },
          .open_model = open_model};
}

std::shared_ptr<detail::Core> make_core(std::unique_ptr<drm::Node> node, const std::string& note,
                                        DeviceOptions options) {
  DeviceInfo info = detail::ask_info(*node, note);
  std::optional<Capture> capture;
  if (!options.capture.empty())
    capture.emplace(options.capture, "the option capture");
  else if (const char* const folder = std::getenv("VC7_CAPTURE"); folder && *folder != '\0')
    capture.emplace(folder, "VC7_CAPTURE");
  return std::make_shared<detail::Core>(std::move(node), std::move(info), std::move(options),
                                        std::move(capture));
}

detail::Core& checked(const std::shared_ptr<detail::Core>& core) {
  if (core == nullptr) throw Error{"this Device was moved to another one"};
  return *core;
}

}  // namespace

Device::Device(std::shared_ptr<detail::Core> core) : core_{std::move(core)} {}
Device::Device(Device&&) noexcept = default;

Device& Device::operator=(Device&& other) noexcept {
  Device old{std::move(*this)};
  core_ = std::move(other.core_);
  return *this;
}

Device::~Device() {
  if (core_ != nullptr) core_->close();
}

Device Device::open(OpenOptions options) {
  auto [node, note] =
      detail::choose(options.device, std::getenv("VC7_DEVICE"), this_computer(options.model));
  return Device{make_core(std::move(node), note, std::move(options.options))};
}

Device Device::from(std::unique_ptr<drm::Node> node, DeviceOptions options) {
  if (node == nullptr) throw Error{"Device::from: there is no node"};
  return Device{make_core(std::move(node), "", std::move(options))};
}

const DeviceInfo& Device::info() const { return checked(core_).info(); }

DispatchTarget Device::dispatch_target() const {
  const DeviceInfo& i = info();
  // v3d71 §13.1, cfg4.
  return {.qpus = i.qpus(), .batches_minus_one = i.major == 7 && i.minor == 1 && i.revision < 6};
}

detail::Block Device::alloc_bytes(std::size_t count, std::size_t element_size, const Where& where) {
  return checked(core_).allocate(count, element_size, where);
}

Code Device::load(Program program, LoadOptions options, Where where) {
  return Code{checked(core_).load(std::move(program), options, where)};
}

Code Device::load(std::span<const std::uint64_t> words, LoadOptions options, Where where) {
  Program::Parts parts;
  parts.words.assign(words.begin(), words.end());
  parts.origins.resize(words.size());
  return load(Program{std::move(parts)}, options, where);
}

Event Device::submit(const Code& code, const Dispatch& dispatch, const UniformArgument& uniforms,
                     Where where) {
  detail::Core& core = checked(core_);
  if (code.empty()) detail::fail(where, "submit: the Code is empty, load a program first");
  if (code.image()->core.get() != &core)
    detail::fail(where, "submit: the Code was loaded on another Device");
  if (const auto* block = uniforms.block(); block != nullptr && block->owner() != &core)
    detail::fail(where, block->owner() == nullptr
                            ? "submit: the Buffer of the uniforms is empty"
                            : "submit: the Buffer of the uniforms belongs to another Device");
  if (dispatch.perfmon != nullptr && dispatch.perfmon->core_.get() != &core)
    detail::fail(where, "submit: the Perfmon belongs to another Device");
  const auto cfg =
      csd_config(dispatch, code.address(), uniforms.address(), dispatch_target(), where);
  const auto perfmon = dispatch.perfmon != nullptr ? dispatch.perfmon->id_ : 0;
  return Event{core.submit(cfg, uniforms.words(), perfmon, where)};
}

Event Device::submit(const std::array<std::uint32_t, 7>& cfg, Where where) {
  return Event{checked(core_).submit(cfg, {}, 0, where)};
}

void Device::synchronize() { checked(core_).synchronize(); }

drm::Node& Device::node() const { return checked(core_).node(); }

}  // namespace vc7
