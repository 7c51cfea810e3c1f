#include "cli/client/grpc_client.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/exit_code.h"
#include "cli/refusal.h"
#include "timebank/v1/bank.grpc.pb.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {
namespace {

// Answers GetBank, and CreateBank with whatever the test wants.
class FakeBankService final : public v1::BankService::Service {
 public:
  grpc::Status GetBank(grpc::ServerContext* context, const v1::GetBankRequest* request,
                       v1::GetBankResponse* response) override {
    const auto actor = context->client_metadata().find("timebank-actor");
    actor_ = actor == context->client_metadata().end() ? "" : std::string(actor->second.data(), actor->second.size());
    response->mutable_bank()->set_name(request->name());
    return next_;
  }

  grpc::Status CreateBank(grpc::ServerContext*, const v1::CreateBankRequest* request,
                          v1::CreateBankResponse* response) override {
    ++calls_;
    request_ids_.push_back(request->request_id());
    if (failures_ > 0) {
      --failures_;
      return next_;
    }
    response->mutable_receipt()->set_name("banks/xt");
    absl::SleepFor(delay_);
    return grpc::Status::OK;
  }

  grpc::Status next_ = grpc::Status::OK;
  int failures_ = 0;
  absl::Duration delay_ = absl::ZeroDuration();
  std::string actor_;
  std::atomic<int> calls_ = 0;
  std::vector<std::string> request_ids_;
};

class GrpcClientTest : public testing::Test {
 protected:
  GrpcClientTest()
      : address_(absl::StrCat("unix:", std::filesystem::temp_directory_path().string(), "/timebank-cli-", getpid())) {}

  void Start() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  void Stop() {
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  std::unique_ptr<Client> NewClient(absl::Duration timeout = absl::Seconds(5)) {
    GrpcSettings settings;
    settings.address = address_;
    settings.actor = "李 明";
    settings.timeout = timeout;
    settings.attempts = 3;
    settings.first_pause = absl::Milliseconds(1);
    settings.on_retry = [this](int, int, const absl::Status&) { ++retries_; };
    return NewGrpcClient(std::move(settings));
  }

  static grpc::Status Refused(grpc::StatusCode code, const std::string& reason) {
    v1::Refusal refusal;
    refusal.set_reason(reason);
    refusal.set_message_zh("不行。");
    refusal.set_message_en("No.");
    v1::StatusDetails details;
    details.add_details()->set_type_url("type.googleapis.com/timebank.v1.Refusal");
    details.mutable_details(0)->set_value(refusal.SerializeAsString());
    return grpc::Status(code, "No.", details.SerializeAsString());
  }

  absl::Status Create(Client* client) {
    v1::CreateBankRequest request;
    request.set_request_id("r-1");
    v1::CreateBankResponse response;
    absl::Status status = client->Call(request, &response);
    EXPECT_EQ(status.ok(), response.receipt().name() == "banks/xt");
    return status;
  }

  FakeBankService service_;
  const std::string address_;
  std::unique_ptr<grpc::Server> server_;
  int retries_ = 0;
};

TEST_F(GrpcClientTest, AnswersComeBackAndTheActorIsSent) {
  Start();
  v1::GetBankRequest request;
  request.set_name("banks/xt");
  v1::GetBankResponse response;
  ASSERT_TRUE(NewClient()->Call(request, &response).ok());
  EXPECT_EQ(response.bank().name(), "banks/xt");
  EXPECT_EQ(service_.actor_, "%E6%9D%8E%20%E6%98%8E");
}

TEST_F(GrpcClientTest, RefusalsCarryTheirReasonAndAreNotRepeated) {
  Start();
  service_.failures_ = 1;
  service_.next_ = Refused(grpc::StatusCode::ALREADY_EXISTS, "BANK_EXISTS");
  const absl::Status status = Create(NewClient().get());
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(TextOf(status).zh, "不行。");
  ASSERT_TRUE(RefusalOf(status).has_value());
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRefused);
  EXPECT_EQ(service_.calls_, 1);
}

TEST_F(GrpcClientTest, NoServerMeansNothingWasSent) {
  const absl::Time begin = absl::Now();
  const absl::Status status = Create(NewClient().get());
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUnreachable);
  EXPECT_NE(TextOf(status).en.find(address_), std::string::npos);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(2));
  EXPECT_EQ(retries_, 0);
}

