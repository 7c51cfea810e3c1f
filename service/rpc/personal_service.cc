// Personal data in the clear, and its end: the RPCs of PersonalService.
#include <limits>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/rpc/convert_personal.h"
#include "service/rpc/member_copy.h"
#include "service/rpc/method_of.h"
#include "service/rpc/methods.h"
#include "service/rpc/reveal.h"
#include "service/rpc/services.h"
#include "timebank/v1/personal.pb.h"

namespace timebank::rpc {
namespace {

// The entry with the purpose is durable by now.
grpc::Status ShowIdentity(const Edge& edge, const Subject& subject, const model::Outcome& outcome,
                          v1::RevealMemberResponse* response) {
  return Reveal(edge, outcome, "RevealMember", [&](Reading* reading) -> absl::StatusOr<bool> {
    TB_RETURN_IF_ERROR(reading->Open(subject.bank));
    const std::string number = NumberOf(model::MemberId(outcome.subject));
    TB_RETURN_IF_ERROR(ReadIdentity(*reading, subject.bank, number, response->mutable_identity()));
    return !response->identity().display_name().empty();
  });
}

// No bank is asked: the keys are the service's, and every bank's journal says who changed them. Who may: Gate::SpeaksForService.
absl::Status RotateMasterKey(const v1::RotateMasterKeyRequest& request, Reading* reading,
                             v1::RotateMasterKeyResponse* response) {
  reading->fields.RequestId(request.request_id());
  const int64_t current =
      reading->fields.Range("current_id", request.current_id(), 1, std::numeric_limits<uint32_t>::max() - 1);
  TB_RETURN_IF_ERROR(reading->OpenAll());
  TB_ASSIGN_OR_RETURN(const uint32_t now, reading->keys().Rotate(static_cast<uint32_t>(current)));
  response->set_current_id(now);
  response->set_made(now == current + 1);
  if (response->made()) {
    reading->Done("", *v1::RotateMasterKeyRequest::descriptor(), absl::StrCat("masterKeys/", now));
  }
  return absl::OkStatus();
}

absl::Status ListMasterKeys(const v1::ListMasterKeysRequest&, Reading* reading, v1::ListMasterKeysResponse* response) {
  TB_RETURN_IF_ERROR(reading->OpenAll());
  for (const privacy::MemberKeys::Master& master : reading->keys().Masters()) {
    v1::MasterKey* key = response->add_keys();
    key->set_id(master.id);
    key->set_state(master.current ? v1::MASTER_KEY_STATE_CURRENT : v1::MASTER_KEY_STATE_LEAVING);
    key->set_slots(static_cast<int64_t>(master.slots));
  }
  return absl::OkStatus();
}

}  // namespace

void AddPersonalService(Methods* methods) {
  methods->Write<v1::RevealMemberResponse>(&ToRevealMember, &ShowIdentity);
  methods->Write<v1::EraseMemberResponse>(&ToEraseMember);
  methods->Write<v1::ExportMemberResponse>(&ToExportMember);
  methods->Report(&ListExportRows);
  methods->Read(&RotateMasterKey);
  methods->Read(&ListMasterKeys);
}

}  // namespace timebank::rpc
