// Personal data over the wire: masked everywhere, whole with a purpose, copied, and destroyed; and the keys behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/rpc/service_for_test.h"
#include "timebank/v1/account.grpc.pb.h"
#include "timebank/v1/bank.grpc.pb.h"
#include "timebank/v1/member.grpc.pb.h"
#include "timebank/v1/membership.grpc.pb.h"
#include "timebank/v1/personal.grpc.pb.h"
#include "timebank/v1/record.grpc.pb.h"
#include "timebank/v1/scope.grpc.pb.h"

namespace timebank::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using v1::MemberService;
using v1::PersonalService;

constexpr int64_t kMinute = 60;
constexpr int64_t kNow = 1795168800;  // 2026-11-20T18:00+08:00, the clock of TestService
constexpr char kElder[] = "banks/xt/members/V000000011";
constexpr char kId[] = "11010519491231002X";

class PersonalServiceTest : public ::testing::Test {
 protected:
  PersonalServiceTest() {
    v1::CreateBankRequest bank;
    bank.set_bank_id("xt");
    bank.set_display_name("湘潭时间银行");
    Must<v1::BankService, v1::CreateBankResponse>(&v1::BankService::Stub::CreateBank, bank);
    v1::CreateScopeRequest scope;
    scope.set_parent("banks/xt");
    scope.set_scope_code("s1");
    scope.set_display_name("社区");
    scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
    Must<v1::ScopeService, v1::CreateScopeResponse>(&v1::ScopeService::Stub::CreateScope, scope);
    v1::CreateCenterRequest center;
    center.set_parent("banks/xt");
    center.set_center_code("c1");
    center.set_display_name("服务站");
    center.set_scope_code("s1");
    Must<v1::ScopeService, v1::CreateCenterResponse>(&v1::ScopeService::Stub::CreateCenter, center);
    Must<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, Elder());
    v1::CreateMemberRequest volunteer = Elder();
    volunteer.set_display_name("王小明");
    volunteer.set_external_number("M2");
    volunteer.set_birth_date("1980-01-01");
    volunteer.clear_national_id();
    Must<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, volunteer);
  }

  static v1::CreateMemberRequest Elder() {
    v1::CreateMemberRequest member;
    member.set_parent("banks/xt");
    member.set_external_number("M1");
    member.set_display_name("欧阳修文");
    member.set_birth_date("1949-12-31");
    member.set_national_id(kId);
    member.set_phone("13812345678");
    member.set_center("c1");
    return member;
  }

  v1::CreateRecordRequest Record(int64_t hours_ago) {
    v1::CreateRecordRequest record;
    record.set_parent("banks/xt");
    record.set_volunteer("M2");
    record.set_beneficiary("M1");
    record.set_center("c1");
    record.set_category("陪伴");
    record.set_note("髋部骨折");
    record.mutable_start_time()->set_seconds(kNow - hours_ago * 60 * kMinute);
    record.mutable_end_time()->set_seconds(kNow - (hours_ago - 1) * 60 * kMinute);
    return record;
  }

  template <typename Service, typename Response, typename Method, typename Request>
  grpc::Status Call(Method method, Request request, Response* response, const std::string& actor = "wang") {
    if constexpr (requires { request.set_request_id(std::string()); }) {
      if (request.request_id().empty()) {
        request.set_request_id(absl::StrCat("r", ++requests_));
      }
    }
    const auto stub = Service::NewStub(channel_);
    Caller caller;
    caller.actor = actor;
    return caller.Call(stub.get(), method, request, response);
  }
  template <typename Service, typename Response, typename Method, typename Request>
  Response Must(Method method, Request request, const std::string& actor = "wang") {
    Response response;
    const grpc::Status status = Call<Service, Response>(method, request, &response, actor);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // The reason of a refusal.
  template <typename Service, typename Response, typename Method, typename Request>
  std::string Refused(Method method, Request request, const std::string& actor = "wang") {
    Response response;
    return RefusalIn(Call<Service, Response>(method, request, &response, actor)).reason();
  }

  v1::Member Member(const std::string& name = kElder) {
    v1::GetMemberRequest get;
    get.set_name(name);
    return Must<MemberService, v1::GetMemberResponse>(&MemberService::Stub::GetMember, get).member();
  }
  static v1::RevealMemberRequest Look(const std::string& request_id = "") {
    v1::RevealMemberRequest look;
    look.set_request_id(request_id);
    look.set_name(kElder);
    look.set_purpose("回访");
    return look;
  }
  v1::Entry LastEntry() {
    v1::ListEntriesRequest list;
    list.set_parent("banks/xt");
    const auto entries =
        Must<v1::AccountService, v1::ListEntriesResponse>(&v1::AccountService::Stub::ListEntries, list).entries();
    return *entries.rbegin();
  }
  void End() {
    v1::CloseMemberRequest close;
    close.set_name(kElder);
    close.set_reason("搬走");
    Must<v1::MembershipService, v1::CloseMemberResponse>(&v1::MembershipService::Stub::CloseMember, close);
    v1::FinishClosingRequest finish;
    finish.set_name(kElder);
    finish.set_reason("搬走");
    Must<v1::MembershipService, v1::FinishClosingResponse>(&v1::MembershipService::Stub::FinishClosing, finish);
  }
  static v1::EraseMemberRequest Erasure() {
    v1::EraseMemberRequest erase;
    erase.set_name(kElder);
    erase.set_reason("本人要求");
    return erase;
  }
  // All bytes of the store.
  std::string Bytes() {
    std::string bytes;
    const auto snapshot = service_.store().TakeSnapshot();
    for (auto row = snapshot->Scan("", ""); row->Valid(); row->Next()) {
      absl::StrAppend(&bytes, row->key(), row->value());
    }
    return bytes;
  }
  uint64_t Keys() const { return service_.sealer().keys().Masters()[0].slots; }

  // The rows of a copy by section.
  std::multimap<std::string, std::string> Copy(const std::string& name) {
    std::multimap<std::string, std::string> rows;
    v1::ListExportRowsRequest list;
    list.set_name(name);
    list.set_page_size(1);
    do {
      const auto page = Must<PersonalService, v1::ListExportRowsResponse>(&PersonalService::Stub::ListExportRows, list);
      for (const v1::ExportRow& row : page.rows()) {
        rows.emplace(row.section(), row.json());
      }
      list.set_page_token(page.next_page_token());
    } while (!list.page_token().empty());
    return rows;
  }

  TestService service_;
  std::shared_ptr<grpc::Channel> channel_ = service_.Connect();
  int requests_ = 0;
};

