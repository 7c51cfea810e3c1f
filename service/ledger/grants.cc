// Grants to elders in need: proposed by one, approved by another, issued month by month, and ended where the rules say so.
#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/due.h"
#include "service/ledger/giving.h"
#include "service/ledger/grant_life.h"
#include "service/ledger/grant_rows.h"
#include "service/ledger/keys.h"
#include "service/ledger/notes.h"
#include "service/ledger/person.h"
#include "service/ledger/points.h"
#include "service/ledger/reader.h"
#include "service/ledger/star_rows.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Asset;
using model::Day;
using model::GrantId;
using model::GrantState;
using model::MemberId;
using model::Minutes;
using model::Reason;

GrantState StateOf(const rec::Grant& row) { return static_cast<GrantState>(row.state()); }

// The row of the due index of the next month; empty when none is to come before the review.
std::string DueKey(const Work& work, GrantId id, const rec::Grant& row) {
  if (StateOf(row) != GrantState::kActive || row.next_month() > row.review()) {
    return "";
  }
  return keys::Due(work.bank_id(), model::StartOf(Day(row.next_month())), model::DueKind::kGrantIssue, id.value());
}

void SaveGrant(Work& work, GrantId id, const rec::Grant& before, const rec::Grant& after) {
  const std::string old_due = DueKey(work, id, before);
  const std::string new_due = DueKey(work, id, after);
  if (old_due != new_due) {
    if (!old_due.empty()) {
      work.Delete(old_due);
    }
    if (!new_due.empty()) {
      work.Put(new_due, "");
    }
  }
  *work.entry().mutable_grant_changed()->mutable_grant() = after;
  work.Save(keys::Grant(work.bank_id(), id), after);
}

absl::Status RequireNoOpenGrant(Work& work, MemberId member) {
  TB_ASSIGN_OR_RETURN(const GrantId open, OpenGrantOf(work, member));
  return open.value() == 0 ? absl::OkStatus() : work.Refuse(Reason::kGrantOpen, {{"grant", IdText(open.value())}});
}

absl::Status RequireNotOneself(Work& work, const FoundMember& member) {
  TB_ASSIGN_OR_RETURN(const bool oneself, ActorIsMember(work, member));
  return oneself ? work.Refuse(Reason::kGrantToOneself) : absl::OkStatus();
}

GrantEvent EventOf(model::ChangeGrant::Event event) {
  switch (event) {
    case model::ChangeGrant::Event::kApprove:
      return GrantEvent::kApprove;
    case model::ChangeGrant::Event::kRenew:
      return GrantEvent::kRenew;
    case model::ChangeGrant::Event::kEnd:
      return GrantEvent::kEnd;
  }
  TB_CHECK(false);
  std::abort();
}

// How a month is issued, or why it is not.
struct Month {
  Day first;
  model::GrantSkip skip = model::GrantSkip::kNone;
  int64_t credited = 0;
  int64_t pool = 0;  // above the cap
};

absl::StatusOr<Month> PlanMonth(Work& work, Books& books, const rec::Grant& row, const model::Rules& rules) {
  Month month;
  month.first = Day(row.next_month());
  TB_ASSIGN_OR_RETURN(const rec::Member member,
                      MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), MemberId(row.member()))));
  if (member.state() != static_cast<uint32_t>(model::MemberState::kActive)) {
    month.skip = model::GrantSkip::kMemberNotActive;
    return month;
  }
  TB_ASSIGN_OR_RETURN(const int64_t credited, UnderCap(books, MemberId(row.member()), row.monthly(), rules));
  if (rules.grants_from_pool != 0) {
    TB_ASSIGN_OR_RETURN(const rec::Book* const bank, books.Of(model::BankOwner()));
    if (BalanceIn(*bank, Asset::kHours, AccountKind::kPool) < credited) {
      month.skip = model::GrantSkip::kSourceTooLow;
      return month;
    }
  }
  month.credited = credited;
  month.pool = row.monthly() - credited;
  return month;
}

// The last day on which hours of this month can be spent; 0: they stay.
int32_t LastDayOf(Day month, const model::Rules& rules) {
  return rules.grant_unspent == 0 ? 0 : model::MonthsAfter(month, rules.grant_validity_months).value() - 1;
}

