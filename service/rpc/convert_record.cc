#include "service/rpc/convert_record.h"

#include <utility>

#include "service/base/check.h"
#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;
using Event = model::ChangeRecord::Event;

// The steps of a record share its name; those with a reason share that.
template <typename Request>
void Step(const Request& request, Event event, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::ChangeRecord body;
  Named<uint64_t> name = fields.Numbered("name", request.name(), "records");
  command->bank = std::move(name.bank);
  body.record = model::RecordId(name.key);
  body.event = event;
  if constexpr (requires { request.reason(); }) {
    body.reason = fields.Reason(request.reason());
  }
  command->body = std::move(body);
}

// Who, for whom, where and what: the same for a list and for a check-in.
template <typename Request, typename Body>
void ReadService(const Request& request, Fields* fields, Body* body) {
  body->volunteer = fields->Member("volunteer", request.volunteer());
  if (!request.beneficiary().empty()) {
    body->beneficiary = fields->Member("beneficiary", request.beneficiary());
  }
  body->center = fields->Center("center", request.center());
  body->category = fields->Text("category", request.category(), 1, limits::kCategoryChars);
}

}  // namespace

void ToCreateRecord(const v1::CreateRecordRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CreateRecord& body = command->body.emplace<model::CreateRecord>();
  command->bank = fields.Bank("parent", request.parent());
  ReadService(request, &fields, &body);
  body.start = fields.Minute("start_time", request.has_start_time(), request.start_time());
  body.end = fields.Minute("end_time", request.has_end_time(), request.end_time());
  body.note = ReadNote(request.note(), &fields);
  if (!request.volunteer_name().empty()) {
    const std::string name = fields.PersonalName("volunteer_name", request.volunteer_name());
    body.volunteer_name_index = conversion->Digest("name", fields.Folded("volunteer_name", name));
  }
  if (!request.replaces().empty()) {
    const Named<uint64_t> replaces = fields.Numbered("replaces", request.replaces(), "records");
    if (replaces.bank != command->bank) {
      fields.Fail("replaces", "属于另一家时间银行", "belongs to another bank");
    }
    body.replaces = model::RecordId(replaces.key);
  }
}

void ToCheckIn(const v1::CheckInRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CheckIn& body = command->body.emplace<model::CheckIn>();
  command->bank = fields.Bank("parent", request.parent());
  ReadService(request, &fields, &body);
  body.planned = model::Minutes(fields.Range("planned_minutes", request.planned_minutes(), 1, limits::kServiceMinutesMost));
}

void ToCheckOut(const v1::CheckOutRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kCheckOut, conversion, command);
}
void ToConfirmRecord(const v1::ConfirmRecordRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kConfirm, conversion, command);
}
void ToRejectRecord(const v1::RejectRecordRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kReject, conversion, command);
}
void ToWithdrawRecord(const v1::WithdrawRecordRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kWithdraw, conversion, command);
}
void ToDisputeRecord(const v1::DisputeRecordRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kDispute, conversion, command);
}
void ToSettleRecord(const v1::SettleRecordRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kSettle, conversion, command);
}
void ToReverseRecord(const v1::ReverseRecordRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kReverse, conversion, command);
  std::get<model::ChangeRecord>(command->body).cover =
      ReadCover(request.cover(), request.consent(), request.requested_by(), &conversion->fields);
}

void ToRevealRecordNote(const v1::RevealRecordNoteRequest& request, Conversion* conversion, model::Command* command) {
  model::RevealText body;
  Named<uint64_t> name = conversion->fields.Numbered("name", request.name(), "records");
  command->bank = std::move(name.bank);
  body.record = model::RecordId(name.key);
  body.purpose = ReadPurpose(request.purpose(), &conversion->fields);
  command->body = std::move(body);
}

void ToDecideRecord(const v1::DecideRecordRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kDecide, conversion, command);
  Fields& fields = conversion->fields;
  auto& body = std::get<model::ChangeRecord>(command->body);
  body.decision = static_cast<model::Decision>(fields.Choice("decision", request.decision(), v1::Decision_MAX));
  if (body.decision == model::Decision::kAmend) {
    body.amended =
        model::Minutes(fields.Range("measured_minutes", request.measured_minutes(), 1, limits::kServiceMinutesMost));
  } else {
    fields.Range("measured_minutes", request.measured_minutes(), 0, 0);
  }
}

void FillResult(const model::Outcome& outcome, v1::RecordResult* result) {
  TB_CHECK(outcome.record.has_value());
  result->set_state(static_cast<v1::RecordState>(outcome.record->state));
  result->set_awaits_second_approval(outcome.record->awaits_second_approval);
  result->set_credited_minutes(outcome.record->credited.value());
  result->set_pool_minutes(outcome.record->pool.value());
  result->set_debt_paid_minutes(outcome.record->debt_paid.value());
}

void FillRecord(absl::string_view bank, const queries::RecordView& view, const privacy::Person& volunteer,
                const privacy::Person& beneficiary, v1::Record* record) {
  record->set_name(RecordName(bank, view.id));
  record->set_volunteer(NumberOf(view.volunteer.id));
  record->set_volunteer_name(volunteer.name);
  record->set_volunteer_external_number(view.volunteer.external_number);
  record->set_beneficiary(NumberOf(view.beneficiary.id));
  record->set_beneficiary_name(beneficiary.name);
  record->set_beneficiary_external_number(view.beneficiary.external_number);
  record->set_center_code(view.center_code);
  record->set_center_name(view.center_name);
  record->set_category(view.category);
  record->set_has_note(!view.sealed_note.empty());
  *record->mutable_start_time() = ToTimestamp(view.start);
  *record->mutable_end_time() = ToTimestamp(view.end);
  record->set_state(static_cast<v1::RecordState>(view.state));
  record->set_evidence(static_cast<v1::Evidence>(view.evidence));
  record->set_measured_minutes(view.measured.value());
  record->set_credited_minutes(view.credited.value());
  record->set_pool_minutes(view.pool.value());
  record->set_rule_set_version(static_cast<int32_t>(view.rule_set_version));
  record->set_late(view.late);
  record->set_recorder(view.recorder);
  record->set_first_approver(view.first_approver);
  record->mutable_disputers()->Add(view.disputers.begin(), view.disputers.end());
  record->set_confirmer(view.confirmer);
  record->set_reason(view.reason);
  if (view.notice_until.value() != 0) {
    record->set_notice_until(ToDate(view.notice_until));
  }
  record->set_replaces(RecordName(bank, view.replaces));
  record->set_settled_sequence(static_cast<int64_t>(view.settled.value()));
  record->set_reversed_sequence(static_cast<int64_t>(view.reversed.value()));
  *record->mutable_record_time() = ToTimestamp(view.record_time);
}

}  // namespace timebank::rpc
