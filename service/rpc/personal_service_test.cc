// Personal data over the wire: masked everywhere, whole with a purpose, copied, and destroyed; and the keys behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/rpc/look_ups.h"
#include "service/rpc/service_for_test.h"
#include "timebank/v1/access.grpc.pb.h"
#include "timebank/v1/account.grpc.pb.h"
#include "timebank/v1/bank.grpc.pb.h"
#include "timebank/v1/grant.grpc.pb.h"
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
    member.set_address("雨湖路1号");
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
  static v1::RevealRecordNoteRequest NoteLook(const std::string& record, const std::string& request_id = "") {
    v1::RevealRecordNoteRequest look;
    look.set_request_id(request_id);
    look.set_name(record);
    look.set_purpose("排班");
    return look;
  }
  v1::Entry LastEntry() {
    v1::ListEntriesRequest list;
    list.set_parent("banks/xt");
    const auto entries =
        Must<v1::AccountService, v1::ListEntriesResponse>(&v1::AccountService::Stub::ListEntries, list).entries();
    return *entries.rbegin();
  }
  // A suspension and its end, an account of hers, and a token.
  void BeKnown() {
    v1::SuspendMemberRequest suspend;
    suspend.set_name(kElder);
    suspend.set_reason("外出三个月");
    Must<MemberService, v1::SuspendMemberResponse>(&MemberService::Stub::SuspendMember, suspend);
    v1::ResumeMemberRequest resume;
    resume.set_name(kElder);
    resume.set_reason("回来了");
    Must<MemberService, v1::ResumeMemberResponse>(&MemberService::Stub::ResumeMember, resume);
    v1::GrantRoleRequest role;
    role.set_parent("banks/xt");
    role.set_principal("zhao");
    role.set_role(v1::ROLE_AUDITOR);
    role.set_reason("新来");
    Must<v1::AccessService, v1::GrantRoleResponse>(&v1::AccessService::Stub::GrantRole, role);
    v1::LinkPrincipalRequest link;
    link.set_name("banks/xt/principals/zhao");
    link.set_member("M1");
    link.set_reason("本人");
    Must<v1::AccessService, v1::LinkPrincipalResponse>(&v1::AccessService::Stub::LinkPrincipal, link);
    v1::CreateTokenRequest token;
    token.set_parent("banks/xt");
    token.set_principal("V000000011");
    token.set_purpose("手机");
    token.set_lifetime_seconds(3600);
    Must<v1::AccessService, v1::CreateTokenResponse>(&v1::AccessService::Stub::CreateToken, token);
  }
  void End() {
    v1::CloseMemberRequest close;
    close.set_name(kElder);
    close.set_reason("搬走");
    Must<v1::MembershipService, v1::CloseMemberResponse>(&v1::MembershipService::Stub::CloseMember, close);
    v1::FinishClosingRequest finish;
    finish.set_name(kElder);
    finish.set_reason("搬走");
    Must<v1::MembershipService, v1::FinishClosingResponse>(&v1::MembershipService::Stub::FinishClosing, finish, "zhao");
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
  EXPECT_EQ(member.masked_national_id(), "**************002X");
  EXPECT_EQ(member.birth_date(), "1949");
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
  EXPECT_TRUE(record.has_note());
  EXPECT_THAT(record.DebugString(), Not(HasSubstr("髋部")));
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
  EXPECT_EQ(seen.identity().address(), "雨湖路1号");
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

TEST_F(PersonalServiceTest, ANoteIsShownForAPurposeAndTheLookIsOnRecord) {
  using Service = v1::RecordService;
  const auto reveal = &Service::Stub::RevealRecordNote;
  const auto recorded = Must<Service, v1::CreateRecordResponse>(&Service::Stub::CreateRecord, Record(5));
  v1::RevealRecordNoteRequest look = NoteLook(recorded.receipt().name(), "note-1");
  look.clear_purpose();
  EXPECT_EQ((Refused<Service, v1::RevealRecordNoteResponse>(reveal, look)), "INVALID_FIELD");
  look.set_purpose("排班");
  const auto seen = Must<Service, v1::RevealRecordNoteResponse>(reveal, look, "li");
  EXPECT_EQ(seen.note(), "髋部骨折");
  EXPECT_EQ(seen.receipt().name(), kElder);
  const v1::Entry entry = LastEntry();
  EXPECT_EQ(entry.sequence(), seen.receipt().sequence());
  EXPECT_EQ(entry.kind(), v1::ENTRY_KIND_MEMBER_REVEALED);
  EXPECT_EQ(entry.subject(), kElder);
  EXPECT_EQ(entry.revealed(), recorded.receipt().name());
  EXPECT_EQ(entry.actor(), "li");
  EXPECT_EQ(entry.reason(), "排班");
  service_.clock().Advance(absl::Minutes(11));
  EXPECT_EQ((Refused<Service, v1::RevealRecordNoteResponse>(reveal, look, "li")), "REVEAL_TOO_OLD");
  v1::CreateRecordRequest bare = Record(7);
  bare.clear_note();
  const auto without = Must<Service, v1::CreateRecordResponse>(&Service::Stub::CreateRecord, bare);
  EXPECT_EQ((Refused<Service, v1::RevealRecordNoteResponse>(reveal, NoteLook(without.receipt().name()))), "NOTE_NOT_FOUND");
  EXPECT_EQ((Refused<Service, v1::RevealRecordNoteResponse>(reveal, NoteLook("banks/xt/records/999"))), "RECORD_NOT_FOUND");
}

TEST_F(PersonalServiceTest, WhyAGrantIsGivenStandsInNoEntryAndGoesWithThePerson) {
  using Service = v1::GrantService;
  v1::CreateGrantRequest create;
  create.set_parent(kElder);
  create.set_hardship(v1::HARDSHIP_LOST_CHILD);
  create.set_monthly_minutes(60);
  create.set_first_date("2026-12-01");
  create.set_review_date("2027-06-30");
  create.set_reason("独生子去世");
  const std::string name = Must<Service, v1::CreateGrantResponse>(&Service::Stub::CreateGrant, create).receipt().name();
  EXPECT_EQ(LastEntry().reason(), "");
  v1::RevealGrantRequest look;
  look.set_name(name);
  look.set_purpose("审批");
  const auto reveal = &Service::Stub::RevealGrant;
  auto seen = Must<Service, v1::RevealGrantResponse>(reveal, look, "li");
  EXPECT_EQ(seen.grounds().hardship(), v1::HARDSHIP_LOST_CHILD);
  EXPECT_EQ(seen.grounds().reason(), "独生子去世");
  EXPECT_EQ(seen.last_reason(), "");
  EXPECT_EQ(LastEntry().subject(), kElder);
  EXPECT_EQ(LastEntry().revealed(), name);
  v1::EndGrantRequest end;
  end.set_name(name);
  end.set_reason("住进医院");
  Must<Service, v1::EndGrantResponse>(&Service::Stub::EndGrant, end, "li");
  EXPECT_EQ(LastEntry().reason(), "");
  seen = Must<Service, v1::RevealGrantResponse>(reveal, look, "li");
  EXPECT_EQ(seen.grounds().reason(), "独生子去世");
  EXPECT_EQ(seen.last_reason(), "住进医院");
  v1::ExportMemberRequest copy;
  copy.set_name(kElder);
  copy.set_purpose("本人索取");
  const auto rows =
      Copy(Must<PersonalService, v1::ExportMemberResponse>(&PersonalService::Stub::ExportMember, copy).export_name());
  EXPECT_EQ(rows.count("notes"), 2u);
  EXPECT_THAT(rows.find("notes")->second, HasSubstr("独生子去世"));
  for (const char* secret : {"独生子", "医院"}) {
    EXPECT_THAT(Bytes(), Not(HasSubstr(secret)));
  }
  End();
  Must<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure());
  EXPECT_EQ((Refused<Service, v1::RevealGrantResponse>(reveal, look)), "MEMBER_ERASED");
}

