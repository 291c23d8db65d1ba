// SPDX-License-Identifier: MIT
//
// Names of places in a program. Usable in constant evaluation: names live in one character array,
// because std::string does not (Clang 16 with libstdc++ 12).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <vc7/base/origin.hpp>

namespace vc7 {

class Assembler;

/// A place in a program that is being assembled, defined or still to be defined. Belongs to its
/// assembler.
class Label {
 private:
  friend class Assembler;
  constexpr Label(const Assembler* owner, std::uint32_t id) : owner_{owner}, id_{id} {}
  const Assembler* owner_;
  std::uint32_t id_;
};

namespace qpu::detail {

/// All labels of a program by number. Names are full names.
class LabelTable {
 public:
  static constexpr std::uint32_t undefined = 0xffffffff;

  struct Entry {
    std::uint64_t hash;
    std::uint32_t name_begin, name_size;
    std::uint32_t position = undefined;
    Origin where;  ///< of the definition
  };

  constexpr std::size_t size() const { return entries_.size(); }
  constexpr Entry& operator[](std::uint32_t id) { return entries_[id]; }
  constexpr const Entry& operator[](std::uint32_t id) const { return entries_[id]; }
  constexpr std::string_view name(std::uint32_t id) const {
    return {names_.data() + entries_[id].name_begin, entries_[id].name_size};
  }

  constexpr bool contains(std::string_view prefix, std::string_view name) const {
    return !slots_.empty() && slots_[find_slot(prefix, name, hash(prefix, name))] != undefined;
  }

  /// The label `prefix` + `name`, made if it does not exist.
  constexpr std::uint32_t find_or_make(std::string_view prefix, std::string_view name) {
    if (entries_.size() * 2 >= slots_.size()) grow();
    const std::uint64_t wanted = hash(prefix, name);
    std::uint32_t& slot = slots_[find_slot(prefix, name, wanted)];
    if (slot != undefined) return slot;
    slot = static_cast<std::uint32_t>(entries_.size());
    const auto begin = static_cast<std::uint32_t>(names_.size());
    names_.insert(names_.end(), prefix.begin(), prefix.end());
    names_.insert(names_.end(), name.begin(), name.end());
    entries_.push_back({.hash = wanted,
                        .name_begin = begin,
                        .name_size = static_cast<std::uint32_t>(prefix.size() + name.size()),
                        .position = undefined,
                        .where = {}});
    return slot;
  }

 private:
  static constexpr std::uint64_t hash(std::string_view prefix, std::string_view name) {
    std::uint64_t h = 0xcbf29ce484222325;  // FNV-1a
    for (const std::string_view part : {prefix, name})
      for (const char c : part) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return h;
  }

  /// The slot that holds the label, or the free one where it belongs. Open addressing, a power of
  /// two of slots.
  constexpr std::size_t find_slot(std::string_view prefix, std::string_view name,
                                  std::uint64_t wanted) const {
    std::size_t slot = wanted & (slots_.size() - 1);
    while (slots_[slot] != undefined && !is(slots_[slot], prefix, name, wanted))
      slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  constexpr bool is(std::uint32_t id, std::string_view prefix, std::string_view label,
                    std::uint64_t wanted) const {
    if (entries_[id].hash != wanted) return false;
    const std::string_view full = name(id);
    return full.size() == prefix.size() + label.size() && full.substr(0, prefix.size()) == prefix &&
           full.substr(prefix.size()) == label;
  }

  constexpr void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, undefined);
    for (std::uint32_t id = 0; id < entries_.size(); ++id)
      slots_[find_slot({}, name(id), entries_[id].hash)] = id;
  }

  std::vector<Entry> entries_;
  std::vector<char> names_;
  std::vector<std::uint32_t> slots_;  // numbers of labels by hash
};

}  // namespace qpu::detail
}  // namespace vc7
