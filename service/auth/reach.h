// principal -> permission x scope: which role, if any, lets a principal do something to a thing. Pure.
#ifndef TIMEBANK_AUTH_REACH_H_
#define TIMEBANK_AUTH_REACH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/auth/auth.h"
#include "service/model/access.h"

namespace timebank::auth {

// How far a role reaches with a permission: a column of permissions.def.
enum class Reach : uint8_t { kNever, kOwn, kProxy, kScope, kAll };

Reach ReachOf(model::Role role, absl::string_view permission);

// Whether permissions.def has a line for it.
bool IsPermission(absl::string_view permission);

// Whether any role of the principal has the permission, however far.
bool HoldsPermission(const Principal& principal, absl::string_view permission);

// The first of the principal's roles that reaches the whole bank with the permission: no place needs to be looked at then.
std::optional<model::Role> RoleForAll(const Principal& principal, absl::string_view permission);

// A thing that a call is about.
struct Thing {
  std::optional<model::Place> place;  // nullopt: it does not exist
  bool may_be_elsewhere = false;      // a role over a scope need not reach it
};

// The first of the principal's roles that reaches the things with the permission: over a scope all of them, as a member or her proxy
// one of them. nullopt: none does.
std::optional<model::Role> RoleFor(const Principal& principal, absl::string_view permission,
                                   const std::vector<Thing>& things);

// The first of the principal's roles that reaches any scope at all with the permission: for who proves to know whom she looks for.
std::optional<model::Role> RoleInSomeScope(const Principal& principal, absl::string_view permission);

}  // namespace timebank::auth

#endif  // TIMEBANK_AUTH_REACH_H_
