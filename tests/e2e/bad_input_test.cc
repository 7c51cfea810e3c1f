// Whatever is sent, the answer is a clear error, the service stays up, and the journal stays whole.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <iostream>
#include <random>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/proxy.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::e2e {
namespace {

using testing::AnyOf;
using testing::Eq;

constexpr char kBank[] = "banks/xt";
constexpr int64_t kTooMany = 1'000'000'000'000'000'000;

std::vector<const google::protobuf::MethodDescriptor*> AllMethods() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const google::protobuf::Descriptor* message :
       {v1::GetBankRequest::descriptor(), v1::ListScopesRequest::descriptor(), v1::GetMemberRequest::descriptor(),
        v1::GetRecordRequest::descriptor(), v1::GetBalanceRequest::descriptor(), v1::GetOrderRequest::descriptor(),
        v1::ListProxiesRequest::descriptor()}) {
    const google::protobuf::FileDescriptor& file = *message->file();
    for (int i = 0; i < file.service_count(); ++i) {
      for (int j = 0; j < file.service(i)->method_count(); ++j) {
        methods.push_back(file.service(i)->method(j));
      }
    }
  }
  return methods;
}

// An error of the caller's, with its words in both languages.
void ExpectClear(const Answer& answer, const std::string& what) {
  EXPECT_THAT(answer.code, AnyOf(Eq(Code::kInvalidArgument), Eq(Code::kNotFound), Eq(Code::kFailedPrecondition),
                                 Eq(Code::kAlreadyExists), Eq(Code::kPermissionDenied)))
      << what << ": " << answer;
  const std::optional<v1::Refusal> refusal = answer.Refusal();
  ASSERT_TRUE(refusal.has_value()) << what << ": " << answer;
  EXPECT_EQ(refusal->domain(), "timebank") << what;
  EXPECT_FALSE(refusal->reason().empty()) << what;
  EXPECT_FALSE(refusal->message_zh().empty()) << what;
  EXPECT_EQ(refusal->message_en(), answer.message) << what;
}

// The same, because of this field.
void ExpectField(const Answer& answer, const std::string& field) {
  ExpectClear(answer, field);
  EXPECT_EQ(answer.code, Code::kInvalidArgument) << field << ": " << answer;
  EXPECT_EQ(answer.Reason(), "INVALID_FIELD") << field;
  if (const auto refusal = answer.Refusal()) {
    const auto found = refusal->metadata().find("field");
    EXPECT_TRUE(found != refusal->metadata().end() && found->second == field)
        << field << ": " << refusal->ShortDebugString();
  }
}

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    client_ = std::make_unique<Client>(server_.address());
    MakeSmallBank(*client_, "xt", 4);
  }

  void TearDown() override {
    ASSERT_TRUE(server_.running()) << server_.errors();
    const std::vector<v1::Entry> journal = Journal(*client_, kBank);
    CheckJournal(*client_, kBank, journal);
    // And it still does its work.
    EXPECT_TRUE(client_->Send(RecordRequest(kBank, "last", 1, 2, 3)).ok());
    client_.reset();  // A stopping server waits a while for connections that nobody attends to.
    EXPECT_EQ(server_.Terminate(), 0);
  }

  v1::CreateRecordRequest Good() { return RecordRequest(kBank, "r" + std::to_string(++requests_), 3, 4, 5); }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
  std::unique_ptr<Client> client_;
  int requests_ = 0;
};

TEST_F(BadInputTest, RandomBytesToEveryMethod) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  const std::string good = Good().SerializeAsString();
  for (const google::protobuf::MethodDescriptor* method : AllMethods()) {
    const std::string path = "/" + method->service()->full_name() + "/" + method->name();
    for (int round = 0; round < 40; ++round) {
      // Half of them noise, half a good request of another kind with some bytes changed.
      std::string bytes = round % 2 == 0 ? std::string(random() % 200, '\0') : good;
      for (size_t i = 0; i < bytes.size(); ++i) {
        if (round % 2 == 0 || random() % 16 == 0) {
          bytes[i] = static_cast<char>(random());
        }
      }
      const Answer answer = client_->Call(path, bytes);
      // Some bytes are a request after all, as an empty message is one of ListBanks.
      if (!answer.ok()) {
        ExpectClear(answer, path);
      }
    }
  }
}

