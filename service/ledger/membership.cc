// The end of a membership: leaving, death, the merger of two numbers. See member_life.h for the states.
#include <algorithm>
#include <optional>
#include <string>

#include "service/base/check.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/giving.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/open_things.h"
#include "service/ledger/person.h"
#include "service/ledger/points.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/star_measure.h"
#include "service/ledger/star_rows.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Asset;
using model::MemberId;
using model::MemberState;
using model::Minutes;
using model::Provenance;
using model::Reason;
using Event = model::ChangeMembership::Event;

MemberLifeEvent EventOf(Event event) {
  switch (event) {
    case Event::kClose:
      return MemberLifeEvent::kClose;
    case Event::kReopen:
      return MemberLifeEvent::kReopen;
    case Event::kFinish:
      return MemberLifeEvent::kFinish;
    case Event::kDeath:
      return MemberLifeEvent::kDeath;
    case Event::kEstate:
      return MemberLifeEvent::kEstate;
  }
  TB_CHECK(false);
  std::abort();
}

absl::StatusOr<const MemberLifeStep*> RequireStep(Work& work, const FoundMember& member, MemberLifeEvent event) {
  const auto state = static_cast<MemberState>(member.row.state());
  const MemberLifeStep* const step = FindMemberLifeStep(state, event);
  if (step == nullptr) {
    return work.Refuse(Reason::kMemberWrongState,
                       {{"member", model::MemberNumber(member.id)}, {"state", std::string(model::NameOf(state))}});
  }
  return step;
}

bool All(Provenance) { return true; }

// Everything of a member to one heir or the pool: granted hours and those of the pool go back to it, the rest is a gift.
absl::Status GiveAway(Work& work, Books& books, MemberId member, MemberId heir, const model::Rules& rules) {
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, books.Of(model::MemberOwner(member)));
  const int64_t all = BalanceIn(*book, Asset::kHours, AccountKind::kAvailable);
  int64_t own = 0;
  if (heir.value() != 0) {
    own = all;
    for (const Provenance provenance : {Provenance::kGranted, Provenance::kDonated}) {
      TB_ASSIGN_OR_RETURN(const int64_t sum, SumOfLots(work, member, provenance));
      own -= sum;
    }
  }
  TB_ASSIGN_OR_RETURN(const int64_t credited, own == 0 ? absl::StatusOr<int64_t>(0) : UnderCap(books, heir, own, rules));
  TB_RETURN_IF_ERROR(books.TakeLotsOf(member, Minutes(all), &All));
  TB_RETURN_IF_ERROR(books.Post(HoursOf(member), -all));
  TB_RETURN_IF_ERROR(books.Post(HoursOf(heir), credited));
  TB_RETURN_IF_ERROR(books.Post(BankHours(AccountKind::kPool), all - credited));
  books.AddLot(heir, Provenance::kGifted, Minutes(credited));
  rec::MemberLife* const life = work.entry().mutable_member_life();
  life->set_heir(heir.value());
  life->set_credited(credited);
  life->set_pool(all - credited);
  return absl::OkStatus();
}

// The one star award in force, which cannot move.
absl::Status RequireNoStar(Work& work, MemberId member) {
  TB_ASSIGN_OR_RETURN(const rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member));
  const rec::StarStanding::Held* const held = InForce(standing);
  return held == nullptr ? absl::OkStatus()
                         : work.Refuse(Reason::kMergeStarHeld,
                                       {{"member", model::MemberNumber(member)}, {"award", IdText(held->award())}});
}

// Service hours and all other running numbers of both become those of the survivor.
absl::Status MoveNumbers(Books& books, MemberId member, MemberId survivor) {
  TB_ASSIGN_OR_RETURN(rec::Book* const from, books.Of(model::MemberOwner(member)));
  TB_ASSIGN_OR_RETURN(rec::Book* const to, books.Of(model::MemberOwner(survivor)));
  to->set_service(to->service() + from->service());
  to->set_pool(to->pool() + from->pool());
  to->set_received(to->received() + from->received());
  to->set_evaluations(to->evaluations() + from->evaluations());
  to->set_evaluation_sum(to->evaluation_sum() + from->evaluation_sum());
  to->set_hours_owed(to->hours_owed() + from->hours_owed());
  from->set_service(0);
  from->set_pool(0);
  from->set_received(0);
  from->set_evaluations(0);
  from->set_evaluation_sum(0);
  from->set_hours_owed(0);
  return absl::OkStatus();
}

}  // namespace

