// The words of scenarios that speak of stars and of the calendar.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/ledger/star_life.h"
#include "service/ledger/star_measure.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using Event = model::ChangeStar::Event;
using AwardEvent = model::ChangeAward::Event;

model::Day DayFrom(const std::string& text) {
  const std::optional<absl::CivilDay> day = base::ParseIsoDay(text);
  TB_CHECK(day.has_value());
  return model::Day(base::DayNumber(*day));
}

std::string DayText(int32_t day) { return day == 0 ? "" : base::FormatIsoDay(base::DayFromNumber(day)); }

int LevelOf(const ScenarioLine& line) {
  int level = 0;
  TB_CHECK(absl::SimpleAtoi(line.Get("level", "1"), &level) && level >= 1 && level <= model::kStarLevels);
  return level;
}

model::SetCalendar CalendarOf(const ScenarioLine& line) {
  const std::string kind = line.Get("kind", "holiday");
  TB_CHECK(kind == "holiday" || kind == "workday" || kind == "default");
  model::SetCalendar body;
  body.reason = "notice of the state council";
  const model::Day first = DayFrom(line.subject);
  const model::Day last = line.Get("to").empty() ? first : DayFrom(line.Get("to"));
  for (model::Day day = first; day <= last; day = model::Day(day.value() + 1)) {
    body.days.push_back({day, kind == "holiday"   ? model::DayKind::kHoliday
                              : kind == "workday" ? model::DayKind::kWorkday
                                                  : model::DayKind::kDefault});
  }
  return body;
}

}  // namespace

std::optional<Scenario::Body> Scenario::StarBodyOf(const ScenarioLine& line) const {
  static const auto* const steps = new std::map<std::string, Event>{
      {"star-approve", Event::kApprove},  {"star-reject", Event::kReject},   {"star-publish", Event::kPublish},
      {"star-object", Event::kObject},    {"star-dismiss", Event::kDismiss}, {"star-uphold", Event::kUphold},
      {"star-withdraw", Event::kWithdraw}};
  static const auto* const award_steps = new std::map<std::string, AwardEvent>{
      {"star-review", AwardEvent::kOpenReview}, {"star-keep", AwardEvent::kKeep}, {"star-revoke", AwardEvent::kRevoke}};
  const model::StarApplicationId application(IdOf(stars_, line.Get("application", "0")));
  if (line.verb == "calendar") {
    return CalendarOf(line);
  }
  if (line.verb == "star") {
    return model::SubmitStar{line.Get("member"), LevelOf(line)};
  }
  if (line.verb == "star-award") {
    return model::AwardStar{application, line.Get("authority"), line.Get("number")};
  }
  if (const auto step = steps->find(line.verb); step != steps->end()) {
    const bool silent = step->second == Event::kApprove || step->second == Event::kPublish;
    return model::ChangeStar{application, step->second, silent ? "" : "reason"};
  }
  if (const auto step = award_steps->find(line.verb); step != award_steps->end()) {
    return model::ChangeAward{model::StarAwardId(IdOf(awards_, line.Get("award"))), step->second, line.Get("authority"),
                              "reason"};
  }
  return std::nullopt;
}

std::optional<std::pair<std::string, Scenario::Fields>> Scenario::DescribeStar(const model::Command& command,
                                                                               const model::Outcome& outcome) const {
  const auto rows = bank_.Rows();
  const auto* const due = std::get_if<model::RunDue>(&command.body);
  if (std::holds_alternative<model::SubmitStar>(command.body) || std::holds_alternative<model::ChangeStar>(command.body) ||
      (due != nullptr && due->kind == model::DueKind::kStarNotice)) {
    const auto row = ledger::MustLoadRow<rec::StarApplication>(
        *rows, keys::StarApplication(bank_id_, model::StarApplicationId(outcome.subject)));
    const Fields fields = {{"until", DayText(row->notice_until())},
                           {"left", absl::StrCat(row->days_left())},
                           {"service", absl::StrCat(row->service())}};
    return std::make_pair(std::string(model::NameOf(static_cast<model::StarState>(row->state()))), fields);
  }
  if (std::holds_alternative<model::AwardStar>(command.body) || std::holds_alternative<model::ChangeAward>(command.body)) {
    const auto row =
        ledger::MustLoadRow<rec::StarAward>(*rows, keys::StarAward(bank_id_, model::StarAwardId(outcome.subject)));
    const Fields fields = {{"level", absl::StrCat(row->level())}};
    return std::make_pair(std::string(model::NameOf(static_cast<model::AwardState>(row->state()))), fields);
  }
  if (std::holds_alternative<model::SetCalendar>(command.body)) {
    return std::make_pair(std::string("SET"), Fields());
  }
  return std::nullopt;
}

std::string Scenario::ShowStars(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const model::MemberId member = *ledger::FindMember(*rows, bank_id_, line.subject);
  const rec::StarStanding standing = *ledger::LoadStanding(*rows, bank_id_, member);
  Fields shown = {{"level", absl::StrCat(*ledger::StarLevelOf(*rows, bank_id_, member))},
                  {"open", standing.application() == 0 ? "no" : OrdinalOf(stars_, absl::StrCat(standing.application()))}};
  for (const rec::StarStanding::Held& held : standing.held()) {
    shown["award" + OrdinalOf(awards_, absl::StrCat(held.award()))] =
        std::string(model::NameOf(static_cast<model::AwardState>(held.state())));
  }
  for (size_t i = 0; i < stars_.size(); ++i) {
    const auto row = ledger::MustLoadRow<rec::StarApplication>(
        *rows, keys::StarApplication(bank_id_, model::StarApplicationId(stars_[i])));
    shown[absl::StrCat("application", i + 1)] = std::string(model::NameOf(static_cast<model::StarState>(row->state())));
  }
  for (const auto& [name, value] : line.fields) {
    const auto found = shown.find(name);
    if (found == shown.end() || found->second != value) {
      return absl::StrCat("got ", name, "=", found == shown.end() ? "(nothing)" : found->second);
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

}  // namespace timebank::property
