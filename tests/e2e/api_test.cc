// What every client of the API may rely on: first answers for ever, lists that page, reads that see one's own writes.
#include <gmock/gmock.h>

#include <set>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::e2e {
namespace {

using testing::HasSubstr;

constexpr char kBank[] = "banks/xt";

class ApiTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    client_ = std::make_unique<Client>(server_.address());
    MakeSmallBank(*client_, "xt", 12);
  }

  void TearDown() override {
    CheckJournal(*client_, kBank, Journal(*client_, kBank));
    client_.reset();  // A stopping server waits a while for connections that nobody attends to.
    EXPECT_EQ(server_.Terminate(), 0);
  }

  int64_t JournalLength() {
    v1::GetBankRequest request;
    request.set_name(kBank);
    return client_->Get<v1::GetBankResponse>(request).bank().entry_count();
  }

  v1::ConfirmRecordRequest ConfirmRequest(const std::string& request_id, const std::string& name) {
    v1::ConfirmRecordRequest request;
    request.set_request_id(request_id);
    request.set_name(name);
    return request;
  }

  // Recorded by wang, confirmed by li; the sequence of the settlement.
  int64_t Settle(const v1::CreateRecordRequest& request) {
    const auto created = client_->Get<v1::CreateRecordResponse>(request);
    return client_
        ->Get<v1::ConfirmRecordResponse>(ConfirmRequest(request.request_id() + "-c", created.receipt().name()), "li")
        .receipt()
        .sequence();
  }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
  std::unique_ptr<Client> client_;
};

TEST_F(ApiTest, ARetryGetsTheFirstAnswerAndChangesNothing) {
  const v1::CreateRecordRequest request = RecordRequest(kBank, "r1", 1, 2, 3);
  const Answer first = client_->Send(request);
  ASSERT_TRUE(first.ok()) << first;
  v1::CreateRecordResponse created;
  ASSERT_TRUE(created.ParseFromString(first.bytes));
  const int64_t length = JournalLength();
  EXPECT_EQ(client_->Send(request), first);
  // What happens to the record later does not change what was answered.
  const Answer confirmed = client_->Send(ConfirmRequest("c1", created.receipt().name()), "li");
  ASSERT_TRUE(confirmed.ok()) << confirmed;
  EXPECT_EQ(client_->Send(request), first);
  EXPECT_EQ(client_->Send(ConfirmRequest("c1", created.receipt().name()), "li"), confirmed);
  EXPECT_EQ(JournalLength(), length + 1);
}

TEST_F(ApiTest, ARefusalIsRememberedEvenWhenItsReasonIsGone) {
  v1::CreateRecordRequest request = RecordRequest(kBank, "r1", 99, 2, 3);
  const Answer first = client_->Send(request);
  EXPECT_EQ(first.code, Code::kNotFound);
  EXPECT_EQ(first.Reason(), "VOLUNTEER_NOT_FOUND");
  v1::CreateMemberRequest member;
  member.set_request_id("m99");
  member.set_parent(kBank);
  member.set_external_number("E99");
  member.set_display_name("后来的人");
  member.set_birth_date("1950-01-01");
  member.set_center("c");
  client_->Get<v1::CreateMemberResponse>(member);
  EXPECT_EQ(client_->Send(request), first);
  request.set_request_id("r2");
  EXPECT_TRUE(client_->Send(request).ok());
}

TEST_F(ApiTest, TheSameIdWithOtherContentOrCallerIsRefused) {
  const v1::CreateRecordRequest request = RecordRequest(kBank, "r1", 1, 2, 3);
  const Answer first = client_->Send(request);
  const int64_t length = JournalLength();
  const Answer other_content = client_->Send(RecordRequest(kBank, "r1", 1, 2, 4));
  EXPECT_EQ(other_content.code, Code::kAlreadyExists);
  EXPECT_EQ(other_content.Reason(), "REQUEST_ID_REUSED");
  EXPECT_EQ(client_->Send(request, "li").Reason(), "REQUEST_ID_REUSED");
  v1::ConfirmRecordRequest other_kind = ConfirmRequest("r1", "banks/xt/records/1");
  EXPECT_EQ(client_->Send(other_kind).Reason(), "REQUEST_ID_REUSED");
  EXPECT_EQ(JournalLength(), length);
  EXPECT_EQ(client_->Send(request), first);
}

