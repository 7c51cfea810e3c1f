// Who gets in: the first administrator, tokens that are expired, revoked, tampered with or of another bank, and what the audit trail says.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "tests/security/guarded_bank.h"
#include "tests/security/two_towns.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::security {
namespace {

class CredentialsTest : public GuardedBank {};

using e2e::Answer;
using e2e::Code;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(CredentialsTest, NobodyServesOthersInTheOpenOrWithoutCredentials) {
  const auto refusal = [](bool credentials, const std::vector<std::string>& more) {
    const e2e::TemporaryFolder folder;
    e2e::Server server({folder.path(), "0.0.0.0:0", more, {}, credentials});
    EXPECT_FALSE(server.StartUp());
    return server.errors();
  };
  EXPECT_THAT(refusal(true, {}), HasSubstr("--tls-cert"));
  EXPECT_THAT(refusal(false, {"--tls-cert", "a", "--tls-key", "b"}), HasSubstr("--credentials none"));
}

TEST_F(CredentialsTest, WhoeverHasNoCredentialIsNotLetIn) {
  EXPECT_EQ(Who("").Reason(), "CREDENTIAL_MISSING");
  EXPECT_EQ(Who("").code, Code::kUnauthenticated);
  v1::ListBanksRequest banks;
  EXPECT_EQ(client_->Send(banks, "root").code, Code::kUnauthenticated) << "a name alone proves nothing";
}

// Whether the service is up is for everybody to ask; nothing else is there beside the API.
TEST_F(CredentialsTest, HealthNeedsNoCredentialAndReflectionIsNotThere) {
  for (const std::string& credential : {std::string(), root_, std::string("nonsense")}) {
    EXPECT_TRUE(client_->CallWith(credential, "/grpc.health.v1.Health/Check", "").ok());
    for (const char* const path : {"/grpc.health.v1.Health/Watch", "/grpc.channelz.v1.Channelz/GetServers",
                                   "/timebank.v1.BankService/Nothing", "/grpc.reflection.v1.Other/Nothing"}) {
      EXPECT_EQ(client_->CallWith(credential, path, "").code, Code::kUnimplemented) << path;
    }
  }
  const std::string list_services("\x3a\x01*");
  const Answer answer = client_->First("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", list_services);
  EXPECT_EQ(answer.code, Code::kUnimplemented) << "it would be a thread for each stream of a stranger";
}

TEST_F(CredentialsTest, TheOneTimeCredentialEndsWithTheFirstToken) {
  EXPECT_EQ(SetUpCredential(), "");
  ASSERT_NO_FATAL_FAILURE(Restart({}));
  EXPECT_EQ(SetUpCredential(), "") << "there is an administrator";
  EXPECT_TRUE(Who(root_).ok());
}

TEST_F(CredentialsTest, TheOneTimeCredentialIsForItsOwnerAndForNothingElse) {
  e2e::TemporaryFolder folder;
  e2e::Server fresh({folder.path(), "127.0.0.1:0", {}, {}, true});
  ASSERT_TRUE(fresh.StartUp());
  const std::string path = fresh.data() + "/first-administrator.token";
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const std::string credential = LineOf(path);
  EXPECT_THAT(fresh.output() + fresh.errors(), Not(HasSubstr(credential)));
  EXPECT_EQ(e2e::Client(fresh.address()).SendWith(credential, v1::ListBanksRequest()).Reason(), "NO_PERMISSION");
  ASSERT_EQ(fresh.Terminate(), 0);
  ASSERT_TRUE(fresh.StartUp());
  EXPECT_EQ(LineOf(path), credential) << "it was not used yet";
  EXPECT_EQ(fresh.Terminate(), 0);
}

// Twenty calls at once, and of a call that failed nothing remains.
TEST_F(CredentialsTest, TheOneTimeCredentialMakesOneToken) {
  ASSERT_NO_FATAL_FAILURE(Restart({"--set-up"}));
  const std::string credential = SetUpCredential();
  std::atomic<int> made = 0;
  const auto make = [&](const std::string& principal, const std::string& id) {
    v1::CreateTokenRequest request;
    request.set_request_id(id);
    request.set_parent(kBank);
    request.set_principal(principal);
    request.set_lifetime_seconds(3600);
    request.set_purpose("test");
    return client_->SendWith(credential, request);
  };
  EXPECT_EQ(make("nobody", "once-no").Reason(), "PRINCIPAL_NOT_FOUND");
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] { made += make("root", "once-" + std::to_string(i)).ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(SetUpCredential(), "");
}

// The keys of the members are of all banks.
TEST_F(CredentialsTest, MasterKeysAreTheOperatorsWhereThereAreSeveralBanks) {
  v1::RotateMasterKeyRequest rotate;
  rotate.set_request_id("rotate-1");
  rotate.set_current_id(1);
  ASSERT_TRUE(client_->SendWith(root_, rotate).ok()) << "hers is the only bank";
  EXPECT_THAT(Audit("RotateMasterKey"), Contains("root timebank.v1.PersonalService.RotateMasterKey OK masterKeys/2"));
  ASSERT_NO_FATAL_FAILURE(Restart({"--set-up"}));
  const std::string operator_credential = SetUpCredential();
  ASSERT_TRUE(MakeBank(operator_credential, "other").ok());
  rotate.set_request_id("rotate-2");
  rotate.set_current_id(2);
  EXPECT_EQ(client_->SendWith(root_, rotate).Reason(), "OPERATOR_ONLY");
  EXPECT_EQ(client_->SendWith(root_, v1::ListMasterKeysRequest()).Reason(), "OPERATOR_ONLY");
  EXPECT_TRUE(client_->SendWith(operator_credential, v1::ListMasterKeysRequest()).ok());
  v1::RotateMasterKeyResponse rotated;
  ASSERT_TRUE(rotated.ParseFromString(client_->SendWith(operator_credential, rotate).bytes));
  EXPECT_EQ(rotated.current_id(), 3);
  EXPECT_THAT(Audit("masterKeys/3"), Contains("operator timebank.v1.PersonalService.RotateMasterKey OK masterKeys/3"));
  EXPECT_THAT(Audit("OPERATOR_ONLY"), Contains("root timebank.v1.PersonalService.RotateMasterKey OPERATOR_ONLY"));
}

// What was tried stands beside who tried, by numbers and codes alone.
TEST_F(CredentialsTest, TheTrailSaysWhatWasTried) {
  const std::string number = "V000000011";
  GiveRole(*client_, root_, "wang", v1::ROLE_CENTER_STAFF, "");
  const std::string wang = MakeToken(*client_, root_, "wang");
  v1::SuspendMemberRequest suspend;
  suspend.set_request_id("suspend");
  suspend.set_name(std::string(kBank) + "/members/" + number);
  suspend.set_reason("test");
  EXPECT_EQ(client_->SendWith(root_, suspend).Reason(), "MEMBER_NOT_FOUND");
  v1::GetMemberRequest get;
  for (const std::string& typed : {std::string("zhangwei"), number}) {
    get.set_name(std::string(kBank) + "/members/" + typed);
    EXPECT_EQ(client_->SendWith(wang, get).Reason(), "NOT_FOUND");
  }
  const std::vector<std::string> trail = Audit("GetMember NOT_FOUND members/");
  EXPECT_THAT(trail, Contains("root timebank.v1.MemberService.SuspendMember MEMBER_NOT_FOUND members/" + number));
  EXPECT_THAT(trail, Contains("wang timebank.v1.MemberService.GetMember NOT_FOUND members/" + number));
  EXPECT_THAT(trail, Contains("wang timebank.v1.MemberService.GetMember NOT_FOUND"));
  EXPECT_THAT(trail, Not(Contains(HasSubstr("zhangwei"))));
}

// Who shows nothing can ask as often as she likes: a few entries, and the attempts of others beside them.
TEST_F(CredentialsTest, AFloodWithoutCredentialMakesFewEntriesAndHidesNobody) {
  GiveRole(*client_, root_, "snoop", v1::ROLE_SERVICE, "");
  const std::string snoop = MakeToken(*client_, root_, "snoop");
  Audit("TOKEN_CREATED");
  const auto entries = [&] {
    v1::GetBankRequest request;
    request.set_name(kBank);
    v1::GetBankResponse response;
    EXPECT_TRUE(response.ParseFromString(client_->SendWith(root_, request).bytes));
    return response.bank().entry_count();
  };
  const int64_t before = entries();
  std::atomic<bool> stop = false;
  std::atomic<int> turned_away = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      const e2e::Client stranger(server_->address());
      const google::protobuf::FileDescriptor& file = *v1::WhoAmIRequest::descriptor()->file();
      for (int round = 0; !stop; ++round) {
        const std::string path =
            e2e::PathOf(*file.service(0)->method(round % file.service(0)->method_count())->input_type());
        turned_away += stranger.CallWith("", path, "").Reason() == "TOO_MANY_CALLS" ? 1 : 0;
        stranger.CallWith("tbk.b" + std::to_string(round) + ".0123abcd." + std::string(43, 'A'), path, "");
      }
    });
  }
  v1::ListTokensRequest list;
  list.set_parent(kBank);
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(client_->SendWith(snoop, list).Reason(), "NO_PERMISSION");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_THAT(Audit("snoop timebank.v1.AccessService.ListTokens"),
              Contains("snoop timebank.v1.AccessService.ListTokens NO_PERMISSION"));
  stop = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_GT(turned_away, 0);
  EXPECT_LT(entries() - before, 20);
}