TEST_F(PersonalServiceTest, AChildHasAGuardiansConsentThatSaysWhoGaveIt) {
  v1::CreateMemberRequest child = Elder();
  child.set_external_number("M3");
  child.set_display_name("小宝");
  child.set_birth_date("2016-01-01");
  child.clear_national_id();
  EXPECT_EQ((Refused<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, child)),
            "GUARDIAN_CONSENT_MISSING");
  v1::GuardianConsent* const consent = child.mutable_consent();
  consent->set_guardian("欧阳建国");
  consent->set_document(v1::CONSENT_DOCUMENT_SIGNED_FORM);
  consent->set_date("2026-11-01");
  EXPECT_EQ((Refused<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, child)), "INVALID_FIELD");
  consent->set_relation(v1::GUARDIAN_RELATION_PARENT);
  const std::string name =
      Must<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, child).receipt().name();
  EXPECT_TRUE(Member(name).guardian_consent());
  EXPECT_THAT(Bytes(), Not(HasSubstr("欧阳建国")));
  const auto seen = [&] {
    v1::RevealMemberRequest look = Look();
    look.set_name(name);
    return Must<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look).identity();
  };
  EXPECT_EQ(seen().consent().SerializeAsString(), consent->SerializeAsString());
  v1::SetGuardianConsentRequest set;
  set.set_name(name);
  set.set_reason("换监护人");
  const auto method = &MemberService::Stub::SetGuardianConsent;
  *set.mutable_given() = *consent;
  EXPECT_EQ((Refused<MemberService, v1::SetGuardianConsentResponse>(method, set)), "INVALID_FIELD");
  set.clear_given();
  Must<MemberService, v1::SetGuardianConsentResponse>(method, set);
  EXPECT_FALSE(seen().has_consent());
  EXPECT_FALSE(Member(name).guardian_consent());
  set.set_consent(true);
  EXPECT_EQ((Refused<MemberService, v1::SetGuardianConsentResponse>(method, set)), "INVALID_FIELD");
  *set.mutable_given() = *consent;
  set.mutable_given()->set_guardian("欧阳爱华");
  Must<MemberService, v1::SetGuardianConsentResponse>(method, set);
  EXPECT_EQ(seen().consent().guardian(), "欧阳爱华");
  EXPECT_THAT(Bytes(), Not(HasSubstr("欧阳爱华")));
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
  EXPECT_FALSE(shown.has_note());
  EXPECT_EQ((Refused<v1::RecordService, v1::RevealRecordNoteResponse>(&v1::RecordService::Stub::RevealRecordNote,
                                                                      NoteLook(get.name()))),
            "MEMBER_ERASED");
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
  EXPECT_EQ(member.birth_date(), "");
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

