// Two who redeem an elder's last hour at once, through the real program and connections of their own: she herself and her proxy.
#include <gmock/gmock.h>

#include <atomic>
#include <iostream>
#include <thread>

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

  void Cancel(const Answer& answer, int round) {
    v1::CreateOrderResponse made;
    ASSERT_TRUE(made.ParseFromString(answer.bytes));
    v1::CancelOrderRequest cancel;
    cancel.set_request_id("cancel-" + std::to_string(round));
    cancel.set_name(made.receipt().name());
    cancel.set_side(v1::ORDER_SIDE_ELDER);
    cancel.set_reason("again");
    EXPECT_TRUE(client_->Send(cancel).ok());
  }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
  std::unique_ptr<Client> client_;
};

// A thread for a round is cheap beside the two syncs of its orders, and joins them.
TEST_F(OrderRaceTest, TheLastHourIsRedeemedByExactlyOne) {
  const Client elder(server_.address());
  const Client proxy(server_.address());
  int elder_won = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> ready = 0;
    Answer answers[2];
    const auto ask = [&](size_t who, const Client& client, const std::string& actor) {
      ++ready;
      while (ready < 2) {
        std::this_thread::yield();
      }
      answers[who] = client.Send(OneHour(actor + "-" + std::to_string(round)), actor);
    };
    std::thread other(ask, 1, std::cref(proxy), "E2");
    ask(0, elder, "E1");
    other.join();
    ASSERT_NE(answers[0].ok(), answers[1].ok()) << "round " << round << "\n" << answers[0] << answers[1];
    const bool won = answers[0].ok();
    ASSERT_EQ(answers[won ? 1 : 0].Reason(), "BALANCE_TOO_LOW") << "round " << round;
    elder_won += won ? 1 : 0;
    Cancel(answers[won ? 0 : 1], round);
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
