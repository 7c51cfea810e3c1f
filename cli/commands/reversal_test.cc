// Hours taken back on the command line: who stands in, and lists of many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "cli/commands/command_test_base.h"
#include "cli/exit_code.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/report.pb.h"
#include "timebank/v1/reversal.pb.h"

namespace timebank::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReversalTest : public CommandTestBase {
 protected:
  ReversalTest() {
    client_.On<v1::ReverseRecordRequest, v1::ReverseRecordResponse>(
        [this](const v1::ReverseRecordRequest& request, v1::ReverseRecordResponse* response) {
          reverse_ = request;
          response->mutable_receipt()->set_name(request.name());
          response->mutable_result()->set_state(v1::RECORD_STATE_REVERSED);
          return absl::OkStatus();
        });
    client_.On<v1::PreviewReversalRequest, v1::PreviewReversalResponse>(
        [this](const v1::PreviewReversalRequest& request, v1::PreviewReversalResponse* response) {
          preview_ = request;
          for (const char* record : {"banks/xt/records/17", "banks/xt/records/19"}) {
            v1::ReversalCandidate* candidate = response->add_records();
            candidate->set_record(record);
            candidate->set_volunteer_name("王芳");
            candidate->set_state(v1::RECORD_STATE_SETTLED);
          }
          v1::ReversalMember* member = response->add_members();
          member->set_display_name("王芳");
          member->set_spent_minutes(90);
          response->set_credited_minutes(120);
          response->set_spent_minutes(90);
          return absl::OkStatus();
        });
    client_.On<v1::ProposeReversalRequest, v1::ProposeReversalResponse>(
        [this](const v1::ProposeReversalRequest& request, v1::ProposeReversalResponse* response) {
          propose_ = request;
          response->mutable_receipt()->set_name("banks/xt/reversals/30");
          return absl::OkStatus();
        });
  }

  v1::ReverseRecordRequest reverse_;
  v1::PreviewReversalRequest preview_;
  v1::ProposeReversalRequest propose_;
};

TEST_F(ReversalTest, ACoverBringsWhatItNeedsAndNothingElse) {
  const std::map<std::string, std::vector<std::string>> plain = {{"record", {"17"}}, {"reason", {"invented"}}};
  const auto with = [&plain](std::map<std::string, std::vector<std::string>> more) {
    more.insert(plain.begin(), plain.end());
    return more;
  };
  EXPECT_TRUE(Run("record", "reverse", plain).ok());
  EXPECT_EQ(reverse_.cover(), v1::COVER_UNSPECIFIED);
  EXPECT_TRUE(Run("record", "reverse", with({{"cover", {"debt"}}, {"consent", {"signed"}}})).ok());
  EXPECT_EQ(reverse_.cover(), v1::COVER_DEBT);
  EXPECT_EQ(reverse_.consent(), "signed");
  EXPECT_TRUE(Run("record", "reverse", with({{"cover", {"主管部门决定"}}, {"requested-by", {"王"}}})).ok());
  EXPECT_EQ(reverse_.cover(), v1::COVER_AUTHORITY);
  EXPECT_EQ(reverse_.requested_by(), "王");
  for (const auto& wrong : std::vector<std::map<std::string, std::vector<std::string>>>{
           {{"cover", {"debt"}}},
           {{"cover", {"authority"}}},
           {{"cover", {"pool"}}, {"consent", {"signed"}}},
           {{"consent", {"signed"}}},
           {{"cover", {"debt"}}, {"consent", {"signed"}}, {"requested-by", {"wang"}}},
           {{"cover", {"somebody"}}}}) {
    const absl::Status status = Run("record", "reverse", with(wrong));
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
    EXPECT_FALSE(TextOf(status).zh.empty());
  }
}

TEST_F(ReversalTest, ADryRunShowsAndProposesNothing) {
  ASSERT_TRUE(Run("reversal", "propose", {{"center", {"宁康"}}, {"from", {"2026/11/1"}}, {"dry-run", {"true"}}},
                  Format::kTable, Language::kChinese)
                  .ok());
  EXPECT_EQ(preview_.center(), "宁康");
  EXPECT_EQ(preview_.from_date(), "2026-11-01");
  EXPECT_EQ(client_.calls("ProposeReversalRequest"), 0);
  EXPECT_THAT(out_.str(), HasSubstr("王芳"));
  EXPECT_THAT(out_.str(), HasSubstr("其中 1小时30分 已用掉"));
}

