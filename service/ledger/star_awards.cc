// Awards of stars: by an authority with power over the level and the scope; reviewed, revoked, superseded; see star_life.h.
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"
#include "service/ledger/star_measure.h"
#include "service/ledger/star_rows.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::AwardState;
using model::Day;
using model::Reason;
using model::StarState;
using Event = model::ChangeAward::Event;

absl::Status RequireScope(Work& work, const std::string& code) {
  TB_ASSIGN_OR_RETURN(const uint64_t id, FindId(work.rows(), work.bank_id(), keys::NameKind::kScope, code));
  return id == 0 ? work.Refuse(Reason::kScopeNotFound, {{"scope", code}}) : absl::OkStatus();
}

// The highest of those that a higher one had superseded.
const rec::StarStanding::Held* Superseded(const rec::StarStanding& standing) {
  const rec::StarStanding::Held* found = nullptr;
  for (const rec::StarStanding::Held& held : standing.held()) {
    if (held.state() == static_cast<uint32_t>(AwardState::kSuperseded) &&
        (found == nullptr || held.level() > found->level())) {
      found = &held;
    }
  }
  return found;
}

rec::StarAward DraftAward(const model::AwardStar& command, const rec::StarApplication& application, model::ScopeId authority,
                          Day today) {
  rec::StarAward award;
  award.set_application(command.application.value());
  award.set_member(application.member());
  award.set_level(application.level());
  award.set_state(static_cast<uint32_t>(AwardState::kActive));
  award.set_number(command.number);
  award.set_authority(authority.value());
  award.set_awarded(today.value());
  award.set_service(application.service());
  award.set_band(application.band());
  award.set_scope(application.scope());
  award.set_rule_set_version(application.rule_set_version());
  return award;
}

// Effects of an award: the application ends, the award in force gives way.
absl::Status SaveAward(Work& work, const model::AwardStar& command, const rec::StarApplication& before,
                       const rec::StarAward& award) {
  const model::StarAwardId id(work.sequence().value());
  const model::MemberId member(award.member());
  TB_ASSIGN_OR_RETURN(rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member));
  work.Describe(model::EntryKind::kStarAwarded, id.value(), work.today());
  work.entry().set_scope(award.scope());
  *work.entry().mutable_star_award() = award;
  rec::StarApplication after = before;
  after.set_state(static_cast<uint32_t>(StarState::kAwarded));
  after.set_award(id.value());
  SaveApplication(work, command.application, before, after);
  AddConsequence(work, command.application, StarState::kAwarded);
  if (const rec::StarStanding::Held* current = InForce(standing)) {
    TB_RETURN_IF_ERROR(MoveAward(work, standing, model::StarAwardId(current->award()), AwardEvent::kSupersede));
  }
  rec::StarStanding::Held* held = standing.add_held();
  held->set_level(award.level());
  held->set_award(id.value());
  held->set_state(award.state());
  held->set_awarded(award.awarded());
  standing.clear_application();
  work.Save(keys::StarAward(work.bank_id(), id), award);
  work.Save(keys::StarStanding(work.bank_id(), member), standing);
  work.Put(keys::Name(work.bank_id(), keys::NameKind::kStarNumber, award.number()), keys::EncodeId(id.value()));
  return absl::OkStatus();
}

// A revoked star leaves the one before it in force again, which is doubted in its turn when too few hours are left for it.
absl::Status RestoreLower(Work& work, rec::StarStanding& standing) {
  const rec::StarStanding::Held* const lower = Superseded(standing);
  if (lower == nullptr) {
    return absl::OkStatus();
  }
  const model::MemberId member(work.entry().star_award().member());
  const model::StarAwardId id(lower->award());
  TB_RETURN_IF_ERROR(MoveAward(work, standing, id, AwardEvent::kRestore));
  TB_ASSIGN_OR_RETURN(const rec::StarAward award,
                      MustLoadRow<rec::StarAward>(work.rows(), keys::StarAward(work.bank_id(), id)));
  TB_ASSIGN_OR_RETURN(const rec::Book book,
                      MustLoadRow<rec::Book>(work.rows(), keys::Book(work.bank_id(), model::MemberOwner(member))));
  if (book.service() < award.band()) {
    TB_RETURN_IF_ERROR(MoveAward(work, standing, id, AwardEvent::kDoubt));
  }
  work.Save(keys::StarStanding(work.bank_id(), member), standing);
  return absl::OkStatus();
}