absl::Status PostMonth(Books& books, MemberId member, const Month& month, const model::Rules& rules) {
  if (rules.grants_from_pool != 0) {
    // What is above the cap stays where it is.
    TB_RETURN_IF_ERROR(books.Post(BankHours(AccountKind::kPool), -month.credited));
  } else {
    TB_RETURN_IF_ERROR(books.Post(BankHours(AccountKind::kIssuance), -month.credited - month.pool));
    TB_RETURN_IF_ERROR(books.Post(BankHours(AccountKind::kPool), month.pool));
  }
  TB_RETURN_IF_ERROR(books.Post(HoursOf(member), month.credited));
  books.AddLot(member, model::Provenance::kGranted, Minutes(month.credited));
  return absl::OkStatus();
}

// The row that lets hours of this month end.
void SaveIssue(Work& work, GrantId grant, MemberId member, const rec::GrantChanged& issued) {
  if (issued.expires() == 0 || issued.credited() == 0) {
    return;
  }
  rec::GrantIssue row;
  row.set_grant(grant.value());
  row.set_member(member.value());
  row.set_expires(issued.expires());
  // Months that were made up late may be over already: they end at once.
  row.set_due(std::max(model::StartOf(Day(issued.expires() + 1)), work.time()).value());
  row.set_to_pool(issued.to_pool());
  FollowIssue(work, work.sequence(), std::nullopt, row);
}

}  // namespace

absl::StatusOr<GrantId> OpenGrantOf(Work& work, MemberId member) {
  const std::string prefix = keys::GrantsOf(work.bank_id(), member);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const GrantId id(keys::LastId(it->key()));
    TB_ASSIGN_OR_RETURN(const rec::Grant row, MustLoadRow<rec::Grant>(work.rows(), keys::Grant(work.bank_id(), id)));
    if (StateOf(row) != GrantState::kEnded) {
      return id;
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return GrantId(0);
}

absl::Status Decide(Work& work, const model::ProposeGrant& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireNoteAbout(work, command.grounds, member.id));
  TB_RETURN_IF_ERROR(RequireActive(work, member));
  TB_RETURN_IF_ERROR(RequireNotOneself(work, member));
  TB_RETURN_IF_ERROR(RequireNoOpenGrant(work, member.id));
  const Day earliest = model::FirstOfMonth(work.today());
  if (command.first_month < earliest) {
    return work.Refuse(Reason::kGrantMonthPast, {{"earliest", DayText(earliest)}});
  }
  const Day least = std::max(work.today(), command.first_month);
  if (command.review < least) {
    return work.Refuse(Reason::kGrantReviewTooEarly, {{"earliest", DayText(least)}});
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(command.first_month));
  const int age = base::AgeOn(base::DayFromNumber(member.row.birth()), base::DayFromNumber(least.value()));
  if (age < rules->spending_age) {
    return work.Refuse(Reason::kBeneficiaryTooYoung, {{"minimum", absl::StrCat(rules->spending_age)}});
  }

  const GrantId id(work.sequence().value());
  work.Describe(model::EntryKind::kGrantProposed, id.value(), work.today());
  work.entry().mutable_grant_changed()->set_reason_digest(NoteDigest(command.grounds));
  rec::Grant row;
  row.set_member(member.id.value());
  row.set_monthly(command.monthly.value());
  row.set_first_month(command.first_month.value());
  row.set_review(command.review.value());
  row.set_state(static_cast<uint32_t>(GrantState::kProposed));
  row.set_maker(work.actor());
  SaveGrant(work, id, row, row);
  SaveEntryText(work, member.id, command.grounds.sealed);
  work.Put(keys::GrantOf(work.bank_id(), member.id, id), "");
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeGrant& command) {
  const GrantId id = command.grant;
  TB_ASSIGN_OR_RETURN(std::optional<rec::Grant> found, LoadRow<rec::Grant>(work.rows(), keys::Grant(work.bank_id(), id)));
  if (!found.has_value()) {
    return work.Refuse(Reason::kGrantNotFound, {{"grant", IdText(id.value())}});
  }
  FoundMember member;
  member.id = MemberId(found->member());
  TB_ASSIGN_OR_RETURN(member.row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), member.id)));
  TB_RETURN_IF_ERROR(RequireNoteAbout(work, command.reason, member.id));
  TB_RETURN_IF_ERROR(RequireNotOneself(work, member));
  const GrantStep* const step = FindGrantStep(StateOf(*found), EventOf(command.event));
  if (step == nullptr) {
    return work.Refuse(Reason::kGrantWrongState,
                       {{"grant", IdText(id.value())}, {"state", std::string(model::NameOf(StateOf(*found)))}});
  }
  TB_ASSIGN_OR_RETURN(const bool maker, ActorIsPerson(work, found->maker()));
  if (step->by_checker && maker) {
    return work.Refuse(Reason::kGrantMakerIsChecker);
  }
  rec::Grant after = *found;
  if (step->event == GrantEvent::kRenew) {
    const Day least = std::max(work.today(), Day(found->review() + 1));
    if (command.review < least) {
      return work.Refuse(Reason::kGrantReviewTooEarly, {{"earliest", DayText(least)}});
    }
    after.set_review(command.review.value());
  }
  if (step->event != GrantEvent::kEnd) {
    // Nothing is issued for months before the one in which somebody looked.
    const Day from(after.next_month() == 0 ? after.first_month() : after.next_month());
    after.set_next_month(std::max(from, model::FirstOfMonth(work.today())).value());
    after.set_checker(work.actor());
  }
  after.set_state(static_cast<uint32_t>(step->to));
  if (!command.reason.sealed.empty()) {
    after.set_reasoned(work.sequence().value());
  }

  work.Describe(step->kind, id.value(), work.today());
  work.entry().mutable_grant_changed()->set_reason_digest(NoteDigest(command.reason));
  SaveGrant(work, id, *found, after);
  SaveEntryText(work, member.id, command.reason.sealed);
  return absl::OkStatus();
}

