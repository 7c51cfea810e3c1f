// The words of scenarios that are about orders of care.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using Event = model::ChangeOrder::Event;

model::Minute MinuteOf(const std::string& text) {
  absl::Time time;
  std::string error;
  TB_CHECK(absl::ParseTime("%Y-%m-%dT%H:%M", text, base::BankTimeZone(), &time, &error));
  return model::Minute(absl::ToUnixSeconds(time) / 60);
}

int64_t Number(const std::string& text) {
  int64_t number = 0;
  TB_CHECK(absl::SimpleAtoi(text, &number));
  return number;
}

template <typename Value>
Value Named(const std::map<std::string, Value>& values, const std::string& name) {
  const auto found = values.find(name);
  TB_CHECK(found != values.end());
  return found->second;
}

}  // namespace

std::optional<Scenario::Body> Scenario::OrderBodyOf(const ScenarioLine& line) const {
  static const auto* const events = new std::map<std::string, Event>{
      {"route", Event::kRoute},     {"dispatch", Event::kDispatch}, {"accept", Event::kAccept},
      {"decline", Event::kDecline}, {"start", Event::kStart},       {"finish", Event::kFinish},
      {"confirm", Event::kConfirm}, {"cancel", Event::kCancel},     {"standdown", Event::kStandDown},
      {"noshow", Event::kNoShow},   {"dispute", Event::kDispute},   {"decide", Event::kDecide},
      {"reverse", Event::kReverse}};
  static const auto* const sides = new std::map<std::string, model::OrderSide>{{"elder", model::OrderSide::kElder},
                                                                               {"volunteer", model::OrderSide::kVolunteer}};
  static const auto* const decisions = new std::map<std::string, model::Decision>{
      {"settle", model::Decision::kSettle}, {"amend", model::Decision::kAmend}, {"void", model::Decision::kVoid}};
  if (line.verb == "order") {
    model::RequestOrder body;
    body.payer = line.Get("payer");
    body.beneficiary = line.Get("beneficiary");
    body.center = line.Get("center");
    body.category = line.Get("category", "助餐");
    body.start = MinuteOf(line.Get("start"));
    body.planned = model::Minutes(Number(line.Get("minutes", "60")));
    body.note = NoteOf(line, line.Get("beneficiary", line.Get("payer")));
    return body;
  }
  if (line.verb == "evaluate") {
    return model::EvaluateOrder{model::OrderId(IdOf(orders_, line.Get("order"))), Named(*sides, line.Get("side")),
                                Number(line.Get("score"))};
  }
  if (line.verb != "care") {
    return std::nullopt;
  }
  model::ChangeOrder body;
  body.order = model::OrderId(IdOf(orders_, line.Get("order")));
  body.event = Named(*events, line.subject);
  body.volunteer = line.Get("volunteer");
  body.center = line.Get("center");
  body.start = line.Get("start").empty() ? model::Minute(0) : MinuteOf(line.Get("start"));
  body.minutes = model::Minutes(Number(line.Get("minutes", "0")));
  body.side = Named(*sides, line.Get("side", "volunteer"));
  body.decision = Named(*decisions, line.Get("decision", "settle"));
  body.reason = line.Get("reason");
  body.cover = CoverOf(line);
  return body;
}

std::optional<Scenario::Body> Scenario::StandingBodyOf(const ScenarioLine& line) const {
  static const auto* const events =
      new std::map<std::string, model::ChangeProxy::Event>{{"prove", model::ChangeProxy::Event::kProve},
                                                           {"bind", model::ChangeProxy::Event::kBind},
                                                           {"revoke", model::ChangeProxy::Event::kRevoke}};
  static const auto* const series_events =
      new std::map<std::string, model::ChangeRecurring::Event>{{"pause", model::ChangeRecurring::Event::kPause},
                                                               {"resume", model::ChangeRecurring::Event::kResume},
                                                               {"end", model::ChangeRecurring::Event::kEnd}};
  const auto day = [&line](const char* name) {
    const std::string text = line.Get(name);
    return text.empty() ? model::Day(0) : model::Day(base::DayNumber(*base::ParseIsoDay(text)));
  };
  if (line.verb == "proxy" && line.subject.empty()) {
    model::ProposeProxy body;
    body.elder = line.Get("elder");
    body.agent = line.Get("agent");
    body.order_minutes = model::Minutes(Number(line.Get("order", "0")));
    body.month_minutes = model::Minutes(Number(line.Get("month", "0")));
    body.until = day("until");
    if (!line.Get("category").empty()) {
      body.categories = {line.Get("category")};
    }
    return body;
  }
  if (line.verb == "proxy") {
    return model::ChangeProxy{model::ProxyId(IdOf(proxies_, line.Get("proxy"))), Named(*events, line.subject), "reason"};
  }
  if (line.verb == "repeat") {
    model::StartRecurring body;
    body.payer = line.Get("payer");
    body.beneficiary = line.Get("beneficiary");
    body.category = line.Get("category", "助餐");
    body.first = day("first");
    body.until = day("until");
    body.minute_of_day = static_cast<int32_t>(Number(line.Get("at", "540")));
    body.planned = model::Minutes(Number(line.Get("minutes", "60")));
    body.note = NoteOf(line, line.Get("beneficiary", line.Get("payer")));
    return body;
  }
  if (line.verb == "series") {
    return model::ChangeRecurring{model::RecurringId(IdOf(series_, line.Get("series"))), Named(*series_events, line.subject),
                                  "reason"};
  }
  return std::nullopt;
}