TEST_F(BadInputTest, TextThatIsNotUtf8) {
  v1::CreateRecordRequest request = Good();
  request.set_note("NOTE");
  std::string bytes = request.SerializeAsString();
  bytes.replace(bytes.find("NOTE"), 4, "\xC4\xE3\xBA\xC3");  // 你好 in GBK
  ExpectField(client_->Call(PathOf(*v1::CreateRecordRequest::descriptor()), bytes), "request");
}

TEST_F(BadInputTest, UnknownMethodsAndServices) {
  EXPECT_EQ(client_->Call("/timebank.v1.RecordService/Delete", "").code, Code::kUnimplemented);
  EXPECT_EQ(client_->Call("/timebank.v2.RecordService/GetRecord", "").code, Code::kUnimplemented);
  EXPECT_EQ(client_->Call("/", "").code, Code::kUnimplemented);
}

TEST_F(BadInputTest, MessagesThatAreTooLarge) {
  v1::CreateRecordRequest request = Good();
  request.set_note(std::string(5 << 20, 'a'));
  const Answer five_megabytes = client_->Send(request);
  EXPECT_EQ(five_megabytes.code, Code::kResourceExhausted) << five_megabytes;
  request.set_note(std::string(3 << 20, 'a'));
  ExpectField(client_->Send(request), "note");
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent(kBank);
  ExpectField(client_->Send(batch), "requests");
  for (int i = 0; i < 1001; ++i) {
    *batch.add_requests() = Good();
  }
  ExpectField(client_->Send(batch), "requests");
}

TEST_F(BadInputTest, RequestIds) {
  for (const std::string& id : {std::string(), std::string(65, 'a'), std::string("a b"), std::string("编号"),
                                std::string("a\0b", 3), std::string(100000, 'x')}) {
    v1::CreateRecordRequest request = Good();
    request.set_request_id(id);
    ExpectField(client_->Send(request), "request_id");
  }
  v1::CreateRecordRequest longest = Good();
  longest.set_request_id(std::string(60, 'A') + "._:/");
  EXPECT_TRUE(client_->Send(longest).ok());
}

TEST_F(BadInputTest, ResourceNames) {
  for (const char* name : {"", "xt", "banks/", "banks/XT", "banks/xt/", "banks/x", "banks/-xt", "banks/x t", "banks/../xt",
                           "banks/xt/records/1", "bank/xt", "banks/一二", "banks/aaaaaaaaaaaaaaaaaaaaa"}) {
    v1::GetBankRequest get;
    get.set_name(name);
    ExpectField(client_->Send(get), "name");
    v1::CreateRecordRequest request = Good();
    request.set_parent(name);
    ExpectField(client_->Send(request), "parent");
  }
  for (const char* name :
       {"", "banks/xt/records/", "banks/xt/records/0", "banks/xt/records/01", "banks/xt/records/-1", "banks/xt/records/1x",
        "banks/xt/records/99999999999999999999", "banks/xt/members/1", "banks/xt/records/1/2", "banks/xt/records/１"}) {
    v1::GetRecordRequest get;
    get.set_name(name);
    ExpectField(client_->Send(get), "name");
    v1::ConfirmRecordRequest confirm;
    confirm.set_request_id("c");
    confirm.set_name(name);
    ExpectField(client_->Send(confirm), "name");
  }
}

