// SPDX-License-Identifier: MIT
#include "decode_call.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace vc7::tool {
namespace {

constexpr std::uint64_t number_of_mmap = 0x100;  // those of ioctls have 8 bits

/// One number of a structure (v3d71 §14.2; drm.h for those of the DRM core).
struct Field {
  const char* name;
  std::size_t offset;
  std::size_t size;  ///< 4 or 8 bytes
  bool hexadecimal = false;
};

struct Layout {
  std::uint64_t number;
  std::string_view name;
  std::vector<Field> fields;
};

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> all = {
      {0x00, "VERSION", {{"major", 0, 4}, {"minor", 4, 4}, {"name_len", 16, 8}}},
      {0x09, "GEM_CLOSE", {{"handle", 0, 4}}},
      {0x0c, "GET_CAP", {{"capability", 0, 8, true}, {"value", 8, 8}}},
      {0x2d, "PRIME_HANDLE_TO_FD", {{"handle", 0, 4}, {"flags", 4, 4, true}, {"fd", 8, 4}}},
      {0x2e, "PRIME_FD_TO_HANDLE", {{"handle", 0, 4}, {"flags", 4, 4, true}, {"fd", 8, 4}}},
      {0x40,
       "SUBMIT_CL",
       {{"bcl_start", 0, 4, true},
        {"bcl_end", 4, 4, true},
        {"rcl_start", 8, 4, true},
        {"rcl_end", 12, 4, true},
        {"out_sync", 24, 4},
        {"bo_handle_count", 48, 4},
        {"flags", 52, 4, true}}},
      {0x41, "WAIT_BO", {{"handle", 0, 4}, {"timeout_ns", 8, 8}}},
      {0x42,
       "CREATE_BO",
       {{"size", 0, 4}, {"flags", 4, 4, true}, {"handle", 8, 4}, {"offset", 12, 4, true}}},
      {0x43, "MMAP_BO", {{"handle", 0, 4}, {"flags", 4, 4, true}, {"offset", 8, 8, true}}},
      {0x44, "GET_PARAM", {{"param", 0, 4}, {"value", 8, 8, true}}},
      {0x45, "GET_BO_OFFSET", {{"handle", 0, 4}, {"offset", 4, 4, true}}},
      {0x46, "SUBMIT_TFU", {{"icfg", 0, 4, true}, {"out_sync", 64, 4}}},
      {0x47,
       "SUBMIT_CSD",
       {{"cfg0", 0, 4, true},
        {"cfg1", 4, 4, true},
        {"cfg2", 8, 4, true},
        {"cfg3", 12, 4, true},
        {"cfg4", 16, 4, true},
        {"cfg5", 20, 4, true},
        {"cfg6", 24, 4, true},
        {"bo_handle_count", 56, 4},
        {"in_sync", 60, 4},
        {"out_sync", 64, 4},
        {"perfmon_id", 68, 4},
        {"extensions", 72, 8, true},
        {"flags", 80, 4, true}}},
      {0x48, "PERFMON_CREATE", {{"id", 0, 4}, {"ncounters", 4, 4}}},
      {0x49, "PERFMON_DESTROY", {{"id", 0, 4}}},
      {0x4a, "PERFMON_GET_VALUES", {{"id", 0, 4}}},
      {0x4b, "SUBMIT_CPU", {{"bo_handle_count", 8, 4}, {"flags", 12, 4, true}}},
      {0x4c, "PERFMON_GET_COUNTER", {}},
      {0x4d, "PERFMON_SET_GLOBAL", {{"flags", 0, 4, true}, {"id", 4, 4}}},
      {0xbf, "SYNCOBJ_CREATE", {{"handle", 0, 4}, {"flags", 4, 4, true}}},
      {0xc0, "SYNCOBJ_DESTROY", {{"handle", 0, 4}}},
      {0xc1, "SYNCOBJ_HANDLE_TO_FD", {{"handle", 0, 4}, {"flags", 4, 4, true}, {"fd", 8, 4}}},
      {0xc2, "SYNCOBJ_FD_TO_HANDLE", {{"handle", 0, 4}, {"flags", 4, 4, true}, {"fd", 8, 4}}},
      {0xc3,
       "SYNCOBJ_WAIT",
       {{"timeout_nsec", 8, 8},
        {"count_handles", 16, 4},
        {"flags", 20, 4, true},
        {"first_signaled", 24, 4}}},
      {0xc4, "SYNCOBJ_RESET", {{"count_handles", 8, 4}}},
      {0xc5, "SYNCOBJ_SIGNAL", {{"count_handles", 8, 4}}},
      {0xca,
       "SYNCOBJ_TIMELINE_WAIT",
       {{"timeout_nsec", 16, 8}, {"count_handles", 24, 4}, {"flags", 28, 4, true}}},
      {0xcb, "SYNCOBJ_QUERY", {{"count_handles", 16, 4}, {"flags", 20, 4, true}}},
      {0xcc, "SYNCOBJ_TRANSFER", {{"src_handle", 0, 4}, {"dst_handle", 4, 4}}},
      {0xcd, "SYNCOBJ_TIMELINE_SIGNAL", {{"count_handles", 16, 4}}},
  };
  return all;
}

std::uint64_t number_at(std::span<const std::byte> bytes, const Field& field) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data() + field.offset, field.size);
  return value;
}

std::string arguments(const Layout& layout, std::span<const std::byte> bytes) {
  std::string text;
  for (const auto& field : layout.fields) {
    if (field.offset + field.size > bytes.size()) break;  // an older structure
    const auto value = number_at(bytes, field);
    text += fmt::format(fmt::runtime(field.hexadecimal ? "{}{}=0x{:x}" : "{}{}={}"),
                        text.empty() ? "" : ", ", field.name, value);
  }
  return text;
}

}  // namespace

std::uint64_t call_number(const shim::Call& call) {
  return call.request == 0 ? number_of_mmap : call.request & 0xff;
}

std::optional<std::uint64_t> find_call(std::string_view name) {
  if (name == "mmap") return number_of_mmap;
  const auto& all = layouts();
  const auto layout = std::ranges::find(all, name, &Layout::name);
  if (layout == all.end()) return std::nullopt;
  return layout->number;
}

std::string decode_call(const shim::Call& call) {
  if (call.request == 0) return fmt::format("mmap(offset=0x{:x})", call.argument);
  const auto& all = layouts();
  const auto number = call.request & 0xff;
  const auto layout = std::ranges::find(all, number, &Layout::number);
  if (layout == all.end()) return fmt::format("ioctl(0x{:08x})", call.request);
  return fmt::format("{}({})", layout->name, arguments(*layout, call.structure));
}

}  // namespace vc7::tool
