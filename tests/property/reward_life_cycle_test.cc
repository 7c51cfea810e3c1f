// Every state of an order of the shop against every event: the state that follows, or a refusal that changes nothing but the journal.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rewards.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"

namespace timebank::property {
namespace {

namespace rec = ledger::rec;
using ledger::Dump;
using ledger::LocalDate;
using ledger::LocalTime;
using model::Reason;

enum class Act { kRightCode, kWrongCode, kCancel, kExpire };
constexpr Act kActs[] = {Act::kRightCode, Act::kWrongCode, Act::kCancel, Act::kExpire};

// A member with 50 points, a reward of which there are 7, and one order of two of them.
class World {
 public:
  World() {
    Do(model::CreateBank{"Bank", {{"pickup_attempts", 2}, {"reward_pickup_days", 3}}});
    Do(model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do(model::CreateCenter{"c1", "c1", "s1"});
    model::RegisterMember member;
    member.external_number = "A";
    member.center = "c1";
    member.birth = LocalDate(1950, 1, 1);
    Do(member);
    Do(model::AwardPoints{"A", model::Points(50), "reason"});
    model::CreateReward reward;
    reward.center = "c1";
    reward.display_name = "大米";
    reward.price = model::Points(10);
    reward.stock = 7;
    reward_ = model::RewardId(Do(reward).subject);
    order_ = model::RewardOrderId(
        Do(model::PlaceRewardOrder{reward_, "A", 2, "salt", ledger::PickupDigest("salt", "code")}).subject);
  }

  template <typename Body>
  model::Outcome Do(Body body) {
    return bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), "wang", std::move(body)), now_);
  }
  model::Outcome Try(Act act) {
    const model::RecordTime due = model::StartOf(LocalDate(2026, 11, 24));
    switch (act) {
      case Act::kRightCode:
        return Do(model::CollectRewardOrder{order_, "code"});
      case Act::kWrongCode:
        return Do(model::CollectRewardOrder{order_, "cod"});
      case Act::kCancel:
        return Do(model::CancelRewardOrder{order_, "reason"});
      case Act::kExpire:
        now_ = due;
        return Do(model::RunDue{model::DueKind::kRewardOrderExpiry, order_.value(), due});
    }
    return {};
  }

  // Available and held points, and the stock.
  std::vector<int64_t> Amounts() const {
    const auto rows = bank_.Rows();
    const auto book =
        ledger::MustLoadRow<rec::Book>(*rows, ledger::keys::Book("xt", model::MemberOwner(model::MemberId(1))));
    const auto reward = ledger::MustLoadRow<rec::Reward>(*rows, ledger::keys::Reward("xt", reward_));
    return {ledger::BalanceIn(*book, model::Asset::kPoints, model::AccountKind::kAvailable),
            ledger::BalanceIn(*book, model::Asset::kPoints, model::AccountKind::kHeld), reward->stock()};
  }
  // All rows but those of the journal.
  Dump Rows() const {
    Dump dump = ledger::DumpOf(*bank_.Rows());
    std::erase_if(dump,
                  [](const auto& row) { return absl::string_view("jibt").find(row.first[0]) != absl::string_view::npos; });
    return dump;
  }
  absl::Status Check() const { return ledger::CheckBank(*bank_.Rows(), "xt"); }

 private:
  ledger::TestBank bank_;
  model::RecordTime now_ = LocalTime(2026, 11, 20);
  model::RewardId reward_;
  model::RewardOrderId order_;
  int requests_ = 0;
};

struct StateCase {
  const char* name;
  std::vector<Act> way;
  std::vector<const char*> to;  // by act; empty: refused
};

TEST(RewardOrderLifeCycleTest, EveryPair) {
  constexpr const char* kNo = "";
  const std::vector<const char*> none(std::size(kActs), kNo);
  const std::vector<StateCase> states = {
      {"PLACED", {}, {"COLLECTED", "PLACED", "CANCELLED", "EXPIRED"}},
      {"PLACED after a wrong code", {Act::kWrongCode}, {"COLLECTED", "LOCKED", "CANCELLED", "EXPIRED"}},
      {"LOCKED", {Act::kWrongCode, Act::kWrongCode}, {kNo, kNo, "CANCELLED", "EXPIRED"}},
      {"COLLECTED", {Act::kRightCode}, none},
      {"CANCELLED", {Act::kCancel}, none},
      {"EXPIRED", {Act::kExpire}, none},
  };
  for (const StateCase& state : states) {
    for (size_t i = 0; i < std::size(kActs); ++i) {
      SCOPED_TRACE(absl::StrCat(state.name, ", act ", i));
      World world;
      for (const Act act : state.way) {
        ASSERT_FALSE(world.Try(act).rejection.has_value());
      }
      const Dump before = world.Rows();
      const model::Outcome outcome = world.Try(kActs[i]);
      EXPECT_TRUE(world.Check().ok()) << world.Check();
      if (*state.to[i] == '\0') {
        ASSERT_TRUE(outcome.rejection.has_value());
        EXPECT_EQ(outcome.rejection->reason,
                  kActs[i] == Act::kExpire ? Reason::kNothingDue : Reason::kRewardOrderWrongState);
        EXPECT_TRUE(world.Rows() == before) << "the refusal changed something";
        continue;
      }
      ASSERT_TRUE(outcome.reward_order.has_value());
      const std::string to(model::NameOf(outcome.reward_order->state));
      EXPECT_EQ(to, state.to[i]);
      const std::vector<int64_t> expected = to == "PLACED" || to == "LOCKED" ? std::vector<int64_t>{30, 20, 5}
                                            : to == "COLLECTED"              ? std::vector<int64_t>{30, 0, 5}
                                                                             : std::vector<int64_t>{50, 0, 7};
      EXPECT_EQ(world.Amounts(), expected);
    }
  }
}

}  // namespace
}  // namespace timebank::property
