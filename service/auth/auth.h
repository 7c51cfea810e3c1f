// credential -> principal -> permission x scope. Where everybody who reaches the address is trusted (--credentials none, on loopback and Unix
// sockets alone), the caller says who it is and holds every permission.
#ifndef TIMEBANK_AUTH_AUTH_H_
#define TIMEBANK_AUTH_AUTH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/model/access.h"

namespace google::protobuf {
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace timebank::auth {

// A role in force over a scope and all below it; 0: the whole bank.
struct Grant {
  model::Role role = model::Role::kMember;
  uint64_t scope = 0;
};

// The one permission that no role of a bank holds: there is no bank yet.
inline constexpr absl::string_view kCreateBankPermission = "bank.create";

// Who calls.
struct Principal {
  // Everybody here is trusted, and nothing below `role` is set.
  bool trusted = false;
  // Holds the one-time credential of a first start.
  bool setting_up = false;
  // Folded (base/fold.h), so that no other spelling makes a second person of one, who would then approve what she recorded.
  // Empty: not told; such a caller may only read.
  std::string name;
  std::string role;         // stands on every entry; set once it is known which role lets the call in
  std::string bank;         // whose credential it is
  uint64_t member = 0;      // the member who is this person; 0: none is known
  uint64_t credential = 0;  // id of the token
  std::string origin;       // from where: "unix" or an IP address
  model::Day today;         // on which the grants below are in force
  std::vector<Grant> grants;
};

// A name as one may act under: folded. INVALID_ARGUMENT when it is not 1-64 bytes of printable UTF-8, before and after folding.
absl::StatusOr<std::string> PrincipalName(absl::string_view name);

// The principal behind the metadata value of `timebank-actor` (percent-encoded UTF-8, empty when absent).
// INVALID_ARGUMENT when it is not 1-64 bytes of printable UTF-8 after decoding, and after folding.
absl::StatusOr<Principal> LocalPrincipal(absl::string_view actor);

// The permission written on an RPC. FAILED_PRECONDITION when it has none.
absl::StatusOr<std::string> RequiredPermission(const google::protobuf::MethodDescriptor& method);

// The fields of its request that name what an RPC touches, as its option guarded_by lists them.
std::vector<std::string> GuardedBy(const google::protobuf::MethodDescriptor& method);

// OK when every RPC of the service has a permission; else names the first that has none.
absl::Status CheckPermissions(const google::protobuf::ServiceDescriptor& service);

// Whether the principal may. PERMISSION_DENIED otherwise. A caller without a name holds the permissions that end in ".read"
// and ".audit".
absl::Status Authorize(const Principal& principal, absl::string_view permission);

}  // namespace timebank::auth

#endif  // TIMEBANK_AUTH_AUTH_H_
