// Who may do what, as nouns: roles, the commands that give and take them, and tokens.
#ifndef TIMEBANK_MODEL_ACCESS_H_
#define TIMEBANK_MODEL_ACCESS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"

namespace timebank::model {

// Stored, and equal to timebank.v1.Role: frozen.
enum class Role : uint8_t {
  kMember = 1,  // for what is her own; never granted
  kCenterStaff = 2,
  kConfirmer = 3,
  kShopKeeper = 4,
  kDispatcher = 5,
  kDistrictRater = 6,
  kCityRater = 7,
  kProvinceRater = 8,
  kAdministrator = 9,
  kAuditor = 10,
  kService = 11,
};
inline constexpr int kRoles = 11;

// "member", "center-staff" ...: as entries name the role in which somebody acted, and as the command line writes it.
absl::string_view NameOf(Role role);
// False when the text names no role.
bool RoleFromName(absl::string_view name, Role* role);

using BindingId = base::StrongInt<struct BindingIdTag, uint64_t>;
using TokenId = base::StrongInt<struct TokenIdTag, uint64_t>;
// Keyed digest of a token's secret part.
using TokenDigest = std::array<uint8_t, 16>;

// Where a thing is and whose: what the reach of a role is held against.
struct Place {
  std::vector<uint64_t> scopes;  // that of the thing and all above it; empty: the bank as a whole
  std::vector<uint64_t> owners;  // members
  std::vector<uint64_t> agents;  // bound proxies of the owners
};

struct GrantRole {
  std::string principal;  // folded
  Role role = Role::kCenterStaff;
  std::string scope_code;  // empty: the whole bank
  Day from;                // 0: today
  Day until;               // inclusive; 0: no end
  std::string reason;
};
struct RevokeRole {
  std::string principal;  // folded
  BindingId binding;
  std::string reason;
};
struct LinkPrincipal {
  std::string principal;  // folded
  std::string member;     // MemberRef
  std::string reason;
};
struct CreateToken {
  std::string principal;  // folded; empty: that of `replaces`
  std::string prefix;     // the part that may be shown
  TokenDigest digest{};
  int64_t lifetime_seconds = 0;
  std::string purpose;          // empty: that of `replaces`
  TokenId replaces;             // 0: none
  int64_t overlap_seconds = 0;  // for which the replaced one is still accepted, unless it ends before
};
struct RevokeToken {
  TokenId token;
  std::string reason;
};
// The first use of a token on a day; the service's own.
struct UseToken {
  TokenId token;
};
// Calls that were denied, alike but for their time; the service's own.
struct NoteAttempt {
  std::string method;
  std::string thing;  // collection and key of what it would have touched; empty: not known
  std::string principal;
  TokenId credential;
  std::string origin;
  std::string reason;
  uint64_t count = 1;
  RecordTime first;
  RecordTime last;
};

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_ACCESS_H_
