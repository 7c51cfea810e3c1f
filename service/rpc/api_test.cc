// The path of a call, with a sequencer that answers as it is told.
#include "service/rpc/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "service/rpc/service_for_test.h"
#include "timebank/v1/member.grpc.pb.h"
#include "timebank/v1/record.grpc.pb.h"
#include "timebank/v1/scope.grpc.pb.h"

namespace timebank::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Notes every command and answers from a thread of its own, as the writer does.
class ScriptedSequencer final : public commands::Sequencer {
 public:
  ~ScriptedSequencer() override { Stop(); }

  absl::Status Submit(std::vector<model::Command> commands, commands::Reply reply) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!refuse.ok()) {
      return refuse;
    }
    std::vector<model::Outcome> outcomes;
    for (model::Command& command : commands) {
      model::Outcome result = outcome;
      result.sequence = model::Sequence(seen_.size() + 1);
      outcomes.push_back(std::move(result));
      seen_.push_back(std::move(command));
    }
    threads_.emplace_back([status = answer, reply = std::move(reply), outcomes = std::move(outcomes)]() mutable {
      reply(status, status.ok() ? std::move(outcomes) : std::vector<model::Outcome>());
    });
    return absl::OkStatus();
  }

  void Stop() override {
    std::vector<std::thread> threads;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      threads.swap(threads_);
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  bool healthy() const override { return true; }

  std::vector<model::Command> seen() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return seen_;
  }

  absl::Status refuse;     // of Submit
  absl::Status answer;     // of the reply
  model::Outcome outcome;  // of every command

 private:
  std::mutex mutex_;
  std::vector<model::Command> seen_;
  std::vector<std::thread> threads_;
};

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    sequencer_.outcome.subject = 17;
    sequencer_.outcome.record_time = model::RecordTime(1500000);
    sequencer_.outcome.record =
        model::RecordResult{model::RecordState::kRecorded, true, model::Minutes(0), model::Minutes(0)};
    record_.set_request_id("r-1");
    record_.set_parent("banks/xt");
    record_.set_volunteer("M00001");
    record_.set_center("c1");
    record_.set_category("陪伴");
    record_.mutable_start_time()->set_seconds(3600);
    record_.mutable_end_time()->set_seconds(7200);
  }

  grpc::Status Create(const v1::CreateRecordRequest& request, v1::CreateRecordResponse* response) {
    return caller_.Call(stub_.get(), &v1::RecordService::Stub::CreateRecord, request, response);
  }
  grpc::Status Create() { return Create(record_, &response_); }

  ScriptedSequencer sequencer_;
  TestService service_{&sequencer_};
  std::unique_ptr<v1::RecordService::Stub> stub_ = v1::RecordService::NewStub(service_.Connect());
  Caller caller_;
  v1::CreateRecordRequest record_;
  v1::CreateRecordResponse response_;
};

TEST_F(ApiTest, AWriteReachesTheSequencerAndItsOutcomeTheCaller) {
  caller_.actor = "%E7%8E%8B%E8%8A%B3";
  const grpc::Status status = Create();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response_.receipt().name(), "banks/xt/records/17");
  EXPECT_EQ(response_.receipt().sequence(), 1);
  EXPECT_EQ(response_.receipt().record_time().nanos(), 500000000);
  EXPECT_EQ(response_.result().state(), v1::RECORD_STATE_RECORDED);
  EXPECT_TRUE(response_.result().awaits_second_approval());
  const model::Command command = sequencer_.seen().at(0);
  EXPECT_EQ(command.bank, "xt");
  EXPECT_EQ(command.request_id, "r-1");
  EXPECT_EQ(command.actor, "王芳");
  EXPECT_EQ(command.role, "local");
  EXPECT_EQ(std::get<model::CreateRecord>(command.body).category, "陪伴");
}

TEST_F(ApiTest, TheActorHasOneSpellingAndTheDigestOfAMembersName) {
  for (const char* spelling : {"wang", "Wang", "%EF%BD%97ang", "wa%20ng"}) {
    caller_.actor = spelling;
    ASSERT_TRUE(Create().ok()) << spelling;
  }
  const std::array<uint8_t, 16> digest = service_.sealer().KeyedDigest("name", "wang");
  for (const model::Command& command : sequencer_.seen()) {
    EXPECT_EQ(command.actor, "wang");
    EXPECT_EQ(command.actor_name_index, std::string(digest.begin(), digest.end()));
    // One person's request is the same however she spells herself.
    EXPECT_EQ(command.fingerprint, sequencer_.seen()[0].fingerprint);
  }
}