TEST_F(BadInputTest, BanksAndThingsThatDoNotExist) {
  v1::CreateRecordRequest request = Good();
  request.set_parent("banks/nowhere");
  const Answer no_bank = client_->Send(request);
  EXPECT_EQ(no_bank.code, Code::kNotFound);
  EXPECT_EQ(no_bank.Reason(), "BANK_NOT_FOUND");
  v1::GetBalanceRequest balance;
  for (const char* name : {"banks/nowhere/members/E1", "banks/xt/members/E99", "banks/xt/members/V000000012"}) {
    balance.set_name(name);
    EXPECT_EQ(client_->Send(balance).code, Code::kNotFound) << name;
  }
  v1::ListEntriesRequest entries;
  entries.set_parent("banks/nowhere");
  EXPECT_EQ(client_->Send(entries).code, Code::kNotFound);
  v1::GetRecordRequest record;
  record.set_name("banks/xt/records/99999999999999");
  EXPECT_EQ(client_->Send(record).code, Code::kNotFound);
  record.set_name("banks/xt/records/1");  // An entry, but no record.
  EXPECT_EQ(client_->Send(record).code, Code::kNotFound);
}

TEST_F(BadInputTest, TimesOfServices) {
  for (const int64_t seconds :
       {int64_t{0} - 62135596801, int64_t{253402300800}, INT64_MIN, INT64_MAX, int64_t{-2208988800 - 86400 * 2}}) {
    v1::CreateRecordRequest request = Good();
    request.mutable_start_time()->set_seconds(seconds);
    ExpectField(client_->Send(request), "start_time");
    request = Good();
    request.mutable_end_time()->set_seconds(seconds);
    ExpectField(client_->Send(request), "end_time");
  }
  v1::CreateRecordRequest request = Good();
  request.clear_start_time();
  ExpectField(client_->Send(request), "start_time");
  request = Good();
  request.mutable_end_time()->set_seconds(request.end_time().seconds() + 1);
  ExpectField(client_->Send(request), "end_time");
  request = Good();
  request.mutable_start_time()->set_nanos(5);
  ExpectField(client_->Send(request), "start_time");
  request = Good();
  request.mutable_start_time()->set_seconds(request.end_time().seconds() - 86460);
  EXPECT_EQ(client_->Send(request).Reason(), "RECORD_TOO_LONG");
  request = Good();
  request.mutable_start_time()->set_seconds(request.end_time().seconds());
  EXPECT_EQ(client_->Send(request).Reason(), "RECORD_ENDS_BEFORE_START");
}

TEST_F(BadInputTest, Dates) {
  for (const char* date : {"2026-13-01", "2026-02-30", "1899-12-31", "2201-01-01", "26-1-1", "2026/3/5", "2026-3-5", "heute",
                           "2026-03-05T00:00:00Z", "９０００-01-01", " 2026-03-05"}) {
    v1::GetStatementRequest statement;
    statement.set_name("banks/xt/members/E1");
    statement.set_from_date(date);
    ExpectField(client_->Send(statement), "from_date");
    v1::CreateMemberRequest member;
    member.set_request_id("m" + std::to_string(++requests_));
    member.set_parent(kBank);
    member.set_display_name("某人");
    member.set_center("c");
    member.set_birth_date(date);
    ExpectField(client_->Send(member), "birth_date");
  }
}

TEST_F(BadInputTest, NamesAndTexts) {
  v1::CreateMemberRequest member;
  member.set_parent(kBank);
  member.set_birth_date("1960-02-29");
  member.set_center("c");
  const auto send = [this, &member](const std::string& name) {
    member.set_request_id("m" + std::to_string(++requests_));
    member.set_display_name(name);
    return client_->Send(member);
  };
  for (const std::string& name : {std::string(), std::string("   "), std::string(101, 'a'), std::string("a\nb"),
                                  std::string("a\0b", 3), std::string(1 << 20, 'z')}) {
    ExpectField(send(name), "display_name");
  }
  for (const std::string& name : {std::string("👩‍🦳👴🏽"), std::string("𠮷野家"), std::string("阿卜杜拉·买买提"),
                                  std::string("'; DROP TABLE"), std::string("=1+1"), std::string("%s%n")}) {
    const Answer answer = send(name);
    ASSERT_TRUE(answer.ok()) << name << answer;
    v1::CreateMemberResponse created;
    ASSERT_TRUE(created.ParseFromString(answer.bytes));
    v1::RevealMemberRequest look;
    look.set_request_id("look-" + created.number());
    look.set_name("banks/xt/members/" + created.number());
    look.set_purpose("test");
    EXPECT_EQ(client_->Get<v1::RevealMemberResponse>(look).identity().display_name(), name);
  }
  v1::CreateRecordRequest record = Good();
  record.set_category(std::string(33, 'c'));
  ExpectField(client_->Send(record), "category");
  record = Good();
  record.clear_category();
  ExpectField(client_->Send(record), "category");
  record = Good();
  record.set_note(std::string(501, 'n'));
  ExpectField(client_->Send(record), "note");
  record = Good();
  record.set_volunteer("");
  ExpectField(client_->Send(record), "volunteer");
  record = Good();
  record.set_volunteer(std::string(100000, 'E'));
  ExpectField(client_->Send(record), "volunteer");
}