std::optional<std::string> Scenario::DescribeStanding(const model::Command& command, uint64_t id) const {
  const auto rows = bank_.Rows();
  if (std::holds_alternative<model::ProposeProxy>(command.body) ||
      std::holds_alternative<model::ChangeProxy>(command.body)) {
    const auto row = ledger::MustLoadRow<rec::Proxy>(*rows, keys::Proxy(bank_id_, model::ProxyId(id)));
    return std::string(model::NameOf(static_cast<model::ProxyState>(row->state())));
  }
  if (std::holds_alternative<model::StartRecurring>(command.body) ||
      std::holds_alternative<model::ChangeRecurring>(command.body)) {
    const auto row = ledger::MustLoadRow<rec::Recurring>(*rows, keys::Recurring(bank_id_, model::RecurringId(id)));
    return std::string(model::NameOf(static_cast<model::RecurringState>(row->state())));
  }
  return std::nullopt;
}

void Scenario::NoteOrder(const model::Command& command, const model::Outcome& outcome) {
  if (std::holds_alternative<model::ProposeProxy>(command.body)) {
    proxies_.push_back(outcome.subject);
  }
  if (std::holds_alternative<model::StartRecurring>(command.body)) {
    series_.push_back(outcome.subject);
  }
  const auto* step = std::get_if<model::ChangeOrder>(&command.body);
  const auto* due = std::get_if<model::RunDue>(&command.body);
  // A week that a series skips has the series for its subject, one that it ordered the order.
  const bool made = due != nullptr && due->kind == model::DueKind::kRecurringOrder && outcome.subject != due->id;
  if (made || std::holds_alternative<model::RequestOrder>(command.body)) {
    orders_.push_back(outcome.subject);
    holds_.push_back(outcome.subject);
  } else if (step != nullptr && step->event == Event::kStart) {
    records_.push_back(outcome.sequence.value());
  }
}

std::pair<std::string, Scenario::Fields> Scenario::DescribeOrder(uint64_t id) const {
  const auto rows = bank_.Rows();
  const auto row = ledger::MustLoadRow<rec::Order>(*rows, keys::Order(bank_id_, model::OrderId(id)));
  Fields fields;
  fields["actual"] = absl::StrCat(row->actual());
  fields["consumed"] = absl::StrCat(row->consumed());
  fields["surplus"] = absl::StrCat(row->surplus());
  fields["ended_by"] = row->ended_by() == 0 ? "nobody" : row->ended_by() == 1 ? "elder" : "volunteer";
  fields["board"] =
      rows->Get(keys::BoardOrder(bank_id_, model::DayOf(model::Minute(row->start())), model::OrderId(id)))->has_value()
          ? "yes"
          : "no";
  return {std::string(model::NameOf(static_cast<model::OrderState>(row->state()))), fields};
}

std::string Scenario::ShowSkipped(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const auto row = ledger::MustLoadRow<rec::Recurring>(
      *rows, keys::Recurring(bank_id_, model::RecurringId(IdOf(series_, line.Get("series")))));
  const auto day = [](int32_t number) { return number == 0 ? "none" : absl::FormatCivilTime(base::DayFromNumber(number)); };
  const bool skipped = row->skipped() != 0;
  const std::string reason = skipped ? std::string(model::TextOf(static_cast<model::Reason>(row->skip_reason())).name) : "";
  std::vector<std::string> weeks;
  for (const rec::SkippedWeek& week : row->skipped_weeks()) {
    weeks.push_back(day(week.day()));
  }
  const std::string all = absl::StrJoin(weeks, ",");
  const std::string got =
      absl::StrCat("day=", day(row->skipped()), " reason=", reason, " next=", day(row->next()), " weeks=", all);
  const std::string asked = absl::StrCat("day=", line.Get("day"), " reason=", line.Get("reason"), " next=", line.Get("next"),
                                         " weeks=", line.Get("weeks", all));
  return got == asked ? "" : absl::StrCat("got ", got);
}

std::string Scenario::ShowNoShows(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const auto member = ledger::FindMember(*rows, bank_id_, line.subject);
  const auto row = ledger::LoadRow<rec::NoShows>(
      *rows, keys::NoShows(bank_id_, static_cast<uint32_t>(Number(line.Get("year"))), *member));
  const rec::NoShows found = row->value_or(rec::NoShows());
  const std::string got = absl::StrCat("volunteer=", found.volunteer(), " elder=", found.elder(), " judged=", found.judged(),
                                       " review=", found.review() == 0 ? "no" : "yes");
  const std::string asked = absl::StrCat("volunteer=", line.Get("volunteer", "0"), " elder=", line.Get("elder", "0"),
                                         " judged=", line.Get("judged", "0"), " review=", line.Get("review", "no"));
  return got == asked ? "" : absl::StrCat("got ", got);
}

}  // namespace timebank::property