TEST_F(ApiTest, EveryKindOfReceiptNamesItsResource) {
  const auto channel = service_.Connect();
  const auto scopes = v1::ScopeService::NewStub(channel);
  v1::CreateScopeRequest scope;
  scope.set_request_id("s");
  scope.set_parent("banks/xt");
  scope.set_scope_code("yl");
  scope.set_display_name("岳麓区");
  scope.set_level(v1::SCOPE_LEVEL_DISTRICT);
  v1::CreateScopeResponse scope_response;
  ASSERT_TRUE(caller_.Call(scopes.get(), &v1::ScopeService::Stub::CreateScope, scope, &scope_response).ok());
  EXPECT_EQ(scope_response.receipt().name(), "banks/xt/scopes/yl");

  v1::CreateCenterRequest center;
  center.set_request_id("c");
  center.set_parent("banks/xt");
  center.set_display_name("嵩山社区");
  center.set_scope_code("yl");
  v1::CreateCenterResponse center_response;
  ASSERT_TRUE(caller_.Call(scopes.get(), &v1::ScopeService::Stub::CreateCenter, center, &center_response).ok());
  EXPECT_EQ(center_response.receipt().name(), "banks/xt/centers/c17");
  center.set_center_code("ss");
  ASSERT_TRUE(caller_.Call(scopes.get(), &v1::ScopeService::Stub::CreateCenter, center, &center_response).ok());
  EXPECT_EQ(center_response.receipt().name(), "banks/xt/centers/ss");

  const auto members = v1::MemberService::NewStub(channel);
  v1::CreateMemberRequest member;
  member.set_request_id("m");
  member.set_parent("banks/xt");
  member.set_display_name("张三");
  member.set_birth_date("1950-01-01");
  member.set_center("ss");
  v1::CreateMemberResponse member_response;
  ASSERT_TRUE(caller_.Call(members.get(), &v1::MemberService::Stub::CreateMember, member, &member_response).ok());
  EXPECT_EQ(member_response.number(), model::MemberNumber(model::MemberId(17)));
  EXPECT_EQ(member_response.receipt().name(), "banks/xt/members/" + member_response.number());
}

TEST_F(ApiTest, TheFingerprintTellsARetryFromAnotherRequest) {
  ASSERT_TRUE(Create().ok());
  ASSERT_TRUE(Create().ok());
  record_.set_category("助餐");
  ASSERT_TRUE(Create().ok());
  caller_.actor = "li";
  ASSERT_TRUE(Create().ok());
  record_.mutable_end_time()->set_seconds(10800);
  ASSERT_TRUE(Create().ok());
  const auto seen = sequencer_.seen();
  EXPECT_EQ(seen[0].fingerprint, seen[1].fingerprint);
  for (size_t i = 2; i < seen.size(); ++i) {
    EXPECT_NE(seen[i].fingerprint, seen[i - 1].fingerprint) << i;
  }
}

TEST_F(ApiTest, NothingPersonalIsInTheFingerprint) {
  ASSERT_TRUE(Create().ok());
  record_.set_note("髋部骨折");
  record_.set_volunteer_name("张三");
  ASSERT_TRUE(Create().ok());
  EXPECT_EQ(sequencer_.seen()[1].fingerprint, sequencer_.seen()[0].fingerprint);
  EXPECT_NE(std::get<model::CreateRecord>(sequencer_.seen()[1].body).volunteer_name_index, "");

  const auto members = v1::MemberService::NewStub(service_.Connect());
  v1::CreateMemberRequest member;
  member.set_request_id("m");
  member.set_parent("banks/xt");
  member.set_display_name("张三");
  member.set_birth_date("1950-01-01");
  member.set_center("ss");
  v1::CreateMemberResponse response;
  ASSERT_TRUE(caller_.Call(members.get(), &v1::MemberService::Stub::CreateMember, member, &response).ok());
  member.set_display_name("李四");
  member.set_birth_date("1949-12-31");
  member.set_national_id("11010519491231002X");
  member.set_phone("13800005678");
  member.set_gender(v1::GENDER_FEMALE);
  ASSERT_TRUE(caller_.Call(members.get(), &v1::MemberService::Stub::CreateMember, member, &response).ok());
  EXPECT_EQ(sequencer_.seen()[3].fingerprint, sequencer_.seen()[2].fingerprint);
  member.set_external_number("M1");
  ASSERT_TRUE(caller_.Call(members.get(), &v1::MemberService::Stub::CreateMember, member, &response).ok());
  EXPECT_NE(sequencer_.seen()[4].fingerprint, sequencer_.seen()[3].fingerprint);
}