// Once somebody accepted the loss, it has a reason of its own, whatever is looked at; and an erasure ends it.
TEST_F(PersonalServiceTest, WhoseKeyIsLostForGoodIsSaidToBeLost) {
  using Records = v1::RecordService;
  const auto create = &Records::Stub::CreateRecord;
  const auto recorded = Must<Records, v1::CreateRecordResponse>(create, Record(5));
  const auto snapshot = service_.store().TakeSnapshot();
  const auto elder = snapshot->Scan("p", "q");
  const privacy::KeyId key = *privacy::Sealer::KeyOf(elder->value());
  service_.sealer().keys().Free(key);
  ASSERT_TRUE(service_.sealer().keys().AcceptLoss({key}, snapshot->position()).ok());
  v1::RevealMemberResponse seen;
  const grpc::Status status = Call<PersonalService>(&PersonalService::Stub::RevealMember, Look(), &seen);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(RefusalIn(status).reason(), "PERSONAL_DATA_LOST");
  EXPECT_EQ((Refused<Records, v1::RevealRecordNoteResponse>(&Records::Stub::RevealRecordNote,
                                                            NoteLook(recorded.receipt().name()))),
            "PERSONAL_DATA_LOST");
  EXPECT_EQ((Refused<Records, v1::CreateRecordResponse>(create, Record(8))), "PERSONAL_DATA_LOST");
  v1::CreateRecordRequest without = Record(8);
  without.clear_note();
  Must<Records, v1::CreateRecordResponse>(create, without);
  EXPECT_EQ(Member().display_name(), "");
  EXPECT_EQ(Member().state(), v1::MEMBER_STATE_ACTIVE);
  v1::ExportMemberRequest wanted;
  wanted.set_name(kElder);
  wanted.set_purpose("本人索取");
  const auto copy =
      Copy(Must<PersonalService, v1::ExportMemberResponse>(&PersonalService::Stub::ExportMember, wanted).export_name());
  EXPECT_EQ(copy.count("identity"), 0u);
  EXPECT_EQ(copy.count("balance"), 1u) << "hours and records are hers all the same";
  EXPECT_EQ(copy.count("records_received"), 2u);
  End();
  Must<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, Erasure());
  EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, Look())),
            "MEMBER_ERASED");
  EXPECT_EQ(service_.sealer().keys().LossOf({key}, 0).accepted, 0u);
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

