// Gifts, donations, and hours from the community pool.
#include "service/ledger/giving.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/kinships.h"
#include "service/ledger/person.h"
#include "service/ledger/points.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Asset;
using model::MemberId;
using model::Minutes;
using model::Provenance;
using model::Reason;

bool IsEarned(Provenance provenance) { return provenance == Provenance::kEarned; }
bool IsOwn(Provenance provenance) { return provenance == Provenance::kEarned || provenance == Provenance::kGifted; }

// A member gives only what is hers; any other name is staff, and gives nothing to herself, nor for an elder who let her order and no more.
absl::Status RequireGiver(Work& work, MemberId giver, MemberId receiver) {
  TB_ASSIGN_OR_RETURN(const MemberId actor, ActingMember(work));
  if (actor.value() == 0) {
    TB_RETURN_IF_ERROR(RequireNotParty(work, {receiver}));
    return RequireNotAgent(work, giver);
  }
  return actor == giver ? absl::OkStatus() : work.Refuse(Reason::kHoursNotYours);
}

// Takes hours from the giver. Refuses when they are not there, or not of a kind that may be given.
absl::Status TakeGiven(Work& work, Books& books, MemberId giver, Minutes amount, Books::ProvenanceTest wanted) {
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, books.Of(model::MemberOwner(giver)));
  const int64_t available = BalanceIn(*book, Asset::kHours, AccountKind::kAvailable);
  if (available < amount.value()) {
    return work.Refuse(Reason::kBalanceTooLow, {{"available", absl::StrCat(available)}});
  }
  int64_t givable = available + BalanceIn(*book, Asset::kHours, AccountKind::kHeld);
  for (const Provenance provenance : {Provenance::kGranted, Provenance::kDonated, Provenance::kGifted}) {
    if (!wanted(provenance)) {
      TB_ASSIGN_OR_RETURN(const int64_t sum, SumOfLots(work, giver, provenance));
      givable -= sum;
    }
  }
  givable = std::min(givable, available);
  if (givable < amount.value()) {
    return work.Refuse(Reason::kHoursNotGivable, {{"givable", absl::StrCat(givable)}});
  }
  TB_RETURN_IF_ERROR(books.TakeLotsOf(giver, amount, wanted));
  return books.Post(HoursOf(giver), -amount.value());
}

rec::HoursGiven* NoteGiven(Work& work, MemberId from, MemberId to, int64_t credited, int64_t pool) {
  rec::HoursGiven* given = work.entry().mutable_hours_given();
  given->set_from(from.value());
  given->set_to(to.value());
  given->set_credited(credited);
  given->set_pool(pool);
  return given;
}

}  // namespace

model::AccountId HoursOf(MemberId member) { return {model::MemberOwner(member), Asset::kHours, AccountKind::kAvailable}; }
model::AccountId BankHours(AccountKind kind) { return {model::BankOwner(), Asset::kHours, kind}; }

absl::StatusOr<int64_t> SumOfLots(const Work& work, MemberId member, Provenance provenance) {
  int64_t sum = 0;
  const std::string prefix = keys::LotsFrom(work.bank_id(), member, provenance);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::Lot row;
    if (!row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("a stored lot cannot be read");
    }
    sum += row.remaining();
  }
  TB_RETURN_IF_ERROR(it->status());
  return sum;
}

absl::Status RequireMayReceive(Work& work, MemberId giver, MemberId receiver, const model::Rules& rules) {
  if (rules.gifts_to_others != 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const std::optional<FoundKinship> kinship, FindBoundKinship(work, giver, receiver));
  return kinship.has_value() ? RequireNotProver(work, *kinship, giver, work.actor())
                             : work.Refuse(Reason::kReceiverNotKin, {{"member", model::MemberNumber(giver)},
                                                                     {"receiver", model::MemberNumber(receiver)}});
}

absl::StatusOr<int64_t> UnderCap(Books& books, MemberId member, int64_t minutes, const model::Rules& rules) {
  if (rules.total_cap_minutes == 0) {
    return minutes;
  }
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, books.Of(model::MemberOwner(member)));
  const int64_t has = BalanceIn(*book, Asset::kHours, AccountKind::kAvailable) +
                      BalanceIn(*book, Asset::kHours, AccountKind::kHeld) - book->hours_owed();
  return std::clamp<int64_t>(rules.total_cap_minutes - has, 0, minutes);
}

