// Two who redeem an elder's last hour at once, through the real program and connections of their own: she herself and her proxy.
#include <gmock/gmock.h>

#include <barrier>
#include <iostream>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/proxy.pb.h"
#include "timebank/v1/record.pb.h"

namespace timebank::e2e {
namespace {

constexpr char kBank[] = "banks/xt";
constexpr int kRounds = 1000;

class OrderRaceTest : public testing::Test {
 protected:
  // E1 has one hour, and E2 for her proxy.
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    client_ = std::make_unique<Client>(server_.address());
    MakeSmallBank(*client_, "xt", 2);
    v1::ConfirmRecordRequest confirm;
    confirm.set_request_id("confirm");
    confirm.set_name(client_->Get<v1::CreateRecordResponse>(RecordRequest(kBank, "record", 1, 2, 1)).receipt().name());
    client_->Get<v1::ConfirmRecordResponse>(confirm, "li");
    v1::CreateProxyRequest proxy;
    proxy.set_request_id("proxy");
    proxy.set_parent(kBank);
    proxy.set_elder("E1");
    proxy.set_agent("E2");
    v1::ChangeProxyRequest change;
    change.set_name(client_->Get<v1::CreateProxyResponse>(proxy).receipt().name());
    change.set_reason("reason");
    for (const v1::ProxyState state : {v1::PROXY_STATE_PROVED, v1::PROXY_STATE_BOUND}) {
      change.set_request_id("change-" + std::to_string(state));
      change.set_state(state);
      client_->Get<v1::ChangeProxyResponse>(change);
    }
  }

  void TearDown() override {
    CheckJournal(*client_, kBank, Journal(*client_, kBank));
    client_.reset();
    EXPECT_EQ(server_.Terminate(), 0);
  }

  static v1::CreateOrderRequest OneHour(const std::string& request_id) {
    v1::CreateOrderRequest request;
    request.set_request_id(request_id);
    request.set_parent(kBank);
    request.set_payer("E1");
    request.set_category("助餐");
    request.mutable_start_time()->set_seconds(LocalSeconds(-1, 9, 0));
    request.set_planned_minutes(60);
    return request;
  }

  void Cancel(const Answer& answer, const std::string& request) {
    v1::CreateOrderResponse made;
    ASSERT_TRUE(made.ParseFromString(answer.bytes));
    v1::CancelOrderRequest cancel;
    cancel.set_request_id("cancel-" + request);
    cancel.set_name(made.receipt().name());
    cancel.set_side(v1::ORDER_SIDE_ELDER);
    cancel.set_reason("again");
    EXPECT_TRUE(client_->Send(cancel).ok());
  }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
  std::unique_ptr<Client> client_;
};

TEST_F(OrderRaceTest, TheLastHourIsRedeemedByExactlyOne) {
  std::barrier together(2);
  std::vector<Answer> answers[2];
  const auto ask = [&](size_t who) {
    const Client own(server_.address());
    const std::string actor = who == 0 ? "E1" : "E2";
    for (int round = 0; round < kRounds; ++round) {
      together.arrive_and_wait();
      answers[who].push_back(own.Send(OneHour(actor + "-" + std::to_string(round)), actor));
      together.arrive_and_wait();
      // Both answers are there; the hour is given back before the next round begins.
      if (answers[who].back().ok()) {
        Cancel(answers[who].back(), actor + "-" + std::to_string(round));
      }
    }
  };
  std::thread proxy(ask, 1);
  ask(0);
  proxy.join();
  int elder_won = 0;
  for (size_t round = 0; round < kRounds; ++round) {
    const bool won = answers[0][round].ok();
    EXPECT_NE(won, answers[1][round].ok()) << "round " << round << "\n" << answers[0][round] << answers[1][round];
    EXPECT_EQ(answers[won ? 1 : 0][round].Reason(), "BALANCE_TOO_LOW") << "round " << round;
    elder_won += won ? 1 : 0;
  }
  std::cout << "the elder won " << elder_won << " of " << kRounds << std::endl;
  v1::GetBalanceRequest request;
  request.set_name(std::string(kBank) + "/members/E1");
  const auto balance = client_->Get<v1::GetBalanceResponse>(request);
  EXPECT_EQ(balance.available_minutes(), 60);
  EXPECT_EQ(balance.held_minutes(), 0);
}

}  // namespace
}  // namespace timebank::e2e