TEST_F(ApiTest, AnItemOfABatchAndTheSameRequestAloneAreOne) {
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent(kBank);
  for (int i = 1; i <= 3; ++i) {
    *batch.add_requests() = RecordRequest(kBank, "b" + std::to_string(i), i, 12, 2);
  }
  batch.mutable_requests(1)->clear_parent();
  batch.mutable_requests(2)->set_volunteer("E12");  // Nobody serves oneself.
  const Answer first = client_->Send(batch);
  v1::BatchCreateRecordsResponse response;
  ASSERT_TRUE(response.ParseFromString(first.bytes)) << first;
  ASSERT_EQ(response.outcomes_size(), 3);
  EXPECT_EQ(response.outcomes(2).refusal().reason(), "RECORD_TO_ONESELF");
  const int64_t length = JournalLength();
  EXPECT_EQ(client_->Send(batch), first);
  for (int i = 0; i < 2; ++i) {
    v1::CreateRecordRequest alone = batch.requests(i);
    alone.set_parent(kBank);
    const auto answer = client_->Get<v1::CreateRecordResponse>(alone);
    EXPECT_EQ(answer.SerializeAsString(), response.outcomes(i).accepted().SerializeAsString());
  }
  EXPECT_EQ(client_->Send(batch.requests(2)).Reason(), "RECORD_TO_ONESELF");
  EXPECT_EQ(JournalLength(), length);
}

TEST_F(ApiTest, ReadsSeeWhatTheyAreAskedToSee) {
  const int64_t sequence = Settle(RecordRequest(kBank, "r1", 1, 2, 3));
  v1::GetBalanceRequest request;
  request.set_name("banks/xt/members/E1");
  request.set_at_least_sequence(sequence);
  const auto balance = client_->Get<v1::GetBalanceResponse>(request);
  EXPECT_EQ(balance.available_minutes(), 60);
  EXPECT_GE(balance.sequence(), sequence);
  request.set_at_least_sequence(balance.sequence() + 1000);
  const Answer too_early = client_->Send(request);
  EXPECT_EQ(too_early.code, Code::kUnavailable);
  EXPECT_EQ(too_early.Reason(), "NOT_YET");
  request.set_at_least_sequence(-1);
  EXPECT_EQ(client_->Send(request).code, Code::kInvalidArgument);
}

TEST_F(ApiTest, PagesVisitEachOfManyRecordsOnce) {
  constexpr int kRecords = 250;
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent(kBank);
  std::set<std::string> made;
  for (int i = 0; i < kRecords; ++i) {
    *batch.add_requests() = RecordRequest(kBank, "p" + std::to_string(i), 1 + i % 11, 12, 1 + i / 11);
  }
  const auto created = client_->Get<v1::BatchCreateRecordsResponse>(batch);
  for (const auto& outcome : created.outcomes()) {
    ASSERT_TRUE(outcome.has_accepted()) << outcome.ShortDebugString();
    made.insert(outcome.accepted().receipt().name());
  }
  v1::ListRecordsRequest list;
  list.set_parent(kBank);
  list.set_center("网点");
  list.set_page_size(7);
  std::multiset<std::string> seen;
  std::string token;
  for (int pages = 0; pages == 0 || !list.page_token().empty(); ++pages) {
    ASSERT_LT(pages, kRecords);
    const auto page = client_->Get<v1::ListRecordsResponse>(list);
    EXPECT_LE(page.records_size(), 7);
    for (const v1::Record& record : page.records()) {
      seen.insert(record.name());
    }
    token = page.next_page_token().empty() ? token : page.next_page_token();
    list.set_page_token(page.next_page_token());
  }
  EXPECT_EQ(seen.size(), made.size());
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), made);

  // A token belongs to its list: to no other centre, filter or bank, and nobody makes one up.
  list.set_page_token(token);
  ASSERT_TRUE(client_->Send(list).ok());
  list.set_page_size(50);
  EXPECT_TRUE(client_->Send(list).ok()) << "another page size is the same list";
  list.set_state(v1::RECORD_STATE_SETTLED);
  EXPECT_EQ(client_->Send(list).code, Code::kInvalidArgument);
  list.clear_state();
  list.set_from_date(LocalDate(5));
  EXPECT_EQ(client_->Send(list).code, Code::kInvalidArgument);
  list.clear_from_date();
  list.clear_center();
  list.set_volunteer("E1");
  EXPECT_EQ(client_->Send(list).code, Code::kInvalidArgument);
  v1::ListEntriesRequest entries;
  entries.set_parent(kBank);
  entries.set_page_token(token);
  EXPECT_EQ(client_->Send(entries).code, Code::kInvalidArgument);
  entries.set_page_token("AAAA");
  EXPECT_EQ(client_->Send(entries).code, Code::kInvalidArgument);
}

