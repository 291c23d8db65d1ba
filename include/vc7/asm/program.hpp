// SPDX-License-Identifier: MIT
//
// What an assembler makes: machine words, where each comes from, and the labels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/base/origin.hpp>

namespace vc7 {

inline constexpr std::size_t bytes_per_word = 8;

/// A label and the instruction it stands before.
struct ProgramLabel {
  std::string name;  ///< with namespaces: "x.y.name"
  std::size_t index;
  constexpr std::size_t byte_offset() const { return index * bytes_per_word; }
};

/// A branch to the absolute address of an instruction of the program.
struct AbsoluteBranch {
  std::size_t index;   ///< the branch
  std::size_t target;  ///< the instruction it goes to
};

/// An assembled program. A value; its parts do not change except by rebase().
class Program {
 public:
  struct Parts {
    std::vector<std::uint64_t> words;
    std::vector<Origin> origins;  ///< one per word
    std::vector<ProgramLabel> labels;
    std::vector<AbsoluteBranch> absolute_branches;
    std::uint32_t base_address = 0;  ///< which the words of absolute_branches contain
    /// Whatever owns the file names of the origins, if they are not string literals.
    std::shared_ptr<const void> file_names;
  };

  Program() = default;
  explicit Program(Parts parts);

  const std::vector<std::uint64_t>& words() const { return parts_.words; }
  const std::vector<Origin>& origins() const { return parts_.origins; }
  /// In the order of their first mention.
  const std::vector<ProgramLabel>& labels() const { return parts_.labels; }

  std::size_t size() const { return parts_.words.size(); }
  std::size_t size_bytes() const { return size() * bytes_per_word; }

  /// The index of the instruction after the label; nothing if there is no such label.
  std::optional<std::size_t> find_label(std::string_view name) const;

  /// Branches whose words depend on where the program is loaded.
  const std::vector<AbsoluteBranch>& absolute_branches() const { return parts_.absolute_branches; }
  std::uint32_t base_address() const { return parts_.base_address; }
  /// Rewrites the absolute branches to labels for a program that starts at this GPU address.
  void rebase(std::uint32_t base_address);

  /// The words, one line 0x%016x each.
  std::string dump() const;
  /// Labels, words, assembly text and origins, for people.
  std::string listing() const;

 private:
  Parts parts_;
};

}  // namespace vc7
