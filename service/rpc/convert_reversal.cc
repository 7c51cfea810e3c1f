#include "service/rpc/convert_reversal.h"

#include <set>
#include <utility>

#include "service/model/limits.h"
#include "service/rpc/names.h"
#include "service/rpc/refusal.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;
using Event = model::ChangeReversal::Event;

constexpr char kReversals[] = "reversals";

template <typename Request>
void Step(const Request& request, Event event, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::ChangeReversal>();
  Named<uint64_t> name = fields.Numbered("name", request.name(), kReversals);
  command->bank = std::move(name.bank);
  body.reversal = model::ReversalId(name.key);
  body.event = event;
  body.reason = fields.Reason(request.reason());
}

std::string NameOrNone(absl::string_view bank, absl::string_view collection, uint64_t id) {
  return id == 0 ? std::string() : ResourceName(bank, collection, id);
}

}  // namespace

std::vector<model::RecordId> ReadRecords(const google::protobuf::RepeatedPtrField<std::string>& names,
                                         const std::string& bank, size_t least, Fields* fields) {
  std::vector<model::RecordId> records;
  std::set<uint64_t> seen;
  const auto count = static_cast<size_t>(names.size());
  if (count < least || count > limits::kReversalRecords) {
    fields->Fail("records", "须为 1 到 1000 条", "must have 1 to 1,000 records");
    return records;
  }
  for (const std::string& text : names) {
    const Named<uint64_t> name = fields->Numbered("records", text, "records");
    if (fields->ok() && name.bank != bank) {
      fields->Fail("records", "中有另一家时间银行的记录", "has one of another bank");
    }
    if (fields->ok() && !seen.insert(name.key).second) {
      fields->Fail("records", "中有重复的记录", "has one of them twice");
    }
    records.emplace_back(name.key);
  }
  return records;
}

void ToProposeReversal(const v1::ProposeReversalRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::ProposeReversal>();
  command->bank = fields.Bank("parent", request.parent());
  body.records = ReadRecords(request.records(), command->bank, 1, &fields);
  body.reason = fields.Reason(request.reason());
  // Who asks for the authority's decision is who proposes; the ledger knows that.
  const std::string proposer = request.cover() == v1::COVER_AUTHORITY ? "proposer" : "";
  body.cover = ReadCover(request.cover(), request.consent(), proposer, &fields);
  body.cover.requested_by.clear();
}

void ToDecideReversal(const v1::DecideReversalRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, request.approve() ? Event::kApprove : Event::kReject, conversion, command);
}

void ToWithdrawReversal(const v1::WithdrawReversalRequest& request, Conversion* conversion, model::Command* command) {
  Step(request, Event::kWithdraw, conversion, command);
}

queries::ReversalSelection ReadSelection(const v1::PreviewReversalRequest& request, const std::string& bank,
                                         Fields* fields) {
  queries::ReversalSelection selection;
  selection.records = ReadRecords(request.records(), bank, 0, fields);
  selection.center = request.center().empty() ? std::string() : fields->Center("center", request.center());
  selection.volunteer = request.volunteer().empty() ? std::string() : fields->Member("volunteer", request.volunteer());
  selection.beneficiary =
      request.beneficiary().empty() ? std::string() : fields->Member("beneficiary", request.beneficiary());
  if (!request.recorder().empty()) {
    selection.recorder = fields->Folded("recorder", fields->Text("recorder", request.recorder(), 1, limits::kActorBytes));
  }
  selection.from = fields->OptionalDate("from_date", request.from_date());
  selection.to = fields->OptionalDate("to_date", request.to_date());
  const bool criteria = !selection.center.empty() || !selection.volunteer.empty() || !selection.beneficiary.empty() ||
                        !selection.recorder.empty() || selection.from.has_value() || selection.to.has_value();
  if (criteria == !selection.records.empty()) {
    fields->Fail("records", "与查询条件须填且只填一种", "or criteria must be given, and not both");
  }
  return selection;
}

void FillReversal(absl::string_view bank, const queries::ReversalView& view, v1::Reversal* reversal) {
  reversal->set_name(ResourceName(bank, kReversals, view.id.value()));
  reversal->set_state(static_cast<v1::ReversalState>(view.state));
  reversal->set_reason(view.reason);
  reversal->set_cover(static_cast<v1::Cover>(view.cover));
  reversal->set_consent(view.consent);
  reversal->set_proposer(view.proposer);
  reversal->set_decider(view.decider);
  reversal->set_decision_reason(view.decision_reason);
  reversal->set_total_count(static_cast<int64_t>(view.total));
  reversal->set_reversed_count(static_cast<int64_t>(view.reversed));
  reversal->set_skipped_count(static_cast<int64_t>(view.skipped));
  *reversal->mutable_record_time() = ToTimestamp(view.record_time);
  if (view.decided_time.value() != 0) {
    *reversal->mutable_decided_time() = ToTimestamp(view.decided_time);
  }
}

void FillReversalItem(absl::string_view bank, const queries::ReversalItemView& view, v1::ReversalItem* item) {
  item->set_record(RecordName(bank, view.record));
  item->set_volunteer(NumberOf(view.volunteer.id));
  item->set_service_date(ToDate(view.day));
  item->set_credited_minutes(view.credited.value());
  item->set_state(static_cast<v1::ReversalItemState>(view.state));
  item->set_sequence(static_cast<int64_t>(view.entry.value()));
  if (view.refusal.has_value()) {
    *item->mutable_refusal() = RefusalOf(*view.refusal);
  }
}

void FillCandidate(absl::string_view bank, const queries::ReversalCandidateView& view, v1::ReversalCandidate* candidate) {
  candidate->set_record(RecordName(bank, view.record));
  candidate->set_volunteer(NumberOf(view.volunteer.id));
  candidate->set_service_date(ToDate(view.day));
  candidate->set_category(view.category);
  candidate->set_center_name(view.center_name);
  candidate->set_recorder(view.recorder);
  candidate->set_state(static_cast<v1::RecordState>(view.state));
  candidate->set_credited_minutes(view.credited.value());
  candidate->set_pool_minutes(view.pool.value());
  candidate->set_points(view.points.value());
  candidate->set_order(NameOrNone(bank, "orders", view.order.value()));
  candidate->set_reversal(NameOrNone(bank, kReversals, view.reversal.value()));
}

void FillReversalMember(absl::string_view bank, const queries::ReversalMemberView& view, v1::ReversalMember* member) {
  member->set_member(NumberOf(view.member.id));
  member->set_record_count(view.records);
  member->set_service_minutes(view.service.value());
  member->set_credited_minutes(view.credited.value());
  member->set_available_minutes(view.available.value());
  member->set_spent_minutes(view.spent.value());
  member->set_points(view.points.value());
  member->set_spent_points(view.spent_points.value());
  member->set_stopped_application(NameOrNone(bank, "starApplications", view.stopped.value()));
  member->set_doubted_award(NameOrNone(bank, "starAwards", view.doubted.value()));
}

}  // namespace timebank::rpc
