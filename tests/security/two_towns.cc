#include "tests/security/two_towns.h"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/e2e/small_bank.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/grant.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/personal.pb.h"
#include "timebank/v1/points.pb.h"
#include "timebank/v1/proxy.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/reward.pb.h"
#include "timebank/v1/scope.pb.h"
#include "timebank/v1/star.pb.h"

namespace timebank::security {
namespace {

using e2e::Client;

int g_request = 0;

// Sends a write with a request id of its own; the name of what it made.
template <typename Response, typename Request>
std::string Make(const Client& client, Request request, const std::string& actor = "wang") {
  request.set_request_id("towns-" + std::to_string(++g_request));
  return client.Get<Response>(request, actor).receipt().name();
}

void MakeBank(const Client& client) {
  v1::CreateBankRequest bank;
  bank.set_bank_id("towns");
  bank.set_display_name("两镇");
  // So that a service of a few hours is enough for a star, of which the notice is short.
  for (const auto& [name, value] : {std::pair<const char*, int64_t>{"star_1_hours", 1}, {"star_notice_working_days", 1}}) {
    v1::Rule* const rule = bank.add_rules();
    rule->set_name(name);
    rule->set_value(value);
  }
  EXPECT_EQ((Make<v1::CreateBankResponse>(client, bank)), kBank);
}

void MakeScope(const Client& client, const std::string& code, v1::ScopeLevel level, const std::string& parent) {
  v1::CreateScopeRequest scope;
  scope.set_parent(kBank);
  scope.set_scope_code(code);
  scope.set_display_name(code);
  scope.set_level(level);
  scope.set_parent_code(parent);
  Make<v1::CreateScopeResponse>(client, scope);
}

std::string MakeMember(const Client& client, const Town& town, const std::string& name) {
  v1::CreateMemberRequest member;
  member.set_parent(kBank);
  member.set_display_name(name);
  member.set_birth_date("1950-01-01");
  member.set_center(town.center);
  const std::string made = Make<v1::CreateMemberResponse>(client, member);
  return made.substr(made.rfind('/') + 1);
}

void MakePlaces(const Client& client, const std::string& mark, Town* town) {
  town->province = "p" + mark;
  town->city = "c" + mark;
  town->district = "d" + mark;
  town->community = "k" + mark;
  town->center = "center" + mark;
  MakeScope(client, town->province, v1::SCOPE_LEVEL_PROVINCE, "");
  MakeScope(client, town->city, v1::SCOPE_LEVEL_CITY, town->province);
  MakeScope(client, town->district, v1::SCOPE_LEVEL_DISTRICT, town->city);
  MakeScope(client, town->community, v1::SCOPE_LEVEL_COMMUNITY, town->district);
  v1::CreateCenterRequest center;
  center.set_parent(kBank);
  center.set_center_code(town->center);
  center.set_display_name("网点" + mark);
  center.set_scope_code(town->community);
  town->names["centers"] = Make<v1::CreateCenterResponse>(client, center);
}

// Hours and points for both, by services to each other.
void MakeServices(const Client& client, Town* town) {
  for (const bool back : {false, true}) {
    v1::CreateRecordRequest record = e2e::RecordRequest(kBank, "", 1, 2, kDaysAgo + (back ? 1 : 2));
    record.set_volunteer(back ? town->elder : town->member);
    record.set_beneficiary(back ? town->member : town->elder);
    record.set_center(town->center);
    record.mutable_end_time()->set_seconds(record.start_time().seconds() + 4 * 3600);
    v1::ConfirmRecordRequest confirm;
    confirm.set_name(Make<v1::CreateRecordResponse>(client, record));
    Make<v1::ConfirmRecordResponse>(client, confirm, "li");
    if (!back) {
      town->names["records"] = confirm.name();
    }
  }
}

void MakeKinAndProxy(const Client& client, Town* town) {
  v1::CreateKinshipRequest kinship;
  kinship.set_parent(kBank);
  kinship.set_member(town->member);
  kinship.set_relative(town->elder);
  kinship.set_relation(v1::RELATION_SPOUSE);
  town->names["kinships"] = Make<v1::CreateKinshipResponse>(client, kinship);
  v1::CreateProxyRequest proxy;
  proxy.set_parent(kBank);
  proxy.set_elder(town->elder);
  proxy.set_agent(town->member);
  town->names["proxies"] = Make<v1::CreateProxyResponse>(client, proxy);
  proxy.set_elder(town->member);
  proxy.set_agent(town->agent);
  v1::ChangeProxyRequest change;
  change.set_name(Make<v1::CreateProxyResponse>(client, proxy));
  change.set_reason("a document was seen");
  for (const v1::ProxyState state : {v1::PROXY_STATE_PROVED, v1::PROXY_STATE_BOUND}) {
    change.set_state(state);
    Make<v1::ChangeProxyResponse>(client, change);
  }
}

void MakeCare(const Client& client, Town* town) {
  v1::CreateOrderRequest order;
  order.set_parent(kBank);
  order.set_payer(town->member);
  order.set_beneficiary(town->member);
  order.set_category("care");
  order.mutable_start_time()->set_seconds(e2e::LocalSeconds(-2, 9, 0));
  order.set_planned_minutes(60);
  town->names["orders"] = Make<v1::CreateOrderResponse>(client, order);
  v1::CreateRecurringOrderRequest recurring;
  recurring.set_parent(kBank);
  recurring.set_payer(town->member);
  recurring.set_category("care");
  recurring.set_first_date(e2e::LocalDate(-5));
  recurring.set_until_date(e2e::LocalDate(-12));
  recurring.set_minute_of_day(600);
  recurring.set_planned_minutes(60);
  town->names["recurringOrders"] = Make<v1::CreateRecurringOrderResponse>(client, recurring);
  v1::CreateHoldRequest hold;
  hold.set_parent(town->names["members"]);
  hold.set_minutes(30);
  hold.set_expire_date(e2e::LocalDate(-30));
  hold.set_reason("to try");
  town->names["holds"] = Make<v1::CreateHoldResponse>(client, hold);
  v1::CreateGrantRequest grant;
  grant.set_parent(town->names["members"]);
  grant.set_hardship(static_cast<v1::Hardship>(1));
  grant.set_monthly_minutes(60);
  grant.set_first_date(e2e::LocalDate(-40));
  grant.set_review_date(e2e::LocalDate(-300));
  grant.set_reason("alone");
  town->names["grants"] = Make<v1::CreateGrantResponse>(client, grant);
}

void MakeCopy(const Client& client, Town* town) {
  v1::ExportMemberRequest copy;
  copy.set_name(town->names["members"]);
  copy.set_purpose("a request of the member");
  copy.set_request_id("towns-" + std::to_string(++g_request));
  town->names["exports"] = client.Get<v1::ExportMemberResponse>(copy).export_name();
}

void MakeShop(const Client& client, Town* town) {
  v1::CreateRewardRequest reward;
  reward.set_parent(kBank);
  reward.set_display_name("大米");
  reward.set_center(town->center);
  reward.set_price(1);
  reward.set_stock(10);
  town->names["rewards"] = Make<v1::CreateRewardResponse>(client, reward);
  v1::CreateRewardOrderRequest order;
  order.set_reward(town->names["rewards"]);
  order.set_member(town->member);
  order.set_quantity(1);
  town->names["rewardOrders"] = Make<v1::CreateRewardOrderResponse>(client, order);
}

// A star for the volunteer, of which the notice runs.
void MakeStars(const Client& client, Town* town) {
  v1::CreateStarApplicationRequest apply;
  apply.set_parent(kBank);
  apply.set_member(town->member);
  apply.set_level(1);
  const std::string application = Make<v1::CreateStarApplicationResponse>(client, apply);
  town->names["starApplications"] = application;
  v1::ApproveStarApplicationRequest approve;
  approve.set_name(application);
  Make<v1::ApproveStarApplicationResponse>(client, approve, "zhao");
  v1::PublishStarApplicationRequest publish;
  publish.set_name(application);
  Make<v1::PublishStarApplicationResponse>(client, publish, "zhao");
}

void MakeTown(const Client& client, const std::string& mark, Town* town) {
  MakePlaces(client, mark, town);
  town->member = MakeMember(client, *town, "张" + mark);
  town->elder = MakeMember(client, *town, "赵" + mark);
  town->agent = MakeMember(client, *town, "李" + mark);
  town->names["members"] = std::string(kBank) + "/members/" + town->member;
  MakeServices(client, town);
  MakeKinAndProxy(client, town);
  MakeCare(client, town);
  MakeCopy(client, town);
  MakeShop(client, town);
  MakeStars(client, town);
}

}  // namespace

void MakeTowns(const Client& client, Town* one, Town* other) {
  MakeBank(client);
  MakeTown(client, "1", one);
  MakeTown(client, "2", other);
}

void AwardStar(const Client& client, Town* town) {
  v1::CreateStarAwardRequest award;
  award.set_application(town->names["starApplications"]);
  award.set_authority_scope_code(town->district);
  award.set_number("n-" + town->district);
  // The service itself ends the notice first, within a second of its start.
  e2e::Answer answer;
  for (int attempt = 0; attempt < 100 && !answer.ok(); ++attempt) {
    award.set_request_id("towns-" + std::to_string(++g_request));
    answer = client.Send(award, "sun");
    if (!answer.ok()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  v1::CreateStarAwardResponse response;
  EXPECT_TRUE(answer.ok() && response.ParseFromString(answer.bytes)) << answer;
  town->names["starAwards"] = response.receipt().name();
}

std::string MakeToken(const Client& client, const std::string& administrator, const std::string& principal) {
  v1::CreateTokenRequest request;
  request.set_request_id("towns-" + std::to_string(++g_request));
  request.set_parent(kBank);
  request.set_principal(principal);
  request.set_lifetime_seconds(3600);
  request.set_purpose("a test");
  const e2e::Answer answer = client.SendWith(administrator, request);
  v1::CreateTokenResponse response;
  EXPECT_TRUE(answer.ok() && response.ParseFromString(answer.bytes)) << answer;
  return response.token();
}

void GiveRole(const Client& client, const std::string& administrator, const std::string& principal, v1::Role role,
              const std::string& scope) {
  v1::GrantRoleRequest request;
  request.set_request_id("towns-" + std::to_string(++g_request));
  request.set_parent(kBank);
  request.set_principal(principal);
  request.set_role(role);
  request.set_scope_code(scope);
  request.set_reason("a test");
  const e2e::Answer answer = client.SendWith(administrator, request);
  EXPECT_TRUE(answer.ok()) << answer;
}

std::string LineOf(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace timebank::security