absl::Status Decide(Work& work, const model::GiveHours& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember giver, RequireMember(work, command.from, Reason::kMemberNotFound));
  TB_ASSIGN_OR_RETURN(const FoundMember receiver, RequireMember(work, command.to, Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireActive(work, giver));
  TB_RETURN_IF_ERROR(RequireActive(work, receiver));
  TB_RETURN_IF_ERROR(RequireGiver(work, giver.id, receiver.id));
  if (giver.id == receiver.id) {
    return work.Refuse(Reason::kGiftToOneself);
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  TB_RETURN_IF_ERROR(RequireMayReceive(work, giver.id, receiver.id, *rules));
  Books books(&work);
  TB_RETURN_IF_ERROR(TakeGiven(work, books, giver.id, command.amount, rules->gifted_given_on != 0 ? &IsOwn : &IsEarned));
  TB_ASSIGN_OR_RETURN(const int64_t credited, UnderCap(books, receiver.id, command.amount.value(), *rules));
  const int64_t pool = command.amount.value() - credited;
  TB_RETURN_IF_ERROR(books.Post(HoursOf(receiver.id), credited));
  TB_RETURN_IF_ERROR(books.Post(BankHours(AccountKind::kPool), pool));
  books.AddLot(receiver.id, Provenance::kGifted, Minutes(credited));

  work.Describe(model::EntryKind::kHoursGiven, receiver.id.value(), work.today());
  work.entry().set_reason(command.reason);
  NoteGiven(work, giver.id, receiver.id, credited, pool);
  books.Write();
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::DonateHours& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember giver, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireActive(work, giver));
  TB_RETURN_IF_ERROR(RequireGiver(work, giver.id, MemberId(0)));
  Books books(&work);
  TB_RETURN_IF_ERROR(TakeGiven(work, books, giver.id, command.amount, &IsOwn));
  TB_RETURN_IF_ERROR(books.Post(BankHours(AccountKind::kPool), command.amount.value()));

  work.Describe(model::EntryKind::kHoursDonated, giver.id.value(), work.today());
  work.entry().set_reason(command.reason);
  NoteGiven(work, giver.id, MemberId(0), 0, command.amount.value());
  books.Write();
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::GivePoolHours& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember elder, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireActive(work, elder));
  TB_ASSIGN_OR_RETURN(const bool oneself, ActorIsMember(work, elder));
  if (oneself) {
    return work.Refuse(Reason::kPoolToOneself);
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  const int age = base::AgeOn(base::DayFromNumber(elder.row.birth()), base::DayFromNumber(work.today().value()));
  if (age < rules->spending_age) {
    return work.Refuse(Reason::kBeneficiaryTooYoung, {{"minimum", absl::StrCat(rules->spending_age)}});
  }
  Books books(&work);
  TB_ASSIGN_OR_RETURN(const rec::Book* const bank, books.Of(model::BankOwner()));
  const int64_t in_pool = BalanceIn(*bank, Asset::kHours, AccountKind::kPool);
  if (in_pool < command.amount.value()) {
    return work.Refuse(Reason::kPoolTooLow, {{"pool", absl::StrCat(in_pool)}});
  }
  // What the elder may not have stays where it is.
  TB_ASSIGN_OR_RETURN(const int64_t credited, UnderCap(books, elder.id, command.amount.value(), *rules));
  TB_RETURN_IF_ERROR(books.Post(BankHours(AccountKind::kPool), -credited));
  TB_RETURN_IF_ERROR(books.Post(HoursOf(elder.id), credited));
  books.AddLot(elder.id, Provenance::kDonated, Minutes(credited));

  work.Describe(model::EntryKind::kPoolHoursGiven, elder.id.value(), work.today());
  work.entry().set_reason(command.reason);
  NoteGiven(work, MemberId(0), elder.id, credited, command.amount.value() - credited);
  books.Write();
  return absl::OkStatus();
}

}  // namespace timebank::ledger