// Who ends a review: an authority over the award, who is neither its member nor who asked for the review.
absl::Status RequireDecision(Work& work, const model::ChangeAward& command, const rec::StarAward& award) {
  TB_RETURN_IF_ERROR(RequireNotApplicant(work, model::MemberId(award.member()), ""));
  TB_ASSIGN_OR_RETURN(const bool opener, ActorIsPerson(work, award.review_opener()));
  if (opener) {
    return work.Refuse(Reason::kStarObjectorIsDecider);
  }
  TB_ASSIGN_OR_RETURN(
      const rec::StarApplication application,
      MustLoadRow<rec::StarApplication>(
          work.rows(), keys::StarApplication(work.bank_id(), model::StarApplicationId(award.application()))));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(Day(application.submitted())));
  return RequireAuthority(work, command.scope_code, *rules, static_cast<int>(award.level()), model::ScopeId(award.scope()))
      .status();
}

}  // namespace

absl::Status Decide(Work& work, const model::AwardStar& command) {
  TB_RETURN_IF_ERROR(RequireScope(work, command.scope_code));
  TB_ASSIGN_OR_RETURN(const rec::StarApplication application, RequireApplication(work, command.application));
  const auto state = static_cast<StarState>(application.state());
  const StarStep* const step = FindStep(state, StarEvent::kAward);
  if (step == nullptr) {
    return work.Refuse(Reason::kStarWrongState,
                       {{"application", IdText(command.application.value())}, {"state", std::string(model::NameOf(state))}});
  }
  const model::MemberId member(application.member());
  TB_ASSIGN_OR_RETURN(const rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member));
  const rec::StarStanding::Held* const current = InForce(standing);
  if (current != nullptr && current->state() == static_cast<uint32_t>(AwardState::kUnderReview)) {
    return work.Refuse(Reason::kStarUnderReview, {{"award", IdText(current->award())}});
  }
  TB_RETURN_IF_ERROR(RequireNotApplicant(work, member, application.submitter()));
  if (application.notice_until() >= work.today().value()) {
    return work.Refuse(Reason::kStarNoticeNotOver, {{"until", DayText(Day(application.notice_until()))}});
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(Day(application.submitted())));
  TB_ASSIGN_OR_RETURN(const model::ScopeId authority,
                      RequireAuthority(work, command.scope_code, *rules, static_cast<int>(application.level()),
                                       model::ScopeId(application.scope())));
  TB_ASSIGN_OR_RETURN(const uint64_t taken,
                      FindId(work.rows(), work.bank_id(), keys::NameKind::kStarNumber, command.number));
  if (taken != 0) {
    return work.Refuse(Reason::kStarNumberTaken, {{"number", command.number}, {"award", IdText(taken)}});
  }
  return SaveAward(work, command, application, DraftAward(command, application, authority, work.today()));
}

absl::Status Decide(Work& work, const model::ChangeAward& command) {
  const bool opens = command.event == Event::kOpenReview;
  if (!opens) {
    TB_RETURN_IF_ERROR(RequireScope(work, command.scope_code));
  }
  TB_ASSIGN_OR_RETURN(rec::StarAward award, RequireAward(work, command.award));
  const auto state = static_cast<AwardState>(award.state());
  const AwardStep* const step = FindStep(state, opens                           ? AwardEvent::kDoubt
                                                : command.event == Event::kKeep ? AwardEvent::kKeep
                                                                                : AwardEvent::kRevoke);
  if (step == nullptr) {
    return work.Refuse(Reason::kStarAwardWrongState,
                       {{"award", IdText(command.award.value())}, {"state", std::string(model::NameOf(state))}});
  }
  const model::MemberId member(award.member());
  TB_RETURN_IF_ERROR(opens ? RequireNotApplicant(work, member, "") : RequireDecision(work, command, award));
  TB_ASSIGN_OR_RETURN(rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member));

  award.set_state(static_cast<uint32_t>(step->to));
  award.set_reason(command.reason);
  if (opens) {
    award.set_review_opener(work.actor());
    award.set_review_cause(work.sequence().value());
  }
  work.Describe(opens                           ? model::EntryKind::kStarReviewOpened
                : command.event == Event::kKeep ? model::EntryKind::kStarKept
                                                : model::EntryKind::kStarRevoked,
                command.award.value(), work.today());
  work.entry().set_scope(award.scope());
  work.entry().set_reason(command.reason);
  *work.entry().mutable_star_award() = award;
  HeldAward(standing, command.award).set_state(award.state());
  work.Save(keys::StarAward(work.bank_id(), command.award), award);
  work.Save(keys::StarStanding(work.bank_id(), member), standing);
  return step->to == AwardState::kRevoked ? RestoreLower(work, standing) : absl::OkStatus();
}

}  // namespace timebank::ledger
