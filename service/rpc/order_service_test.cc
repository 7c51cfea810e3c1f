// Care orders over the wire: the last hour of an elder that two clients ask for at once, and the note that is not for everybody.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "service/rpc/service_for_test.h"
#include "timebank/v1/account.grpc.pb.h"
#include "timebank/v1/bank.grpc.pb.h"
#include "timebank/v1/member.grpc.pb.h"
#include "timebank/v1/order.grpc.pb.h"
#include "timebank/v1/record.grpc.pb.h"
#include "timebank/v1/scope.grpc.pb.h"

namespace timebank::rpc {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kNow = 1795168800;  // 2026-11-20T18:00+08:00, the clock of TestService

class OrderServiceTest : public ::testing::Test {
 protected:
  // A centre, an elder E with one hour, and a volunteer V.
  OrderServiceTest() {
    v1::CreateBankRequest bank;
    bank.set_bank_id("xt");
    bank.set_display_name("湘潭时间银行");
    Call<v1::BankService, v1::CreateBankResponse>(&v1::BankService::Stub::CreateBank, bank);
    v1::CreateScopeRequest scope;
    scope.set_parent("banks/xt");
    scope.set_scope_code("s1");
    scope.set_display_name("社区");
    scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
    Call<v1::ScopeService, v1::CreateScopeResponse>(&v1::ScopeService::Stub::CreateScope, scope);
    v1::CreateCenterRequest center;
    center.set_parent("banks/xt");
    center.set_center_code("c1");
    center.set_display_name("服务站");
    center.set_scope_code("s1");
    Call<v1::ScopeService, v1::CreateCenterResponse>(&v1::ScopeService::Stub::CreateCenter, center);
    Register("E", "1950-01-01");
    Register("V", "1980-01-01");
    v1::CreateRecordRequest record;
    record.set_parent("banks/xt");
    record.set_volunteer("E");
    record.set_center("c1");
    record.set_category("陪伴");
    record.mutable_start_time()->set_seconds(kNow - 120 * kMinute);
    record.mutable_end_time()->set_seconds(kNow - 60 * kMinute);
    v1::ConfirmRecordRequest confirm;
    confirm.set_name(
        Call<v1::RecordService, v1::CreateRecordResponse>(&v1::RecordService::Stub::CreateRecord, record).receipt().name());
    Call<v1::RecordService, v1::ConfirmRecordResponse>(&v1::RecordService::Stub::ConfirmRecord, confirm, "li");
  }

  void Register(const std::string& number, const std::string& birth) {
    v1::CreateMemberRequest member;
    member.set_parent("banks/xt");
    member.set_external_number(number);
    member.set_display_name("会员" + number);
    member.set_birth_date(birth);
    member.set_center("c1");
    Call<v1::MemberService, v1::CreateMemberResponse>(&v1::MemberService::Stub::CreateMember, member);
  }

  v1::CreateOrderRequest OneHour(const std::string& request_id = "") {
    v1::CreateOrderRequest order;
    order.set_request_id(request_id);
    order.set_parent("banks/xt");
    order.set_payer("E");
    order.set_category("助餐");
    order.mutable_start_time()->set_seconds(kNow + 60 * kMinute);
    order.set_planned_minutes(60);
    return order;
  }