TEST_F(PersonalServiceTest, EverybodyIsMaskedAndNothingIsStoredInTheClear) {
  const v1::Member member = Member();
  EXPECT_EQ(member.display_name(), "欧**");
  EXPECT_EQ(member.masked_national_id(), "1101**********002X");
  EXPECT_EQ(member.masked_phone(), "138****5678");
  v1::ListMembersRequest find;
  find.set_parent("banks/xt");
  find.set_display_name("欧阳修文");
  find.set_birth_year(1949);
  find.set_national_id_suffix("002x");
  const auto found = Must<MemberService, v1::ListMembersResponse>(&MemberService::Stub::ListMembers, find);
  ASSERT_EQ(found.members_size(), 1);
  EXPECT_EQ(found.members(0).display_name(), "欧**");
  const auto recorded = Must<v1::RecordService, v1::CreateRecordResponse>(&v1::RecordService::Stub::CreateRecord, Record(5));
  v1::GetRecordRequest get;
  get.set_name(recorded.receipt().name());
  const auto record = Must<v1::RecordService, v1::GetRecordResponse>(&v1::RecordService::Stub::GetRecord, get).record();
  EXPECT_EQ(record.volunteer_name(), "王**");
  EXPECT_EQ(record.beneficiary_name(), "欧**");
  EXPECT_EQ(record.note(), "髋部骨折");
  for (const char* secret : {"欧阳", kId, "13812345678", "王小明", "髋部"}) {
    EXPECT_THAT(Bytes(), Not(HasSubstr(secret)));
  }
}