TEST_F(ApiTest, PagesOfThePassbookKeepTheirPeriod) {
  constexpr int kDays = 20;
  for (int day = 1; day <= kDays; ++day) {
    Settle(RecordRequest(kBank, "s" + std::to_string(day), 1, 2, day));
  }
  v1::GetStatementRequest request;
  request.set_name("banks/xt/members/E1");
  request.set_page_size(3);
  int64_t running = 0;
  int lines = 0;
  for (bool first = true; first || !request.page_token().empty(); first = false) {
    const auto page = client_->Get<v1::GetStatementResponse>(request);
    EXPECT_EQ(page.opening_balance(), 0);
    EXPECT_EQ(page.closing_balance(), kDays * 60);
    for (const v1::StatementLine& line : page.lines()) {
      running += line.amount();
      EXPECT_EQ(line.balance_after(), running);
      ++lines;
    }
    request.set_page_token(page.next_page_token());
    if (first) {
      Settle(RecordRequest(kBank, "between", 1, 2, kDays + 1));  // Not in the list that is being read.
    }
  }
  EXPECT_EQ(lines, kDays);
  EXPECT_EQ(running, kDays * 60);
}

TEST_F(ApiTest, WhoRecordsDoesNotConfirm) {
  const auto created = client_->Get<v1::CreateRecordResponse>(RecordRequest(kBank, "r1", 1, 2, 3), "wang");
  const Answer own = client_->Send(ConfirmRequest("c1", created.receipt().name()), "wang");
  EXPECT_EQ(own.code, Code::kFailedPrecondition);
  EXPECT_EQ(own.Reason(), "RECORDER_IS_CONFIRMER");
  ASSERT_TRUE(own.Refusal().has_value());
  EXPECT_THAT(own.Refusal()->message_zh(), HasSubstr("登记人"));
  EXPECT_EQ(own.Refusal()->message_en(), own.message);
}

TEST_F(ApiTest, ALateRecordNeedsTwoApprovers) {
  const auto created = client_->Get<v1::CreateRecordResponse>(RecordRequest(kBank, "r1", 1, 2, 31));
  EXPECT_TRUE(created.result().awaits_second_approval());
  const std::string name = created.receipt().name();
  const auto first = client_->Get<v1::ConfirmRecordResponse>(ConfirmRequest("c1", name), "li");
  EXPECT_EQ(first.result().state(), v1::RECORD_STATE_RECORDED);
  EXPECT_EQ(client_->Send(ConfirmRequest("c2", name), "li").Reason(), "FIRST_APPROVER_IS_SECOND");
  const auto second = client_->Get<v1::ConfirmRecordResponse>(ConfirmRequest("c3", name), "zhao");
  EXPECT_EQ(second.result().state(), v1::RECORD_STATE_SETTLED);
  EXPECT_EQ(second.result().credited_minutes(), 60);
  // On the thirtieth day it is not late yet.
  EXPECT_FALSE(
      client_->Get<v1::CreateRecordResponse>(RecordRequest(kBank, "r2", 1, 2, 30)).result().awaits_second_approval());
}

TEST_F(ApiTest, WritesNeedAnActorAndReadsDoNot) {
  const v1::CreateRecordRequest request = RecordRequest(kBank, "r1", 1, 2, 3);
  const Answer nobody = client_->Send(request, "");
  EXPECT_EQ(nobody.code, Code::kPermissionDenied);
  EXPECT_EQ(nobody.Reason(), "ACTOR_MISSING");
  EXPECT_EQ(client_->Send(request, "%FF%FE").code, Code::kInvalidArgument);
  EXPECT_EQ(client_->Send(request, std::string(65, 'a')).code, Code::kInvalidArgument);
  EXPECT_TRUE(client_->Send(request, "%E7%8E%8B").ok());
  v1::GetRecordRequest get;
  get.set_name(client_->Get<v1::CreateRecordResponse>(request, "%E7%8E%8B").receipt().name());
  EXPECT_EQ(client_->Get<v1::GetRecordResponse>(get, "").record().recorder(), "王");
}

TEST_F(ApiTest, AnotherSpellingOfANameIsNoSecondPerson) {
  const auto created = client_->Get<v1::CreateRecordResponse>(RecordRequest(kBank, "r1", 1, 2, 3), "wang");
  int count = 0;
  for (const char* spelling : {"wang", "Wang", "%EF%BD%97%EF%BD%81ng", "wa%E3%80%80ng"}) {
    const std::string request_id = "c" + std::to_string(++count);
    EXPECT_EQ(client_->Send(ConfirmRequest(request_id, created.receipt().name()), spelling).code, Code::kFailedPrecondition)
        << spelling;
  }
  // The volunteer's own name, "会员 1".
  EXPECT_EQ(client_->Send(ConfirmRequest("c-self", created.receipt().name()), "%E4%BC%9A%E5%91%98%201").code,
            Code::kFailedPrecondition);
  EXPECT_TRUE(client_->Send(ConfirmRequest("c-li", created.receipt().name()), "Li").ok());
}

