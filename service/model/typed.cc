#include "service/model/typed.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace timebank::model {
namespace {

// "V" and nine digits, be the last of them right or not.
bool LooksLikeNumber(absl::string_view text) {
  constexpr size_t kSize = 10;
  return text.size() == kSize && text[0] == 'V' && std::all_of(text.begin() + 1, text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

// As the rules have it in their metadata.
std::string Shown(const Typed& typed) { return typed.member ? absl::AsciiStrToUpper(*typed.text) : *typed.text; }

std::string StandIn(const Typed& typed) { return absl::StrCat("(", typed.field, ")"); }

}  // namespace

#define TB_TYPED(name, is_member)                                              \
  if constexpr (requires { body.name; }) {                                     \
    if constexpr (std::is_same_v<decltype(body.name), std::string>) {          \
      if (!body.name.empty()) typed.push_back({#name, &body.name, is_member}); \
    }                                                                          \
  }

std::vector<Typed> TypedIn(const Command& command) {
  std::vector<Typed> typed;
  std::visit(
      [&typed](const auto& body) {
        TB_TYPED(member, true)
        TB_TYPED(relative, true)
        TB_TYPED(volunteer, true)
        TB_TYPED(payer, true)
        TB_TYPED(beneficiary, true)
        TB_TYPED(elder, true)
        TB_TYPED(agent, true)
        TB_TYPED(from, true)
        TB_TYPED(to, true)
        TB_TYPED(heir, true)
        TB_TYPED(survivor, true)
        TB_TYPED(center, false)
      },
      command.body);
  return typed;
}

#undef TB_TYPED

std::string WithoutTyped(const Command& command, const std::string& value) {
  for (const Typed& typed : TypedIn(command)) {
    if (value == Shown(typed) && !(typed.member && LooksLikeNumber(value))) {
      return StandIn(typed);
    }
  }
  return value;
}

std::string WithTyped(const Command& command, const std::string& value) {
  for (const Typed& typed : TypedIn(command)) {
    if (value == StandIn(typed)) {
      return Shown(typed);
    }
  }
  return value;
}

}  // namespace timebank::model
