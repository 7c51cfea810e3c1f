// Service records: the RPCs of RecordService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_record.h"
#include "service/rpc/methods.h"
#include "service/rpc/reveal.h"
#include "service/rpc/services.h"
#include "timebank/v1/record.pb.h"

namespace timebank::rpc {
namespace {

absl::Status AddRecord(const std::string& bank, const queries::RecordView& view, const Reading& reading,
                       v1::Record* record) {
  TB_ASSIGN_OR_RETURN(const privacy::Person volunteer, reading.Masked(view.volunteer.sealed_person));
  TB_ASSIGN_OR_RETURN(const privacy::Person beneficiary, reading.Masked(view.beneficiary.sealed_person));
  FillRecord(bank, view, volunteer, beneficiary, record);
  return absl::OkStatus();
}

grpc::Status ShowNote(const Edge& edge, const Subject& subject, const model::Outcome& outcome,
                      v1::RevealRecordNoteResponse* response) {
  return Reveal(edge, outcome, "RevealRecordNote", [&](Reading* reading) -> absl::StatusOr<bool> {
    TB_RETURN_IF_ERROR(reading->Open(subject.bank));
    TB_ASSIGN_OR_RETURN(const queries::RecordView view,
                        reading->queries().Record(subject.bank, model::RecordId(subject.text_of)));
    TB_ASSIGN_OR_RETURN(*response->mutable_note(), reading->TextInTheClear(view.sealed_note));
    return !response->note().empty();
  });
}

absl::Status GetRecord(const v1::GetRecordRequest& request, Reading* reading, v1::GetRecordResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "records");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::RecordView view, reading->queries().Record(name.bank, model::RecordId(name.key)));
  TB_RETURN_IF_ERROR(AddRecord(name.bank, view, *reading, response->mutable_record()));
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

queries::RecordFilter ReadFilter(const v1::ListRecordsRequest& request, Fields* fields) {
  queries::RecordFilter filter;
  if (request.center().empty() == request.volunteer().empty()) {
    fields->Fail("center", "与志愿者编号须填且只填一项", "or volunteer must be set, and not both");
  } else if (!request.center().empty()) {
    filter.center = fields->Center("center", request.center());
  } else {
    filter.volunteer = fields->Member("volunteer", request.volunteer());
  }
  filter.from = fields->OptionalDate("from_date", request.from_date());
  filter.to = fields->OptionalDate("to_date", request.to_date());
  if (request.state() != v1::RECORD_STATE_UNSPECIFIED) {
    filter.state = static_cast<model::RecordState>(fields->Choice("state", request.state(), v1::RecordState_MAX));
  }
  return filter;
}

absl::Status ListRecords(const v1::ListRecordsRequest& request, Reading* reading, v1::ListRecordsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::RecordFilter filter = ReadFilter(request, &reading->fields);
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::RecordView> views, reading->queries().Records(bank, filter, page));
  for (const queries::RecordView& view : views.rows) {
    TB_RETURN_IF_ERROR(AddRecord(bank, view, *reading, response->add_records()));
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddRecordService(Methods* methods) {
  methods->Write<v1::CreateRecordResponse>(&ToCreateRecord);
  methods->Batch<v1::BatchCreateRecordsRequest, v1::BatchCreateRecordsResponse>(&ToCreateRecord);
  methods->Write<v1::CheckInResponse>(&ToCheckIn);
  methods->Write<v1::CheckOutResponse>(&ToCheckOut);
  methods->Write<v1::ConfirmRecordResponse>(&ToConfirmRecord);
  methods->Batch<v1::BatchConfirmRecordsRequest, v1::BatchConfirmRecordsResponse>(&ToConfirmRecord);
  methods->Write<v1::RejectRecordResponse>(&ToRejectRecord);
  methods->Write<v1::WithdrawRecordResponse>(&ToWithdrawRecord);
  methods->Write<v1::DisputeRecordResponse>(&ToDisputeRecord);
  methods->Write<v1::DecideRecordResponse>(&ToDecideRecord);
  methods->Write<v1::SettleRecordResponse>(&ToSettleRecord);
  methods->Write<v1::ReverseRecordResponse>(&ToReverseRecord);
  methods->Write<v1::RevealRecordNoteResponse>(&ToRevealRecordNote, &ShowNote);
  methods->Read(&GetRecord);
  methods->Read(&ListRecords);
}

}  // namespace timebank::rpc