TEST_F(CredentialsTest, AnAuditorOfAPartIsToldThatTheTrailIsOfTheWhole) {
  v1::CreateScopeRequest scope;
  scope.set_request_id("scope");
  scope.set_parent(kBank);
  scope.set_scope_code("s");
  scope.set_display_name("社区");
  scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
  ASSERT_TRUE(client_->SendWith(root_, scope).ok());
  GiveRole(*client_, root_, "zhao", v1::ROLE_AUDITOR, "s");
  v1::ListAuditRecordsRequest request;
  request.set_parent(kBank);
  const Answer answer = client_->SendWith(MakeToken(*client_, root_, "zhao"), request);
  EXPECT_EQ(answer.Reason(), "OUT_OF_REACH");
  EXPECT_THAT(answer.message, HasSubstr("the bank as a whole"));
}

TEST_F(CredentialsTest, WrongCredentialsAreDeniedAndPutOnRecord) {
  GiveRole(*client_, root_, "wang", v1::ROLE_CENTER_STAFF, "");
  const std::string token = MakeToken(*client_, root_, "wang");
  ASSERT_TRUE(Who(token).ok());
  std::string tampered = token;
  tampered.back() = tampered.back() == 'A' ? 'E' : 'A';
  std::string other_bank = token;
  other_bank.replace(0, other_bank.find('.', 4), "tbk.other");
  std::string other_prefix = token;
  other_prefix.replace(token.find('.', 4) + 1, 8, "00000000");
  // The last character holds four bits of the secret and two that say nothing.
  std::string spare_bit = token;
  const std::string signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  spare_bit.back() = signs[signs.find(token.back()) ^ 1];
  for (const std::string& wrong :
       {tampered, other_bank, other_prefix, spare_bit, token + "=", token + "x", token.substr(0, token.size() / 2),
        std::string("eyJhbGciOiJub25lIn0.e30."), std::string(5000, 'a')}) {
    const Answer answer = Who(wrong);
    EXPECT_EQ(answer.code, Code::kUnauthenticated) << wrong;
    EXPECT_EQ(answer.Reason(), "CREDENTIAL_INVALID") << wrong;
  }
  EXPECT_THAT(Audit("WhoAmI TOKEN_UNKNOWN"), Contains(HasSubstr("WhoAmI TOKEN_UNKNOWN")));
  ASSERT_TRUE(Revoke(token).ok());
  EXPECT_EQ(Who(token).Reason(), "CREDENTIAL_INVALID") << "at once";
  EXPECT_THAT(Audit("WhoAmI TOKEN_REVOKED"), Contains(HasSubstr("wang timebank.v1.AccessService.WhoAmI TOKEN_REVOKED")));
  const std::string log = server_->output() + server_->errors();
  EXPECT_THAT(log, Not(HasSubstr(token.substr(token.rfind('.') + 1))));
}

