#include "tests/property/random_commands.h"

#include <iterator>
#include <map>
#include <variant>

#include "absl/strings/str_cat.h"
#include "service/ledger/test_bank.h"
#include "service/model/limits.h"

namespace timebank::property {
namespace {

constexpr int64_t kMicrosPerMinute = 60'000'000;
constexpr int64_t kMinutesPerDay = 1440;

}  // namespace

uint64_t RandomCommands::Roll(uint64_t bound) {
  // splitmix64.
  word_ += 0x9e3779b97f4a7c15;
  uint64_t mixed = word_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return (mixed ^ (mixed >> 31)) % bound;
}

TimedCommand RandomCommands::Make(std::string actor, Body body) {
  ++requests_;
  model::Command command =
      ledger::MakeCommand(absl::StrCat("request-", requests_), std::move(actor), model::CreateBank{}, requests_);
  command.body = std::move(body);
  sent_.push_back(command);
  return {command, model::RecordTime(clock_)};
}

std::vector<TimedCommand> RandomCommands::Opening() {
  clock_ = ledger::LocalTime(2026, 3, 1, 8).value();
  std::vector<TimedCommand> opening = {
      Make("wang", model::CreateBank{"Bank",
                                     {{"category_weight_percent.助浴", 300},
                                      {"star_1_hours", 1},
                                      {"star_2_hours", 4},
                                      {"star_3_hours", 8},
                                      {"star_4_hours", 12},
                                      {"star_5_hours", 20},
                                      {"star_notice_working_days", 1},
                                      {"star_least_evaluation", 300},
                                      {"grant_unspent", 1},
                                      {"grant_validity_months", 1}}}),
      Make("wang", model::CreateScope{"p1", "Province", model::ScopeLevel::kProvince, ""}),
      Make("wang", model::CreateScope{"d1", "District", model::ScopeLevel::kDistrict, "p1"}),
      Make("wang", model::CreateScope{"d2", "Another district", model::ScopeLevel::kDistrict, "p1"}),
      Make("wang", model::CreateScope{"s1", "Community", model::ScopeLevel::kCommunity, "d1"}),
      Make("wang", model::CreateCenter{"c1", "Centre 1", "s1"}),
      Make("wang", model::CreateCenter{"", "Centre 2", "s1"})};
  // Two who are of age, three near the ages of earning, two who may spend and one who soon may.
  const std::vector<model::Day> births = {ledger::LocalDate(1980, 5, 5),  ledger::LocalDate(1999, 2, 28),
                                          ledger::LocalDate(2012, 3, 5),  ledger::LocalDate(2010, 1, 1),
                                          ledger::LocalDate(2008, 3, 4),  ledger::LocalDate(1950, 1, 1),
                                          ledger::LocalDate(1948, 2, 29), ledger::LocalDate(1966, 3, 10)};
  for (size_t i = 0; i < births.size(); ++i) {
    model::RegisterMember body;
    body.external_number = absl::StrCat("P", i + 1);
    body.name_index = absl::StrCat("name ", i + 1);
    body.center = "c1";
    body.birth = births[i];
    if (i == 2 || i == 3) {
      body.consent.sealed = "sealed consent";
    }
    opening.push_back(Make("wang", body));
  }
  return opening;
}

void RandomCommands::AdvanceClock() {
  const int64_t minutes = clock_ / kMicrosPerMinute;
  const int64_t to_midnight = kMinutesPerDay - (minutes + 480) % kMinutesPerDay;
  if (OneIn(1000)) {
    // The bank stood still until the last evening of the year: points expire at midnight.
    const absl::CivilDay today = absl::CivilDay(1970, 1, 1) + model::DayOf(model::RecordTime(clock_)).value();
    clock_ = ledger::LocalTime(static_cast<int>(today.year()), 12, 31, 20).value();
  }
  switch (Roll(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      break;
    case 4:
      clock_ -= static_cast<int64_t>(Roll(200)) * kMicrosPerMinute;  // a clock that was set back
      break;
    case 5:
      clock_ = (minutes + to_midnight - static_cast<int64_t>(Roll(2))) * kMicrosPerMinute;
      break;
    case 6:
      clock_ += static_cast<int64_t>(Roll(3)) * kMinutesPerDay * kMicrosPerMinute;
      break;
    default:
      clock_ += static_cast<int64_t>(Roll(150)) * kMicrosPerMinute + static_cast<int64_t>(Roll(kMicrosPerMinute));
      break;
  }
}

std::string RandomCommands::AnyMember() {
  switch (Roll(30)) {
    case 0:
      return "nobody";
    case 1:
      return model::MemberNumber(model::MemberId(1 + Roll(12)));
    case 2:
      return "V000000010";  // a wrong check digit
    default:
      return absl::StrCat("P", 1 + Roll(8));
  }
}

std::string RandomCommands::AnyActor() {
  // The latter may be linked to members.
  const std::vector<std::string> staff = {"wang", "li", "zhao", "qian", "wang", "li", "zhao", "qian", "desk1", "desk2"};
  return OneIn(12) ? AnyMember() : Pick(staff);
}

uint64_t RandomCommands::AnyRecord() { return AnyId(model_->services()); }
uint64_t RandomCommands::AnyStar() { return AnyId(model_->stars()); }
uint64_t RandomCommands::AnyMedal() { return AnyId(model_->medals()); }
uint64_t RandomCommands::AnyHold() { return AnyId(model_->holds()); }
uint64_t RandomCommands::AnyProxy() { return AnyId(model_->proxies()); }
uint64_t RandomCommands::AnySeries() { return AnyId(model_->series()); }
uint64_t RandomCommands::AnyOrder() { return AnyId(model_->orders()); }

int64_t RandomCommands::AnyStart() {
  const int64_t now = clock_ / kMicrosPerMinute;
  switch (Roll(12)) {
    case 0: {  // touching or overlapping another one
      const auto& services = model_->services();
      const auto found = services.find(AnyId(services));
      return found == services.end() ? now : Pick<int64_t>({found->second.start, found->second.end, found->second.end - 1});
    }
    case 1:  // before midnight
      return now - (now + 480) % kMinutesPerDay - static_cast<int64_t>(1 + Roll(120));
    case 2:  // late, or nearly
      return now - static_cast<int64_t>(29 + Roll(4)) * kMinutesPerDay;
    case 3:
      return Pick<int64_t>(
          {-8 * 60, 0, ledger::LocalMinute(1900, 1, 1).value(), ledger::LocalMinute(2200, 12, 31).value(), now});
    default:
      return now - static_cast<int64_t>(Roll(3 * kMinutesPerDay) / 30 * 30);
  }
}

RandomCommands::Body RandomCommands::NewRecord() {
  model::CreateRecord body;
  body.volunteer = AnyMember();
  body.volunteer_name_index = OneIn(40) ? "another name" : "";
  body.beneficiary = OneIn(3) ? "" : AnyMember();
  body.center = OneIn(40) ? "nowhere" : Pick<std::string>({"c1", "Centre 2"});
  body.category = Pick<std::string>({"助餐", "助餐", "助浴"});
  const int64_t start = AnyStart();
  const int64_t length =
      OneIn(15) ? Pick<int64_t>({-60, 0, 1, 29, 30, 1439, 1440, 1441, 1'000'000'000}) : static_cast<int64_t>(15 + Roll(240));
  body.start = model::Minute(start);
  body.end = model::Minute(start + length);
  if (const auto& services = model_->services(); OneIn(8) && !services.empty()) {
    // The same one again, or in place of one.
    const auto& [id, service] =
        *std::prev(services.end(), static_cast<std::ptrdiff_t>(Roll(std::min<size_t>(services.size(), 20))) + 1);
    body.volunteer = model::MemberNumber(model::MemberId(service.volunteer));
    body.beneficiary = service.beneficiary == 0 ? "" : model::MemberNumber(model::MemberId(service.beneficiary));
    body.category = service.category;
    body.start = model::Minute(service.start);
    body.end = model::Minute(service.end);
    body.replaces = model::RecordId(OneIn(2) ? id : 0);
  } else if (OneIn(30)) {
    body.replaces = model::RecordId(AnyId(services));
  }
  body.note = AnyNote(body.beneficiary.empty() ? body.volunteer : body.beneficiary);
  return body;
}

RandomCommands::Body RandomCommands::Step() {
  using Event = model::ChangeRecord::Event;
  model::ChangeRecord body;
  body.record = model::RecordId(AnyId(model_->services()));
  const std::vector<Event> events = {Event::kCheckOut, Event::kCheckOut, Event::kConfirm, Event::kConfirm,
                                     Event::kConfirm,  Event::kConfirm,  Event::kConfirm, Event::kConfirm,
                                     Event::kReject,   Event::kWithdraw, Event::kDispute, Event::kDecide,
                                     Event::kDecide,   Event::kSettle,   Event::kReverse, Event::kReverse};
  body.event = Pick(events);
  body.decision = static_cast<model::Decision>(1 + Roll(3));
  body.amended = model::Minutes(static_cast<int64_t>(1 + Roll(OneIn(3) ? 1440 : 90)));
  body.reason = "reason";
  if (body.event == Event::kReverse) {
    body.cover = AnyCover();
  }
  return body;
}

RandomCommands::Body RandomCommands::MemberBody() {
  using MemberEvent = model::ChangeMember::Event;
  switch (Roll(6)) {
    case 0: {
      model::RegisterMember body;
      body.external_number = OneIn(3) ? "" : AnyMember();
      body.id_index = OneIn(2) ? "" : absl::StrCat("id ", Roll(50));
      body.center = OneIn(20) ? "nowhere" : "c1";
      const int32_t today = model::DayOf(model::RecordTime(clock_)).value();
      body.birth = model::Day(today + 10 - static_cast<int32_t>(Roll(30000)));
      body.consent = OneIn(2) ? AnyText("") : model::PrivateText();
      // An external number that reads like a member number would be taken for one: the edge refuses it.
      return model::ParseMemberNumber(body.external_number).value() == 0 ? Body(body) : NewRecord();
    }
    case 1:
      return model::ProposeKinship{AnyMember(), AnyMember(), model::Relation::kParent};
    case 2:
      return model::ChangeKinship{model::KinshipId(AnyId(model_->kinships())),
                                  static_cast<model::ChangeKinship::Event>(Roll(3)), "reason"};
    default: {
      const auto event = Pick<MemberEvent>({MemberEvent::kSuspend, MemberEvent::kResume, MemberEvent::kResume,
                                            MemberEvent::kResume, MemberEvent::kConsent, MemberEvent::kConsentWithdrawn});
      model::ChangeMember body{AnyMember(), event, "reason"};
      body.consent = event == MemberEvent::kConsent ? AnyText(body.member) : model::PrivateText();
      return body;
    }
  }
}

RandomCommands::Body RandomCommands::RuleBody() {
  switch (Roll(6)) {
    case 0:
      return model::CreateBank{"Bank", {}};
    case 1:
      return model::CreateScope{absl::StrCat("s", Roll(5)), "Scope", static_cast<model::ScopeLevel>(1 + Roll(5)),
                                Pick<std::string>({"", "d1", "s1", "nowhere"})};
    case 2:
      return model::CreateCenter{Pick<std::string>({"", "c1", "c3", "c4", "c5"}), absl::StrCat("Centre ", Roll(8)),
                                 Pick<std::string>({"s1", "nowhere"})};
    default:
      break;
  }
  const std::vector<std::pair<std::string, int64_t>> changes = {
      {"rounding_minutes", Pick<int64_t>({1, 15, 30, 60, 7})},
      {"shortest_minutes", Pick<int64_t>({1, 30, 0})},
      {"daily_cap_minutes", Pick<int64_t>({0, 120, 480, 1441})},
      {"total_cap_minutes", Pick<int64_t>({0, 3000, 90000})},
      {"notice_days", Pick<int64_t>({0, 1, 3})},
      {"late_entry_days", Pick<int64_t>({0, 30})},
      {"default_weight_percent", Pick<int64_t>({50, 100, 150})},
      {"category_weight_percent.助浴", Pick<int64_t>({0, 100, 300, 1000})},
      {"earning_age", Pick<int64_t>({16, 18})},
      {"points_per_hour", Pick<int64_t>({0, 10, 7})},
      {"category_points_percent.助浴", Pick<int64_t>({0, 150})},
      {"points_validity_years", Pick<int64_t>({0, 1, 1, 2})},
      {"points_reversal_debt", Pick<int64_t>({0, 1})},
      {"reward_limit", Pick<int64_t>({0, 2})},
      {"reward_limit_months", Pick<int64_t>({1, 3, 12})},
      {"reward_pickup_days", Pick<int64_t>({0, 1, 3})},
      {"reward_expiry_returns_points", Pick<int64_t>({0, 1})},
      {"pickup_attempts", Pick<int64_t>({1, 2})},
      {"spending_age", Pick<int64_t>({60, 65})},
      {"order_expiry_days", Pick<int64_t>({0, 1, 366})},
      {"order_ahead_days", Pick<int64_t>({0, 7, 366})},
      {"order_confirm_days", Pick<int64_t>({0, 1, 3})},
      {"no_show_review", Pick<int64_t>({0, 1, 5})},
      {"recurring_weeks", Pick<int64_t>({1, 2, 4, 0})},
      {"care_for_others", Pick<int64_t>({0, 1, 1, 2})},
      {"star_1_hours", Pick<int64_t>({1, 2})},
      {"star_2_authority", Pick<int64_t>({1, 3, 5})},
      {"star_notice_working_days", Pick<int64_t>({0, 1, 2, 5})},
      {"star_membership_months", Pick<int64_t>({0, 0, 1})},
      {"star_years_between", Pick<int64_t>({0, 0, 0, 1})},
      {"star_least_evaluation", Pick<int64_t>({0, 0, 300, 500})},
      {"gifts_to_others", Pick<int64_t>({0, 1, 1})},
      {"gifted_given_on", Pick<int64_t>({0, 1})},
      {"spend_by_provenance", Pick<int64_t>({0, 1})},
      {"grants_from_pool", Pick<int64_t>({0, 0, 1})},
      {"grant_unspent", Pick<int64_t>({0, 1, 2})},
      {"grant_validity_months", Pick<int64_t>({1, 1, 2})},
      {"no_such_rule", 1}};
  model::CreateRuleSet body;
  body.effective_from = model::Day(model::DayOf(model::RecordTime(clock_)).value() + static_cast<int32_t>(Roll(4)));
  for (uint64_t count = 1 + Roll(2); count > 0; --count) {
    body.rules.push_back(Pick(changes));
  }
  return body;
}

RandomCommands::Body RandomCommands::NextBody() {
  const uint64_t roll = Roll(100);
  if (roll < 36) {
    return NewRecord();
  }
  if (roll < 40) {
    return model::CheckIn{AnyMember(), OneIn(3) ? "" : AnyMember(), "c1", "助餐",
                          model::Minutes(static_cast<int64_t>(1 + Roll(OneIn(5) ? 1440 : 240)))};
  }
  if (roll < 80) {
    return Step();
  }
  if (roll < 86) {
    const int32_t today = model::DayOf(model::RecordTime(clock_)).value();
    return model::PlaceHold{OneIn(3) ? AnyMember() : Pick<std::string>({"P6", "P7", "P8"}),
                            model::Minutes(OneIn(20) ? model::limits::kAmountMost : static_cast<int64_t>(1 + Roll(200))),
                            model::Day(today - 1 + static_cast<int32_t>(Roll(5))), "reason"};
  }
  if (roll < 92) {
    return model::CloseHold{model::HoldId(AnyId(model_->holds())), model::Minutes(static_cast<int64_t>(Roll(3) * Roll(100))),
                            "reason"};
  }
  return roll < 98 ? MemberBody() : RuleBody();
}

TimedCommand RandomCommands::Again() {
  model::Command command = Pick(sent_);
  if (OneIn(4)) {
    command.fingerprint[15] ^= 1;
  }
  // What is personal is in no fingerprint.
  if (auto* const registered = std::get_if<model::RegisterMember>(&command.body); registered != nullptr && OneIn(3)) {
    registered->name_index = absl::StrCat("another ", registered->name_index);
  }
  return {command, model::RecordTime(clock_)};
}

TimedCommand RandomCommands::Next(uint64_t word) {
  word_ = word;
  AdvanceClock();
  if (OneIn(25)) {
    return Again();
  }
  if (OneIn(12)) {
    return Make("system", DueBody());
  }
  if (OneIn(10)) {
    Body points = OneIn(2) ? RewardBody() : PointsBody();
    return Make(AnyActor(), std::move(points));
  }
  if (OneIn(8)) {
    return Make(AnyActor(), StarBody());
  }
  if (OneIn(8)) {
    return Make(AnyActor(), GivingBody());
  }
  if (OneIn(20)) {
    return Make(AnyActor(), AccessBody());
  }
  Body body = OneIn(25) ? ReversalBody() : OneIn(4) ? OrderBody() : NextBody();
  std::string actor = ActorOf(&body);
  TimedCommand next = Make(std::move(actor), std::move(body));
  if (OneIn(200) && !std::holds_alternative<model::CreateBank>(next.command.body)) {
    next.command.bank = "nobody's";
  }
  return next;
}

}  // namespace timebank::property