absl::Status Decide(Work& work, const model::ChangeMembership& command) {
  TB_ASSIGN_OR_RETURN(FoundMember member, RequireMember(work, command.member, Reason::kMemberNotFound));
  FoundMember heir;
  if (!command.heir.empty()) {
    TB_ASSIGN_OR_RETURN(heir, RequireMember(work, command.heir, Reason::kMemberNotFound));
  }
  TB_ASSIGN_OR_RETURN(const MemberLifeStep* const step, RequireStep(work, member, EventOf(command.event)));
  if (heir.id.value() != 0) {
    TB_RETURN_IF_ERROR(RequireActive(work, heir));
  }
  if (step->event != MemberLifeEvent::kClose) {
    TB_RETURN_IF_ERROR(RequireNotParty(work, {member.id, heir.id}));
  }
  TB_RETURN_IF_ERROR(RequireNotAgent(work, member.id));
  if (step->to == MemberState::kActive) {
    TB_RETURN_IF_ERROR(RequireGuardian(work, member.row));
  }
  Books books(&work);
  std::optional<PointsLots> points;
  if (step->empties) {
    TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
    if (heir.id.value() != 0) {
      TB_RETURN_IF_ERROR(RequireMayReceive(work, member.id, heir.id, *rules));
    }
    TB_ASSIGN_OR_RETURN(const bool began, ActorIsPerson(work, member.row.begun_by()));
    if (began) {
      return work.Refuse(step->event == MemberLifeEvent::kEstate ? Reason::kEstateReporterDecides
                                                                 : Reason::kStepNeedsAnother);
    }
    TB_RETURN_IF_ERROR(RequireNothingOpen(work, member.id));
    TB_RETURN_IF_ERROR(GiveAway(work, books, member.id, heir.id, *rules));
    points.emplace(&work, &books, member.id);
    TB_ASSIGN_OR_RETURN(const int64_t expired, points->ExpireAll());
    work.entry().mutable_member_life()->set_points(expired);
  }

  work.Describe(step->kind, member.id.value(), work.today());
  work.entry().set_reason(command.reason);
  work.entry().mutable_member_life()->set_state(static_cast<uint32_t>(step->to));
  member.row.set_state(static_cast<uint32_t>(step->to));
  const bool begins = step->to == MemberState::kDeceased || step->to == MemberState::kClosing;
  member.row.set_begun_by(begins ? work.actor() : std::string());
  work.Save(keys::Member(work.bank_id(), member.id), member.row);
  if (points.has_value()) {
    points->Write();
    books.Write();
  }
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::MergeMembers& command) {
  TB_ASSIGN_OR_RETURN(FoundMember member, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_ASSIGN_OR_RETURN(const FoundMember survivor, RequireMember(work, command.survivor, Reason::kMemberNotFound));
  TB_ASSIGN_OR_RETURN(const MemberLifeStep* const step, RequireStep(work, member, MemberLifeEvent::kMerge));
  TB_RETURN_IF_ERROR(RequireActive(work, survivor));
  if (member.id == survivor.id) {
    return work.Refuse(Reason::kMergeToOneself);
  }
  TB_RETURN_IF_ERROR(RequireNotParty(work, {member.id, survivor.id}));
  TB_RETURN_IF_ERROR(RequireNoStar(work, member.id));
  TB_RETURN_IF_ERROR(RequireNothingOpen(work, member.id));
  Books books(&work);
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, books.Of(model::MemberOwner(member.id)));
  const int64_t all = BalanceIn(*book, Asset::kHours, AccountKind::kAvailable);
  TB_RETURN_IF_ERROR(books.MoveLots(member.id, survivor.id));
  TB_RETURN_IF_ERROR(books.Post(HoursOf(member.id), -all));
  TB_RETURN_IF_ERROR(books.Post(HoursOf(survivor.id), all));
  TB_RETURN_IF_ERROR(MoveNumbers(books, member.id, survivor.id));
  PointsLots from(&work, &books, member.id);
  PointsLots to(&work, &books, survivor.id);
  TB_RETURN_IF_ERROR(from.MoveAll(&to));

  work.Describe(step->kind, member.id.value(), work.today());
  work.entry().set_reason(command.reason);
  rec::MemberLife* const life = work.entry().mutable_member_life();
  life->set_state(static_cast<uint32_t>(step->to));
  life->set_survivor(survivor.id.value());
  life->set_credited(all);
  member.row.set_state(static_cast<uint32_t>(step->to));
  member.row.set_merged_into(survivor.id.value());
  work.Save(keys::Member(work.bank_id(), member.id), member.row);
  work.Put(keys::Merged(work.bank_id(), survivor.id, member.id), "");
  from.Write();
  to.Write();
  books.Write();
  return absl::OkStatus();
}

}  // namespace timebank::ledger
