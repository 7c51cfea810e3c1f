#include "service/auth/auth.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/auth/reach.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "service/base/utf8.h"
#include "service/model/limits.h"
#include "timebank/authorization/v1/authorization.pb.h"

namespace timebank::auth {
namespace {

constexpr absl::string_view kLocalRole = "local";

absl::Status BadActor(absl::string_view what) { return absl::InvalidArgumentError(absl::StrCat("timebank-actor ", what)); }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return BadActor("has a % without two hexadecimal digits behind it");
    }
    result.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return result;
}

}  // namespace

absl::StatusOr<std::string> PrincipalName(absl::string_view name) {
  if (name.size() > model::limits::kActorBytes) {
    return BadActor(absl::StrCat("has more than ", model::limits::kActorBytes, " bytes"));
  }
  absl::string_view rest = name;
  char32_t character = 0;
  while (base::ConsumeCharacter(&rest, &character)) {
    if (base::IsControl(character)) {
      return BadActor("has a control character");
    }
  }
  if (!rest.empty()) {
    return BadActor("is not UTF-8, percent-encoded");
  }
  std::string folded = base::Fold(std::string(name));
  if (folded.empty()) {
    return BadActor("has nothing but spaces");
  }
  if (folded.size() > model::limits::kActorBytes) {
    return BadActor(absl::StrCat("has more than ", model::limits::kActorBytes, " bytes in its folded form"));
  }
  return folded;
}

absl::StatusOr<Principal> LocalPrincipal(absl::string_view actor) {
  Principal principal;
  principal.trusted = true;
  principal.role = std::string(kLocalRole);
  if (actor.empty()) {
    return principal;
  }
  if (actor.size() > 3 * model::limits::kActorBytes) {
    return BadActor(absl::StrCat("has more than ", model::limits::kActorBytes, " bytes"));
  }
  TB_ASSIGN_OR_RETURN(const std::string decoded, PercentDecode(actor));
  TB_ASSIGN_OR_RETURN(principal.name, PrincipalName(decoded));
  return principal;
}

absl::StatusOr<std::string> RequiredPermission(const google::protobuf::MethodDescriptor& method) {
  const std::string& permission = method.options().GetExtension(timebank::authorization::v1::required_permission);
  if (permission.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("the method ", method.full_name(), " names no required_permission"));
  }
  return permission;
}

std::vector<std::string> GuardedBy(const google::protobuf::MethodDescriptor& method) {
  std::vector<std::string> fields;
  for (int i = 0; i < method.options().ExtensionSize(timebank::authorization::v1::guarded_by); ++i) {
    fields.push_back(method.options().GetExtension(timebank::authorization::v1::guarded_by, i));
  }
  return fields;
}

absl::Status CheckPermissions(const google::protobuf::ServiceDescriptor& service) {
  for (int i = 0; i < service.method_count(); ++i) {
    TB_ASSIGN_OR_RETURN(const std::string permission, RequiredPermission(*service.method(i)));
    if (!IsPermission(permission)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the permission ", permission, " of ", service.method(i)->full_name(), " is in no line of the roles' table"));
    }
  }
  return absl::OkStatus();
}

absl::Status Authorize(const Principal& principal, absl::string_view permission) {
  if (!principal.name.empty() || absl::EndsWith(permission, ".read") || absl::EndsWith(permission, ".audit")) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      absl::StrCat("This needs the permission ", permission, "; say who you are in the metadata key timebank-actor."));
}

}  // namespace timebank::auth