TEST_F(ApiTest, AnItemOfABatchIsTheSameAsTheRequestAlone) {
  ASSERT_TRUE(Create().ok());
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent("banks/xt");
  *batch.add_requests() = record_;
  record_.clear_parent();
  *batch.add_requests() = record_;
  v1::BatchCreateRecordsResponse response;
  ASSERT_TRUE(caller_.Call(stub_.get(), &v1::RecordService::Stub::BatchCreateRecords, batch, &response).ok());
  const auto seen = sequencer_.seen();
  ASSERT_THAT(seen, SizeIs(3));
  EXPECT_EQ(seen[1].fingerprint, seen[0].fingerprint);
  EXPECT_EQ(seen[2].fingerprint, seen[0].fingerprint);
}

TEST_F(ApiTest, ABadItemOfABatchIsItsOutcomeAndTheOthersGoOn) {
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent("banks/xt");
  *batch.add_requests() = record_;
  *batch.add_requests() = record_;
  batch.mutable_requests(1)->clear_category();
  *batch.add_requests() = record_;
  batch.mutable_requests(2)->set_parent("banks/zz");
  *batch.add_requests() = record_;
  v1::BatchCreateRecordsResponse response;
  ASSERT_TRUE(caller_.Call(stub_.get(), &v1::RecordService::Stub::BatchCreateRecords, batch, &response).ok());
  ASSERT_EQ(response.outcomes_size(), 4);
  EXPECT_EQ(response.outcomes(0).accepted().receipt().sequence(), 1);
  EXPECT_EQ(response.outcomes(1).refusal().reason(), "INVALID_FIELD");
  EXPECT_EQ(response.outcomes(1).refusal().metadata().at("field"), "category");
  EXPECT_EQ(response.outcomes(2).refusal().metadata().at("field"), "parent");
  EXPECT_EQ(response.outcomes(3).accepted().receipt().sequence(), 2);
  EXPECT_THAT(sequencer_.seen(), SizeIs(2));
}

TEST_F(ApiTest, ABatchOfBadItemsOnlyIsAnsweredWithoutTheSequencer) {
  v1::BatchConfirmRecordsRequest batch;
  batch.set_parent("banks/xt");
  batch.add_requests()->set_name("banks/xt/records/1");
  batch.add_requests()->set_name("banks/xtt/records/1");
  batch.mutable_requests(1)->set_request_id("a");
  v1::BatchConfirmRecordsResponse response;
  ASSERT_TRUE(caller_.Call(stub_.get(), &v1::RecordService::Stub::BatchConfirmRecords, batch, &response).ok());
  EXPECT_EQ(response.outcomes(0).refusal().metadata().at("field"), "request_id");
  EXPECT_EQ(response.outcomes(1).refusal().metadata().at("field"), "name");
  EXPECT_THAT(sequencer_.seen(), SizeIs(0));
}

