// The words of a scenario that are about points.
#include <map>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/model/rules.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::AccountKind;

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

int64_t Balance(const rec::Book& book, AccountKind kind) { return ledger::BalanceIn(book, model::Asset::kPoints, kind); }

}  // namespace

std::optional<Scenario::Body> Scenario::PointsOf(const ScenarioLine& line) const {
  if (line.verb == "award") {
    return model::AwardPoints{line.subject, model::Points(Number(line.Get("amount"))), "reason"};
  }
  if (line.verb == "deduct") {
    return model::DeductPoints{line.subject, model::Points(Number(line.Get("amount"))), "reason"};
  }
  if (line.verb == "campaign") {
    return model::CreateCampaign{line.subject, line.Get("category"), Number(line.Get("percent", "200")),
                                 DayFrom(line.Get("from")), DayFrom(line.Get("until"))};
  }
  if (line.verb == "endcampaign") {
    return model::EndCampaign{model::CampaignId(IdOf(campaigns_, line.Get("campaign"))), "reason"};
  }
  return std::nullopt;
}

// Fields: what a member has, or, for the subject "bank", what the bank's accounts of points say; `until-DAY` is what remains of the lot
// of that last day, `for-ever` of the one without.
std::string Scenario::ShowPoints(const ScenarioLine& line) const {
  const auto rows = bank_.Rows();
  model::Owner owner = model::BankOwner();
  if (line.subject != "bank") {
    const absl::StatusOr<model::MemberId> member = ledger::FindMember(*rows, bank_id_, line.subject);
    TB_CHECK(member.ok() && member->value() != 0);
    owner = model::MemberOwner(*member);
  }
  const auto row = ledger::LoadRow<rec::Book>(*rows, keys::Book(bank_id_, owner));
  const rec::Book book = row->value_or(rec::Book());
  std::map<std::string, int64_t> shown = {{"available", Balance(book, AccountKind::kAvailable)},
                                          {"held", Balance(book, AccountKind::kHeld)},
                                          {"owed", book.points_owed()},
                                          {"issuance", Balance(book, AccountKind::kIssuance)},
                                          {"expired", Balance(book, AccountKind::kExpired)},
                                          {"redeemed", Balance(book, AccountKind::kRedeemed)}};
  for (const auto& [name, value] : line.fields) {
    const bool for_ever = name == "for-ever";
    if (for_ever || name.rfind("until-", 0) == 0) {
      const model::Day last_day = for_ever ? model::kPointsForEver : DayFrom(name.substr(6));
      const auto lot =
          ledger::LoadRow<rec::PointsLot>(*rows, keys::PointsLot(bank_id_, model::MemberId(owner.id), last_day));
      shown[name] = lot->has_value() ? (*lot)->remaining() : 0;
    }
    const auto found = shown.find(name);
    TB_CHECK(found != shown.end());
    if (found->second != Number(value)) {
      return absl::StrCat("got ", name, "=", found->second);
    }
  }
  return line.fields.empty() ? "nothing is asked" : "";
}

}  // namespace timebank::property