TEST_F(ReversalTest, WhatIsProposedIsTheListThatWasSelected) {
  ASSERT_TRUE(Run("reversal", "propose", {{"recorder", {"wang"}}, {"reason", {"ring"}}, {"cover", {"authority"}}}).ok());
  ASSERT_EQ(propose_.records_size(), 2);
  EXPECT_EQ(propose_.records(1), "banks/xt/records/19");
  EXPECT_EQ(propose_.cover(), v1::COVER_AUTHORITY);
  EXPECT_THAT(out_.str(), HasSubstr("30"));
  EXPECT_EQ(ExitCodeOf(Run("reversal", "propose", {{"recorder", {"wang"}}})), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(Run("reversal", "propose", {{"reason", {"ring"}}})), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(Run("reversal", "propose", {{"record", {"17"}}, {"center", {"c"}}, {"reason", {"ring"}}})),
            ExitCode::kUsage);
}

TEST_F(ReversalTest, ADecisionIsOneOfTwo) {
  v1::DecideReversalRequest sent;
  client_.On<v1::DecideReversalRequest, v1::DecideReversalResponse>(
      [&sent](const v1::DecideReversalRequest& request, v1::DecideReversalResponse* response) {
        sent = request;
        response->mutable_receipt()->set_name(request.name());
        return absl::OkStatus();
      });
  EXPECT_TRUE(Run("reversal", "decide", {{"reversal", {"30"}}, {"decision", {"approve"}}, {"reason", {"proved"}}}).ok());
  EXPECT_TRUE(sent.approve());
  EXPECT_THAT(out_.str(), HasSubstr("timebank reversal show 30"));
  EXPECT_TRUE(Run("reversal", "decide", {{"reversal", {"30"}}, {"decision", {"reject"}}, {"reason", {"no proof"}}}).ok());
  EXPECT_FALSE(sent.approve());
  EXPECT_EQ(ExitCodeOf(Run("reversal", "decide", {{"reversal", {"30"}}, {"decision", {"maybe"}}, {"reason", {"x"}}})),
            ExitCode::kUsage);
}

