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

// The first of the principal's roles that reaches one of the places with the permission. nullopt: none does.
std::optional<model::Role> RoleFor(const Principal& principal, absl::string_view permission,
                                   const std::vector<model::Place>& places);

// The first of the principal's roles that reaches any scope at all with the permission: for who proves to know whom she looks for.
std::optional<model::Role> RoleInSomeScope(const Principal& principal, absl::string_view permission);

}  // namespace timebank::auth

#endif  // TIMEBANK_AUTH_REACH_H_
