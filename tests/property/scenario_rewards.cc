// The words of a scenario that are about the points shop.
#include <map>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/ledger/keys.h"
#include "service/ledger/rewards.h"
#include "service/ledger/rows.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

std::optional<int64_t> OptionalNumber(const std::string& text) {
  int64_t number = 0;
  if (text.empty()) {
    return std::nullopt;
  }
  TB_CHECK(absl::SimpleAtoi(text, &number));
  return number;
}

std::optional<model::Day> OptionalDay(const std::string& text) {
  if (text.empty() || text == "none") {
    return std::nullopt;
  }
  const std::optional<absl::CivilDay> day = base::ParseIsoDay(text);
  TB_CHECK(day.has_value());
  return model::Day(base::DayNumber(*day));
}

}  // namespace

// Order N has the code "code N" unless the line says another one.
std::optional<Scenario::Body> Scenario::RewardsOf(const ScenarioLine& line) const {
  if (line.verb == "reward") {
    model::CreateReward body;
    body.display_name = line.subject;
    body.center = line.Get("center", "c1");
    body.price = model::Points(OptionalNumber(line.Get("price", "10")).value());
    body.stock = OptionalNumber(line.Get("stock", "1")).value();
    body.limit = OptionalNumber(line.Get("limit", "0")).value();
    body.from = OptionalDay(line.Get("from"));
    body.until = OptionalDay(line.Get("until"));
    return body;
  }
  if (line.verb == "changereward") {
    model::ChangeReward body;
    body.reward = model::RewardId(IdOf(rewards_, line.Get("reward")));
    body.display_name = line.Get("name");
    if (const auto price = OptionalNumber(line.Get("price")); price.has_value()) {
      body.price = model::Points(*price);
    }
    body.limit = OptionalNumber(line.Get("limit"));
    body.from = OptionalDay(line.Get("from"));
    body.until = OptionalDay(line.Get("until"));
    body.no_end = line.Get("until") == "none";
    if (!line.Get("withdrawn").empty()) {
      body.withdrawn = line.Get("withdrawn") == "yes";
    }
    body.reason = "reason";
    return body;
  }
  if (line.verb == "count") {
    return model::CountStock{model::RewardId(IdOf(rewards_, line.Get("reward"))),
                             OptionalNumber(line.Get("counted")).value(), "reason"};
  }
  if (line.verb == "buy") {
    const std::string salt = absl::StrCat("salt ", purchases_.size() + 1);
    const std::string code = absl::StrCat("code ", purchases_.size() + 1);
    return model::PlaceRewardOrder{model::RewardId(IdOf(rewards_, line.Get("reward"))), line.Get("member"),
                                   OptionalNumber(line.Get("quantity", "1")).value(), salt,
                                   ledger::PickupDigest(salt, code)};
  }
  if (line.verb == "collect") {
    return model::CollectRewardOrder{model::RewardOrderId(IdOf(purchases_, line.Get("order"))),
                                     absl::StrCat("code ", line.Get("code", line.Get("order")))};
  }
  if (line.verb == "cancel") {
    return model::CancelRewardOrder{model::RewardOrderId(IdOf(purchases_, line.Get("order"))), "reason"};
  }
  return std::nullopt;
}

std::string Scenario::ShowReward(const ScenarioLine& line) const {
  const model::RewardId id(IdOf(rewards_, line.Get("reward")));
  const auto row = ledger::MustLoadRow<rec::Reward>(*bank_.Rows(), keys::Reward(bank_id_, id));
  TB_CHECK(row.ok());
  const int64_t expected = OptionalNumber(line.Get("is")).value();
  return row->stock() == expected ? "" : absl::StrCat("got ", row->stock());
}

}  // namespace timebank::property
