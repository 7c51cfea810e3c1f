// Reversals of many records: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_REVERSAL_H_
#define TIMEBANK_RPC_CONVERT_REVERSAL_H_

#include "service/queries/reversal_views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/reversal.pb.h"

namespace timebank::rpc {

void ToProposeReversal(const v1::ProposeReversalRequest& request, Conversion* conversion, model::Command* command);
void ToDecideReversal(const v1::DecideReversalRequest& request, Conversion* conversion, model::Command* command);
void ToWithdrawReversal(const v1::WithdrawReversalRequest& request, Conversion* conversion, model::Command* command);

// The ids behind the names of records of `bank`: at most limits::kReversalRecords, each once; `least` may be 0.
std::vector<model::RecordId> ReadRecords(const google::protobuf::RepeatedPtrField<std::string>& names,
                                         const std::string& bank, size_t least, Fields* fields);
queries::ReversalSelection ReadSelection(const v1::PreviewReversalRequest& request, const std::string& bank, Fields* fields);

// All but the names of persons.
void FillReversal(absl::string_view bank, const queries::ReversalView& view, v1::Reversal* reversal);
void FillReversalItem(absl::string_view bank, const queries::ReversalItemView& view, v1::ReversalItem* item);
void FillCandidate(absl::string_view bank, const queries::ReversalCandidateView& view, v1::ReversalCandidate* candidate);
void FillReversalMember(absl::string_view bank, const queries::ReversalMemberView& view, v1::ReversalMember* member);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_REVERSAL_H_
