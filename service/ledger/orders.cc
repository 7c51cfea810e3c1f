// Ordering care, and judging it afterwards.
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::MemberId;
using model::Minute;
using model::OrderSide;
using model::Reason;

constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;

struct Parties {
  FoundMember payer;
  FoundMember beneficiary;
  model::CenterId center;
  model::ScopeId scope;
};

absl::StatusOr<Parties> RequireParties(Work& work, const model::RequestOrder& command) {
  Parties parties;
  if (!command.beneficiary.empty()) {
    TB_ASSIGN_OR_RETURN(parties.beneficiary, RequireMember(work, command.beneficiary, Reason::kBeneficiaryNotFound));
  }
  if (!command.center.empty()) {
    TB_ASSIGN_OR_RETURN(const FoundCenter center, RequireCenter(work, command.center));
    parties.center = center.id;
    parties.scope = model::ScopeId(center.row.scope());
  }
  TB_ASSIGN_OR_RETURN(parties.payer, RequireMember(work, command.payer, Reason::kMemberNotFound));
  if (command.beneficiary.empty()) {
    parties.beneficiary = parties.payer;
  }
  if (command.center.empty()) {
    parties.center = model::CenterId(parties.beneficiary.row.center());
    TB_ASSIGN_OR_RETURN(const rec::Center center,
                        MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), parties.center)));
    parties.scope = model::ScopeId(center.scope());
  }
  return parties;
}

// Hours pay for the payer's own care and for that of bound kin; for others only where the rules say so.
absl::Status RequireKin(Work& work, const Parties& parties, const model::Rules& rules) {
  if (parties.payer.id == parties.beneficiary.id || rules.care_for_others != 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const bool kin, AreBoundKin(work, parties.payer.id, parties.beneficiary.id));
  if (kin) {
    return absl::OkStatus();
  }
  return work.Refuse(Reason::kBeneficiaryNotKin, {{"member", model::MemberNumber(parties.payer.id)},
                                                  {"beneficiary", model::MemberNumber(parties.beneficiary.id)}});
}

rec::Order DraftOrder(const Work& work, const model::RequestOrder& command, const Parties& parties,
                      const model::Rules& rules) {
  rec::Order row;
  row.set_payer(parties.payer.id.value());
  row.set_beneficiary(parties.beneficiary.id.value());
  row.set_center(parties.center.value());
  row.set_category(command.category);
  row.set_start(command.start.value());
  row.set_planned(command.planned.value());
  row.set_state(static_cast<uint32_t>(model::OrderState::kRequested));
  row.set_expires(model::DayOf(command.start).value() + static_cast<int32_t>(rules.order_expiry_days));
  row.set_requester(work.actor());
  if (!command.note.text.empty()) {
    row.set_note_digest(std::string(command.note.digest.begin(), command.note.digest.end()));
  }
  row.set_record_time(work.time().value());
  row.set_change_time(work.time().value());
  return row;
}

}  // namespace

absl::StatusOr<bool> AreBoundKin(Work& work, MemberId member, MemberId other) {
  const std::string prefix = keys::KinshipsOf(work.bank_id(), member);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const model::KinshipId id(keys::LastId(it->key()));
    TB_ASSIGN_OR_RETURN(const rec::Kinship row, MustLoadRow<rec::Kinship>(work.rows(), keys::Kinship(work.bank_id(), id)));
    const bool between = row.member() == other.value() || row.relative() == other.value();
    if (between && row.state() == static_cast<uint32_t>(model::KinshipState::kBound)) {
      return true;
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return false;
}

absl::Status Decide(Work& work, const model::RequestOrder& command) {
  TB_ASSIGN_OR_RETURN(const Parties parties, RequireParties(work, command));
  rec::Order asked;
  asked.set_payer(parties.payer.id.value());
  TB_RETURN_IF_ERROR(RequireActor(work, asked, {true, false, true}));
  if (command.start.value() < work.time().value() / kMicrosPerMinute) {
    return work.Refuse(Reason::kOrderStartsInPast);
  }
  const Day day = model::DayOf(command.start);
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(day));
  if (command.planned.value() < rules->shortest_minutes) {
    return work.Refuse(Reason::kRecordTooShort, {{"minimum", absl::StrCat(rules->shortest_minutes)}});
  }
  TB_RETURN_IF_ERROR(RequireActive(work, parties.payer));
  TB_RETURN_IF_ERROR(RequireActive(work, parties.beneficiary));
  TB_RETURN_IF_ERROR(RequireKin(work, parties, *rules));
  const int age = base::AgeOn(base::DayFromNumber(parties.beneficiary.row.birth()), base::DayFromNumber(day.value()));
  if (age < rules->spending_age) {
    return work.Refuse(Reason::kBeneficiaryTooYoung, {{"minimum", absl::StrCat(rules->spending_age)}});
  }
  const model::OrderId id(work.sequence().value());
  const rec::Order row = DraftOrder(work, command, parties, *rules);
  Books books(&work);
  TB_RETURN_IF_ERROR(PlaceOrderHold(work, id, row, books));

  work.Describe(model::EntryKind::kOrderRequested, id.value(), day);
  work.entry().set_scope(parties.scope.value());
  SaveOrder(work, id, std::nullopt, row);
  SaveOrderHold(work, id);
  if (!command.note.text.empty()) {
    rec::Note note;
    note.set_text(command.note.text);
    note.set_salt(command.note.salt);
    work.Save(keys::OrderNote(work.bank_id(), id), note);
  }
  books.Write();
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::EvaluateOrder& command) {
  TB_ASSIGN_OR_RETURN(const rec::Order before, RequireOrder(work, command.order));
  const std::string id = IdText(command.order.value());
  if (StateOf(before) != model::OrderState::kConfirmed) {
    return work.Refuse(Reason::kOrderWrongState, {{"order", id}, {"state", std::string(model::NameOf(StateOf(before)))}});
  }
  const bool by_elder = command.by == OrderSide::kElder;
  TB_RETURN_IF_ERROR(RequireActor(work, before, {by_elder, !by_elder, true}));
  if ((by_elder ? before.volunteer_score() : before.elder_score()) != 0) {
    return work.Refuse(Reason::kOrderEvaluated, {{"order", id}});
  }
  rec::Order after = before;
  const auto score = static_cast<uint32_t>(command.score);
  Books books(&work);
  TB_ASSIGN_OR_RETURN(rec::Book* const judged,
                      books.Of(model::MemberOwner(MemberId(by_elder ? before.volunteer() : before.beneficiary()))));
  judged->set_evaluations(judged->evaluations() + 1);
  judged->set_evaluation_sum(judged->evaluation_sum() + command.score);
  if (by_elder) {
    after.set_volunteer_score(score);
  } else {
    after.set_elder_score(score);
  }
  after.set_change_time(work.time().value());

  work.Describe(model::EntryKind::kOrderEvaluated, command.order.value(), work.today());
  SaveOrder(work, command.order, before, after);
  books.Write();
  return absl::OkStatus();
}

}  // namespace timebank::ledger
