// Stars, as plainly as they can be said: applications, awards, and loops over all of them.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "tests/property/plain_model.h"

namespace timebank::property {

using model::AwardState;
using model::StarState;

namespace {

int64_t HoursFor(const model::Rules& rules, int level) {
  return level == 1   ? rules.star_1_hours
         : level == 2 ? rules.star_2_hours
         : level == 3 ? rules.star_3_hours
         : level == 4 ? rules.star_4_hours
                      : rules.star_5_hours;
}

int64_t AuthorityFor(const model::Rules& rules, int level) {
  return level == 1   ? rules.star_1_authority
         : level == 2 ? rules.star_2_authority
         : level == 3 ? rules.star_3_authority
         : level == 4 ? rules.star_4_authority
                      : rules.star_5_authority;
}

// Whether so many months have gone by from one day to another.
bool MonthsWentBy(int32_t from, int32_t to, int64_t months) {
  const absl::CivilDay begin = absl::CivilDay(1970, 1, 1) + from;
  const absl::CivilDay now = absl::CivilDay(1970, 1, 1) + to;
  int64_t passed = 12 * (now.year() - begin.year()) + now.month() - begin.month();
  passed -= now.day() < begin.day() ? 1 : 0;
  return passed >= months;
}

}  // namespace

bool PlainModel::Waits(const Star& star) {
  return star.state != StarState::kAwarded && star.state != StarState::kRejected && star.state != StarState::kWithdrawn &&
         star.state != StarState::kStopped;
}

bool PlainModel::Worked(int32_t day) const {
  if (const auto listed = calendar_.find(day); listed != calendar_.end()) {
    return listed->second == model::DayKind::kWorkday;
  }
  // 1970-01-01 was a Thursday.
  return (day % 7 + 10) % 7 < 5;
}

void PlainModel::StartClock(Star& star, int64_t days) {
  star.state = StarState::kNoticed;
  star.from = star.until = today();
  while (days > 0) {
    days -= Worked(++star.until) ? 1 : 0;
  }
}

PlainModel::Medal* PlainModel::Carried(uint64_t member) {
  for (auto& [id, medal] : medals_) {
    const bool carried = medal.state == AwardState::kActive || medal.state == AwardState::kUnderReview;
    if (carried && stars_.at(medal.application).member == member) {
      return &medal;
    }
  }
  return nullptr;
}

bool PlainModel::IsApplicant(const Star& star) const {
  return PersonBehind(actor_) == Root(star.member) || ActorIs(star.submitter);
}

PlainModel::Refusal PlainModel::NoAuthority(const Star& star, const std::string& scope) const {
  if (static_cast<int64_t>(scopes_.at(scope).second) < AuthorityFor(star.rules, star.level)) {
    return Reason::kStarAuthorityTooLow;
  }
  for (std::string at = star.scope; !at.empty(); at = scope_parents_.at(at)) {
    if (at == scope) {
      return std::nullopt;
    }
  }
  return Reason::kStarAuthorityElsewhere;
}

PlainModel::Refusal PlainModel::Do(const model::SetCalendar& command) {
  for (const auto& entry : command.days) {
    if (entry.day.value() < today()) {
      return Reason::kCalendarDayPast;
    }
  }
  for (const auto& entry : command.days) {
    calendar_[entry.day.value()] = entry.kind;
    if (entry.kind == model::DayKind::kDefault) {
      calendar_.erase(entry.day.value());
    }
  }
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::SubmitStar& command) {
  const uint64_t member = Find(command.member);
  if (const Refusal gone = Gone(member, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  const Person& person = people_.at(member);
  if (const Refusal idle = NotActive(member); idle.has_value()) {
    return idle;
  }
  bool had_any = false;
  int32_t last = INT32_MIN;
  for (const auto& [id, medal] : medals_) {
    const Star& star = stars_.at(medal.application);
    if (star.member != member) {
      continue;
    }
    if (star.level == command.level) {
      return Reason::kStarLevelHeld;
    }
    had_any = true;
    last = medal.state == AwardState::kRevoked ? last : std::max(last, medal.day);
  }
  if (const Medal* carried = Carried(member); carried != nullptr) {
    if (stars_.at(carried->application).level > command.level) {
      return Reason::kStarLevelNotAbove;
    }
    if (carried->state == AwardState::kUnderReview) {
      return Reason::kStarUnderReview;
    }
  }
  for (const auto& [id, star] : stars_) {
    if (star.member == member && Waits(star)) {
      return Reason::kStarApplicationOpen;
    }
  }
  const model::Rules& rules = RulesOn(today());
  if (person.service < HoursFor(rules, command.level) * 60) {
    return Reason::kStarHoursTooFew;
  }
  if (person.evaluations != 0 && person.evaluation_sum * 100 / person.evaluations < rules.star_least_evaluation) {
    return Reason::kStarEvaluationTooLow;
  }
  if (!had_any && !MonthsWentBy(person.registered, today(), rules.star_membership_months)) {
    return Reason::kStarMembershipTooShort;
  }
  if (last != INT32_MIN && !MonthsWentBy(last, today(), 12 * rules.star_years_between)) {
    return Reason::kStarTooSoon;
  }
  Star star;
  star.member = member;
  star.level = command.level;
  star.band = HoursFor(rules, command.level) * 60;
  star.rules = rules;
  star.scope = center_scopes_.at(centers_.at(person.center));
  star.submitter = actor_;
  answer_.subject = entries_ + 1;
  stars_[answer_.subject] = star;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeStar& command) {
  using Event = model::ChangeStar::Event;
  const auto found = stars_.find(command.application.value());
  if (found == stars_.end()) {
    return Reason::kStarApplicationNotFound;
  }
  Star& star = found->second;
  const StarState state = star.state;
  const Event event = command.event;
  const bool decides =
      event == Event::kApprove || event == Event::kReject || event == Event::kDismiss || event == Event::kUphold;
  const bool allowed = event == Event::kApprove ? state == StarState::kSubmitted
                       : event == Event::kReject
                           ? state == StarState::kSubmitted || state == StarState::kReviewed || state == StarState::kPassed
                       : event == Event::kPublish ? state == StarState::kReviewed
                       : event == Event::kObject  ? state == StarState::kNoticed || state == StarState::kObjected
                       : event == Event::kDismiss || event == Event::kUphold ? state == StarState::kObjected
                                                                             : Waits(star);
  const Refusal wrong =
      !allowed                                                                          ? Refusal(Reason::kStarWrongState)
      : event == Event::kObject && state == StarState::kNoticed && star.until < today() ? Refusal(Reason::kStarNoticeOver)
      : event == Event::kWithdraw && ActorAsMember() != 0 && ActorAsMember() != star.member && !ActorIs(star.submitter)
          ? Refusal(Reason::kStarNotYours)
      : event == Event::kPublish && PersonBehind(actor_) == Root(star.member) ? Refusal(Reason::kStarDeciderIsApplicant)
      : decides && IsApplicant(star)                                          ? Refusal(Reason::kStarDeciderIsApplicant)
      : state == StarState::kObjected && decides && Objected(star.objectors)  ? Refusal(Reason::kStarObjectorIsDecider)
                                                                              : std::nullopt;
  if (wrong.has_value()) {
    return wrong;
  }
  answer_.subject = found->first;
  if (event == Event::kObject) {
    if (const Refusal refused = Object(state == StarState::kObjected, &star.objectors);
        refused.has_value() || state == StarState::kObjected) {
      return refused;
    }
  }
  switch (event) {
    case Event::kApprove:
      star.state = StarState::kReviewed;
      break;
    case Event::kPublish:
      StartClock(star, star.rules.star_notice_working_days);
      break;
    case Event::kObject:
      star.state = StarState::kObjected;
      star.left = 0;
      for (int32_t day = std::max(today(), star.from + 1); day <= star.until; ++day) {
        star.left += Worked(day) ? 1 : 0;
      }
      star.left = std::max<int64_t>(1, star.left);
      break;
    case Event::kDismiss:
      StartClock(star, star.left);
      break;
    case Event::kReject:
    case Event::kUphold:
      star.state = StarState::kRejected;
      break;
    case Event::kWithdraw:
      star.state = StarState::kWithdrawn;
      break;
  }
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::AwardStar& command) {
  if (!scopes_.contains(command.scope_code)) {
    return Reason::kScopeNotFound;
  }
  const auto found = stars_.find(command.application.value());
  if (found == stars_.end()) {
    return Reason::kStarApplicationNotFound;
  }
  Star& star = found->second;
  Medal* const carried = Carried(star.member);
  const Refusal wrong =
      star.state != StarState::kNoticed && star.state != StarState::kPassed ? Refusal(Reason::kStarWrongState)
      : carried != nullptr && carried->state == AwardState::kUnderReview    ? Refusal(Reason::kStarUnderReview)
      : IsApplicant(star)                                                   ? Refusal(Reason::kStarDeciderIsApplicant)
      : today() <= star.until                                               ? Refusal(Reason::kStarNoticeNotOver)
                                                                            : NoAuthority(star, command.scope_code);
  if (wrong.has_value()) {
    return wrong;
  }
  for (const auto& [id, medal] : medals_) {
    if (absl::AsciiStrToLower(medal.number) == absl::AsciiStrToLower(command.number)) {
      return Reason::kStarNumberTaken;
    }
  }
  if (carried != nullptr) {
    carried->state = AwardState::kSuperseded;
  }
  star.state = StarState::kAwarded;
  answer_.subject = entries_ + 1;
  medals_[answer_.subject] = {found->first, AwardState::kActive, today(), command.number, ""};
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::ChangeAward& command) {
  using Event = model::ChangeAward::Event;
  const bool opens = command.event == Event::kOpenReview;
  if (!opens && !scopes_.contains(command.scope_code)) {
    return Reason::kScopeNotFound;
  }
  const auto found = medals_.find(command.award.value());
  if (found == medals_.end()) {
    return Reason::kStarAwardNotFound;
  }
  Medal& medal = found->second;
  const Star& star = stars_.at(medal.application);
  if (medal.state != (opens ? AwardState::kActive : AwardState::kUnderReview)) {
    return Reason::kStarAwardWrongState;
  }
  answer_.subject = found->first;
  if (opens && PersonBehind(actor_) == Root(star.member)) {
    return Reason::kStarDeciderIsApplicant;
  }
  if (opens) {
    medal.state = AwardState::kUnderReview;
    medal.opener = actor_;
    return std::nullopt;
  }
  const Refusal wrong = PersonBehind(actor_) == Root(star.member) ? Refusal(Reason::kStarDeciderIsApplicant)
                        : ActorIs(medal.opener)                   ? Refusal(Reason::kStarObjectorIsDecider)
                                                                  : NoAuthority(star, command.scope_code);
  if (wrong.has_value()) {
    return wrong;
  }
  if (command.event == Event::kKeep) {
    medal.state = AwardState::kActive;
    return std::nullopt;
  }
  medal.state = AwardState::kRevoked;
  // The highest below it comes back, with a question mark when its hours are gone as well.
  Medal* lower = nullptr;
  for (auto& [id, other] : medals_) {
    const Star& of = stars_.at(other.application);
    const bool higher = lower == nullptr || of.level > stars_.at(lower->application).level;
    lower = of.member == star.member && other.state == AwardState::kSuperseded && higher ? &other : lower;
  }
  if (lower != nullptr) {
    const bool enough = people_.at(star.member).service >= stars_.at(lower->application).band;
    lower->state = enough ? AwardState::kActive : AwardState::kUnderReview;
    lower->opener = enough ? lower->opener : "";
  }
  return std::nullopt;
}

void PlainModel::StarsAfterReversal(uint64_t member) {
  const int64_t service = people_.at(member).service;
  for (auto& [id, star] : stars_) {
    if (star.member == member && Waits(star) && service < star.band) {
      star.state = StarState::kStopped;
    }
  }
  Medal* const carried = Carried(member);
  if (carried != nullptr && carried->state == AwardState::kActive && service < stars_.at(carried->application).band) {
    carried->state = AwardState::kUnderReview;
    carried->opener = "";
  }
}

}  // namespace timebank::property