TEST_F(ApiTest, SpacesWidthAndCaseOfNamesDoNotCount) {
  v1::CreateRecordRequest request = RecordRequest(kBank, "r1", 1, 2, 3);
  request.set_volunteer("ｅ１");
  request.set_volunteer_name("会　员 1");
  request.set_center("网 点");
  const auto created = client_->Get<v1::CreateRecordResponse>(request);
  v1::GetRecordRequest get;
  get.set_name(created.receipt().name());
  const v1::Record record = client_->Get<v1::GetRecordResponse>(get).record();
  EXPECT_EQ(record.volunteer_external_number(), "E1");
  EXPECT_EQ(record.volunteer_name(), "会**");
  EXPECT_EQ(record.center_name(), "网点");
  v1::GetBalanceRequest balance;
  balance.set_name("banks/xt/members/e 1");
  EXPECT_EQ(client_->Get<v1::GetBalanceResponse>(balance).display_name(), "会**");
  balance.set_name("banks/xt/members/M99999");
  EXPECT_THAT(client_->Send(balance).Refusal()->message_zh(), HasSubstr("没有找到会员 M99999"));
}

TEST_F(ApiTest, AListOfPeopleWithoutNumbersDoesNotDoubleThem) {
  v1::CreateMemberRequest member;
  member.set_parent(kBank);
  member.set_display_name("朱杰");
  member.set_birth_date("1950-01-01");
  member.set_center("c");
  member.set_request_id("m1");
  client_->Get<v1::CreateMemberResponse>(member);
  member.set_request_id("m2");
  member.set_display_name("朱　杰");
  EXPECT_EQ(client_->Send(member).Reason(), "MEMBER_EXISTS");
  member.set_request_id("m3");
  member.set_birth_date("1950-01-02");
  EXPECT_TRUE(client_->Send(member).ok());
}

TEST_F(ApiTest, AnIdNumberNeverReachesTheJournal) {
  const std::string number = "110105194912310021";
  const int64_t length = JournalLength();
  v1::CreateRecordRequest request = RecordRequest(kBank, "r1", 1, 2, 3);
  request.set_volunteer(number);
  const Answer volunteer = client_->Send(request);
  EXPECT_EQ(volunteer.Reason(), "INVALID_FIELD");
  EXPECT_EQ(volunteer.bytes.find(number), std::string::npos);
  EXPECT_EQ(volunteer.Refusal()->ShortDebugString().find(number), std::string::npos);
  v1::ConfirmRecordRequest confirm = ConfirmRequest("c1", "banks/xt/records/" + number);
  EXPECT_EQ(client_->Send(confirm).Reason(), "INVALID_FIELD");
  EXPECT_EQ(client_->Send(RecordRequest(kBank, "r2", 1, 2, 3), number).Reason(), "INVALID_FIELD");
  EXPECT_EQ(JournalLength(), length);
}

TEST_F(ApiTest, AHoldIsConsumedOrReleasedOnce) {
  Settle(RecordRequest(kBank, "r1", 1, 2, 3));
  v1::CreateHoldRequest hold;
  hold.set_request_id("h1");
  hold.set_parent("banks/xt/members/E1");
  hold.set_minutes(61);
  hold.set_expire_date(LocalDate(-10));
  hold.set_reason("陪诊");
  EXPECT_EQ(client_->Send(hold).Reason(), "BALANCE_TOO_LOW");
  hold.set_request_id("h2");
  hold.set_minutes(45);
  const std::string name = client_->Get<v1::CreateHoldResponse>(hold).receipt().name();
  v1::CloseHoldRequest close;
  close.set_request_id("x1");
  close.set_name(name);
  close.set_consumed_minutes(30);
  close.set_reason("完成");
  EXPECT_EQ(client_->Send(close).Reason(), "STEP_NEEDS_ANOTHER");
  close.set_request_id("x1b");
  const auto closed = client_->Get<v1::CloseHoldResponse>(close, "li");
  close.set_request_id("x2");
  EXPECT_EQ(client_->Send(close).Reason(), "HOLD_CLOSED");
  v1::GetBalanceRequest get;
  get.set_name("banks/xt/members/E1");
  get.set_at_least_sequence(closed.receipt().sequence());
  const auto balance = client_->Get<v1::GetBalanceResponse>(get);
  EXPECT_EQ(balance.available_minutes(), 30);
  EXPECT_EQ(balance.held_minutes(), 0);
  EXPECT_EQ(balance.service_minutes(), 60) << "spending never lowers the service hours";
}

}  // namespace
}  // namespace timebank::e2e
