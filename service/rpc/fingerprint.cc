#include "service/rpc/fingerprint.h"

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace timebank::rpc {
namespace {

using google::protobuf::FieldDescriptor;

// By the name of the field, and of the request where only one has it for a person.
constexpr std::pair<absl::string_view, absl::string_view> kPersonal[] = {{"", "volunteer_name"},
                                                                         {"", "note"},
                                                                         {"", "reason"},
                                                                         {"", "purpose"},
                                                                         {"", "consent"},
                                                                         {"", "requested_by"},
                                                                         {"CreateMemberRequest", "display_name"},
                                                                         {"CreateMemberRequest", "gender"},
                                                                         {"CreateMemberRequest", "birth_date"},
                                                                         {"CreateMemberRequest", "national_id"},
                                                                         {"CreateMemberRequest", "phone"}};

}  // namespace

bool IsPersonal(const FieldDescriptor& field) {
  // A yes or no is no text: SetGuardianConsentRequest.consent.
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    return false;
  }
  for (const auto& [request, name] : kPersonal) {
    if (field.name() == name && (request.empty() || field.containing_type()->name() == request)) {
      return true;
    }
  }
  return false;
}

std::array<uint8_t, 16> FingerprintOf(const google::protobuf::Message& request, absl::string_view principal,
                                      const privacy::Sealer& sealer) {
  const std::unique_ptr<google::protobuf::Message> rest(request.New());
  rest->CopyFrom(request);
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = request.GetDescriptor()->field(i);
    if (IsPersonal(*field)) {
      rest->GetReflection()->ClearField(rest.get(), field);
    }
  }
  const absl::string_view end("\0", 1);
  // Requests hold no maps, so that their bytes are the same each time.
  std::string content = absl::StrCat(request.GetDescriptor()->full_name(), end, principal, end);
  rest->AppendPartialToString(&content);
  return sealer.KeyedDigest("request", content);
}

}  // namespace timebank::rpc
