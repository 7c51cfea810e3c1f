// Whom one reaches beside what the access table tries: people that a request only refers to, notes, proxies that are over, roles of a scope.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/small_bank.h"
#include "tests/security/guarded_towns.h"
#include "tests/security/two_towns.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/membership.pb.h"
#include "timebank/v1/order.pb.h"
#include "timebank/v1/pool.pb.h"
#include "timebank/v1/proxy.pb.h"
#include "timebank/v1/record.pb.h"

namespace timebank::security {
namespace {

using e2e::Answer;

// A number of the right form that is nobody's.
constexpr char kNobody[] = "V000009993";

class TownsReachTest : public GuardedTowns {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(GuardedTowns::SetUp());
    member_ = MakeToken(*client_, root_, inside_.member);
    staff_ = Hire("staff", v1::ROLE_CENTER_STAFF, inside_.district);
  }

  // Of one and the same request, refused, about somebody elsewhere and about nobody.
  void ExpectAlike(const Answer& elsewhere, const Answer& nobody, const std::string& field) {
    EXPECT_EQ(elsewhere.Reason(), "OUT_OF_REACH") << elsewhere;
    EXPECT_EQ(elsewhere, nobody);
    ASSERT_TRUE(elsewhere.Refusal().has_value());
    EXPECT_EQ(elsewhere.Refusal()->metadata().at("field"), field);
  }

  v1::GiveHoursRequest Gift(const std::string& receiver) const {
    v1::GiveHoursRequest gift;
    gift.set_name(inside_.names.at("members"));
    gift.set_receiver(receiver);
    gift.set_minutes(10);
    gift.set_reason("a gift");
    return gift;
  }

  v1::CreateRecordRequest Service(const std::string& volunteer, int days) const {
    v1::CreateRecordRequest record = e2e::RecordRequest(kBank, "", 1, 2, days);
    record.set_volunteer(volunteer);
    record.set_beneficiary(inside_.elder);
    record.set_center(inside_.center);
    return record;
  }

  // The audit trail of calls of one RPC, lines "principal answer", once `wanted` is one of them, or after ten seconds.
  std::vector<std::string> AuditOf(const std::string& method, const std::string& wanted) {
    const std::string auditor = Hire("auditor", v1::ROLE_AUDITOR, "");
    v1::ListAuditRecordsRequest request;
    request.set_parent(kBank);
    request.set_page_size(1000);
    request.set_from_date(e2e::LocalDate(0));
    std::vector<std::string> lines;
    for (int attempt = 0; attempt < 100 && std::count(lines.begin(), lines.end(), wanted) == 0; ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      v1::ListAuditRecordsResponse response;
      EXPECT_TRUE(response.ParseFromString(client_->SendWith(auditor, request).bytes));
      lines.clear();
      for (const v1::AuditRecord& record : response.records()) {
        if (record.action() == method) {
          lines.push_back(record.principal() + " " + record.answer());
        }
      }
    }
    return lines;
  }

