// What a settled service gives, and what its reversal takes back.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/keys.h"
#include "service/ledger/person.h"
#include "service/ledger/points.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_change.h"
#include "service/ledger/star_measure.h"
#include "service/ledger/star_rows.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Cover;
using model::Day;
using model::Minutes;
using model::Reason;

model::AccountId Hours(model::Owner owner, AccountKind kind) { return {owner, model::Asset::kHours, kind}; }

// What a reversal asks back and what is not there any more.
struct Claim {
  int64_t member = 0;  // from the volunteer
  int64_t pool = 0;    // from the pool
  int64_t available = 0;
  int64_t in_pool = 0;

  int64_t member_short() const { return std::max<int64_t>(0, member - available); }
  int64_t pool_short() const { return std::max<int64_t>(0, pool - in_pool); }
};

// The authority decides on what somebody else asked for. A decision that was taken before, on a list, was looked at then.
absl::Status RequireDecider(Work& work, const RecordChange& change) {
  const model::CoverChoice& cover = change.command.cover;
  if (!cover.decided_by.empty()) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const bool asked, ActorIsPerson(work, cover.requested_by));
  return asked || cover.requested_by.empty() ? work.Refuse(Reason::kCoverDeciderIsParty) : absl::OkStatus();
}

// Refuses when nobody stands in for what is missing. A debt is the volunteer's own and never that of the pool's part.
absl::Status RequireCover(Work& work, const RecordChange& change, const Claim& claim) {
  if (claim.member_short() == 0 && claim.pool_short() == 0) {
    return absl::OkStatus();
  }
  const Cover cover = change.command.cover.cover;
  const int64_t from_pool = claim.pool + (cover == Cover::kPool ? claim.member_short() : 0);
  switch (cover) {
    case Cover::kNone:
      return work.Refuse(Reason::kHoursAlreadySpent, {{"available", absl::StrCat(claim.available)}});
    case Cover::kDebt:
    case Cover::kPool:
      return claim.in_pool < from_pool ? work.Refuse(Reason::kPoolCannotCover, {{"available", absl::StrCat(claim.in_pool)},
                                                                                {"needed", absl::StrCat(from_pool)}})
                                       : absl::OkStatus();
    case Cover::kAuthority:
      return RequireDecider(work, change);
  }
  return absl::OkStatus();
}

// Writes on the entry who stood in for how much.
void NoteCover(Work& work, const model::CoverChoice& choice, const Claim& claim) {
  if (claim.member_short() == 0 && claim.pool_short() == 0) {
    return;
  }
  rec::HoursCover* cover = work.entry().mutable_hours_cover();
  cover->set_cover(static_cast<uint32_t>(choice.cover));
  cover->set_member_minutes(claim.member_short());
  cover->set_pool_minutes(claim.pool_short());
  cover->set_decided_by(choice.decided_by);
  if (choice.cover == Cover::kDebt) {
    cover->set_consent(choice.consent);
  }
  if (choice.cover == Cover::kAuthority) {
    cover->set_requested_by(choice.requested_by);
  }
}

// Changes what the volunteer owes; the statement gets a line for it in any case.
absl::Status Owe(Work& work, model::MemberId volunteer, int64_t amount, Books& books) {
  if (amount == 0) {
    return absl::OkStatus();
  }
  const model::Owner member = model::MemberOwner(volunteer);
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(member));
  book->set_hours_owed(book->hours_owed() + amount);
  work.entry().set_hours_owed(amount);
  return books.Mark(Hours(member, AccountKind::kAvailable));
}

absl::Status EarnPoints(Work& work, RecordChange& change, Minutes counted) {
  const std::string& category = change.row.service().category();
  TB_ASSIGN_OR_RETURN(const int stars, StarLevelOf(work.rows(), work.bank_id(), change.volunteer()));
  const model::Points earned =
      model::EarnedPoints(*change.rules, category, counted, stars, CampaignPercent(work.bank(), change.day, category));
  if (earned.value() == 0) {
    return absl::OkStatus();
  }
  // They are earned when they are banked: points for a late record do not come expired.
  const Day last_day = model::LastDayOfPoints(*change.rules, work.today());
  change.row.set_points(earned.value());
  change.row.set_points_expire(last_day.value());
  return change.points->Give(earned.value(), last_day);
}

}  // namespace