TEST_F(GrpcClientTest, WhatMayBeRepeatedIsRepeatedUnchanged) {
  Start();
  service_.failures_ = 2;
  service_.next_ = Refused(grpc::StatusCode::RESOURCE_EXHAUSTED, "QUEUE_FULL");
  EXPECT_TRUE(Create(NewClient().get()).ok());
  service_.failures_ = 2;
  service_.next_ = grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");
  EXPECT_TRUE(Create(NewClient().get()).ok());
  EXPECT_EQ(service_.request_ids_, std::vector<std::string>(6, "r-1"));
  EXPECT_EQ(retries_, 4);
}

TEST_F(GrpcClientTest, WhatKeepsFailingIsBusyOrUnknown) {
  Start();
  service_.failures_ = 3;
  service_.next_ = Refused(grpc::StatusCode::RESOURCE_EXHAUSTED, "QUEUE_FULL");
  EXPECT_EQ(ExitCodeOf(Create(NewClient().get())), ExitCode::kUnreachable);
  service_.failures_ = 3;
  service_.next_ = grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");
  EXPECT_EQ(ExitCodeOf(Create(NewClient().get())), ExitCode::kUnknown);
}

TEST_F(GrpcClientTest, KeysThatDoNotAnswerChangedNothing) {
  Start();
  service_.failures_ = 3;
  service_.next_ = Refused(grpc::StatusCode::UNAVAILABLE, "KEYS_SILENT");
  const absl::Status status = Create(NewClient().get());
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUnreachable);
  EXPECT_THAT(TextOf(status).en, testing::Not(testing::HasSubstr("unknown")));
  EXPECT_EQ(retries_, 2);
}

TEST_F(GrpcClientTest, AWriteThatTimesOutIsUnknownAndAReadIsNot) {
  Start();
  service_.delay_ = absl::Milliseconds(500);
  const absl::Status write = Create(NewClient(absl::Milliseconds(100)).get());
  EXPECT_EQ(write.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ExitCodeOf(write), ExitCode::kUnknown);
  service_.next_ = grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "late");
  v1::GetBankRequest request;
  v1::GetBankResponse response;
  EXPECT_EQ(ExitCodeOf(NewClient()->Call(request, &response)), ExitCode::kUnreachable);
}

TEST_F(GrpcClientTest, AFaultOfTheServerIsToldAsItsOwn) {
  Start();
  service_.next_ = Refused(grpc::StatusCode::INTERNAL, "SERVICE_FAULT");
  v1::GetBankRequest request;
  v1::GetBankResponse response;
  const Text text = TextOf(NewClient()->Call(request, &response));
  EXPECT_EQ(text.zh, "服务器自身出错（不行），没有任何改动");
  EXPECT_EQ(text.en, "the server itself failed (No); nothing was changed");
}

TEST_F(GrpcClientTest, AServerThatStoppedAfterAnAnswerIsTriedAgain) {
  Start();
  const std::unique_ptr<Client> client = NewClient();
  ASSERT_TRUE(Create(client.get()).ok());
  Stop();
  const absl::Status status = Create(client.get());
  EXPECT_NE(ExitCodeOf(status), ExitCode::kDone);
  EXPECT_EQ(retries_, 2);
  Start();
  EXPECT_TRUE(Create(client.get()).ok());
}

TEST_F(GrpcClientTest, AServiceThatIsNotThereIsSaid) {
  Start();
  v1::GetRecordRequest request;
  v1::GetRecordResponse response;
  EXPECT_EQ(NewClient()->Call(request, &response).code(), absl::StatusCode::kUnimplemented);
}

TEST(MethodOfTest, RequestsNameTheirMethod) {
  EXPECT_EQ(*MethodOf(v1::GetBankRequest(), v1::GetBankResponse()), "/timebank.v1.BankService/GetBank");
  EXPECT_EQ(*MethodOf(v1::BatchCreateRecordsRequest(), v1::BatchCreateRecordsResponse()),
            "/timebank.v1.RecordService/BatchCreateRecords");
  EXPECT_FALSE(MethodOf(v1::GetBankRequest(), v1::CreateBankResponse()).ok());
  EXPECT_FALSE(MethodOf(v1::Bank(), v1::GetBankResponse()).ok());
  EXPECT_TRUE(IsWrite(v1::CreateBankRequest()));
  EXPECT_TRUE(IsWrite(v1::BatchCreateRecordsRequest()));
  EXPECT_FALSE(IsWrite(v1::GetBankRequest()));
}

}  // namespace
}  // namespace timebank::cli