TEST_F(PersonalServiceTest, AnErasureTakesEveryNumberOfThePerson) {
  v1::CreateMemberRequest again = Elder();
  again.set_external_number("M3");
  again.clear_national_id();
  const std::string old =
      Must<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, again).receipt().name();
  v1::MergeMembersRequest merge;
  merge.set_name(old);
  merge.set_survivor("M1");
  merge.set_reason("重复");
  Must<v1::MembershipService, v1::MergeMembersResponse>(&v1::MembershipService::Stub::MergeMembers, merge);
  v1::ExportMemberRequest copy;
  copy.set_name(kElder);
  copy.set_purpose("本人索取");
  const auto begun = Must<PersonalService, v1::ExportMemberResponse>(&PersonalService::Stub::ExportMember, copy);
  const auto rows = Copy(begun.export_name());
  EXPECT_EQ(rows.count("identity"), 2u) << "a copy has both numbers";
  EXPECT_EQ(rows.count("balance"), 2u);
  v1::EraseMemberRequest erase = Erasure();
  erase.set_name(old);
  EXPECT_EQ((Refused<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, erase)),
            "ERASE_NOT_ENDED");
  EXPECT_EQ(Keys(), 3u);
  End();
  const auto erased = Must<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, erase);
  EXPECT_EQ(erased.receipt().name(), kElder);
  EXPECT_EQ(Keys(), 1u);
  for (const std::string& name : {old, std::string(kElder)}) {
    EXPECT_EQ(Member(name).state(), v1::MEMBER_STATE_ERASED);
    EXPECT_EQ(Member(name).display_name(), "");
    v1::RevealMemberRequest look = Look();
    look.set_name(name);
    EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look)),
              "MEMBER_ERASED");
  }
}

TEST_F(PersonalServiceTest, ARetryAboutSomebodyElseIsToldOnlyWhileTheMemberIsThere) {
  v1::CreateMemberRequest request = Elder();
  request.set_request_id("r-elder");
  request.set_external_number("M7");
  request.clear_national_id();
  const auto first = Must<MemberService, v1::CreateMemberResponse>(&MemberService::Stub::CreateMember, request);
  v1::CreateMemberRequest another = request;
  another.set_display_name("司马相如");
  const auto create = &MemberService::Stub::CreateMember;
  EXPECT_EQ((Refused<MemberService, v1::CreateMemberResponse>(create, another)), "REQUEST_ID_REUSED");
  another = request;
  another.set_phone("13900001111");
  EXPECT_EQ((Must<MemberService, v1::CreateMemberResponse>(create, another).SerializeAsString()), first.SerializeAsString());
  v1::CloseMemberRequest close;
  close.set_name(first.receipt().name());
  close.set_reason("搬走");
  Must<v1::MembershipService, v1::CloseMemberResponse>(&v1::MembershipService::Stub::CloseMember, close);
  v1::FinishClosingRequest finish;
  finish.set_name(first.receipt().name());
  finish.set_reason("搬走");
  Must<v1::MembershipService, v1::FinishClosingResponse>(&v1::MembershipService::Stub::FinishClosing, finish, "zhao");
  v1::EraseMemberRequest erase = Erasure();
  erase.set_name(first.receipt().name());
  Must<PersonalService, v1::EraseMemberResponse>(&PersonalService::Stub::EraseMember, erase);
  another = request;
  for (const char* name : {"欧阳修文", "司马相如"}) {
    another.set_display_name(name);
    EXPECT_EQ((Must<MemberService, v1::CreateMemberResponse>(create, another).SerializeAsString()),
              first.SerializeAsString());
  }
}

TEST_F(PersonalServiceTest, WhatWasTypedForANumberIsInTheAnswerAlone) {
  v1::RevealMemberRequest look = Look("typed");
  look.set_name("banks/xt/members/ZhangWei");
  std::string first;
  for (int i = 0; i < 2; ++i) {
    v1::RevealMemberResponse response;
    const grpc::Status status =
        Call<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look, &response);
    EXPECT_EQ(RefusalIn(status).reason(), "MEMBER_NOT_FOUND");
    EXPECT_EQ(RefusalIn(status).metadata().at("member"), "ZHANGWEI");
    EXPECT_TRUE(first.empty() || first == status.error_details()) << "a retry gets the first answer";
    first = status.error_details();
  }
  EXPECT_THAT(Bytes(), Not(HasSubstr("ZHANGWEI")));
  EXPECT_THAT(Bytes(), Not(HasSubstr("zhangwei")));
}