TEST_F(PersonalServiceTest, ALookTakesAPurposeAndLeavesAnEntryWithoutPersonalData) {
  v1::RevealMemberRequest look = Look("look-1");
  look.clear_purpose();
  EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look)),
            "INVALID_FIELD");
  look = Look("look-1");
  const auto seen = Must<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look, "li");
  EXPECT_EQ(seen.identity().display_name(), "欧阳修文");
  EXPECT_EQ(seen.identity().national_id(), kId);
  EXPECT_EQ(seen.identity().phone(), "13812345678");
  EXPECT_EQ(seen.identity().birth_date(), "1949-12-31");
  EXPECT_EQ(seen.identity().number(), "V000000011");
  EXPECT_EQ(seen.receipt().name(), kElder);
  const v1::Entry entry = LastEntry();
  EXPECT_EQ(entry.sequence(), seen.receipt().sequence());
  EXPECT_EQ(entry.kind(), v1::ENTRY_KIND_MEMBER_REVEALED);
  EXPECT_EQ(entry.actor(), "li");
  EXPECT_EQ(entry.reason(), "回访");
  EXPECT_THAT(entry.DebugString(), Not(HasSubstr("138")));
  // A retry is the same look; much later it is none.
  EXPECT_EQ((Must<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look, "li")
                 .SerializeAsString()),
            seen.SerializeAsString());
  service_.clock().Advance(absl::Minutes(11));
  EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look, "li")),
            "REVEAL_TOO_OLD");
  look.set_name("banks/xt/members/M9");
  look.clear_request_id();
  EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look)),
            "MEMBER_NOT_FOUND");
}

TEST_F(PersonalServiceTest, AKeyIsThereForWhoIsRegisteredAndForNobodyElse) {
  EXPECT_EQ(Keys(), 2u);
  v1::CreateMemberRequest again = Elder();
  EXPECT_EQ((Refused<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, again)), "MEMBER_EXISTS");
  EXPECT_EQ(Keys(), 2u);
  v1::CreateMemberRequest other = Elder();
  other.set_request_id("other");
  other.set_external_number("M3");
  other.clear_national_id();
  const auto first = Must<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, other);
  const auto retried = Must<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, other);
  EXPECT_EQ(first.number(), retried.number());
  EXPECT_EQ(Keys(), 3u);
  EXPECT_EQ(Member(first.receipt().name()).display_name(), "欧**");  // the key that counts is the first one's
  v1::BatchCreateMembersRequest batch;
  batch.set_parent("banks/xt");
  for (const char* number : {"M4", "M1", "M5", "bad number"}) {
    *batch.add_requests() = other;
    batch.mutable_requests()->rbegin()->set_external_number(number);
    batch.mutable_requests()->rbegin()->set_request_id(absl::StrCat("batch-", batch.requests_size()));
  }
  Must<MemberService, v1::BatchCreateMembersResponse>(&MemberService::Stub::BatchCreateMembers, batch);
  EXPECT_EQ(Keys(), 5u);
}

TEST_F(PersonalServiceTest, ANoteGoesUnderTheKeyOfWhomItIsAbout) {
  v1::CreateRecordRequest record = Record(7);
  record.set_beneficiary("M9");
  EXPECT_EQ((Refused<v1::RecordService, v1::CreateRecordResponse>(&v1::RecordService::Stub::CreateRecord, record)),
            "BENEFICIARY_NOT_FOUND");
  const auto recorded = Must<v1::RecordService, v1::CreateRecordResponse>(&v1::RecordService::Stub::CreateRecord, Record(7));
  v1::ConfirmRecordRequest confirm;
  confirm.set_name(recorded.receipt().name());
  Must<v1::RecordService, v1::ConfirmRecordResponse>(&v1::RecordService::Stub::ConfirmRecord, confirm, "li");
  End();
  Must<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure());
  v1::GetRecordRequest get;
  get.set_name(recorded.receipt().name());
  const auto shown = Must<v1::RecordService, v1::GetRecordResponse>(&v1::RecordService::Stub::GetRecord, get).record();
  EXPECT_EQ(shown.note(), "");
  EXPECT_EQ(shown.beneficiary(), "V000000011");
  EXPECT_EQ(shown.beneficiary_name(), "");
  EXPECT_EQ(shown.volunteer_name(), "王**");
}