absl::Status BankHours(Work& work, RecordChange& change, Books& books) {
  rec::VolunteerDay& day = change.volunteer_day;
  const model::Owner member = model::MemberOwner(change.volunteer());
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(member));
  const int64_t has = BalanceIn(*book, model::Asset::kHours, AccountKind::kAvailable) +
                      BalanceIn(*book, model::Asset::kHours, AccountKind::kHeld) - book->hours_owed();
  const model::Credit credit = model::CreditOf(*change.rules, change.row.service().category(),
                                               Minutes(change.row.measured()), Minutes(day.counted()), Minutes(has));
  const int64_t worth = credit.worth.value();
  const int64_t credited = credit.credited.value();
  const int64_t pool = worth - credited;
  const int64_t pays = std::min(credited, book->hours_owed());
  // What an elder's hold pays is not issued; what it pays above the worth of the service goes to the pool. What pays a debt was issued
  // before, for the service that was reversed.
  const int64_t surplus = std::max<int64_t>(0, change.paid.value() - worth);
  TB_RETURN_IF_ERROR(
      books.Post(Hours(model::BankOwner(), AccountKind::kIssuance), change.paid.value() - surplus - worth + pays));
  TB_RETURN_IF_ERROR(books.Post(Hours(member, AccountKind::kAvailable), credited - pays));
  TB_RETURN_IF_ERROR(books.Post(Hours(model::BankOwner(), AccountKind::kPool), pool + surplus));
  if (credited == 0 && pool > 0) {
    // The passbook tells of a service wholly above a cap as well.
    TB_RETURN_IF_ERROR(books.Mark(Hours(member, AccountKind::kAvailable)));
  }
  TB_RETURN_IF_ERROR(Owe(work, change.volunteer(), -pays, books));
  change.surplus = Minutes(surplus);
  books.AddLot(change.volunteer(), model::Provenance::kEarned, Minutes(credited - pays));
  book->set_service(book->service() + credit.counted.value());
  book->set_pool(book->pool() + pool);
  day.set_counted(day.counted() + credit.counted.value());
  change.row.set_credited(credited);
  change.row.set_pool(pool);
  change.row.set_counted(credit.counted.value());
  change.row.set_debt_paid(pays);
  change.row.set_settled(work.sequence().value());
  return EarnPoints(work, change, credit.counted);
}

absl::Status TakeBackHours(Work& work, RecordChange& change, Books& books) {
  rec::VolunteerDay& day = change.volunteer_day;
  const model::CoverChoice& choice = change.command.cover;
  const model::Owner member = model::MemberOwner(change.owner);
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(member));
  TB_ASSIGN_OR_RETURN(rec::Book* const bank, books.Of(model::BankOwner()));
  Claim claim;
  claim.member = change.row.credited() - change.row.debt_paid();
  claim.pool = change.row.pool() + change.surplus.value();
  claim.available = BalanceIn(*book, model::Asset::kHours, AccountKind::kAvailable);
  claim.in_pool = BalanceIn(*bank, model::Asset::kHours, AccountKind::kPool);
  TB_RETURN_IF_ERROR(RequireCover(work, change, claim));
  NoteCover(work, choice, claim);
  // Below its own part the pool is taken to nothing, and ISSUANCE stands in for the rest: only an authority comes so far.
  const int64_t from_member = claim.member - claim.member_short();
  const int64_t from_pool =
      claim.pool - claim.pool_short() + (choice.cover == Cover::kPool ? claim.member_short() : int64_t{0});
  TB_RETURN_IF_ERROR(books.TakeLots(change.owner, Minutes(from_member), model::Sequence(change.row.settled())));
  TB_RETURN_IF_ERROR(
      books.Post(Hours(model::BankOwner(), AccountKind::kIssuance), from_member + from_pool - change.paid.value()));
  TB_RETURN_IF_ERROR(books.Post(Hours(member, AccountKind::kAvailable), -from_member));
  TB_RETURN_IF_ERROR(books.Post(Hours(model::BankOwner(), AccountKind::kPool), -from_pool));
  if (change.row.credited() == 0 && change.row.pool() > 0) {
    TB_RETURN_IF_ERROR(books.Mark(Hours(member, AccountKind::kAvailable)));
  }
  // A debt that this service had paid is there again.
  const int64_t new_debt = choice.cover == Cover::kDebt ? claim.member_short() : int64_t{0};
  TB_RETURN_IF_ERROR(Owe(work, change.owner, change.row.debt_paid() + new_debt, books));
  book->set_service(book->service() - change.row.counted());
  change.service_left = Minutes(book->service());
  book->set_pool(book->pool() - change.row.pool());
  day.set_counted(day.counted() - change.row.counted());
  work.entry().set_reverses(change.row.settled());
  change.row.set_reversed(work.sequence().value());
  return change.points->TakeBack(change.row.points(), Day(change.row.points_expire()), *change.rules);
}

}  // namespace timebank::ledger
