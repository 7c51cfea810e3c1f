// Service records: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_RECORD_H_
#define TIMEBANK_RPC_CONVERT_RECORD_H_

#include "service/queries/views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/record.pb.h"

namespace timebank::rpc {

void ToCreateRecord(const v1::CreateRecordRequest& request, Conversion* conversion, model::Command* command);
void ToCheckIn(const v1::CheckInRequest& request, Conversion* conversion, model::Command* command);
void ToCheckOut(const v1::CheckOutRequest& request, Conversion* conversion, model::Command* command);
void ToConfirmRecord(const v1::ConfirmRecordRequest& request, Conversion* conversion, model::Command* command);
void ToRejectRecord(const v1::RejectRecordRequest& request, Conversion* conversion, model::Command* command);
void ToWithdrawRecord(const v1::WithdrawRecordRequest& request, Conversion* conversion, model::Command* command);
void ToDisputeRecord(const v1::DisputeRecordRequest& request, Conversion* conversion, model::Command* command);
void ToRevealRecordNote(const v1::RevealRecordNoteRequest& request, Conversion* conversion, model::Command* command);
void ToDecideRecord(const v1::DecideRecordRequest& request, Conversion* conversion, model::Command* command);
void ToSettleRecord(const v1::SettleRecordRequest& request, Conversion* conversion, model::Command* command);
void ToReverseRecord(const v1::ReverseRecordRequest& request, Conversion* conversion, model::Command* command);

// The persons are what the sealed fields of the view hold.
void FillRecord(absl::string_view bank, const queries::RecordView& view, const privacy::Person& volunteer,
                const privacy::Person& beneficiary, v1::Record* record);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_RECORD_H_
