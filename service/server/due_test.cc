// The wired service does what is due by itself, and says beforehand what that will be.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/clock.h"
#include "service/server/server.h"
#include "service/store/test_folder.h"
#include "timebank/v1/admin.grpc.pb.h"
#include "timebank/v1/bank.grpc.pb.h"
#include "timebank/v1/member.grpc.pb.h"
#include "timebank/v1/record.grpc.pb.h"
#include "timebank/v1/scope.grpc.pb.h"

namespace timebank::server {
namespace {

class DueServerTest : public ::testing::Test {
 protected:
  void Start(absl::Duration look_for_due) {
    server_.reset();
    ServerOptions options;
    options.address = *ParseAddress("127.0.0.1:0");
    options.look_for_due = look_for_due;
    server_ = *Server::Start(folder_.path() + "/data", options, &clock_);
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channel_ = grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), arguments);
  }

  template <typename Service, typename Request, typename Response>
  Response Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), Request request,
                const std::string& actor = "wang") {
    grpc::ClientContext context;
    context.AddMetadata("timebank-actor", actor);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    if constexpr (requires { request.set_request_id(std::string()); }) {
      request.set_request_id(absl::StrCat("r", ++requests_));
    }
    Response response;
    const auto stub = Service::NewStub(channel_);
    const grpc::Status status = (stub.get()->*method)(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // A record in its notice period of one day.
  void OpenBank() {
    v1::CreateBankRequest bank;
    bank.set_bank_id("xt");
    bank.set_display_name("湘潭时间银行");
    v1::Rule* rule = bank.add_rules();
    rule->set_name("notice_days");
    rule->set_value(1);
    Call<v1::BankService>(&v1::BankService::Stub::CreateBank, bank);
    v1::CreateScopeRequest scope;
    scope.set_parent("banks/xt");
    scope.set_scope_code("s1");
    scope.set_display_name("阳光社区");
    scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
    Call<v1::ScopeService>(&v1::ScopeService::Stub::CreateScope, scope);
    v1::CreateCenterRequest center;
    center.set_parent("banks/xt");
    center.set_center_code("c1");
    center.set_display_name("阳光服务站");
    center.set_scope_code("s1");
    Call<v1::ScopeService>(&v1::ScopeService::Stub::CreateCenter, center);
    v1::CreateMemberRequest member;
    member.set_parent("banks/xt");
    member.set_display_name("张三");
    member.set_center("c1");
    member.set_birth_date("1980-01-01");
    member.set_external_number("A");
    Call<v1::MemberService>(&v1::MemberService::Stub::CreateMember, member);
    v1::CreateRecordRequest record;
    record.set_parent("banks/xt");
    record.set_volunteer("A");
    record.set_center("c1");
    record.set_category("助餐");
    const int64_t start = absl::ToUnixSeconds(clock_.Now()) - 7200;
    record.mutable_start_time()->set_seconds(start);
    record.mutable_end_time()->set_seconds(start + 3600);
    v1::ConfirmRecordRequest confirm;
    confirm.set_name(Call<v1::RecordService>(&v1::RecordService::Stub::CreateRecord, record).receipt().name());
    record_ = confirm.name();
    Call<v1::RecordService>(&v1::RecordService::Stub::ConfirmRecord, confirm, "li");
  }

  v1::ListDueResponse Due(v1::DueKind kind = v1::DUE_KIND_UNSPECIFIED, const std::string& to = "") {
    v1::ListDueRequest request;
    request.set_parent("banks/xt");
    request.set_kind(kind);
    request.set_to_date(to);
    return Call<v1::AdminService>(&v1::AdminService::Stub::ListDue, request);
  }
  v1::Record Record() {
    v1::GetRecordRequest request;
    request.set_name(record_);
    return Call<v1::RecordService>(&v1::RecordService::Stub::GetRecord, request).record();
  }

  store::TestFolder folder_;
  base::ManualClock clock_{absl::FromUnixSeconds(1795168800)};  // 2026-11-20T18:00+08:00
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string record_;
  int requests_ = 0;
};

TEST_F(DueServerTest, SettlesAfterTheNoticeAlsoWhenItWasDownMeanwhile) {
  Start(absl::InfiniteDuration());
  OpenBank();
  const v1::ListDueResponse waiting = Due();
  ASSERT_EQ(waiting.due_size(), 1);
  EXPECT_EQ(waiting.due(0).kind(), v1::DUE_KIND_RECORD_NOTICE);
  EXPECT_EQ(waiting.due(0).resource(), record_);
  EXPECT_EQ(waiting.due(0).due_time().seconds(), 1795168800 + 6 * 3600);
  EXPECT_FALSE(waiting.due(0).overdue());
  EXPECT_EQ(waiting.sequence(), 6);
  EXPECT_EQ(Due(v1::DUE_KIND_HOLD_EXPIRY).due_size(), 0);
  EXPECT_EQ(Due(v1::DUE_KIND_RECORD_NOTICE).due_size(), 1);
  EXPECT_EQ(Due(v1::DUE_KIND_UNSPECIFIED, "2026-11-20").due_size(), 0);
  EXPECT_EQ(Due(v1::DUE_KIND_UNSPECIFIED, "2026-11-21").due_size(), 1);
  EXPECT_EQ(Due(v1::DUE_KIND_UNSPECIFIED, "1900-01-01").due_size(), 0);
  clock_.Advance(absl::Hours(6));
  EXPECT_TRUE(Due().due(0).overdue());
  EXPECT_EQ(Record().state(), v1::RECORD_STATE_NOTICED);
  // A service that comes up looks at once, then every millisecond.
  Start(absl::Milliseconds(1));
  while (Due(v1::DUE_KIND_RECORD_NOTICE).due_size() > 0 && !testing::Test::HasFailure()) {
  }
  // What is left is the expiry of the points that the service earned.
  const v1::ListDueResponse left = Due();
  ASSERT_EQ(left.due_size(), 1);
  EXPECT_EQ(left.due(0).kind(), v1::DUE_KIND_POINTS_EXPIRY);
  EXPECT_EQ(left.due(0).resource(), "banks/xt/members/V000000011");
  EXPECT_EQ(Record().state(), v1::RECORD_STATE_SETTLED);
  EXPECT_EQ(Due().sequence(), 7);
  Start(absl::Milliseconds(1));
  EXPECT_EQ(Due().sequence(), 7);
}

}  // namespace
}  // namespace timebank::server
