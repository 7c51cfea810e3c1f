// Points, as plainly as they can be said.
#include <algorithm>

#include "absl/time/civil_time.h"
#include "tests/property/plain_model.h"

namespace timebank::property {

int32_t PlainModel::LastDayOfPoints(const model::Rules& rules) const {
  if (rules.points_validity_years == 0) {
    return INT32_MAX;
  }
  const absl::CivilDay now = absl::CivilDay(1970, 1, 1) + today();
  return static_cast<int32_t>(absl::CivilDay(now.year() + rules.points_validity_years - 1, 12, 31) -
                              absl::CivilDay(1970, 1, 1));
}

void PlainModel::GivePoints(Person& person, int64_t amount, int32_t last_day) {
  const int64_t paid = std::min(amount, person.points_owed);
  person.points_owed -= paid;
  person.points[last_day] += amount - paid;
}

void PlainModel::EarnPoints(Service& service) {
  const int32_t day = model::DayOf(model::Minute(service.start)).value();
  const model::Rules& rules = RulesOn(day);
  int64_t best = -1;
  for (const auto& [id, fair] : fairs_) {
    if (fair.first <= day && day <= fair.last && (fair.category.empty() || fair.category == service.category)) {
      best = std::max(best, fair.percent);
    }
  }
  const int64_t of_category = rules.category_points_percent.contains(service.category)
                                  ? rules.category_points_percent.at(service.category)
                                  : rules.default_points_percent;
  const Medal* const medal = Carried(service.volunteer);
  const int stars = medal == nullptr ? 0 : stars_.at(medal->application).level;
  const int64_t bonus = stars == 0   ? 0
                        : stars == 1 ? rules.points_star_1_percent
                        : stars == 2 ? rules.points_star_2_percent
                        : stars == 3 ? rules.points_star_3_percent
                        : stars == 4 ? rules.points_star_4_percent
                                     : rules.points_star_5_percent;
  service.points = service.counted * rules.points_per_hour * of_category * (100 + bonus) * (best < 0 ? 100 : best) /
                   (60 * 100 * 100 * 100);
  service.points_last_day = LastDayOfPoints(rules);
  GivePoints(people_[service.volunteer], service.points, service.points_last_day);
}

std::map<int32_t, int64_t> PlainModel::SpendPoints(Person& person, int64_t most) {
  std::map<int32_t, int64_t> spent;
  for (auto& [last_day, remaining] : person.points) {
    const int64_t part = last_day < today() ? 0 : std::min(most, remaining);
    if (part > 0) {
      spent[last_day] = part;
      remaining -= part;
      most -= part;
    }
  }
  return spent;
}

int64_t PlainModel::SpendablePoints(const Person& person) const {
  int64_t sum = 0;
  for (const auto& [last_day, remaining] : person.points) {
    sum += last_day < today() ? 0 : remaining;
  }
  return sum;
}

void PlainModel::TakePointsBack(const Service& service) {
  Person& person = people_[Root(service.volunteer)];
  int64_t rest = service.points;
  for (auto* lots : {&person.points, &person.expired_points}) {
    const int64_t part = std::min(rest, (*lots)[service.points_last_day]);
    (*lots)[service.points_last_day] -= part;
    rest -= part;
  }
  for (const auto& [last_day, part] : SpendPoints(person, rest)) {
    rest -= part;
  }
  if (RulesOn(model::DayOf(model::Minute(service.start)).value()).points_reversal_debt == 1) {
    person.points_owed += rest;
  }
}

PlainModel::Refusal PlainModel::ExpirePoints(const model::RunDue& command) {
  const int32_t last_day = model::DayOf(command.due).value() - 1;
  const auto person = people_.find(command.id);
  if (person == people_.end() || model::StartOf(model::Day(last_day + 1)) != command.due ||
      !person->second.points.contains(last_day) || person->second.points.at(last_day) == 0) {
    return Reason::kNothingDue;
  }
  person->second.expired_points[last_day] += person->second.points[last_day];
  person->second.points[last_day] = 0;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::AwardPoints& command) {
  const uint64_t id = Find(command.member);
  if (const Refusal gone = Gone(id, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (PersonBehind(actor_) == id) {
    return Reason::kPointsToOneself;
  }
  if (const Refusal idle = NotActive(id); idle.has_value()) {
    return idle;
  }
  GivePoints(people_[id], command.amount.value(), LastDayOfPoints(RulesOn(today())));
  answer_.subject = id;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::DeductPoints& command) {
  const uint64_t id = Find(command.member);
  if (const Refusal gone = Gone(id, Reason::kMemberNotFound); gone.has_value()) {
    return gone;
  }
  if (PersonBehind(actor_) == id) {
    return Reason::kPointsToOneself;
  }
  if (SpendablePoints(people_[id]) < command.amount.value()) {
    return Reason::kPointsTooLow;
  }
  SpendPoints(people_[id], command.amount.value());
  answer_.subject = id;
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::CreateCampaign& command) {
  if (command.until < command.from) {
    return Reason::kCampaignEndsBeforeStart;
  }
  if (command.from.value() < today()) {
    return Reason::kCampaignInPast;
  }
  if (fairs_.size() >= 500) {
    return Reason::kTooManyCampaigns;
  }
  answer_.subject = entries_ + 1;
  fairs_[answer_.subject] = {command.category, command.percent, command.from.value(), command.until.value()};
  return std::nullopt;
}

PlainModel::Refusal PlainModel::Do(const model::EndCampaign& command) {
  const auto found = fairs_.find(command.campaign.value());
  if (found == fairs_.end()) {
    return Reason::kCampaignNotFound;
  }
  Fair& fair = found->second;
  const bool begun = fair.first <= today();
  if (begun ? fair.last <= today() : fair.last < fair.first) {
    return Reason::kCampaignOver;
  }
  fair.last = begun ? today() : fair.first - 1;
  answer_.subject = found->first;
  return std::nullopt;
}

}  // namespace timebank::property