  std::string member_;
  std::string staff_;
};

TEST_F(TownsReachTest, AMemberLearnsNothingOfStrangersByNumber) {
  ExpectAlike(Write(member_, Gift(outside_.member)), Write(member_, Gift(kNobody)), "receiver");
  v1::CreateOrderRequest order;
  order.set_parent(kBank);
  order.set_payer(inside_.member);
  order.set_category("care");
  order.mutable_start_time()->set_seconds(e2e::LocalSeconds(-3, 9, 0));
  order.set_planned_minutes(60);
  const auto order_for = [&](const std::string& beneficiary) {
    order.set_beneficiary(beneficiary);
    return Write(member_, order);
  };
  ExpectAlike(order_for(outside_.member), order_for(kNobody), "beneficiary");
  order.mutable_start_time()->set_seconds(e2e::LocalSeconds(3, 9, 0));
  ExpectAlike(order_for(outside_.member), order_for(kNobody), "beneficiary");
  v1::AcceptOrderRequest accept;
  accept.set_volunteer(inside_.member);
  const auto accept_as_volunteer = [&](const std::string& name) {
    accept.set_name(name);
    return Write(member_, accept);
  };
  v1::CancelOrderRequest cancel;
  cancel.set_name(outside_.names.at("orders"));
  cancel.set_side(v1::ORDER_SIDE_ELDER);
  cancel.set_reason("a visit");
  ASSERT_TRUE(Write(root_, cancel).ok());
  ExpectAlike(accept_as_volunteer(cancel.name()), accept_as_volunteer(std::string(kBank) + "/orders/99999"), "name");
}

TEST_F(TownsReachTest, OfKinElsewhereAMemberIsTold) {
  v1::CreateKinshipRequest kinship;
  kinship.set_parent(kBank);
  kinship.set_member(outside_.member);
  kinship.set_relative(inside_.member);
  kinship.set_relation(v1::RELATION_SPOUSE);
  v1::CreateKinshipResponse made;
  ASSERT_TRUE(made.ParseFromString(Write(root_, kinship).bytes));
  v1::SuspendMemberRequest suspend;
  suspend.set_name(outside_.names.at("members"));
  suspend.set_reason("a complaint");
  ASSERT_TRUE(Write(root_, suspend).ok());
  ExpectAlike(Write(member_, Gift(outside_.member)), Write(member_, Gift(kNobody)), "receiver");
  v1::ChangeKinshipRequest change;
  change.set_name(made.receipt().name());
  change.set_reason("a document was seen");
  for (const v1::KinshipState state : {v1::KINSHIP_STATE_PROVED, v1::KINSHIP_STATE_BOUND}) {
    change.set_state(state);
    ASSERT_TRUE(Write(root_, change).ok());
  }
  EXPECT_EQ(Write(member_, Gift(outside_.member)).Reason(), "MEMBER_NOT_ACTIVE");
}

TEST_F(TownsReachTest, AMemberMakesNoTiesByNumber) {
  v1::CreateKinshipRequest kinship;
  kinship.set_parent(kBank);
  kinship.set_member(inside_.member);
  kinship.set_relative(outside_.member);
  kinship.set_relation(v1::RELATION_SPOUSE);
  EXPECT_EQ(Write(member_, kinship).Reason(), "NO_PERMISSION");
  v1::CreateProxyRequest proxy;
  proxy.set_parent(kBank);
  proxy.set_elder(inside_.member);
  proxy.set_agent(outside_.member);
  EXPECT_EQ(Write(member_, proxy).Reason(), "NO_PERMISSION");
}

TEST_F(TownsReachTest, StaffServesGuestsButLearnsNoNames) {
  EXPECT_TRUE(Write(staff_, Service(outside_.elder, 3)).ok()) << "a volunteer may serve elsewhere";
  v1::CreateRecordRequest elsewhere = Service(outside_.elder, 4);
  elsewhere.set_volunteer_name("王五");
  v1::CreateRecordRequest nobody = Service(kNobody, 4);
  nobody.set_volunteer_name("王五");
  ExpectAlike(Write(staff_, elsewhere), Write(staff_, nobody), "volunteer");
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent(kBank);
  for (const v1::CreateRecordRequest* const item : {&elsewhere, &nobody}) {
    *batch.add_requests() = *item;
    batch.mutable_requests(batch.requests_size() - 1)->set_request_id("batch-" + std::to_string(batch.requests_size()));
  }
  v1::BatchCreateRecordsResponse response;
  ASSERT_TRUE(response.ParseFromString(client_->SendWith(staff_, batch).bytes));
  ASSERT_EQ(response.outcomes_size(), 2);
  EXPECT_EQ(response.outcomes(0).refusal().reason(), "OUT_OF_REACH");
  EXPECT_EQ(response.outcomes(0).SerializeAsString(), response.outcomes(1).SerializeAsString());
  // Of her own people she is told, and an administrator of all is told of all.
  v1::CreateRecordRequest own = Service(inside_.member, 4);
  own.set_volunteer_name("王五");
  EXPECT_EQ(Write(staff_, own).Reason(), "VOLUNTEER_NAME_MISMATCH");
  EXPECT_EQ(Write(Hire("wide", v1::ROLE_CENTER_STAFF, ""), elsewhere).Reason(), "VOLUNTEER_NAME_MISMATCH");
}

TEST_F(TownsReachTest, StaffActsOnNobodyElsewhere) {
  v1::CreateProxyRequest proxy;
  proxy.set_parent(kBank);
  proxy.set_elder(outside_.elder);
  proxy.set_agent(inside_.elder);
  EXPECT_EQ(Write(staff_, proxy).Reason(), "OUT_OF_REACH");
  v1::CheckInRequest check_in;
  check_in.set_parent(kBank);
  check_in.set_volunteer(inside_.member);
  check_in.set_center(outside_.center);
  check_in.set_category("care");
  check_in.set_planned_minutes(60);
  EXPECT_EQ(Write(staff_, check_in).Reason(), "OUT_OF_REACH");
  check_in.set_volunteer(outside_.elder);
  check_in.set_center(inside_.center);
  EXPECT_TRUE(Write(staff_, check_in).ok());
  v1::AcceptOrderRequest accept;
  accept.set_name(outside_.names.at("orders"));
  accept.set_volunteer(inside_.elder);
  EXPECT_EQ(Write(staff_, accept).Reason(), "OUT_OF_REACH");
  accept.set_name(inside_.names.at("orders"));
  accept.set_volunteer(outside_.elder);
  EXPECT_TRUE(Write(staff_, accept).ok());
  v1::MergeMembersRequest merge;
  merge.set_name(inside_.names.at("members"));
  merge.set_survivor(outside_.member);
  merge.set_reason("one person");
  EXPECT_EQ(Write(Hire("head", v1::ROLE_ADMINISTRATOR, inside_.district), merge).Reason(), "OUT_OF_REACH");
}

// Names that do not fit the number are told apart from those that do by what becomes of the record, so few may be tried.
TEST_F(TownsReachTest, StaffTriesNoNamesOfStrangers) {
  const auto named = [&](const std::string& name) {
    v1::CreateRecordRequest record = Service(outside_.elder, 4);
    record.set_volunteer_name(name);
    return record;
  };
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent(kBank);
  for (const char* const name : {"王一", "王二", "王三", "王四"}) {
    *batch.add_requests() = named(name);
    batch.mutable_requests(batch.requests_size() - 1)->set_request_id("name-" + std::to_string(batch.requests_size()));
  }
  v1::BatchCreateRecordsResponse response;
  ASSERT_TRUE(response.ParseFromString(client_->SendWith(staff_, batch).bytes));
  ASSERT_EQ(response.outcomes_size(), 4);
  EXPECT_EQ(response.outcomes(1).refusal().reason(), "OUT_OF_REACH");
  EXPECT_EQ(response.outcomes(2).refusal().reason(), "TOO_MANY_LOOK_UPS");
  EXPECT_EQ(response.outcomes(3).refusal().reason(), "TOO_MANY_LOOK_UPS");
  Answer last;
  int tried = 2;
  for (; tried < 100 && last.Reason() != "TOO_MANY_LOOK_UPS"; ++tried) {
    last = Write(staff_, named("张" + std::to_string(tried)));
  }
  EXPECT_EQ(tried, 21) << "twenty in an hour may be wrong";
  v1::ListAuditRecordsRequest list;
  list.set_parent(kBank);
  list.set_page_size(1000);
  const std::string auditor = Hire("auditor", v1::ROLE_AUDITOR, "");
  for (const char* const answer : {"VOLUNTEER_NAME_MISMATCH", "TOO_MANY_LOOK_UPS"}) {
    bool found = false;
    for (int attempt = 0; attempt < 100 && !found; ++attempt) {
      v1::ListAuditRecordsResponse records;
      ASSERT_TRUE(records.ParseFromString(client_->SendWith(auditor, list).bytes));
      found = std::any_of(records.records().begin(), records.records().end(), [&](const v1::AuditRecord& record) {
        return record.answer() == answer && record.thing() == "members/" + outside_.elder;
      });
      std::this_thread::sleep_for(std::chrono::milliseconds(found ? 0 : 100));
    }
    EXPECT_TRUE(found) << answer;
  }
  EXPECT_TRUE(Write(staff_, Service(outside_.elder, 5)).ok()) << "without a name nothing is tried";
  v1::CreateRecordRequest own = Service(inside_.member, 5);
  own.set_volunteer_name("王五");
  EXPECT_EQ(Write(staff_, own).Reason(), "VOLUNTEER_NAME_MISMATCH") << "her own people are no secret to her";
}

TEST_F(TownsReachTest, ARegistrationTellsNothingOfStrangers) {
  const auto person = [&](const std::string& number, const std::string& name, const std::string& center) {
    v1::CreateMemberRequest member;
    member.set_parent(kBank);
    member.set_external_number(number);
    member.set_display_name(name);
    member.set_birth_date("1949-12-31");
    member.set_center(center);
    return member;
  };
  v1::CreateMemberRequest known = person("E1", "欧阳修文", outside_.center);
  known.set_national_id("11010519491231002X");
  ASSERT_TRUE(Write(root_, known).ok());
  // The same person under the same number and another person look alike from another town.
  v1::CreateMemberRequest same = person("E1", "欧阳修文", inside_.center);
  const Answer other = Write(staff_, person("E1", "王安石", inside_.center));
  EXPECT_EQ(other.Reason(), "EXTERNAL_NUMBER_TAKEN") << other;
  EXPECT_EQ(Write(staff_, same), other);
  same.set_national_id("11010519491231002X");
  EXPECT_EQ(Write(staff_, same), other);
  EXPECT_EQ(
      Write(Hire("there", v1::ROLE_CENTER_STAFF, outside_.district), person("E1", "欧阳修文", outside_.center)).Reason(),
      "MEMBER_EXISTS");
  // Whether an ID number is registered is told to who registers it, and the journal says whom she learned of.
  same.set_external_number("E2");
  EXPECT_EQ(Write(staff_, same).Reason(), "MEMBER_EXISTS");
  const std::string auditor = Hire("auditor", v1::ROLE_AUDITOR, "");
  v1::ListAuditRecordsRequest trail;
  trail.set_parent(kBank);
  trail.set_page_size(1000);
  trail.set_principal("staff");
  v1::ListAuditRecordsResponse records;
  ASSERT_TRUE(records.ParseFromString(client_->SendWith(auditor, trail).bytes));
  ASSERT_GT(records.records_size(), 0);
  const v1::AuditRecord& record = records.records(records.records_size() - 1);
  EXPECT_EQ(record.answer(), "MEMBER_EXISTS");
  EXPECT_EQ(record.thing().rfind("members/V", 0), 0u) << record.thing();
}

// The shop-keeper who is a volunteer as well reads notes as a volunteer, not as staff.
TEST_F(TownsReachTest, ANoteIsReadInARoleAndPutOnRecord) {
  v1::CreateOrderRequest order;
  order.set_parent(kBank);
  order.set_payer(inside_.elder);
  order.set_category("care");
  order.mutable_start_time()->set_seconds(e2e::LocalSeconds(-3, 9, 0));
  order.set_planned_minutes(60);
  order.set_note("门禁 4711");
  v1::CreateOrderResponse made;
  ASSERT_TRUE(made.ParseFromString(Write(staff_, order).bytes));
  const std::string shop = Hire("shop", v1::ROLE_SHOP_KEEPER, inside_.district);
  Link("shop", inside_.elder);
  v1::GetOrderNoteRequest note;
  note.set_name(made.receipt().name());
  EXPECT_EQ(client_->SendWith(shop, note).Reason(), "PRIVATE") << "she pays for it, and does not serve";
  v1::GetOrderNoteResponse read;
  ASSERT_TRUE(read.ParseFromString(client_->SendWith(staff_, note).bytes));
  EXPECT_EQ(read.note(), "门禁 4711");
  const std::vector<std::string> lines = AuditOf("timebank.v1.OrderService.GetOrderNote", "staff OK");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "staff OK"), 1);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "shop OK"), 0) << "she was shown nothing";
}

