// Applications for stars: submitted, reviewed, publicised, objected to; see star_life.h.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/calendar.h"
#include "service/ledger/due.h"
#include "service/ledger/keys.h"
#include "service/ledger/objections.h"
#include "service/ledger/person.h"
#include "service/ledger/reader.h"
#include "service/ledger/star_measure.h"
#include "service/ledger/star_rows.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::Day;
using model::Reason;
using model::StarState;
using Event = model::ChangeStar::Event;

// Refuses a level that the member had, has surpassed, or cannot get now because something else is open.
absl::Status RequireFreeLevel(Work& work, const rec::StarStanding& standing, int level) {
  if (const rec::StarStanding::Held* held = HeldAt(standing, level)) {
    return work.Refuse(Reason::kStarLevelHeld, {{"level", absl::StrCat(level)}, {"award", IdText(held->award())}});
  }
  if (const rec::StarStanding::Held* current = InForce(standing)) {
    if (level < static_cast<int>(current->level())) {
      return work.Refuse(Reason::kStarLevelNotAbove, {{"current", absl::StrCat(current->level())}});
    }
    if (current->state() == static_cast<uint32_t>(model::AwardState::kUnderReview)) {
      return work.Refuse(Reason::kStarUnderReview, {{"award", IdText(current->award())}});
    }
  }
  if (standing.application() != 0) {
    return work.Refuse(Reason::kStarApplicationOpen, {{"application", IdText(standing.application())}});
  }
  return absl::OkStatus();
}

absl::Status RequireTimes(Work& work, const model::Rules& rules, const rec::Member& member,
                          const rec::StarStanding& standing) {
  const Day by_membership = FirstDayByMembership(rules, member, standing);
  if (work.today() < by_membership) {
    return work.Refuse(Reason::kStarMembershipTooShort, {{"from", DayText(by_membership)}});
  }
  const Day by_years = FirstDayByYears(rules, standing);
  if (work.today() < by_years) {
    return work.Refuse(Reason::kStarTooSoon, {{"from", DayText(by_years)}});
  }
  return absl::OkStatus();
}

StarEvent EventOf(Event event) {
  switch (event) {
    case Event::kApprove:
      return StarEvent::kApprove;
    case Event::kReject:
      return StarEvent::kReject;
    case Event::kPublish:
      return StarEvent::kPublish;
    case Event::kObject:
      return StarEvent::kObject;
    case Event::kDismiss:
      return StarEvent::kDismiss;
    case Event::kUphold:
      return StarEvent::kUphold;
    case Event::kWithdraw:
      break;
  }
  return StarEvent::kWithdraw;
}

absl::Status CheckStep(Work& work, const rec::StarApplication& row, StarEvent event) {
  switch (event) {
    case StarEvent::kObject:
      if (row.state() == static_cast<uint32_t>(StarState::kObjected)) {
        return RequireNewObjection(work, row.objector(), row.more_objectors());
      }
      if (row.notice_until() < work.today().value()) {
        return work.Refuse(Reason::kStarNoticeOver, {{"until", DayText(Day(row.notice_until()))}});
      }
      return absl::OkStatus();
    case StarEvent::kDismiss:
    case StarEvent::kUphold: {
      TB_RETURN_IF_ERROR(RequireNotApplicant(work, model::MemberId(row.member()), row.submitter()));
      TB_ASSIGN_OR_RETURN(const bool objector, ActorObjected(work, row.objector(), row.more_objectors()));
      return objector ? work.Refuse(Reason::kStarObjectorIsDecider) : absl::OkStatus();
    }
    case StarEvent::kApprove:
    case StarEvent::kReject:
      return RequireNotApplicant(work, model::MemberId(row.member()), row.submitter());
    case StarEvent::kPublish:
      // Somebody else has approved it, so that who submitted it may go on.
      return RequireNotApplicant(work, model::MemberId(row.member()), "");
    case StarEvent::kWithdraw: {
      TB_ASSIGN_OR_RETURN(const model::MemberId actor, ActingMember(work));
      TB_ASSIGN_OR_RETURN(const bool submitter, ActorIsPerson(work, row.submitter()));
      const bool allowed = actor.value() == 0 || actor.value() == row.member() || submitter;
      return allowed ? absl::OkStatus() : work.Refuse(Reason::kStarNotYours);
    }
    default:
      return absl::OkStatus();
  }
}

