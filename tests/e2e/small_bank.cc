#include "tests/e2e/small_bank.h"

#include <gmock/gmock.h>

#include <ctime>
#include <set>
#include <tuple>

#include "timebank/v1/bank.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::e2e {
namespace {

constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kChinaSeconds = 8 * 3600;
constexpr int kPage = 1000;

std::string IdOf(const std::string& bank) { return bank.substr(bank.find('/') + 1); }

int64_t LocalDay(int days) { return (std::time(nullptr) + kChinaSeconds) / kDaySeconds - days; }

// What the passbook of a member says: every line, and that they add up.
void CheckStatement(const Client& client, const std::string& member, int64_t available) {
  v1::GetStatementRequest request;
  request.set_name(member);
  request.set_page_size(kPage);
  int64_t running = 0;
  while (true) {
    const auto page = client.Get<v1::GetStatementResponse>(request);
    EXPECT_EQ(page.opening_balance(), 0) << member;
    EXPECT_EQ(page.closing_balance(), available) << member;
    for (const v1::StatementLine& line : page.lines()) {
      running += line.amount();
      EXPECT_EQ(line.balance_after(), running) << member << " line " << line.sequence();
    }
    if (page.next_page_token().empty()) {
      break;
    }
    request.set_page_token(page.next_page_token());
  }
  EXPECT_EQ(running, available) << member;
}

}  // namespace

void MakeSmallBank(const Client& client, const std::string& id, int members, const std::string& actor) {
  v1::CreateBankRequest bank;
  bank.set_request_id(id + "-bank");
  bank.set_bank_id(id);
  bank.set_display_name("小银行");
  EXPECT_EQ(client.Get<v1::CreateBankResponse>(bank, actor).receipt().name(), "banks/" + id);
  v1::CreateScopeRequest scope;
  scope.set_request_id(id + "-scope");
  scope.set_parent("banks/" + id);
  scope.set_scope_code("s");
  scope.set_display_name("社区");
  scope.set_level(v1::SCOPE_LEVEL_COMMUNITY);
  client.Get<v1::CreateScopeResponse>(scope, actor);
  v1::CreateCenterRequest center;
  center.set_request_id(id + "-center");
  center.set_parent("banks/" + id);
  center.set_center_code("c");
  center.set_display_name("网点");
  center.set_scope_code("s");
  client.Get<v1::CreateCenterResponse>(center, actor);
  v1::BatchCreateMembersRequest batch;
  batch.set_parent("banks/" + id);
  for (int i = 1; i <= members; ++i) {
    v1::CreateMemberRequest* member = batch.add_requests();
    member->set_request_id(id + "-member-" + std::to_string(i));
    member->set_external_number("E" + std::to_string(i));
    member->set_display_name("会员" + std::to_string(i));
    member->set_birth_date("1950-01-01");
    member->set_center("c");
  }
  const auto created = client.Get<v1::BatchCreateMembersResponse>(batch, actor);
  for (const auto& outcome : created.outcomes()) {
    EXPECT_TRUE(outcome.has_created()) << outcome.ShortDebugString();
  }
}

int64_t LocalSeconds(int days, int hour, int minute) {
  return LocalDay(days) * kDaySeconds - kChinaSeconds + int64_t{hour} * 3600 + int64_t{minute} * 60;
}

std::string LocalDate(int days) {
  const std::time_t seconds = LocalDay(days) * kDaySeconds;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[16];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts));
}

v1::CreateRecordRequest RecordRequest(const std::string& bank, const std::string& request_id, int volunteer, int beneficiary,
                                      int days) {
  v1::CreateRecordRequest request;
  request.set_request_id(request_id);
  request.set_parent(bank);
  request.set_volunteer("E" + std::to_string(volunteer));
  request.set_beneficiary("E" + std::to_string(beneficiary));
  request.set_center("c");
  request.set_category("陪伴");
  request.mutable_start_time()->set_seconds(LocalSeconds(days, 10, 0));
  request.mutable_end_time()->set_seconds(LocalSeconds(days, 11, 0));
  return request;
}

std::vector<v1::Entry> Journal(const Client& client, const std::string& bank) {
  std::vector<v1::Entry> entries;
  v1::ListEntriesRequest request;
  request.set_parent(bank);
  request.set_page_size(kPage);
  while (true) {
    const auto page = client.Get<v1::ListEntriesResponse>(request);
    entries.insert(entries.end(), page.entries().begin(), page.entries().end());
    if (page.next_page_token().empty()) {
      return entries;
    }
    request.set_page_token(page.next_page_token());
  }
}

void CheckJournal(const Client& client, const std::string& bank, const std::vector<v1::Entry>& journal) {
  int64_t sequence = 0;
  std::pair<int64_t, int32_t> time;
  std::set<std::string> request_ids;
  std::map<std::tuple<std::string, v1::AccountKind, v1::Asset>, int64_t> balances;
  std::set<std::string> members;
  for (const v1::Entry& entry : journal) {
    EXPECT_EQ(entry.sequence(), ++sequence) << IdOf(bank) << " has a gap";
    const std::pair<int64_t, int32_t> taken(entry.record_time().seconds(), entry.record_time().nanos());
    EXPECT_GE(taken, time) << entry.ShortDebugString();
    time = taken;
    EXPECT_TRUE(request_ids.insert(entry.request_id()).second) << "twice: " << entry.request_id();
    std::map<v1::Asset, int64_t> sums;
    for (const v1::Posting& posting : entry.postings()) {
      sums[posting.asset()] += posting.amount();
      balances[{posting.owner(), posting.kind(), posting.asset()}] += posting.amount();
      if (posting.owner().compare(0, 8, "members/") == 0) {
        members.insert(posting.owner());
      }
    }
    for (const auto& [asset, sum] : sums) {
      EXPECT_EQ(sum, 0) << entry.ShortDebugString();
    }
  }
  for (const std::string& member : members) {
    v1::GetBalanceRequest request;
    request.set_name(bank + "/" + member);
    const auto balance = client.Get<v1::GetBalanceResponse>(request);
    const int64_t available = balances[{member, v1::ACCOUNT_KIND_AVAILABLE, v1::ASSET_HOURS}];
    EXPECT_EQ(balance.available_minutes(), available) << member;
    EXPECT_EQ(balance.held_minutes(), (balances[{member, v1::ACCOUNT_KIND_HELD, v1::ASSET_HOURS}])) << member;
    CheckStatement(client, bank + "/" + member, available);
  }
  v1::ListBankAccountsRequest accounts;
  accounts.set_parent(bank);
  const auto listed = client.Get<v1::ListBankAccountsResponse>(accounts);
  for (const v1::Account& account : listed.accounts()) {
    EXPECT_EQ(account.balance(), (balances[{"bank", account.kind(), account.asset()}])) << account.ShortDebugString();
  }
}

}  // namespace timebank::e2e
