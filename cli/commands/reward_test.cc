// `timebank reward` and `timebank points` against a fake service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/command_test_base.h"
#include "cli/exit_code.h"
#include "timebank/v1/points.pb.h"
#include "timebank/v1/reward.pb.h"

namespace timebank::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class RewardTest : public CommandTestBase {
 protected:
  absl::Status Run(const std::string& noun, const std::string& verb, const std::map<std::string, std::string>& given,
                   Format format = Format::kTable, Language language = Language::kEnglish) {
    return CommandTestBase::Run(noun, verb, Once(given), format, language);
  }

  void AnswerOrders(const std::string& code) {
    client_.On<v1::CreateRewardOrderRequest, v1::CreateRewardOrderResponse>(
        [code](const v1::CreateRewardOrderRequest& request, v1::CreateRewardOrderResponse* response) {
          EXPECT_EQ(request.reward(), "banks/xt/rewards/7");
          EXPECT_EQ(request.member(), "A1");
          response->mutable_receipt()->set_name("banks/xt/rewardOrders/9");
          response->mutable_result()->set_points(30);
          response->set_pickup_code(code);
          return absl::OkStatus();
        });
  }
};

TEST_F(RewardTest, TheCodeIsGroupedForPeopleAndPlainForPrograms) {
  AnswerOrders("01234567");
  ASSERT_TRUE(Run("reward", "order", {{"reward", "7"}, {"member", "A1"}}).ok());
  EXPECT_THAT(out_.str(), HasSubstr("0123 4567"));
  EXPECT_THAT(err_.str(), HasSubstr("this once only"));
  ASSERT_TRUE(Run("reward", "order", {{"reward", "7"}, {"member", "A1"}}, Format::kJson).ok());
  EXPECT_THAT(out_.str(), HasSubstr("\"01234567\""));
}

TEST_F(RewardTest, ARetryThatGetsNoCodeSaysWhatToDo) {
  AnswerOrders("");
  ASSERT_TRUE(Run("reward", "order", {{"reward", "7"}, {"member", "A1"}}, Format::kTable, Language::kChinese).ok());
  EXPECT_THAT(err_.str(), HasSubstr("领取码只显示一次"));
  EXPECT_THAT(err_.str(), Not(HasSubstr("请交给会员")));
}

TEST_F(RewardTest, AWrongCodeIsNoSuccess) {
  int left = 1;
  client_.On<v1::CollectRewardOrderRequest, v1::CollectRewardOrderResponse>(
      [&left](const v1::CollectRewardOrderRequest&, v1::CollectRewardOrderResponse* response) {
        response->mutable_result()->set_wrong_code(true);
        response->mutable_result()->set_attempts_left(left);
        return absl::OkStatus();
      });
  absl::Status status = Run("reward", "collect", {{"order", "9"}, {"code", "00000000"}});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRefused);
  EXPECT_THAT(TextOf(status).en, HasSubstr("1 more"));
  EXPECT_EQ(out_.str(), "");
  left = 0;
  status = Run("reward", "collect", {{"order", "9"}, {"code", "00000000"}});
  EXPECT_THAT(TextOf(status).zh, HasSubstr("已锁定"));
}

TEST_F(RewardTest, WhatIsNotTypedStays) {
  client_.On<v1::UpdateRewardRequest, v1::UpdateRewardResponse>(
      [](const v1::UpdateRewardRequest& request, v1::UpdateRewardResponse* response) {
        EXPECT_EQ(request.price(), 35);
        EXPECT_TRUE(request.has_until_date());
        EXPECT_EQ(request.until_date(), "");
        EXPECT_FALSE(request.has_from_date() || request.has_limit() || request.has_display_name());
        EXPECT_TRUE(request.has_withdrawn() && request.withdrawn());
        response->mutable_receipt()->set_name("banks/xt/rewards/7");
        return absl::OkStatus();
      });
  EXPECT_TRUE(Run("reward", "change",
                  {{"reward", "7"}, {"price", "35"}, {"until", "none"}, {"withdraw", "true"}, {"reason", "dearer"}})
                  .ok());
  EXPECT_EQ(ExitCodeOf(Run("reward", "change", {{"reward", "7"}, {"withdraw", "true"}, {"offer", "true"}})),
            ExitCode::kUsage);
}

TEST_F(RewardTest, ACountShowsTheDifference) {
  client_.On<v1::CountStockRequest, v1::CountStockResponse>(
      [](const v1::CountStockRequest& request, v1::CountStockResponse* response) {
        response->mutable_receipt()->set_name(request.name());
        response->set_stock_before(5);
        response->set_stock_counted(request.counted());
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("reward", "count", {{"reward", "7"}, {"counted", "3"}, {"reason", "two broken"}}, Format::kCsv).ok());
  EXPECT_THAT(out_.str(), HasSubstr("5,3,-2"));
}

TEST_F(RewardTest, PointsThatLastForEverSaySo) {
  client_.On<v1::GetPointsBalanceRequest, v1::GetPointsBalanceResponse>(
      [](const v1::GetPointsBalanceRequest&, v1::GetPointsBalanceResponse* response) {
        v1::PointsLot* lapsed = response->add_lots();
        lapsed->set_points(1);
        lapsed->set_expire_date("2026-12-31");
        lapsed->set_lapsed(true);
        response->add_lots()->set_points(7);
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("points", "balance", {{"member", "A1"}}).ok());
  EXPECT_THAT(out_.str(), HasSubstr("never"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("2026-12-31")));
}

}  // namespace
}  // namespace timebank::cli
