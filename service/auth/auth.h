// credential -> principal -> permission. On loopback and Unix sockets, the only addresses served so far, the caller says who
// it is and holds every permission.
#ifndef TIMEBANK_AUTH_AUTH_H_
#define TIMEBANK_AUTH_AUTH_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace timebank::auth {

// Who calls.
struct Principal {
  // Folded (base/fold.h), so that no other spelling makes a second person of one, who would then approve what she recorded.
  // Empty: not told; such a caller may only read.
  std::string name;
  std::string role;  // stands on every entry
};

// The principal behind the metadata value of `timebank-actor` (percent-encoded UTF-8, empty when absent).
// INVALID_ARGUMENT when it is not 1-64 bytes of printable UTF-8 after decoding, and after folding.
absl::StatusOr<Principal> LocalPrincipal(absl::string_view actor);

// The permission written on an RPC. FAILED_PRECONDITION when it has none.
absl::StatusOr<std::string> RequiredPermission(const google::protobuf::MethodDescriptor& method);

// OK when every RPC of the service has a permission; else names the first that has none.
absl::Status CheckPermissions(const google::protobuf::ServiceDescriptor& service);

// Whether the principal may. PERMISSION_DENIED otherwise. A caller without a name holds the permissions that end in ".read"
// and ".audit".
absl::Status Authorize(const Principal& principal, absl::string_view permission);

}  // namespace timebank::auth

#endif  // TIMEBANK_AUTH_AUTH_H_