TEST_F(PersonalServiceTest, AnErasureTakesThePersonAndTheKey) {
  EXPECT_EQ((Refused<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure())),
            "ERASE_NOT_ENDED");
  EXPECT_EQ(Keys(), 2u);
  End();
  const auto erased = Must<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure());
  EXPECT_EQ(erased.receipt().name(), kElder);
  EXPECT_EQ(Keys(), 1u);
  const v1::Member member = Member();
  EXPECT_EQ(member.state(), v1::MEMBER_STATE_ERASED);
  EXPECT_EQ(member.display_name(), "");
  EXPECT_EQ(member.masked_national_id(), "");
  EXPECT_EQ(member.masked_phone(), "");
  EXPECT_EQ(member.external_number(), "");
  EXPECT_EQ(member.birth_date(), "1949-01-01");
  EXPECT_EQ((Refused<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure())),
            "MEMBER_ERASED");
  EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, Look())),
            "MEMBER_ERASED");
}

// A key that is lost is no erasure, and takes one name from a page and not the page.
TEST_F(PersonalServiceTest, WhoCannotBeReadIsMissingFromNoPageAndIsNotCalledErased) {
  const auto snapshot = service_.store().TakeSnapshot();
  const auto elder = snapshot->Scan("p", "q");  // the elder was registered first
  ASSERT_TRUE(elder->Valid());
  service_.sealer().keys().Free(*privacy::Sealer::KeyOf(elder->value()));
  v1::ListMembersRequest list;
  list.set_parent("banks/xt");
  const auto page = Must<MemberService, v1::ListMembersResponse>(&MemberService::Stub::ListMembers, list);
  ASSERT_EQ(page.members_size(), 2);
  EXPECT_EQ(page.members(0).display_name(), "");
  EXPECT_EQ(page.members(0).masked_phone(), "");
  EXPECT_EQ(page.members(0).external_number(), "M1");
  EXPECT_EQ(page.members(0).state(), v1::MEMBER_STATE_ACTIVE);
  EXPECT_EQ(page.members(1).display_name(), "王**");
  v1::RevealMemberResponse seen;
  const grpc::Status status = Call<PersonalService>(&PersonalService::Stub::RevealMember, Look(), &seen);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(RefusalIn(status).reason(), "UNREADABLE");
  EXPECT_EQ((Refused<v1::RecordService, v1::CreateRecordResponse>(&v1::RecordService::Stub::CreateRecord, Record(5))),
            "UNREADABLE")
      << "a note about her could not be read by anybody";
}

TEST_F(PersonalServiceTest, AnErasureThatIsRefusedCostsNoKey) {
  EXPECT_EQ((Refused<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure())),
            "ERASE_NOT_ENDED");
  const auto snapshot = service_.store().TakeSnapshot();
  const auto named = snapshot->Scan("p", "q");
  const auto swept =
      service_.sealer().keys().Sweep({*privacy::Sealer::KeyOf(named->value())}, service_.store().applied().position, false);
  ASSERT_TRUE(swept.ok());
  EXPECT_EQ(swept->destroyed, 0u);
  EXPECT_EQ(Member().display_name(), "欧**");
}

TEST_F(PersonalServiceTest, ALookFromBeforeTheErasureShowsNothingAfterIt) {
  End();
  Must<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, Look("before"));
  Must<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure());
  EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, Look("before"))),
            "MEMBER_ERASED");
}

