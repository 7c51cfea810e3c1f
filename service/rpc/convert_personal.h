// Personal data in the clear, and its end: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_PERSONAL_H_
#define TIMEBANK_RPC_CONVERT_PERSONAL_H_

#include "service/queries/views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/personal.pb.h"

namespace timebank::rpc {

void ToRevealMember(const v1::RevealMemberRequest& request, Conversion* conversion, model::Command* command);
void ToExportMember(const v1::ExportMemberRequest& request, Conversion* conversion, model::Command* command);
void ToEraseMember(const v1::EraseMemberRequest& request, Conversion* conversion, model::Command* command);

// `person` is what view.sealed_person holds, in the clear.
void FillIdentity(const queries::MemberView& view, const privacy::Person& person, v1::Identity* identity);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_PERSONAL_H_
