// People: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_MEMBER_H_
#define TIMEBANK_RPC_CONVERT_MEMBER_H_

#include "service/queries/views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/member.pb.h"

namespace timebank::rpc {

void ToCreateMember(const v1::CreateMemberRequest& request, Conversion* conversion, model::Command* command);
void ToSuspendMember(const v1::SuspendMemberRequest& request, Conversion* conversion, model::Command* command);
void ToResumeMember(const v1::ResumeMemberRequest& request, Conversion* conversion, model::Command* command);
void ToSetGuardianConsent(const v1::SetGuardianConsentRequest& request, Conversion* conversion, model::Command* command);
void ToCreateKinship(const v1::CreateKinshipRequest& request, Conversion* conversion, model::Command* command);
void ToChangeKinship(const v1::ChangeKinshipRequest& request, Conversion* conversion, model::Command* command);

// What finds a person: the bytes of RegisterMember::person_index before they are digested. `suffix` is the end of the ID
// number.
std::string PersonKey(absl::string_view name, int64_t birth_year, absl::string_view suffix);

// `person` is what view.sealed_person holds, masked.
void FillMember(absl::string_view bank, const queries::MemberView& view, const privacy::Person& person, v1::Member* member);
void FillKinship(absl::string_view bank, const queries::KinshipView& view, v1::Kinship* kinship);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_MEMBER_H_
