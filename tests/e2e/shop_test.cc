// The points shop over the wire: a code is shown once, and the last of a kind goes to one of two who ask at once.
#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/points.pb.h"
#include "timebank/v1/reward.pb.h"

namespace timebank::e2e {
namespace {

constexpr char kBank[] = "banks/xt";

class ShopTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    client_ = std::make_unique<Client>(server_.address());
    MakeSmallBank(*client_, "xt", 2);
    for (const char* member : {"E1", "E2"}) {
      v1::AwardPointsRequest award;
      award.set_request_id(std::string("award-") + member);
      award.set_name(std::string(kBank) + "/members/" + member);
      award.set_points(100'000);
      award.set_reason("a festival");
      client_->Get<v1::AwardPointsResponse>(award);
    }
  }

  void TearDown() override {
    CheckJournal(*client_, kBank, Journal(*client_, kBank));
    client_.reset();
    EXPECT_EQ(server_.Terminate(), 0);
  }

  // Its name.
  std::string MakeReward(const std::string& request_id, int64_t stock) {
    v1::CreateRewardRequest request;
    request.set_request_id(request_id);
    request.set_parent(kBank);
    request.set_display_name("大米");
    request.set_center("c");
    request.set_price(10);
    request.set_stock(stock);
    return client_->Get<v1::CreateRewardResponse>(request).receipt().name();
  }
  int64_t Stock(const std::string& name) {
    v1::GetRewardRequest request;
    request.set_name(name);
    return client_->Get<v1::GetRewardResponse>(request).reward().stock();
  }
  static v1::CreateRewardOrderRequest OrderRequest(const std::string& request_id, const std::string& reward,
                                                   const std::string& member = "E1") {
    v1::CreateRewardOrderRequest request;
    request.set_request_id(request_id);
    request.set_reward(reward);
    request.set_member(member);
    return request;
  }
  v1::RewardOrderResult Collect(const std::string& request_id, const std::string& order, const std::string& code) {
    v1::CollectRewardOrderRequest request;
    request.set_request_id(request_id);
    request.set_name(order);
    request.set_pickup_code(code);
    return client_->Get<v1::CollectRewardOrderResponse>(request).result();
  }
  v1::GetPointsBalanceResponse Points(const std::string& member) {
    v1::GetPointsBalanceRequest request;
    request.set_name(std::string(kBank) + "/members/" + member);
    return client_->Get<v1::GetPointsBalanceResponse>(request);
  }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
  std::unique_ptr<Client> client_;
};

TEST_F(ShopTest, TheCodeBelongsToOneRequestAndOnlyItOpens) {
  const std::string reward = MakeReward("r1", 5);
  const auto first = client_->Get<v1::CreateRewardOrderResponse>(OrderRequest("o1", reward));
  ASSERT_THAT(first.pickup_code(), testing::MatchesRegex("[0-9]{8}"));
  const auto again = client_->Get<v1::CreateRewardOrderResponse>(OrderRequest("o1", reward));
  EXPECT_EQ(again.pickup_code(), first.pickup_code()) << "the first answer may have been lost";
  EXPECT_EQ(again.receipt().SerializeAsString(), first.receipt().SerializeAsString());
  EXPECT_EQ(Stock(reward), 4);
  EXPECT_EQ(Points("E1").held_points(), 10);

  // The same as the right one but for the last digit; one try sent twice is counted once.
  std::string wrong = first.pickup_code();
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (int i = 0; i < 2; ++i) {
    const v1::RewardOrderResult missed = Collect("c1", first.receipt().name(), wrong);
    EXPECT_TRUE(missed.wrong_code());
    EXPECT_EQ(missed.state(), v1::REWARD_ORDER_STATE_PLACED);
    EXPECT_EQ(missed.attempts_left(), 4);
  }
  // As it is read out: in groups.
  const std::string spoken = first.pickup_code().substr(0, 4) + " " + first.pickup_code().substr(4);
  const v1::RewardOrderResult collected = Collect("c2", first.receipt().name(), spoken);
  EXPECT_FALSE(collected.wrong_code());
  EXPECT_EQ(collected.state(), v1::REWARD_ORDER_STATE_COLLECTED);
  EXPECT_EQ(Points("E1").held_points(), 0);
  EXPECT_EQ(Points("E1").spendable_points(), 99'990);

  v1::CollectRewardOrderRequest twice;
  twice.set_request_id("c3");
  twice.set_name(first.receipt().name());
  twice.set_pickup_code(first.pickup_code());
  EXPECT_EQ(client_->Send(twice).Reason(), "REWARD_ORDER_WRONG_STATE");
  // What the journal shows of it holds no code.
  for (const v1::Entry& entry : Journal(*client_, kBank)) {
    EXPECT_THAT(entry.SerializeAsString(), testing::Not(testing::HasSubstr(first.pickup_code())));
  }
}

TEST_F(ShopTest, CodesDiffer) {
  const std::string reward = MakeReward("r1", 100);
  std::set<std::string> codes;
  for (int i = 0; i < 50; ++i) {
    codes.insert(client_->Get<v1::CreateRewardOrderResponse>(OrderRequest("o" + std::to_string(i), reward)).pickup_code());
  }
  // Fifty out of a hundred million: two alike are likelier a fault than chance.
  EXPECT_EQ(codes.size(), 50u);
}

TEST_F(ShopTest, WhatIsNoCodeIsNoTry) {
  const std::string reward = MakeReward("r1", 5);
  const auto order = client_->Get<v1::CreateRewardOrderResponse>(OrderRequest("o1", reward));
  for (const char* code : {"", "1234567", "123456789", "1234567x", "一二三四五六七八"}) {
    v1::CollectRewardOrderRequest request;
    request.set_request_id("c1");
    request.set_name(order.receipt().name());
    request.set_pickup_code(code);
    const Answer answer = client_->Send(request);
    EXPECT_EQ(answer.Reason(), "INVALID_FIELD") << code;
    if (*code != '\0') {
      EXPECT_THAT(answer.message, testing::Not(testing::HasSubstr(code)));
    }
  }
  v1::GetRewardOrderRequest request;
  request.set_name(order.receipt().name());
  EXPECT_EQ(client_->Get<v1::GetRewardOrderResponse>(request).order().attempts_left(), 5);
}

// Two who want the last one at the same time, on connections of their own, a thousand times.
TEST_F(ShopTest, TheLastOneGoesToExactlyOne) {
  constexpr int kRounds = 1000;
  std::vector<std::string> rewards;
  for (int round = 0; round < kRounds; ++round) {
    rewards.push_back(MakeReward("r" + std::to_string(round), 1));
  }
  std::atomic<int> arrived = 0;
  const auto ask = [&](const std::string& member, std::vector<Answer>* answers) {
    const Client client(server_.address());
    for (int round = 0; round < kRounds; ++round) {
      // Both begin a round together.
      ++arrived;
      while (arrived < 2 * (round + 1)) {
        std::this_thread::yield();
      }
      answers->push_back(
          client.Send(OrderRequest(member + "-" + std::to_string(round), rewards[static_cast<size_t>(round)], member)));
    }
  };
  std::vector<Answer> one;
  std::vector<Answer> other;
  std::thread thread([&] { ask("E1", &one); });
  ask("E2", &other);
  thread.join();
  int one_won = 0;
  for (size_t round = 0; round < kRounds; ++round) {
    EXPECT_NE(one[round].ok(), other[round].ok()) << "round " << round;
    EXPECT_EQ((one[round].ok() ? other : one)[round].Reason(), "REWARD_OUT_OF_STOCK") << "round " << round;
    one_won += one[round].ok() ? 1 : 0;
  }
  std::cout << "one won " << one_won << " of " << kRounds << std::endl;
  for (const std::string& reward : {rewards.front(), rewards.back()}) {
    EXPECT_EQ(Stock(reward), 0);
  }
  EXPECT_EQ(Points("E1").held_points() + Points("E2").held_points(), int64_t{10} * kRounds);
}

}  // namespace
}  // namespace timebank::e2e
