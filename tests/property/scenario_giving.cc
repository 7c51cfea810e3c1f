// The words of scenarios that are about hours that change hands, grants, and the end of memberships.
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using GrantStep = model::ChangeGrant::Event;
using LifeStep = model::ChangeMembership::Event;
using model::Provenance;

int64_t Number(const std::string& text) {
  int64_t number = 0;
  TB_CHECK(absl::SimpleAtoi(text, &number));
  return number;
}

model::Day DayFrom(const std::string& text) {
  const std::optional<absl::CivilDay> day = base::ParseIsoDay(text);
  TB_CHECK(day.has_value());
  return model::Day(base::DayNumber(*day));
}

}  // namespace

std::optional<Scenario::Body> Scenario::GivingOf(const ScenarioLine& line) const {
  static const auto* const grant_steps = new std::map<std::string, GrantStep>{
      {"grant-approve", GrantStep::kApprove}, {"grant-renew", GrantStep::kRenew}, {"grant-end", GrantStep::kEnd}};
  static const auto* const life_steps = new std::map<std::string, LifeStep>{{"leave", LifeStep::kClose},
                                                                            {"reopen", LifeStep::kReopen},
                                                                            {"gone", LifeStep::kFinish},
                                                                            {"dead", LifeStep::kDeath},
                                                                            {"estate", LifeStep::kEstate}};
  const auto amount = [&line] { return model::Minutes(Number(line.Get("amount"))); };
  if (line.verb == "gift") {
    return model::GiveHours{line.Get("from"), line.Get("to"), amount(), "reason"};
  }
  if (line.verb == "donate") {
    return model::DonateHours{line.subject, amount(), "reason"};
  }
  if (line.verb == "poolgive") {
    return model::GivePoolHours{line.subject, amount(), "reason"};
  }
  if (line.verb == "grant") {
    return model::ProposeGrant{line.subject, amount(), model::FirstOfMonth(DayFrom(line.Get("from"))),
                               DayFrom(line.Get("review")), TextAbout(line, "alone", line.subject)};
  }
  if (const auto step = grant_steps->find(line.verb); step != grant_steps->end()) {
    model::ChangeGrant body;
    body.grant = model::GrantId(IdOf(grants_, line.Get("grant")));
    body.event = step->second;
    body.review = line.Get("review").empty() ? model::Day(0) : DayFrom(line.Get("review"));
    const auto row = ledger::LoadRow<rec::Grant>(*bank_.Rows(), ledger::keys::Grant(bank_id_, body.grant));
    if (body.event != GrantStep::kApprove && row->has_value()) {
      body.reason = TextAbout(line, "still alone", model::MemberNumber(model::MemberId((*row)->member())));
    }
    return body;
  }
  if (const auto step = life_steps->find(line.verb); step != life_steps->end()) {
    return model::ChangeMembership{line.subject, step->second, line.Get("heir"), "reason"};
  }
  if (line.verb == "merge") {
    return model::MergeMembers{line.subject, line.Get("into"), "reason"};
  }
  return std::nullopt;
}

std::optional<std::pair<std::string, Scenario::Fields>> Scenario::DescribeGiving(const model::Command& command,
                                                                                 const model::Outcome& outcome) const {
  Fields fields;
  if (outcome.given.has_value()) {
    fields["credited"] = absl::StrCat(outcome.given->credited.value());
    fields["pool"] = absl::StrCat(outcome.given->pool.value());
  }
  const bool life = std::holds_alternative<model::ChangeMembership>(command.body) ||
                    std::holds_alternative<model::MergeMembers>(command.body);
  if (life) {
    const auto row =
        ledger::MustLoadRow<rec::Member>(*bank_.Rows(), keys::Member(bank_id_, model::MemberId(outcome.subject)));
    return std::make_pair(std::string(model::NameOf(static_cast<model::MemberState>(row->state()))), fields);
  }
  const bool grant =
      std::holds_alternative<model::ProposeGrant>(command.body) || std::holds_alternative<model::ChangeGrant>(command.body);
  if (grant) {
    const auto row = ledger::MustLoadRow<rec::Grant>(*bank_.Rows(), keys::Grant(bank_id_, model::GrantId(outcome.subject)));
    return std::make_pair(std::string(model::NameOf(static_cast<model::GrantState>(row->state()))), fields);
  }
  if (outcome.given.has_value()) {
    return std::make_pair(std::string("GIVEN"), fields);
  }
  return std::nullopt;
}

// `granted=`, `donated=`, `gifted=`, `earned=`: what remains in lots of each provenance.
std::string Scenario::ShowLots(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  const absl::StatusOr<model::MemberId> member = ledger::FindMember(*rows, bank_id_, line.subject);
  TB_CHECK(member.ok() && member->value() != 0);
  const std::map<std::string, Provenance> names = {{"granted", Provenance::kGranted},
                                                   {"donated", Provenance::kDonated},
                                                   {"gifted", Provenance::kGifted},
                                                   {"earned", Provenance::kEarned}};
  for (const auto& [name, value] : line.fields) {
    TB_CHECK(names.contains(name));
    int64_t sum = 0;
    const std::string prefix = keys::LotsFrom(bank_id_, *member, names.at(name));
    for (auto it = rows->Scan(prefix, base::PrefixEnd(prefix)); it->Valid(); it->Next()) {
      rec::Lot lot;
      TB_CHECK(lot.ParseFromArray(it->value().data(), static_cast<int>(it->value().size())));
      sum += lot.remaining();
    }
    if (sum != Number(value)) {
      return absl::StrCat("got ", name, "=", sum);
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

// `issued=` minutes, `months=`, `skipped=`, `why=` the number of model::GrantSkip.
std::string Scenario::ShowGrant(const ScenarioLine& line) const {
  const uint64_t id = IdOf(grants_, line.Get("grant"));
  const auto row = ledger::MustLoadRow<rec::Grant>(*bank_.Rows(), keys::Grant(bank_id_, model::GrantId(id)));
  TB_CHECK(row.ok());
  const std::map<std::string, int64_t> shown = {
      {"issued", row->issued()}, {"months", row->months()}, {"skipped", row->skipped()}, {"why", row->last_skip()}};
  for (const auto& [name, value] : line.fields) {
    if (name != "grant" && shown.at(name) != Number(value)) {
      return absl::StrCat("got ", name, "=", shown.at(name));
    }
  }
  return "";
}

}  // namespace timebank::property