TEST_F(CredentialsTest, AnExpiredTokenIsDeniedAndPutOnRecord) {
  GiveRole(*client_, root_, "wang", v1::ROLE_CENTER_STAFF, "");
  const std::string token = MakeToken(*client_, root_, "wang");
  ASSERT_TRUE(Who(token).ok());
  // A day later the tokens of an hour are over, the administrator's as well.
  ASSERT_NO_FATAL_FAILURE(Restart({"--set-up", "--clock", e2e::LocalDate(-1)}));
  EXPECT_EQ(Who(token).code, Code::kUnauthenticated);
  EXPECT_EQ(Who(token).Reason(), "CREDENTIAL_INVALID");
  EXPECT_EQ(Who(root_).Reason(), "CREDENTIAL_INVALID");
  root_ = MakeToken(*client_, SetUpCredential(), "root");
  EXPECT_THAT(Audit("WhoAmI TOKEN_EXPIRED"), Contains(HasSubstr("wang timebank.v1.AccessService.WhoAmI TOKEN_EXPIRED")));
}

// Of a bank that does not exist nobody keeps a journal: with one bank it is that bank's, with several it is on the log.
TEST_F(CredentialsTest, WhatNamesNoBankIsPutOnRecordAllTheSame) {
  ASSERT_EQ(Who("tbk.nobody.abcdefgh." + std::string(42, 'a') + "A").code, Code::kUnauthenticated);
  EXPECT_THAT(Audit("WhoAmI TOKEN_UNKNOWN"), Contains(HasSubstr("WhoAmI TOKEN_UNKNOWN")));
  ASSERT_NO_FATAL_FAILURE(Restart({"--set-up"}));
  ASSERT_TRUE(MakeBank(SetUpCredential(), "other").ok());
  ASSERT_EQ(Who("tbk.nobody.abcdefgh." + std::string(42, 'a') + "A").code, Code::kUnauthenticated);
  for (int attempt = 0; attempt < 100 && server_->errors().find("TOKEN_UNKNOWN") == std::string::npos; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_THAT(server_->errors(), AllOf(HasSubstr("denied"), HasSubstr("TOKEN_UNKNOWN")));
}

TEST_F(CredentialsTest, AnotherBankIsAsIfItDidNotExist) {
  ASSERT_NO_FATAL_FAILURE(Restart({"--set-up"}));
  ASSERT_TRUE(MakeBank(SetUpCredential(), "other").ok());
  std::vector<Answer> answers;
  for (const char* const bank : {"banks/other", "banks/nobody"}) {
    v1::ListMembersRequest request;
    request.set_parent(bank);
    answers.push_back(client_->SendWith(root_, request));
    EXPECT_EQ(answers.back().Reason(), "OUT_OF_REACH");
  }
  EXPECT_EQ(answers[0], answers[1]);
  v1::ListBanksResponse banks;
  EXPECT_TRUE(banks.ParseFromString(client_->SendWith(root_, v1::ListBanksRequest()).bytes));
  ASSERT_EQ(banks.banks_size(), 1);
  EXPECT_EQ(banks.banks(0).name(), kBank);
}

TEST_F(CredentialsTest, ATokenExpiresAndIsReplacedWithAnOverlap) {
  v1::RotateTokenRequest rotate;
  rotate.set_request_id("rotate-1");
  rotate.set_name(TokenName(root_));
  rotate.set_lifetime_seconds(3600);
  rotate.set_overlap_seconds(1);
  const Answer answer = client_->SendWith(root_, rotate);
  v1::RotateTokenResponse response;
  ASSERT_TRUE(answer.ok() && response.ParseFromString(answer.bytes)) << answer;
  EXPECT_TRUE(Who(response.token()).ok());
  v1::RotateTokenResponse retry;
  ASSERT_TRUE(retry.ParseFromString(client_->SendWith(root_, rotate).bytes));
  EXPECT_EQ(retry.token(), "") << "shown once";
  EXPECT_EQ(retry.receipt().name(), response.receipt().name());
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  const std::string old = root_;
  root_ = response.token();
  EXPECT_EQ(Who(old).Reason(), "CREDENTIAL_INVALID");
  EXPECT_THAT(Audit("TOKEN_EXPIRED"), Contains(HasSubstr("TOKEN_EXPIRED")));
}

TEST_F(CredentialsTest, RolesEndAtOnce) {
  GiveRole(*client_, root_, "wang", v1::ROLE_ADMINISTRATOR, "");
  const std::string token = MakeToken(*client_, root_, "wang");
  v1::ListTokensRequest list;
  list.set_parent(kBank);
  ASSERT_TRUE(client_->SendWith(token, list).ok());
  v1::GetPrincipalRequest show;
  show.set_name(std::string(kBank) + "/principals/wang");
  v1::GetPrincipalResponse shown;
  ASSERT_TRUE(shown.ParseFromString(client_->SendWith(root_, show).bytes));
  v1::RevokeRoleRequest revoke;
  revoke.set_request_id("revoke-role");
  revoke.set_name(show.name());
  revoke.set_binding(shown.principal().bindings(0).id());
  revoke.set_reason("left");
  ASSERT_TRUE(client_->SendWith(root_, revoke).ok());
  EXPECT_EQ(client_->SendWith(token, list).Reason(), "NO_PERMISSION");
  EXPECT_THAT(Audit("NO_PERMISSION"), Contains(HasSubstr("wang timebank.v1.AccessService.ListTokens NO_PERMISSION")));
}

TEST_F(CredentialsTest, NobodyGivesHerselfARole) {
  v1::GrantRoleRequest request;
  request.set_request_id("more");
  request.set_parent(kBank);
  request.set_principal("ROOT");
  request.set_role(v1::ROLE_AUDITOR);
  request.set_reason("curious");
  EXPECT_EQ(client_->SendWith(root_, request).Reason(), "ROLE_TO_ONESELF");
}

// Recorder and confirmer are whoever the tokens say, and the member behind a name counts.
TEST_F(CredentialsTest, MakerAndCheckerAreIdentities) {
  v1::CreateScopeRequest scope;
  scope.set_request_id("scope");
  scope.set_parent(kBank);
  scope.set_scope_code("s");
  scope.set_display_name("社区");
  scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
  ASSERT_TRUE(client_->SendWith(root_, scope).ok());
  v1::CreateCenterRequest center;
  center.set_request_id("center");
  center.set_parent(kBank);
  center.set_center_code("c");
  center.set_display_name("网点");
  center.set_scope_code("s");
  ASSERT_TRUE(client_->SendWith(root_, center).ok());
  std::vector<std::string> numbers;
  for (const char* const name : {"甲", "乙"}) {
    v1::CreateMemberRequest member;
    member.set_request_id(std::string("member-") + std::to_string(numbers.size()));
    member.set_parent(kBank);
    member.set_display_name(name);
    member.set_birth_date("1980-01-01");
    member.set_center("c");
    v1::CreateMemberResponse response;
    ASSERT_TRUE(response.ParseFromString(client_->SendWith(root_, member).bytes));
    numbers.push_back(response.number());
  }
  GiveRole(*client_, root_, "wang", v1::ROLE_CENTER_STAFF, "s");
  GiveRole(*client_, root_, "wang", v1::ROLE_CONFIRMER, "s");
  GiveRole(*client_, root_, "li", v1::ROLE_CONFIRMER, "s");
  GiveRole(*client_, root_, "zhao", v1::ROLE_CONFIRMER, "s");
  v1::LinkPrincipalRequest link;
  link.set_request_id("link");
  link.set_name(std::string(kBank) + "/principals/li");
  link.set_member(numbers[0]);
  link.set_reason("the same person");
  ASSERT_TRUE(client_->SendWith(root_, link).ok());
  const std::string wang = MakeToken(*client_, root_, "wang");
  v1::CreateRecordRequest record = e2e::RecordRequest(kBank, "record", 1, 2, 1);
  record.set_volunteer(numbers[0]);
  record.set_beneficiary(numbers[1]);
  v1::CreateRecordResponse made;
  ASSERT_TRUE(made.ParseFromString(client_->SendWith(wang, record).bytes));
  v1::ConfirmRecordRequest confirm;
  confirm.set_name(made.receipt().name());
  const auto confirm_as = [&](const std::string& credential) {
    confirm.set_request_id("confirm-" + std::to_string(++requests_));
    return client_->SendWith(credential, confirm);
  };
  EXPECT_EQ(confirm_as(wang).Reason(), "RECORDER_IS_CONFIRMER");
  EXPECT_EQ(confirm_as(MakeToken(*client_, root_, "li")).Reason(), "VOLUNTEER_IS_CONFIRMER");
  EXPECT_TRUE(confirm_as(MakeToken(*client_, root_, "zhao")).ok());
}

}  // namespace
}  // namespace timebank::security