  template <typename Service, typename Response, typename Method, typename Request>
  Response Call(Method method, Request request, const std::string& actor = "wang") {
    if constexpr (requires { request.set_request_id(std::string()); }) {
      request.set_request_id(absl::StrCat("r", ++requests_));
    }
    const auto stub = Service::NewStub(channel_);
    Response response;
    Caller caller;
    caller.actor = actor;
    const grpc::Status status = caller.Call(stub.get(), method, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  TestService service_;
  std::shared_ptr<grpc::Channel> channel_ = service_.Connect();
  int requests_ = 0;
};

// One client over its own connection, asking for the hour at every signal.
class Client {
 public:
  Client(const TestService& service, std::string name)
      : name_(std::move(name)), stub_(v1::OrderService::NewStub(service.Connect())) {}

  void Ask(int round, v1::CreateOrderRequest request) {
    request.set_request_id(absl::StrCat(name_, "-", round));
    v1::CreateOrderResponse response;
    const grpc::Status status = Caller().Call(stub_.get(), &v1::OrderService::Stub::CreateOrder, request, &response);
    won = status.ok();
    order = response.receipt().name();
    reason = RefusalIn(status).reason();
  }

  bool won = false;
  std::string order;
  std::string reason;

 private:
  std::string name_;
  std::unique_ptr<v1::OrderService::Stub> stub_;
};

TEST_F(OrderServiceTest, OfTwoClientsExactlyOneGetsTheLastHour) {
  constexpr int kRounds = 1000;
  Client one(service_, "one");
  Client two(service_, "two");
  int first = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> ready = 0;
    const auto race = [&ready, round, this](Client* client) {
      ++ready;
      while (ready < 2) {
        std::this_thread::yield();
      }
      client->Ask(round, OneHour());
    };
    std::thread other(race, &two);
    race(&one);
    other.join();
    ASSERT_NE(one.won, two.won) << "round " << round;
    ASSERT_EQ(one.won ? two.reason : one.reason, "BALANCE_TOO_LOW");
    first += one.won ? 1 : 0;
    v1::CancelOrderRequest cancel;
    cancel.set_name(one.won ? one.order : two.order);
    cancel.set_side(v1::ORDER_SIDE_ELDER);
    cancel.set_reason("again");
    Call<v1::OrderService, v1::CancelOrderResponse>(&v1::OrderService::Stub::CancelOrder, cancel);
  }
  std::cout << "the first client won " << first << " of " << kRounds << " rounds" << std::endl;
  v1::GetBalanceRequest balance;
  balance.set_name("banks/xt/members/E");
  const auto response = Call<v1::AccountService, v1::GetBalanceResponse>(&v1::AccountService::Stub::GetBalance, balance);
  EXPECT_EQ(response.available_minutes(), 60);
  EXPECT_EQ(response.held_minutes(), 0);
}

TEST_F(OrderServiceTest, TheNoteIsForTheVolunteerAndTheCentre) {
  v1::CreateOrderRequest request = OneHour();
  request.set_note("门禁 4711");
  const auto created = Call<v1::OrderService, v1::CreateOrderResponse>(&v1::OrderService::Stub::CreateOrder, request);
  v1::GetOrderRequest get;
  get.set_name(created.receipt().name());
  const auto order = Call<v1::OrderService, v1::GetOrderResponse>(&v1::OrderService::Stub::GetOrder, get).order();
  EXPECT_TRUE(order.has_note());
  EXPECT_EQ(order.DebugString().find("4711"), std::string::npos);

  const auto stub = v1::OrderService::NewStub(channel_);
  v1::GetOrderNoteRequest note;
  note.set_name(created.receipt().name());
  const auto ask = [&](const std::string& actor, std::string* text) {
    v1::GetOrderNoteResponse response;
    Caller caller;
    caller.actor = actor;
    const grpc::Status status = caller.Call(stub.get(), &v1::OrderService::Stub::GetOrderNote, note, &response);
    *text = response.note();
    return status;
  };
  std::string text;
  EXPECT_TRUE(ask("wang", &text).ok());
  EXPECT_EQ(text, "门禁 4711");
  const grpc::Status stranger = ask("V", &text);
  EXPECT_EQ(stranger.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(RefusalIn(stranger).reason(), "PRIVATE");
  EXPECT_EQ(ask("", &text).error_code(), grpc::StatusCode::PERMISSION_DENIED) << "who asks is part of the answer";
  v1::DispatchOrderRequest dispatch;
  dispatch.set_name(created.receipt().name());
  dispatch.set_volunteer("V");
  Call<v1::OrderService, v1::DispatchOrderResponse>(&v1::OrderService::Stub::DispatchOrder, dispatch);
  EXPECT_TRUE(ask("V", &text).ok());
  EXPECT_EQ(text, "门禁 4711");
  // Whom it is for no longer, does not see it any more.
  v1::DeclineOrderRequest decline;
  decline.set_name(created.receipt().name());
  decline.set_reason("ill");
  Call<v1::OrderService, v1::DeclineOrderResponse>(&v1::OrderService::Stub::DeclineOrder, decline);
  EXPECT_FALSE(ask("V", &text).ok());
  Call<v1::OrderService, v1::DispatchOrderResponse>(&v1::OrderService::Stub::DispatchOrder, dispatch);
  EXPECT_TRUE(ask("V", &text).ok());
  v1::CancelOrderRequest cancel;
  cancel.set_name(created.receipt().name());
  cancel.set_side(v1::ORDER_SIDE_ELDER);
  cancel.set_reason("visit");
  Call<v1::OrderService, v1::CancelOrderResponse>(&v1::OrderService::Stub::CancelOrder, cancel);
  EXPECT_FALSE(ask("V", &text).ok()) << "the order has ended";
}

TEST_F(OrderServiceTest, TheBoardLooksAsFarAsItIsTold) {
  v1::CreateOrderRequest request = OneHour();
  Call<v1::OrderService, v1::CreateOrderResponse>(&v1::OrderService::Stub::CreateOrder, request);
  v1::CreateScopeRequest scope;
  scope.set_parent("banks/xt");
  scope.set_scope_code("s2");
  scope.set_display_name("另一个社区");
  scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
  Call<v1::ScopeService, v1::CreateScopeResponse>(&v1::ScopeService::Stub::CreateScope, scope);
  const auto count = [this](const std::string& code, const std::string& category) {
    v1::ListOpenOrdersRequest list;
    list.set_parent("banks/xt");
    list.set_scope(code);
    list.set_distance(20);
    list.set_category(category);
    return Call<v1::OrderService, v1::ListOpenOrdersResponse>(&v1::OrderService::Stub::ListOpenOrders, list).orders_size();
  };
  EXPECT_EQ(count("", ""), 1);
  EXPECT_EQ(count("s1", ""), 1);
  EXPECT_EQ(count("s1", "助餐"), 1);
  EXPECT_EQ(count("s1", "助浴"), 0);
  EXPECT_EQ(count("s2", ""), 0) << "scopes without a common root are no distance apart";
}

}  // namespace
}  // namespace timebank::rpc