// The clock of the notice counts working days by the bank's calendar as it stands when the clock is started or started again: what people
// were told is not moved by a later calendar.
absl::Status MoveClock(Work& work, StarEffect effect, const model::Rules& rules, rec::StarApplication* row) {
  switch (effect) {
    case StarEffect::kStopClock: {
      // The day of the objection is not over, and so is left, unless it is the day of the publication, which does not count.
      const Day first(std::max(work.today().value(), row->notice_from() + 1));
      TB_ASSIGN_OR_RETURN(const int64_t left, WorkingDaysIn(work.rows(), work.bank_id(), first, Day(row->notice_until())));
      row->set_days_left(std::max<int64_t>(left, 1));
      return absl::OkStatus();
    }
    case StarEffect::kStartClock:
    case StarEffect::kResumeClock: {
      const int64_t days = effect == StarEffect::kStartClock ? rules.star_notice_working_days : row->days_left();
      TB_ASSIGN_OR_RETURN(const Day until, WorkingDayAfter(work.rows(), work.bank_id(), work.today(), days));
      row->set_notice_from(work.today().value());
      row->set_notice_until(until.value());
      row->clear_days_left();
      return absl::OkStatus();
    }
    case StarEffect::kNone:
    case StarEffect::kAward:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

// Entry and rows of a step. An application that is no longer open leaves its member free for another one.
absl::Status FinishStep(Work& work, model::StarApplicationId id, const rec::StarApplication& before, const StarStep& step,
                        rec::StarApplication after) {
  after.set_state(static_cast<uint32_t>(step.to));
  const model::MemberId member(after.member());
  TB_ASSIGN_OR_RETURN(rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member));
  work.Describe(step.kind, id.value(), work.today());
  work.entry().set_scope(after.scope());
  *work.entry().mutable_star_application() = after;
  SaveApplication(work, id, before, after);
  if (!IsOpen(step.to)) {
    standing.clear_application();
    work.Save(keys::StarStanding(work.bank_id(), member), standing);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Decide(Work& work, const model::SubmitStar& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember member, RequireMember(work, command.member, Reason::kMemberNotFound));
  TB_RETURN_IF_ERROR(RequireActive(work, member));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(work.today()));
  TB_ASSIGN_OR_RETURN(rec::StarStanding standing, LoadStanding(work.rows(), work.bank_id(), member.id));
  TB_RETURN_IF_ERROR(RequireFreeLevel(work, standing, command.level));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                      LoadRow<rec::Book>(work.rows(), keys::Book(work.bank_id(), model::MemberOwner(member.id))));
  const int64_t service = book.has_value() ? book->service() : 0;
  const int64_t band = StarBand(*rules, command.level).value();
  if (service < band) {
    return work.Refuse(Reason::kStarHoursTooFew, {{"level", absl::StrCat(command.level)},
                                                  {"needed", absl::StrCat(band / 60)},
                                                  {"missing", absl::StrCat(band - service)}});
  }
  const int64_t mean = MeanEvaluation(book.value_or(rec::Book()));
  if (EvaluationTooLow(*rules, mean)) {
    return work.Refuse(Reason::kStarEvaluationTooLow,
                       {{"needed", EvaluationText(rules->star_least_evaluation)}, {"mean", EvaluationText(mean)}});
  }
  TB_RETURN_IF_ERROR(RequireTimes(work, *rules, member.row, standing));
  TB_ASSIGN_OR_RETURN(
      const rec::Center center,
      MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), model::CenterId(member.row.center()))));

  const model::StarApplicationId id(work.sequence().value());
  rec::StarApplication row;
  row.set_member(member.id.value());
  row.set_level(static_cast<uint32_t>(command.level));
  row.set_state(static_cast<uint32_t>(StarState::kSubmitted));
  row.set_service(service);
  row.set_band(band);
  row.set_rule_set_version(work.entry().rule_set_version());
  row.set_center(member.row.center());
  row.set_scope(center.scope());
  row.set_submitted(work.today().value());
  row.set_submitter(work.actor());
  work.Describe(model::EntryKind::kStarSubmitted, id.value(), work.today());
  work.entry().set_scope(center.scope());
  *work.entry().mutable_star_application() = row;
  work.Save(keys::StarApplication(work.bank_id(), id), row);
  work.Put(keys::StarApplicationIn(work.bank_id(), StarState::kSubmitted, id), "");
  standing.set_application(id.value());
  work.Save(keys::StarStanding(work.bank_id(), member.id), standing);
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeStar& command) {
  TB_ASSIGN_OR_RETURN(const rec::StarApplication before, RequireApplication(work, command.application));
  const StarEvent event = EventOf(command.event);
  const auto state = static_cast<StarState>(before.state());
  const StarStep* const step = FindStep(state, event);
  if (step == nullptr) {
    return work.Refuse(Reason::kStarWrongState,
                       {{"application", IdText(command.application.value())}, {"state", std::string(model::NameOf(state))}});
  }
  TB_RETURN_IF_ERROR(CheckStep(work, before, event));
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(Day(before.submitted())));
  rec::StarApplication after = before;
  TB_RETURN_IF_ERROR(MoveClock(work, step->effect, *rules, &after));
  if (!command.reason.empty()) {
    after.set_reason(command.reason);
    work.entry().set_reason(command.reason);
  }
  if (event == StarEvent::kApprove) {
    after.set_reviewer(work.actor());
  }
  if (event == StarEvent::kObject) {
    if (state == StarState::kObjected) {
      after.add_more_objectors(work.actor());
    } else {
      after.set_objector(work.actor());
      after.clear_more_objectors();
    }
  }
  return FinishStep(work, command.application, before, *step, std::move(after));
}

absl::Status PassStarNotice(Work& work, uint64_t id, model::RecordTime) {
  const model::StarApplicationId application(id);
  TB_ASSIGN_OR_RETURN(const rec::StarApplication before,
                      MustLoadRow<rec::StarApplication>(work.rows(), keys::StarApplication(work.bank_id(), application)));
  const StarStep* const step = FindStep(static_cast<StarState>(before.state()), StarEvent::kPass);
  if (step == nullptr) {
    return absl::DataLossError("the end of a notice is due for an application that is not in its notice");
  }
  return FinishStep(work, application, before, *step, before);
}

}  // namespace timebank::ledger