TEST_F(BadInputTest, Numbers) {
  v1::CreateHoldRequest hold;
  hold.set_parent("banks/xt/members/E1");
  hold.set_expire_date(LocalDate(-1));
  hold.set_reason("陪诊");
  for (const int64_t minutes : {int64_t{0}, int64_t{-1}, kTooMany, INT64_MAX, INT64_MIN, int64_t{1'000'000'001}}) {
    hold.set_request_id("h" + std::to_string(++requests_));
    hold.set_minutes(minutes);
    ExpectField(client_->Send(hold), "minutes");
  }
  hold.set_request_id("most");
  hold.set_minutes(1'000'000'000);
  EXPECT_EQ(client_->Send(hold).Reason(), "BALANCE_TOO_LOW");
  v1::CheckInRequest check_in;
  check_in.set_request_id("in");
  check_in.set_parent(kBank);
  check_in.set_volunteer("E1");
  check_in.set_center("c");
  check_in.set_category("陪伴");
  check_in.set_planned_minutes(kTooMany);
  ExpectField(client_->Send(check_in), "planned_minutes");
  v1::ListRecordsRequest list;
  list.set_parent(kBank);
  list.set_center("c");
  list.set_page_size(-1);
  ExpectField(client_->Send(list), "page_size");
  list.set_page_size(INT32_MAX);
  EXPECT_TRUE(client_->Send(list).ok());
  list.set_page_token(std::string(1 << 20, 't'));
  ExpectField(client_->Send(list), "page_token");
  v1::CreateRuleSetRequest rules;
  rules.set_request_id("rules");
  rules.set_parent(kBank);
  rules.set_effective_from(LocalDate(-2));
  rules.add_rules()->set_name("daily_cap_minutes");
  rules.mutable_rules(0)->set_value(kTooMany);
  EXPECT_EQ(client_->Send(rules).Reason(), "RULE_OUT_OF_RANGE");
}

TEST_F(BadInputTest, IdCardNumbers) {
  v1::CreateMemberRequest member;
  member.set_parent(kBank);
  member.set_display_name("某人");
  member.set_birth_date("1960-02-29");
  member.set_center("c");
  for (const char* id : {"1", "110101196002290010", "11010119600230001X", "ABCDEFGHIJKLMNOPQR", "11010119600229001Ｘ"}) {
    member.set_request_id("m" + std::to_string(++requests_));
    member.set_national_id(id);
    const Answer answer = client_->Send(member);
    ExpectField(answer, "national_id");
    EXPECT_EQ(answer.message.find(id + std::string(" ")), std::string::npos) << "an ID number stands in an error text";
  }
}

TEST_F(BadInputTest, OneBadItemDoesNotStopABatch) {
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent(kBank);
  *batch.add_requests() = Good();
  *batch.add_requests() = Good();
  *batch.add_requests() = Good();
  batch.mutable_requests(0)->set_category("");
  batch.mutable_requests(1)->set_parent("banks/other");
  const auto response = client_->Get<v1::BatchCreateRecordsResponse>(batch);
  ASSERT_EQ(response.outcomes_size(), 3);
  EXPECT_EQ(response.outcomes(0).refusal().metadata().at("field"), "category");
  EXPECT_EQ(response.outcomes(1).refusal().metadata().at("field"), "parent");
  EXPECT_TRUE(response.outcomes(2).has_accepted());
}

}  // namespace
}  // namespace timebank::e2e