TEST_F(PersonalServiceTest, AReasonAboutAMemberDoesNotNameHer) {
  for (const char* reason : {"欧阳修文要回访", "欧阳　修文", "尾号2345678", "尾号 234-5678"}) {
    v1::RevealMemberRequest look = Look();
    look.set_purpose(reason);
    EXPECT_EQ((Refused<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look)),
              "INVALID_FIELD");
    v1::SuspendMemberRequest suspend;
    suspend.set_name("banks/xt/members/m1");
    suspend.set_reason(reason);
    EXPECT_EQ((Refused<MemberService, v1::SuspendMemberResponse>(&MemberService::Stub::SuspendMember, suspend)),
              "INVALID_FIELD");
  }
  EXPECT_THAT(Bytes(), Not(HasSubstr("修文")));
  v1::RevealMemberRequest look = Look();
  look.set_purpose("欧阳女士要回访，第 12345 号");
  Must<PersonalService, v1::RevealMemberResponse>(&PersonalService::Stub::RevealMember, look);
}

TEST_F(PersonalServiceTest, TheWholeIdNumberFindsOnePersonAndNoOther) {
  v1::ListMembersRequest find;
  find.set_parent("banks/xt");
  find.set_national_id("11010519491231002x");
  const auto list = &MemberService::Stub::ListMembers;
  const auto found = Must<MemberService, v1::ListMembersResponse>(list, find);
  ASSERT_EQ(found.members_size(), 1);
  EXPECT_EQ(found.members(0).name(), kElder);
  EXPECT_EQ(found.members(0).display_name(), "欧**");
  find.set_national_id("440524188001010014");
  EXPECT_EQ((Must<MemberService, v1::ListMembersResponse>(list, find).members_size()), 0);
  find.set_national_id("110105194912310021");
  EXPECT_EQ((Refused<MemberService, v1::ListMembersResponse>(list, find)), "INVALID_FIELD") << "a wrong check digit";
  find.set_national_id("11010519491231002X");
  find.set_display_name("欧阳修文");
  EXPECT_EQ((Refused<MemberService, v1::ListMembersResponse>(list, find)), "INVALID_FIELD");
}

TEST_F(PersonalServiceTest, LookingAPersonUpLeavesAnEntryAndMissesEnd) {
  v1::ListMembersRequest find;
  find.set_parent("banks/xt");
  find.set_display_name("欧阳修文");
  find.set_birth_year(1949);
  find.set_national_id_suffix("002x");
  const auto list = &MemberService::Stub::ListMembers;
  EXPECT_EQ((Must<MemberService, v1::ListMembersResponse>(list, find).members_size()), 1);
  const auto noted = [&](const std::string& answer) {
    v1::ListAuditRecordsRequest request;
    request.set_parent("banks/xt");
    request.set_page_size(1000);
    int count = 0;
    for (int i = 0; i < 100 && count == 0; ++i) {
      const auto page =
          Must<v1::AccessService, v1::ListAuditRecordsResponse>(&v1::AccessService::Stub::ListAuditRecords, request);
      for (const v1::AuditRecord& record : page.records()) {
        count += record.answer() == answer && record.principal() == "wang" ? 1 : 0;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return count;
  };
  EXPECT_EQ(noted("PERSON_FOUND"), 1);
  find.set_display_name("欧阳修");
  for (int i = 0; i < LookUps::kMissesMost; ++i) {
    EXPECT_EQ((Must<MemberService, v1::ListMembersResponse>(list, find).members_size()), 0);
  }
  EXPECT_GT(noted("PERSON_NOT_FOUND"), 0);
  EXPECT_EQ((Refused<MemberService, v1::ListMembersResponse>(list, find)), "TOO_MANY_LOOK_UPS");
  find.set_display_name("欧阳修文");
  EXPECT_EQ((Refused<MemberService, v1::ListMembersResponse>(list, find)), "TOO_MANY_LOOK_UPS");
  EXPECT_EQ((Must<MemberService, v1::ListMembersResponse>(list, find, "li").members_size()), 1);
  service_.clock().Advance(absl::Minutes(61));
  EXPECT_EQ((Must<MemberService, v1::ListMembersResponse>(list, find).members_size()), 1);
  EXPECT_THAT(Bytes(), Not(HasSubstr("欧阳修")));
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
  BeKnown();
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
  // Registered, suspended, resumed, linked, this copy.
  EXPECT_EQ(rows.count("history"), 5u);
  bool told = false;
  for (auto row = rows.lower_bound("history"); row != rows.upper_bound("history"); ++row) {
    told = told || row->second.find("外出三个月") != std::string::npos;
  }
  EXPECT_TRUE(told);
  ASSERT_EQ(rows.count("accounts"), 1u);
  EXPECT_THAT(rows.find("accounts")->second, HasSubstr("zhao"));
  ASSERT_EQ(rows.count("tokens"), 1u);
  EXPECT_THAT(rows.find("tokens")->second, HasSubstr("手机"));
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
