// SPDX-License-Identifier: MIT
//
// The rules as a table, made from rules.def.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vc7::verify {

enum class Rule : std::uint8_t {
#define VC7_RULE(id, ...) id,
#include <vc7/verify/rules.def>
};

/// What a finding of the rule is. `never`: there is nothing to check, the documentation says why.
enum class Verdict : std::uint8_t { error, warning, never };

struct RuleInfo {
  std::string_view id;  ///< "R14": stable
  Verdict strict, compat;
  std::string_view title;
  std::string_view documentation;  ///< one paragraph
  std::string_view evidence;
};

inline constexpr auto rules = std::to_array<RuleInfo>({
#define VC7_RULE(id, strict, compat, title, documentation, evidence) \
  {#id, Verdict::strict, Verdict::compat, title, documentation, evidence},
#include <vc7/verify/rules.def>
});

constexpr const RuleInfo& info(Rule rule) { return rules[static_cast<std::size_t>(rule)]; }

/// The rule with this identifier, in upper or lower case; nothing if there is none.
constexpr std::optional<Rule> find_rule(std::string_view id) {
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (id.size() == rules[i].id.size() && (id[0] == 'R' || id[0] == 'r') &&
        id.substr(1) == rules[i].id.substr(1))
      return static_cast<Rule>(i);
  return std::nullopt;
}

}  // namespace vc7::verify