TEST_F(PersonalServiceTest, ACopyHasEverythingAboutOneMemberAndOthersMasked) {
  Must<v1::RecordService, v1::CreateRecordResponse>(&v1::RecordService::Stub::CreateRecord, Record(7));
  Must<v1::RecordService, v1::CreateRecordResponse>(&v1::RecordService::Stub::CreateRecord, Record(5));
  v1::ExportMemberRequest request;
  request.set_name(kElder);
  request.set_purpose("本人索取");
  const auto begun = Must<PersonalService, v1::ExportMemberResponse>(&PersonalService::Stub::ExportMember, request);
  EXPECT_EQ(begun.export_name(), absl::StrCat("banks/xt/exports/", begun.receipt().sequence()));
  EXPECT_EQ(LastEntry().kind(), v1::ENTRY_KIND_MEMBER_EXPORTED);
  const auto rows = Copy(begun.export_name());
  EXPECT_EQ(rows.count("records_received"), 2u);
  EXPECT_EQ(rows.count("notes"), 2u);
  EXPECT_EQ(rows.count("records"), 0u);
  for (const char* section : {"identity", "membership", "balance", "points_balance", "star_needs"}) {
    EXPECT_EQ(rows.count(section), 1u) << section;
  }
  EXPECT_THAT(rows.find("identity")->second, HasSubstr("13812345678"));
  EXPECT_THAT(rows.find("notes")->second, HasSubstr("髋部骨折"));
  EXPECT_THAT(rows.find("records_received")->second, HasSubstr("王**"));
  for (const auto& [section, json] : rows) {
    EXPECT_THAT(json, Not(HasSubstr("王小明")));
  }
  // For who began it, and for an hour.
  v1::ListExportRowsRequest list;
  list.set_name(begun.export_name());
  const auto method = &PersonalService::Stub::ListExportRows;
  EXPECT_EQ((Refused<PersonalService, v1::ListExportRowsResponse>(method, list, "li")), "NOT_FOUND");
  list.set_page_token("99.x");
  EXPECT_EQ((Refused<PersonalService, v1::ListExportRowsResponse>(method, list)), "INVALID_FIELD");
  list.clear_page_token();
  list.set_name("banks/xt/exports/1");
  EXPECT_EQ((Refused<PersonalService, v1::ListExportRowsResponse>(method, list)), "NOT_FOUND");
  service_.clock().Advance(absl::Minutes(61));
  list.set_name(begun.export_name());
  EXPECT_EQ((Refused<PersonalService, v1::ListExportRowsResponse>(method, list)), "NOT_FOUND");
}

TEST_F(PersonalServiceTest, MasterKeysRotateWhileMembersStayReadable) {
  v1::RotateMasterKeyRequest rotate;
  rotate.set_current_id(1);
  const auto made = Must<PersonalService, v1::RotateMasterKeyResponse>(&PersonalService::Stub::RotateMasterKey, rotate);
  EXPECT_EQ(made.current_id(), 2);
  EXPECT_TRUE(made.made());
  v1::ListMasterKeysResponse keys;
  for (int i = 0; i < 1000 && keys.keys_size() != 1; ++i) {
    keys = Must<PersonalService, v1::ListMasterKeysResponse>(&PersonalService::Stub::ListMasterKeys,
                                                             v1::ListMasterKeysRequest());
  }
  ASSERT_EQ(keys.keys_size(), 1);
  EXPECT_EQ(keys.keys(0).id(), 2);
  EXPECT_EQ(keys.keys(0).state(), v1::MASTER_KEY_STATE_CURRENT);
  EXPECT_EQ(keys.keys(0).slots(), 2);
  EXPECT_EQ(Member().display_name(), "欧**");
  rotate.set_current_id(7);
  EXPECT_FALSE((Must<PersonalService, v1::RotateMasterKeyResponse>(&PersonalService::Stub::RotateMasterKey, rotate).made()));
}

}  // namespace
}  // namespace timebank::rpc