TEST_F(ApiTest, ABatchHasOneToAThousandItems) {
  v1::BatchConfirmRecordsRequest batch;
  v1::BatchConfirmRecordsResponse response;
  batch.set_parent("banks/xt");
  const auto call = [&] {
    return caller_.Call(stub_.get(), &v1::RecordService::Stub::BatchConfirmRecords, batch, &response);
  };
  EXPECT_EQ(RefusalIn(call()).metadata().at("field"), "requests");
  for (int i = 0; i < 1000; ++i) {
    batch.add_requests()->set_request_id("a");
    batch.mutable_requests(i)->set_name("banks/xt/records/1");
  }
  EXPECT_TRUE(call().ok());
  EXPECT_EQ(response.outcomes_size(), 1000);
  *batch.add_requests() = batch.requests(0);
  EXPECT_EQ(call().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(sequencer_.seen(), SizeIs(1000));
}

TEST_F(ApiTest, ARefusalCarriesItsReasonInBothLanguages) {
  sequencer_.outcome.rejection = model::Rejection{model::Reason::kVolunteerNotFound, {{"member", "M00001"}}};
  const grpc::Status status = Create();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  const v1::Refusal refusal = RefusalIn(status);
  EXPECT_EQ(refusal.reason(), "VOLUNTEER_NOT_FOUND");
  EXPECT_EQ(refusal.domain(), "timebank");
  EXPECT_EQ(refusal.metadata().at("member"), "M00001");
  EXPECT_EQ(refusal.message_zh(), "没有编号为 M00001 的志愿者，请先登记或核对编号。");
  EXPECT_EQ(refusal.message_en(), status.error_message());
}

TEST_F(ApiTest, AFieldErrorNamesTheField) {
  record_.set_volunteer("");
  const grpc::Status status = Create();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(RefusalIn(status).reason(), "INVALID_FIELD");
  EXPECT_EQ(RefusalIn(status).metadata().at("field"), "volunteer");
  EXPECT_THAT(RefusalIn(status).message_zh(), HasSubstr("志愿者编号"));
  EXPECT_THAT(sequencer_.seen(), SizeIs(0));
}

TEST_F(ApiTest, AWriteWithoutACallerIsRefused) {
  caller_.actor = "";
  const grpc::Status status = Create();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(RefusalIn(status).reason(), "ACTOR_MISSING");
  EXPECT_THAT(status.error_message(), HasSubstr("timebank-actor"));
  caller_.actor = "%FF";
  EXPECT_EQ(RefusalIn(Create()).metadata().at("field"), "timebank-actor");
  caller_.actor = "110105194912310021";
  const v1::Refusal refusal = RefusalIn(Create());
  EXPECT_EQ(refusal.metadata().at("field"), "timebank-actor");
  EXPECT_EQ(refusal.message_zh(), "操作人：请勿在此填写身份证号。");
  for (const char* spelling : {"system", "SYSTEM", "%20System"}) {
    caller_.actor = spelling;
    const v1::Refusal reserved = RefusalIn(Create());
    EXPECT_EQ(reserved.metadata().at("field"), "timebank-actor") << spelling;
    EXPECT_THAT(reserved.message_zh(), HasSubstr("请换一个名称"));
    EXPECT_THAT(reserved.message_en(), HasSubstr("acts by itself"));
  }
  EXPECT_THAT(sequencer_.seen(), SizeIs(0));
}

TEST_F(ApiTest, AFullQueueSaysWhenToTryAgain) {
  sequencer_.refuse = absl::ResourceExhaustedError("full");
  const grpc::Status status = Create();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RefusalIn(status).reason(), "QUEUE_FULL");
  const std::string after = RefusalIn(status).metadata().at("retry_after_ms");
  ASSERT_EQ(caller_.trailers.count("grpc-retry-pushback-ms"), 1u);
  EXPECT_EQ(caller_.trailers.find("grpc-retry-pushback-ms")->second, after);
}

TEST_F(ApiTest, NothingAppliedAndUnknownAreToldApart) {
  sequencer_.refuse = absl::UnavailableError("stopping");
  EXPECT_EQ(RefusalIn(Create()).reason(), "STOPPING");
  sequencer_.refuse = absl::OkStatus();
  sequencer_.answer = absl::UnavailableError("the commit failed");
  const grpc::Status status = Create();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(RefusalIn(status).reason(), "OUTCOME_UNKNOWN");
  EXPECT_THAT(status.error_message(), HasSubstr("same request_id"));
}

TEST_F(ApiTest, ACallWhoseDeadlineIsOverIsNotSubmitted) {
  const grpc::Status status =
      caller_.Call(stub_.get(), &v1::RecordService::Stub::CreateRecord, record_, &response_, std::chrono::milliseconds(-1));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(sequencer_.seen(), SizeIs(0));
}

TEST_F(ApiTest, AReadOfNoBankIsNotFound) {
  v1::GetRecordRequest request;
  v1::GetRecordResponse response;
  request.set_name("banks/xt/records/1");
  caller_.actor = "";
  const grpc::Status status = caller_.Call(stub_.get(), &v1::RecordService::Stub::GetRecord, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(RefusalIn(status).reason(), "NOT_FOUND");
  EXPECT_THAT(RefusalIn(status).message_zh(), HasSubstr("没有找到时间银行 "));
}

TEST_F(ApiTest, StopsWhileCallersComeAndGo) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, &stop] {
      while (!stop) {
        const auto stub = v1::RecordService::NewStub(service_.Connect());
        Caller caller;
        v1::CreateRecordResponse response;
        // A millisecond: some give up while their call is under way.
        const auto deadline = std::chrono::milliseconds(1);
        caller.Call(stub.get(), &v1::RecordService::Stub::CreateRecord, record_, &response, deadline);
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  service_.Stop();
  stop = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_FALSE(Create().ok());
}

TEST_F(ApiTest, ManyAtOnceAreAllAnswered) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([this, &good] {
      const auto stub = v1::RecordService::NewStub(service_.Connect());
      Caller caller;
      for (int j = 0; j < 50; ++j) {
        v1::CreateRecordResponse response;
        good += caller.Call(stub.get(), &v1::RecordService::Stub::CreateRecord, record_, &response).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 800);
  EXPECT_THAT(sequencer_.seen(), SizeIs(800));
}

}  // namespace
}  // namespace timebank::rpc