TEST_F(ReversalTest, ProgressTellsEachRecordAndWhyItWasPassedOver) {
  client_.On<v1::GetReversalRequest, v1::GetReversalResponse>(
      [](const v1::GetReversalRequest& request, v1::GetReversalResponse* response) {
        response->mutable_reversal()->set_name(request.name());
        response->mutable_reversal()->set_state(v1::REVERSAL_STATE_DECIDED);
        response->mutable_reversal()->set_total_count(2);
        return absl::OkStatus();
      });
  client_.On<v1::ListReversalItemsRequest, v1::ListReversalItemsResponse>(
      [](const v1::ListReversalItemsRequest&, v1::ListReversalItemsResponse* response) {
        v1::ReversalItem* item = response->add_items();
        item->set_record("banks/xt/records/17");
        item->set_state(v1::REVERSAL_ITEM_STATE_SKIPPED);
        item->mutable_refusal()->set_reason("RECORD_WRONG_STATE");
        item->mutable_refusal()->set_message_zh("这条记录已冲正。");
        item->mutable_refusal()->set_message_en("It is reversed.");
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("reversal", "show", {{"reversal", {"30"}}}, Format::kTable, Language::kChinese).ok());
  EXPECT_THAT(out_.str(), HasSubstr("办理中"));
  EXPECT_THAT(out_.str(), HasSubstr("这条记录已冲正。"));
  ASSERT_TRUE(Run("reversal", "show", {{"reversal", {"30"}}}, Format::kCsv).ok());
  EXPECT_THAT(out_.str(), HasSubstr("17,"));
  EXPECT_THAT(out_.str(), HasSubstr("SKIPPED"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("total_count")));
}

// Coins are shown where an hour is several of them, and a debt where there is one.
TEST_F(ReversalTest, BalanceAndStatementShowCoinsAndDebts) {
  int64_t coins = 6;
  int64_t owed = 60;
  client_.On<v1::GetBalanceRequest, v1::GetBalanceResponse>(
      [&](const v1::GetBalanceRequest&, v1::GetBalanceResponse* balance) {
        balance->set_available_minutes(90);
        balance->set_coins_per_hour(coins);
        balance->set_owed_minutes(owed);
        return absl::OkStatus();
      });
  client_.On<v1::GetStatementRequest, v1::GetStatementResponse>(
      [&](const v1::GetStatementRequest&, v1::GetStatementResponse* statement) {
        v1::StatementLine* line = statement->add_lines();
        line->set_amount(90);
        line->set_balance_after(90);
        line->set_owed_change_minutes(owed);
        statement->set_closing_balance(90);
        statement->set_owed_minutes(owed);
        statement->set_coins_per_hour(coins);
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("", "balance", {{"member", {"M1"}}}, Format::kTable, Language::kChinese).ok());
  EXPECT_THAT(out_.str(), HasSubstr("可用时间币                  9\n"));
  EXPECT_THAT(out_.str(), HasSubstr("欠账时间（以后的服务先还）  1小时\n"));
  ASSERT_TRUE(Run("", "statement", {{"member", {"M1"}}}, Format::kTable, Language::kChinese).ok());
  EXPECT_THAT(out_.str(), HasSubstr("折合时间币"));
  EXPECT_THAT(out_.str(), HasSubstr("目前欠账 1小时"));
  EXPECT_THAT(out_.str(), HasSubstr("+1小时"));
  coins = 1;
  owed = 0;
  ASSERT_TRUE(Run("", "balance", {{"member", {"M1"}}}).ok());
  EXPECT_THAT(out_.str(), Not(HasSubstr("coins")));
  EXPECT_THAT(out_.str(), Not(HasSubstr("Owed")));
  ASSERT_TRUE(Run("", "statement", {{"member", {"M1"}}}).ok());
  EXPECT_THAT(out_.str(), Not(HasSubstr("coins")));
  EXPECT_THAT(out_.str(), Not(HasSubstr("Above a cap")));
  // Programs find the same columns each time.
  ASSERT_TRUE(Run("", "statement", {{"member", {"M1"}}}, Format::kCsv).ok());
  EXPECT_THAT(out_.str(), HasSubstr("owed_change,balance_coins,above_cap_minutes\n"));
}

TEST_F(ReversalTest, AStatementTellsOfWhatIsAboveACap) {
  client_.On<v1::GetStatementRequest, v1::GetStatementResponse>(
      [](const v1::GetStatementRequest&, v1::GetStatementResponse* statement) {
        v1::StatementLine* line = statement->add_lines();
        line->set_kind(v1::ENTRY_KIND_SERVICE_SETTLED);
        line->set_above_cap_minutes(120);
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("", "statement", {{"member", {"M1"}}}, Format::kTable, Language::kChinese).ok());
  EXPECT_THAT(out_.str(), HasSubstr("超出上限，入公益时间池"));
  EXPECT_THAT(out_.str(), HasSubstr("2小时"));
  EXPECT_THAT(out_.str(), HasSubstr("0分")) << "nothing was credited, and the line says so";
}

TEST_F(ReversalTest, ATryOutAsksForEveryChange) {
  v1::SimulateRulesRequest sent;
  client_.On<v1::SimulateRulesRequest, v1::SimulateRulesResponse>(
      [&sent](const v1::SimulateRulesRequest& request, v1::SimulateRulesResponse* response) {
        sent = request;
        v1::SimulatedMember* member = response->add_members();
        member->set_display_name("王芳");
        member->mutable_sums()->set_credited_minutes(120);
        member->mutable_sums()->set_new_credited_minutes(90);
        response->set_changed_member_count(1);
        return absl::OkStatus();
      });
  ASSERT_TRUE(
      Run("rule", "simulate",
          {{"from", {"2026-01-01"}}, {"until", {"2026-12-31"}}, {"set", {"total_cap_minutes=90", "shortest_minutes＝60"}}},
          Format::kTable, Language::kChinese)
          .ok());
  ASSERT_EQ(sent.rules_size(), 2);
  EXPECT_EQ(sent.rules(1).name(), "shortest_minutes");
  EXPECT_EQ(sent.to_date(), "2026-12-31");
  EXPECT_THAT(out_.str(), HasSubstr("会有变化的会员 1 人"));
  EXPECT_THAT(out_.str(), HasSubstr("1小时30分"));
  EXPECT_EQ(ExitCodeOf(Run("rule", "simulate", {{"from", {"2026-12-31"}}, {"until", {"2026-01-01"}}})), ExitCode::kUsage);
}

TEST_F(ReversalTest, AReasonIsExplainedInBothLanguages) {
  client_.On<v1::ListReasonsRequest, v1::ListReasonsResponse>(
      [](const v1::ListReasonsRequest&, v1::ListReasonsResponse* response) {
        v1::Reason* reason = response->add_reasons();
        reason->set_name("HOURS_ALREADY_SPENT");
        reason->set_precedence(99);
        reason->set_message_zh("这些时间已经用掉。");
        reason->set_message_en("These hours are spent.");
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("reason", "show", {{"name", {"hours-already-spent"}}}).ok());
  EXPECT_THAT(out_.str(), HasSubstr("这些时间已经用掉。"));
  EXPECT_THAT(out_.str(), HasSubstr("These hours are spent."));
  EXPECT_THAT(out_.str(), HasSubstr("--cover"));
  ASSERT_TRUE(Run("reason", "list", {}, Format::kTable, Language::kChinese).ok());
  EXPECT_THAT(out_.str(), HasSubstr("这些时间已经用掉。"));
  EXPECT_EQ(ExitCodeOf(Run("reason", "show", {{"name", {"NO_SUCH"}}})), ExitCode::kNotFound);
}

}  // namespace
}  // namespace timebank::cli