absl::Status IssueGrant(Work& work, uint64_t id, model::RecordTime) {
  TB_ASSIGN_OR_RETURN(const rec::Grant row, MustLoadRow<rec::Grant>(work.rows(), keys::Grant(work.bank_id(), GrantId(id))));
  const MemberId member(row.member());
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(Day(row.next_month())));
  Books books(&work);
  TB_ASSIGN_OR_RETURN(const Month month, PlanMonth(work, books, row, *rules));
  const bool issued = month.skip == model::GrantSkip::kNone;
  const GrantStep* const step = FindGrantStep(StateOf(row), issued ? GrantEvent::kIssue : GrantEvent::kSkip);
  TB_CHECK(step != nullptr);
  rec::Grant after = row;
  after.set_next_month(model::MonthsAfter(month.first, 1).value());
  after.set_last_skip(static_cast<uint32_t>(month.skip));
  after.set_months(row.months() + (issued ? 1 : 0));
  after.set_skipped(row.skipped() + (issued ? 0 : 1));
  after.set_issued(row.issued() + month.credited + month.pool);
  if (issued) {
    TB_RETURN_IF_ERROR(PostMonth(books, member, month, *rules));
  }

  work.Describe(step->kind, id, month.first);
  rec::GrantChanged* const changed = work.entry().mutable_grant_changed();
  changed->set_month(month.first.value());
  changed->set_credited(month.credited);
  changed->set_pool(month.pool);
  changed->set_expires(issued ? LastDayOf(month.first, *rules) : 0);
  changed->set_to_pool(changed->expires() != 0 && rules->grant_unspent == 2);
  SaveGrant(work, GrantId(id), row, after);
  SaveIssue(work, GrantId(id), member, *changed);
  books.Write();
  return absl::OkStatus();
}

absl::Status EndGrantedHours(Work& work, uint64_t id, model::RecordTime) {
  const model::Sequence issue(id);
  TB_ASSIGN_OR_RETURN(const rec::GrantIssue row,
                      MustLoadRow<rec::GrantIssue>(work.rows(), keys::GrantIssue(work.bank_id(), issue)));
  const MemberId member(row.member());
  Books books(&work);
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, books.Of(model::MemberOwner(member)));
  const Minutes held(BalanceIn(*book, Asset::kHours, AccountKind::kHeld));
  TB_ASSIGN_OR_RETURN(const rec::Lot lot, MustLoadRow<rec::Lot>(work.rows(), keys::Lot(work.bank_id(), member,
                                                                                       model::Provenance::kGranted, issue)));
  TB_ASSIGN_OR_RETURN(const Minutes ended, books.EndGrantedLot(member, issue, held));
  TB_RETURN_IF_ERROR(books.Post(HoursOf(member), -ended.value()));
  TB_RETURN_IF_ERROR(books.Post(BankHours(row.to_pool() ? AccountKind::kPool : AccountKind::kExpired), ended.value()));

  work.Describe(model::EntryKind::kGrantedHoursEnded, row.grant(), Day(row.expires()));
  rec::GrantChanged* const changed = work.entry().mutable_grant_changed();
  changed->set_issue(id);
  changed->set_ended(ended.value());
  changed->set_reserved(lot.remaining() - ended.value());
  books.Write();
  return absl::OkStatus();
}

}  // namespace timebank::ledger
