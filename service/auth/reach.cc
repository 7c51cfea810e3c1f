#include "service/auth/reach.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

namespace timebank::auth {
namespace {

constexpr Reach N = Reach::kNever;
constexpr Reach O = Reach::kOwn;
constexpr Reach P = Reach::kProxy;
constexpr Reach S = Reach::kScope;
constexpr Reach A = Reach::kAll;

struct Line {
  absl::string_view permission;
  std::array<Reach, 9> columns;
};

constexpr Line kLines[] = {
#define TB_PERMISSION(name, ...) Line{name, {__VA_ARGS__}},
#include "service/auth/permissions.def"
#undef TB_PERMISSION
};

// The column of each role, by value from kMember on: the three raters share one.
constexpr std::array<size_t, model::kRoles> kColumns = {0, 1, 2, 3, 4, 5, 5, 5, 6, 7, 8};

const Line* FindLine(absl::string_view permission) {
  static const auto* const kByName = [] {
    auto* const map = new std::map<absl::string_view, const Line*>();
    for (const Line& line : kLines) {
      map->emplace(line.permission, &line);
    }
    return map;
  }();
  const auto found = kByName->find(permission);
  return found == kByName->end() ? nullptr : found->second;
}

bool Contains(const std::vector<uint64_t>& ids, uint64_t id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

bool Reaches(const Principal& principal, const Grant& grant, Reach reach, const model::Place& place) {
  const uint64_t member = principal.member;
  switch (reach) {
    case Reach::kNever:
      return false;
    case Reach::kOwn:
      return member != 0 && Contains(place.owners, member);
    case Reach::kProxy:
      return member != 0 && (Contains(place.owners, member) || Contains(place.agents, member));
    case Reach::kScope:
      return grant.scope == 0 || Contains(place.scopes, grant.scope);
    case Reach::kAll:
      return true;
  }
  return false;
}

}  // namespace

Reach ReachOf(model::Role role, absl::string_view permission) {
  const Line* const line = FindLine(permission);
  return line == nullptr ? Reach::kNever : line->columns[kColumns[static_cast<size_t>(role) - 1]];
}

bool IsPermission(absl::string_view permission) {
  return FindLine(permission) != nullptr || permission == kCreateBankPermission;
}

bool HoldsPermission(const Principal& principal, absl::string_view permission) {
  if (principal.setting_up) {
    return permission == kCreateBankPermission || permission == "role.write" || permission == "token.write" ||
           permission == "key.read" || permission == "key.rotate";
  }
  return std::any_of(principal.grants.begin(), principal.grants.end(),
                     [&](const Grant& grant) { return ReachOf(grant.role, permission) != Reach::kNever; });
}

std::optional<model::Role> RoleForAll(const Principal& principal, absl::string_view permission) {
  for (const Grant& grant : principal.grants) {
    const Reach reach = ReachOf(grant.role, permission);
    if (reach == Reach::kAll || (reach == Reach::kScope && grant.scope == 0)) {
      return grant.role;
    }
  }
  return std::nullopt;
}

std::optional<model::Role> RoleFor(const Principal& principal, absl::string_view permission,
                                   const std::vector<Thing>& things) {
  for (const Grant& grant : principal.grants) {
    const Reach reach = ReachOf(grant.role, permission);
    const auto reached = [&](const Thing& thing) {
      return thing.place.has_value() && Reaches(principal, grant, reach, *thing.place);
    };
    const bool any = std::any_of(things.begin(), things.end(), reached);
    const bool all = std::all_of(things.begin(), things.end(),
                                 [&](const Thing& thing) { return thing.may_be_elsewhere || reached(thing); });
    if (any && (all || reach != Reach::kScope)) {
      return grant.role;
    }
  }
  return std::nullopt;
}

std::optional<model::Role> RoleInSomeScope(const Principal& principal, absl::string_view permission) {
  for (const Grant& grant : principal.grants) {
    const Reach reach = ReachOf(grant.role, permission);
    if (reach == Reach::kScope || reach == Reach::kAll) {
      return grant.role;
    }
  }
  return std::nullopt;
}

}  // namespace timebank::auth
