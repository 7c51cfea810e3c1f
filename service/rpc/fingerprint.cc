#include "service/rpc/fingerprint.h"

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <unordered_map>
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
                                                                         {"", "given"},
                                                                         {"", "hardship"},
                                                                         {"", "requested_by"},
                                                                         {"CreateMemberRequest", "display_name"},
                                                                         {"CreateMemberRequest", "gender"},
                                                                         {"CreateMemberRequest", "birth_date"},
                                                                         {"CreateMemberRequest", "national_id"},
                                                                         {"CreateMemberRequest", "phone"},
                                                                         {"CreateMemberRequest", "address"}};

// Of one kind of request, made once a thread.
const std::vector<const FieldDescriptor*>& PersonalIn(const google::protobuf::Descriptor& request) {
  thread_local std::unordered_map<const google::protobuf::Descriptor*, std::vector<const FieldDescriptor*>> known;
  const auto [place, fresh] = known.try_emplace(&request);
  for (int i = 0; fresh && i < request.field_count(); ++i) {
    if (IsPersonal(*request.field(i))) {
      place->second.push_back(request.field(i));
    }
  }
  return place->second;
}

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
  // Most requests have nothing personal in them and are digested as they are.
  std::unique_ptr<google::protobuf::Message> rest;
  for (const FieldDescriptor* const field : PersonalIn(*request.GetDescriptor())) {
    const google::protobuf::Reflection& reflection = *request.GetReflection();
    if (field->is_repeated() ? reflection.FieldSize(request, field) == 0 : !reflection.HasField(request, field)) {
      continue;
    }
    if (rest == nullptr) {
      rest.reset(request.New());
      rest->CopyFrom(request);
    }
    reflection.ClearField(rest.get(), field);
  }
  const absl::string_view end("\0", 1);
  // Requests hold no maps, so that their bytes are the same each time.
  std::string content = absl::StrCat(request.GetDescriptor()->full_name(), end, principal, end);
  (rest == nullptr ? request : *rest).AppendPartialToString(&content);
  return sealer.KeyedDigest("request", content);
}

}  // namespace timebank::rpc
