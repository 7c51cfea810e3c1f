// Holds: OPEN -> CONSUMED (fully or partly, the rest is released) | RELEASED | EXPIRED, exactly once.
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/grant_rows.h"
#include "service/ledger/keys.h"
#include "service/ledger/person.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Asset;
using model::Reason;

// A hold is released at the first instant after its last day.
std::string DueKey(Work& work, model::HoldId id, const rec::Hold& row) {
  return keys::Due(work.bank_id(), model::StartOf(model::Day(row.expires() + 1)), model::DueKind::kHoldExpiry, id.value());
}

// Consumes a part of an open hold and releases the rest; REQUIRES: it is open and holds as much.
absl::Status End(Work& work, model::HoldId id, rec::Hold row, model::Minutes consumed, model::EntryKind kind) {
  const model::MemberId member(row.member());
  const model::Owner owner = model::MemberOwner(member);
  Books books(&work);
  TB_RETURN_IF_ERROR(books.TakeLots(member, consumed));
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kHeld}, -row.amount()));
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kAvailable}, row.amount() - consumed.value()));
  TB_RETURN_IF_ERROR(books.Post({model::BankOwner(), Asset::kHours, AccountKind::kCareDelivered}, consumed.value()));
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(owner));
  book->set_received(book->received() + consumed.value());

  work.Describe(kind, id.value(), work.today());
  row.set_closed(true);
  row.set_consumed(consumed.value());
  row.set_expired(kind == model::EntryKind::kHoldExpired);
  *work.entry().mutable_hold() = row;
  work.Save(keys::Hold(work.bank_id(), id), row);
  work.Delete(keys::HoldOf(work.bank_id(), member, id));
  work.Delete(DueKey(work, id, row));
  books.Write();
  return WakeGrantedHours(work, member);
}

}  // namespace

absl::Status Decide(Work& work, const model::PlaceHold& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireActive(work, member));
  if (command.expires < work.today()) {
    return work.Refuse(Reason::kHoldExpiresBeforeToday);
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  const int age = base::AgeOn(base::DayFromNumber(member.row.birth()), base::DayFromNumber(work.today().value()));
  if (age < rules->spending_age) {
    return work.Refuse(Reason::kSpenderTooYoung, {{"minimum", absl::StrCat(rules->spending_age)}});
  }
  const model::Owner owner = model::MemberOwner(member.id);
  Books books(&work);
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, books.Of(owner));
  const int64_t available = BalanceIn(*book, Asset::kHours, AccountKind::kAvailable);
  if (available < command.amount.value()) {
    return work.Refuse(Reason::kBalanceTooLow, {{"available", absl::StrCat(available)}});
  }
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kAvailable}, -command.amount.value()));
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kHeld}, command.amount.value()));

  const model::HoldId id(work.sequence().value());
  work.Describe(model::EntryKind::kHoldPlaced, id.value(), work.today());
  work.entry().set_reason(command.reason);
  rec::Hold* row = work.entry().mutable_hold();
  row->set_member(member.id.value());
  row->set_amount(command.amount.value());
  row->set_expires(command.expires.value());
  row->set_reason(command.reason);
  row->set_placer(work.actor());
  work.Save(keys::Hold(work.bank_id(), id), *row);
  work.Put(keys::HoldOf(work.bank_id(), member.id, id), "");
  work.Put(DueKey(work, id, *row), "");
  books.Write();
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::CloseHold& command) {
  const std::string id = IdText(command.hold.value());
  TB_ASSIGN_OR_RETURN(std::optional<rec::Hold> row,
                      LoadRow<rec::Hold>(work.rows(), keys::Hold(work.bank_id(), command.hold)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kHoldNotFound, {{"hold", id}});
  }
  if (row->order() != 0) {
    return work.Refuse(Reason::kHoldOfOrder, {{"hold", id}, {"order", IdText(row->order())}});
  }
  if (row->closed()) {
    return work.Refuse(Reason::kHoldClosed, {{"hold", id}});
  }
  // To say how much of it was used is a decision; to reserve what is one's own is none.
  TB_RETURN_IF_ERROR(RequireNotParty(work, {model::MemberId(row->member())}));
  TB_RETURN_IF_ERROR(RequireNotAgent(work, model::MemberId(row->member())));
  const int64_t consumed = command.consumed.value();
  TB_ASSIGN_OR_RETURN(const bool placed, ActorIsPerson(work, row->placer()));
  if (consumed > 0 && placed) {
    return work.Refuse(Reason::kStepNeedsAnother);
  }
  if (consumed > 0 && row->expires() < work.today().value()) {
    return work.Refuse(Reason::kHoldExpired, {{"hold", id}, {"until", DayText(model::Day(row->expires()))}});
  }
  if (consumed > row->amount()) {
    return work.Refuse(Reason::kHoldTooSmall, {{"maximum", absl::StrCat(row->amount())}});
  }
  TB_RETURN_IF_ERROR(End(work, command.hold, *std::move(row), command.consumed, model::EntryKind::kHoldClosed));
  work.entry().set_reason(command.reason);
  return absl::OkStatus();
}

absl::Status ExpireHold(Work& work, uint64_t id, model::RecordTime) {
  const model::HoldId hold(id);
  TB_ASSIGN_OR_RETURN(rec::Hold row, MustLoadRow<rec::Hold>(work.rows(), keys::Hold(work.bank_id(), hold)));
  return End(work, hold, std::move(row), model::Minutes(0), model::EntryKind::kHoldExpired);
}

}  // namespace timebank::ledger