TEST_F(TownsReachTest, AProxyWhoActsForNobodyReadsNothing) {
  const std::string agent = MakeToken(*client_, root_, inside_.agent);
  v1::GetOrderRequest get;
  get.set_name(inside_.names.at("orders"));
  EXPECT_TRUE(client_->SendWith(agent, get).ok());
  v1::SuspendMemberRequest suspend;
  suspend.set_name(std::string(kBank) + "/members/" + inside_.agent);
  suspend.set_reason("a complaint");
  ASSERT_TRUE(Write(root_, suspend).ok());
  EXPECT_EQ(client_->SendWith(agent, get).Reason(), "OUT_OF_REACH");
  v1::ResumeMemberRequest resume;
  resume.set_name(suspend.name());
  resume.set_reason("unfounded");
  ASSERT_TRUE(Write(root_, resume).ok());
  EXPECT_TRUE(client_->SendWith(agent, get).ok());

  const auto bind_until = [&](const std::string& elder, const std::string& last) {
    v1::CreateProxyRequest proxy;
    proxy.set_parent(kBank);
    proxy.set_elder(elder);
    proxy.set_agent(inside_.agent);
    proxy.set_until_date(last);
    v1::CreateProxyResponse made;
    ASSERT_TRUE(made.ParseFromString(Write(root_, proxy).bytes));
    v1::ChangeProxyRequest change;
    change.set_name(made.receipt().name());
    change.set_reason("a document was seen");
    for (const v1::ProxyState state : {v1::PROXY_STATE_PROVED, v1::PROXY_STATE_BOUND}) {
      change.set_state(state);
      ASSERT_TRUE(Write(root_, change).ok());
    }
  };
  v1::ListOrdersRequest list;
  list.set_parent(std::string(kBank) + "/members/" + inside_.elder);
  bind_until(inside_.elder, e2e::LocalDate(0));
  EXPECT_TRUE(client_->SendWith(agent, list).ok()) << "today is its last day";
  list.set_parent(outside_.names.at("members"));
  bind_until(outside_.member, e2e::LocalDate(1));
  EXPECT_EQ(client_->SendWith(agent, list).Reason(), "OUT_OF_REACH") << "it ended yesterday";
}

