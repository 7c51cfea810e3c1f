// A points shop on a busy day.
#include "absl/strings/str_cat.h"
#include "service/ledger/rewards.h"
#include "tests/property/random_commands.h"

namespace timebank::property {

RandomCommands::Body RandomCommands::RewardBody() {
  const int32_t today = model::DayOf(model::RecordTime(clock_)).value();
  const model::RewardId reward(AnyId(model_->goods()));
  const model::RewardOrderId order(AnyId(model_->purchases()));
  switch (Roll(20)) {
    case 0: {
      model::CreateReward body;
      body.center = OneIn(20) ? "nowhere" : Pick<std::string>({"c1", "Centre 2"});
      body.display_name = "Rice";
      body.price = model::Points(static_cast<int64_t>(1 + Roll(15)));
      body.stock = static_cast<int64_t>(Roll(6));
      body.limit = static_cast<int64_t>(Roll(4));
      if (OneIn(3)) {
        body.from = model::Day(today - 1 + static_cast<int32_t>(Roll(4)));
      }
      if (OneIn(3)) {
        body.until = model::Day(today - 1 + static_cast<int32_t>(Roll(30)));
      }
      return body;
    }
    case 1: {
      model::ChangeReward body;
      body.reward = reward;
      body.reason = "reason";
      if (OneIn(2)) {
        body.price = model::Points(static_cast<int64_t>(1 + Roll(20)));
      }
      if (OneIn(3)) {
        body.limit = static_cast<int64_t>(Roll(3));
      }
      if (OneIn(3)) {
        body.until = model::Day(today - 2 + static_cast<int32_t>(Roll(20)));
      }
      body.no_end = OneIn(2);
      if (OneIn(2)) {
        body.withdrawn = OneIn(4);
      }
      return body;
    }
    case 2:
      return model::CountStock{reward, static_cast<int64_t>(Roll(8)), "reason"};
    case 3:
    case 4:
    case 5:
    case 6: {
      const auto found = model_->purchases().find(order.value());
      const bool right = found != model_->purchases().end() && !OneIn(3);
      return model::CollectRewardOrder{order, right ? found->second.salt : "a wrong code"};
    }
    case 7:
    case 8:
    case 9:
      return model::CancelRewardOrder{order, "reason"};
    default: {
      // The code is the salt, so that the model alone says which one is right.
      const std::string salt = absl::StrCat("salt ", requests_);
      return model::PlaceRewardOrder{reward, AnyMember(), static_cast<int64_t>(1 + Roll(OneIn(5) ? 5 : 1)), salt,
                                     ledger::PickupDigest(salt, salt)};
    }
  }
}

model::RunDue RandomCommands::RewardDue() {
  model::RunDue body;
  body.kind = model::DueKind::kRewardOrderExpiry;
  body.id = AnyId(model_->purchases());
  const auto found = model_->purchases().find(body.id);
  body.due = model::StartOf(model::Day(found == model_->purchases().end() ? 20'000 : found->second.last + 1));
  return body;
}

}  // namespace timebank::property
