#include "tests/security/guarded_bank.h"

#include <chrono>
#include <thread>
#include <utility>

#include "tests/security/two_towns.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::security {

using e2e::Answer;

GuardedBank::GuardedBank(std::vector<std::string> more) : more_(std::move(more)) {}

void GuardedBank::Start(std::vector<std::string> more) {
  constexpr char kFolder[] = "FOLDER";
  for (std::string& word : more) {
    const size_t place = word.find(kFolder);
    if (place != std::string::npos) {
      word.replace(place, sizeof(kFolder) - 1, folder_.path());
    }
  }
  server_ = std::make_unique<e2e::Server>(e2e::ServerOptions{folder_.path(), "127.0.0.1:0", std::move(more), {}, true});
  ASSERT_TRUE(server_->StartUp()) << server_->errors();
  client_ = std::make_unique<e2e::Client>(server_->address());
}

void GuardedBank::SetUp() {
  ASSERT_NO_FATAL_FAILURE(Start(more_));
  const std::string set_up = SetUpCredential();
  ASSERT_TRUE(MakeBank(set_up, "towns").ok());
  GiveRole(*client_, set_up, "root", v1::ROLE_ADMINISTRATOR, "");
  root_ = MakeToken(*client_, set_up, "root");
  ASSERT_FALSE(root_.empty());
}

void GuardedBank::TearDown() {
  client_.reset();
  EXPECT_EQ(server_->Terminate(), 0);
}

void GuardedBank::Restart(const std::vector<std::string>& more) {
  TearDown();
  Start(more);
}

std::string GuardedBank::SetUpCredential() const { return LineOf(server_->data() + "/first-administrator.token"); }

Answer GuardedBank::MakeBank(const std::string& credential, const std::string& id) {
  v1::CreateBankRequest bank;
  bank.set_request_id("bank-" + id);
  bank.set_bank_id(id);
  bank.set_display_name("银行");
  return client_->SendWith(credential, bank);
}

Answer GuardedBank::Who(const std::string& credential) { return client_->SendWith(credential, v1::WhoAmIRequest()); }

int64_t GuardedBank::IdOf(const std::string& token) {
  v1::ListTokensRequest request;
  request.set_parent(kBank);
  v1::ListTokensResponse response;
  EXPECT_TRUE(response.ParseFromString(client_->SendWith(root_, request).bytes));
  for (const v1::Token& one : response.tokens()) {
    if (token.find("." + one.prefix() + ".") != std::string::npos) {
      return std::stoll(one.name().substr(one.name().rfind('/') + 1));
    }
  }
  ADD_FAILURE() << "no such token";
  return 0;
}

std::string GuardedBank::TokenName(const std::string& token) {
  return std::string(kBank) + "/tokens/" + std::to_string(IdOf(token));
}

Answer GuardedBank::Revoke(const std::string& token) {
  v1::RevokeTokenRequest request;
  request.set_request_id("revoke-" + std::to_string(++requests_));
  request.set_name(TokenName(token));
  request.set_reason("lost");
  return client_->SendWith(root_, request);
}

std::vector<std::string> GuardedBank::Audit(const std::string& wanted) {
  if (auditor_.empty()) {
    GiveRole(*client_, root_, "auditor", v1::ROLE_AUDITOR, "");
    auditor_ = MakeToken(*client_, root_, "auditor");
  }
  v1::ListAuditRecordsRequest request;
  request.set_parent(kBank);
  request.set_page_size(1000);
  std::vector<std::string> lines;
  for (int attempt = 0; attempt < 100; ++attempt) {
    v1::ListAuditRecordsResponse response;
    EXPECT_TRUE(response.ParseFromString(client_->SendWith(auditor_, request).bytes));
    lines.clear();
    for (const v1::AuditRecord& record : response.records()) {
      const std::string& asked = record.method().empty() ? record.action() : record.method();
      lines.push_back(record.principal() + " " + asked + " " + record.answer() +
                      (record.thing().empty() ? "" : " " + record.thing()));
    }
    for (const std::string& line : lines) {
      if (line.find(wanted) != std::string::npos) {
        return lines;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return lines;
}

}  // namespace timebank::security
