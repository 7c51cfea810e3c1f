// The reasons that no scenario of readable length reaches.
#include "service/model/limits.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"

namespace timebank::ledger {
namespace {

using model::Reason;

class LimitsTest : public testing::Test {
 protected:
  LimitsTest() {
    Do(model::CreateBank{"Bank", {}});
    Do(model::CreateScope{"s1", "s1", model::ScopeLevel::kCommunity, ""});
    Do(model::CreateCenter{"c1", "c1", "s1"});
    Register("A");
  }

  template <typename Body>
  model::Outcome Do(Body body, const std::string& actor = "wang") {
    return bank_.Apply(MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), LocalTime(2026, 11, 20));
  }
  model::Outcome Register(const std::string& number) {
    model::RegisterMember body;
    body.external_number = number;
    body.center = "c1";
    body.birth = LocalDate(1950, 1, 1);
    return Do(body);
  }
  static Reason ReasonOf(const model::Outcome& outcome) {
    return outcome.rejection.has_value() ? outcome.rejection->reason : Reason{0};
  }
  // Changes a stored row past the rules.
  template <typename Row>
  void Alter(const std::string& key, const std::function<void(Row*)>& change) {
    Row row = *MustLoadRow<Row>(*bank_.Rows(), key);
    change(&row);
    bank_.Write({{key, row.SerializeAsString()}});
  }