TEST_F(TownsReachTest, WhoRunsADistrictTakesTheRolesThatAreItsOwn) {
  const std::string head = Hire("head", v1::ROLE_ADMINISTRATOR, inside_.district);
  v1::RevokeRoleRequest revoke;
  revoke.set_binding(outside_.binding);
  revoke.set_reason("left");
  for (const std::string& other : {outside_.names.at("principals"), std::string(kBank) + "/principals/root",
                                   std::string(kBank) + "/principals/nobody"}) {
    revoke.set_name(other);
    EXPECT_EQ(Write(head, revoke).Reason(), "OUT_OF_REACH") << other;
  }
  v1::ListPrincipalsRequest list;
  list.set_parent(kBank);
  EXPECT_EQ(client_->SendWith(head, list).Reason(), "OUT_OF_REACH");
  list.set_scope_code(outside_.district);
  EXPECT_EQ(client_->SendWith(head, list).Reason(), "OUT_OF_REACH");
  list.set_scope_code(inside_.district);
  v1::ListPrincipalsResponse listed;
  ASSERT_TRUE(listed.ParseFromString(client_->SendWith(head, list).bytes));
  bool found = false;
  for (const v1::Principal& principal : listed.principals()) {
    EXPECT_NE(principal.name(), std::string(kBank) + "/principals/root");
    EXPECT_NE(principal.name(), outside_.names.at("principals"));
    for (const v1::RoleBinding& binding : principal.bindings()) {
      found = found || (principal.name() == inside_.names.at("principals") && binding.id() == inside_.binding);
    }
  }
  EXPECT_TRUE(found) << "by its number it is taken away";
  revoke.set_name(inside_.names.at("principals"));
  revoke.set_binding(inside_.binding);
  EXPECT_TRUE(Write(head, revoke).ok());
  EXPECT_EQ(Write(head, revoke).Reason(), "OUT_OF_REACH") << "it is gone";
}

}  // namespace
}  // namespace timebank::security