  TestBank bank_;
  int requests_ = 0;
};

TEST_F(LimitsTest, SoManyObjectionsAndNoMore) {
  model::CreateRecord body;
  body.volunteer = "A";
  body.center = "c1";
  body.category = "meal";
  body.start = LocalMinute(2026, 11, 19, 8);
  body.end = LocalMinute(2026, 11, 19, 9);
  model::ChangeRecord dispute;
  dispute.record = model::RecordId(Do(body).subject);
  dispute.event = model::ChangeRecord::Event::kDispute;
  dispute.reason = "never came";
  for (int i = 0; i < model::limits::kObjections; ++i) {
    EXPECT_EQ(ReasonOf(Do(dispute, absl::StrCat("witness-", i))), Reason{0}) << i;
  }
  EXPECT_EQ(ReasonOf(Do(dispute, "witness-0")), Reason::kObjectedAlready);
  EXPECT_EQ(ReasonOf(Do(dispute, "one-more")), Reason::kTooManyObjections);
  EXPECT_TRUE(CheckBank(*bank_.Rows(), "xt").ok()) << CheckBank(*bank_.Rows(), "xt");
}

TEST_F(LimitsTest, TheLastMemberNumberIsGivenAndNoMore) {
  Alter<rec::Bank>(keys::Bank("xt"), [](rec::Bank* row) { row->set_member_count(model::limits::kMembersPerBank - 1); });
  EXPECT_EQ(Register("B").subject, model::limits::kMembersPerBank);
  EXPECT_EQ(ReasonOf(Register("C")), Reason::kBankFull);
  EXPECT_EQ(ReasonOf(Register("C")), Reason::kBankFull);
  // Who asks for a taken number is told that first.
  EXPECT_EQ(ReasonOf(Register("B")), Reason::kExternalNumberTaken);
}

TEST_F(LimitsTest, KinshipsOfOnePersonAreBounded) {
  for (size_t i = 0; i <= model::limits::kKinshipsPerMember; ++i) {
    Register(absl::StrCat("K", i));
  }
  for (size_t i = 0; i < model::limits::kKinshipsPerMember; ++i) {
    ASSERT_FALSE(Do(model::ProposeKinship{"A", absl::StrCat("K", i), model::Relation::kChild}).rejection.has_value());
  }
  const std::string last = absl::StrCat("K", model::limits::kKinshipsPerMember);
  const model::Outcome refused = Do(model::ProposeKinship{"A", last, model::Relation::kChild});
  EXPECT_EQ(ReasonOf(refused), Reason::kTooManyKinships);
  EXPECT_EQ(refused.rejection->metadata[0].second, absl::StrCat(model::limits::kKinshipsPerMember));
  // From the other side likewise; and the pair that exists is named before the bound.
  EXPECT_EQ(ReasonOf(Do(model::ProposeKinship{last, "A", model::Relation::kParent})), Reason::kTooManyKinships);
  EXPECT_EQ(ReasonOf(Do(model::ProposeKinship{"K0", "A", model::Relation::kParent})), Reason::kKinshipExists);
  EXPECT_FALSE(Do(model::ProposeKinship{"K0", last, model::Relation::kSpouse}).rejection.has_value());
  EXPECT_TRUE(CheckBank(*bank_.Rows(), "xt").ok());
}

TEST_F(LimitsTest, CampaignsAreBounded) {
  const model::CreateCampaign campaign{"Double", "", 200, LocalDate(2026, 11, 20), LocalDate(2026, 11, 20)};
  for (int i = 0; i < model::limits::kCampaigns; ++i) {
    ASSERT_FALSE(Do(campaign).rejection.has_value());
  }
  EXPECT_EQ(ReasonOf(Do(campaign)), Reason::kTooManyCampaigns);
  // Who asks for one that makes no sense is told that first.
  model::CreateCampaign past = campaign;
  past.from = LocalDate(2026, 11, 19);
  EXPECT_EQ(ReasonOf(Do(past)), Reason::kCampaignInPast);
  EXPECT_TRUE(CheckBank(*bank_.Rows(), "xt").ok());
}

TEST_F(LimitsTest, ProxiesOfOnePersonAreBounded) {
  Register("B");
  Register("C");
  for (size_t i = 0; i < model::limits::kProxiesOfMember; ++i) {
    const model::Outcome proposed = Do(model::ProposeProxy{"A", "B", {}, {}, {}, {}});
    ASSERT_FALSE(proposed.rejection.has_value());
    Do(model::ChangeProxy{model::ProxyId(proposed.subject), model::ChangeProxy::Event::kRevoke, "reason"});
  }
  // On either side.
  EXPECT_EQ(ReasonOf(Do(model::ProposeProxy{"A", "C", {}, {}, {}, {}})), Reason::kTooManyProxies);
  EXPECT_EQ(ReasonOf(Do(model::ProposeProxy{"C", "B", {}, {}, {}, {}})), Reason::kTooManyProxies);
  // Who asks for what makes no sense is told that first.
  EXPECT_EQ(ReasonOf(Do(model::ProposeProxy{"A", "A", {}, {}, {}, {}})), Reason::kProxyToOneself);
  EXPECT_TRUE(CheckBank(*bank_.Rows(), "xt").ok());
}

TEST_F(LimitsTest, RecurringOrdersOfOnePersonAreBounded) {
  Register("B");
  model::StartRecurring start;
  start.payer = "A";
  start.category = "助餐";
  start.first = LocalDate(2026, 11, 27);
  start.planned = model::Minutes(60);
  for (size_t i = 0; i < model::limits::kRecurringOfMember; ++i) {
    ASSERT_FALSE(Do(start).rejection.has_value());
  }
  EXPECT_EQ(ReasonOf(Do(start)), Reason::kTooManyRecurring);
  // What the rules do not allow is said first.
  start.first = LocalDate(2026, 11, 19);
  EXPECT_EQ(ReasonOf(Do(start)), Reason::kOrderStartsInPast);
  start.first = LocalDate(2026, 11, 27);
  start.payer = "B";
  EXPECT_FALSE(Do(start).rejection.has_value());
  EXPECT_TRUE(CheckBank(*bank_.Rows(), "xt").ok());
}

TEST_F(LimitsTest, ABalanceThatDoesNotFitIsRefused) {
  model::CreateRecord record;
  record.volunteer = "A";
  record.center = "c1";
  record.start = LocalMinute(2026, 11, 20, 8);
  record.end = LocalMinute(2026, 11, 20, 9);
  const model::RecordId id(Do(record).subject);
  ASSERT_NE(id.value(), 0u);
  // The bank has issued all that can be counted.
  rec::Book full;
  rec::Balance* issuance = full.add_balances();
  issuance->set_asset(static_cast<uint32_t>(model::Asset::kHours));
  issuance->set_account(static_cast<uint32_t>(model::AccountKind::kIssuance));
  issuance->set_amount(INT64_MIN + 59);
  const std::string key = keys::Book("xt", model::BankOwner());
  bank_.Write({{key, full.SerializeAsString()}});
  model::ChangeRecord confirm;
  confirm.record = id;
  confirm.event = model::ChangeRecord::Event::kConfirm;
  const Dump before = DumpOf(*bank_.Rows());
  EXPECT_EQ(ReasonOf(Do(confirm, "li")), Reason::kAmountOverflow);
  EXPECT_EQ(DumpOf(*bank_.Rows()).at(key), before.at(key));
  // One minute more of room, and it is settled.
  Alter<rec::Book>(key, [](rec::Book* row) { row->mutable_balances(0)->set_amount(INT64_MIN + 60); });
  const model::Outcome settled = Do(confirm, "li");
  ASSERT_TRUE(settled.record.has_value());
  EXPECT_EQ(settled.record->credited, model::Minutes(60));
}

// A refusal of a bank that never was leaves no trace that a later command could stumble over.
TEST_F(LimitsTest, ARefusedBankDoesNotExist) {
  const auto ask = [this](const std::string& request_id, auto body) {
    return bank_.Apply(MakeCommand(request_id, "wang", std::move(body), 0, "yy"), LocalTime(2026, 11, 20));
  };
  const Dump before = DumpOf(*bank_.Rows());
  const model::Outcome refused = ask("1", model::CreateBank{"Bank", {{"no_such_rule", 1}}});
  EXPECT_EQ(ReasonOf(refused), Reason::kRuleUnknown);
  EXPECT_EQ(refused.sequence, model::Sequence(0));
  EXPECT_EQ(DumpOf(*bank_.Rows()), before);
  model::RegisterMember member;
  member.center = "c1";
  EXPECT_EQ(ReasonOf(ask("2", member)), Reason::kBankNotFound);
  EXPECT_EQ(ask("1", model::CreateBank{"Bank", {}}).sequence, model::Sequence(1));
}

}  // namespace
}  // namespace timebank::ledger
