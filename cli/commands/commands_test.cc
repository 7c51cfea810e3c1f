// Commands against a fake service: what they ask, what they print.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/commands/command_test_base.h"
#include "cli/exit_code.h"
#include "cli/refusal.h"
#include "cli/run.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {
namespace {

using testing::HasSubstr;

class CommandsTest : public CommandTestBase {
 protected:
  CommandsTest() {
    bank_.clear();
    client_.On<v1::ListBanksRequest, v1::ListBanksResponse>(
        [this](const v1::ListBanksRequest&, v1::ListBanksResponse* response) {
          for (const std::string& bank : banks_) {
            response->add_banks()->set_name("banks/" + bank);
          }
          return absl::OkStatus();
        });
  }

  std::vector<std::string> banks_ = {"xt"};
};

TEST_F(CommandsTest, TheOnlyBankIsMeantAndSeveralAreAsked) {
  client_.On<v1::GetBankRequest, v1::GetBankResponse>([](const v1::GetBankRequest& request, v1::GetBankResponse* response) {
    response->mutable_bank()->set_name(request.name());
    return absl::OkStatus();
  });
  EXPECT_TRUE(Run("bank", "show", {}).ok());
  EXPECT_THAT(out_.str(), HasSubstr("xt"));
  banks_ = {"xt", "cs"};
  absl::Status status = Run("bank", "show", {});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
  EXPECT_THAT(TextOf(status).en, HasSubstr("xt (), cs ()"));
  banks_ = {};
  status = Run("bank", "show", {});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
  EXPECT_THAT(TextOf(status).zh, HasSubstr("timebank bank create"));
}

TEST_F(CommandsTest, AnUnknownOutcomeNamesTheRequestId) {
  std::string sent;
  client_.On<v1::RejectRecordRequest, v1::RejectRecordResponse>(
      [&sent](const v1::RejectRecordRequest& request, v1::RejectRecordResponse*) {
        sent = request.request_id();
        EXPECT_EQ(request.name(), "banks/xt/records/17");
        return WithExitCode(absl::UnavailableError("gone"), ExitCode::kUnknown);
      });
  const absl::Status status = Run("record", "reject", {{"record", {"17"}}, {"reason", {"typing mistake"}}});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUnknown);
  EXPECT_EQ(sent.size(), 36U);
  EXPECT_THAT(TextOf(status).en, HasSubstr("--request-id " + sent));
  request_id_ = "mine";
  EXPECT_FALSE(Run("record", "reject", {{"record", {"17"}}, {"reason", {"typing mistake"}}}).ok());
  EXPECT_EQ(sent, "mine");
}

TEST_F(CommandsTest, ARecordIsReadAsPeopleWriteIt) {
  v1::CreateRecordRequest sent;
  client_.On<v1::CreateRecordRequest, v1::CreateRecordResponse>(
      [&sent](const v1::CreateRecordRequest& request, v1::CreateRecordResponse* response) {
        sent = request;
        response->mutable_receipt()->set_name("banks/xt/records/3");
        response->mutable_result()->set_state(v1::RECORD_STATE_RECORDED);
        return absl::OkStatus();
      });
  std::map<std::string, std::vector<std::string>> given = {{"volunteer", {"Ｍ００００１"}},
                                                           {"center", {"宁康"}},
                                                           {"category", {"陪伴"}},
                                                           {"date", {"2026年3月5日"}},
                                                           {"start", {"9点半"}}};
  EXPECT_EQ(ExitCodeOf(Run("record", "add", given)), ExitCode::kUsage) << "neither end nor duration";
  given["duration"] = {"1.5小时"};
  ASSERT_TRUE(Run("record", "add", given).ok());
  EXPECT_EQ(sent.volunteer(), "M00001");
  EXPECT_EQ(sent.start_time().seconds(), 1772674200);
  EXPECT_EQ(sent.end_time().seconds() - sent.start_time().seconds(), 90 * 60);
  EXPECT_THAT(out_.str(), HasSubstr("recorded"));
  given["end"] = {"12:00"};
  EXPECT_EQ(ExitCodeOf(Run("record", "add", given)), ExitCode::kUsage) << "both end and duration";
}

// A passbook of two pages: +60, -30.
class StatementTest : public CommandsTest {
 protected:
  StatementTest() {
    client_.On<v1::GetStatementRequest, v1::GetStatementResponse>(
        [this](const v1::GetStatementRequest& request, v1::GetStatementResponse* response) {
          response->set_name("banks/xt/members/V000000017");
          response->set_display_name("严莲强\x1b[2J");
          response->set_opening_balance(30);
          response->set_closing_balance(closing_);
          v1::StatementLine* const line = response->add_lines();
          const bool first = request.page_token().empty();
          line->set_sequence(first ? 5 : 9);
          line->set_kind(first ? v1::ENTRY_KIND_SERVICE_SETTLED : v1::ENTRY_KIND_SERVICE_REVERSED);
          line->set_origin("banks/xt/records/3");
          line->set_amount(first ? 60 : -30);
          line->set_balance_after(first ? 90 : 60);
          response->set_next_page_token(first ? "more" : "");
          return absl::OkStatus();
        });
  }

  int64_t closing_ = 60;
};

TEST_F(StatementTest, AgreesFromOpeningToClosing) {
  ASSERT_TRUE(Run("", "statement", {{"member", {"V000000017"}}}, Format::kTable, Language::kChinese).ok());
  const std::string shown = out_.str();
  EXPECT_THAT(shown, HasSubstr("期初余额"));
  EXPECT_THAT(shown, HasSubstr("服务存入"));
  EXPECT_THAT(shown, HasSubstr("records/3"));
  EXPECT_THAT(shown, HasSubstr("1小时30分"));
  EXPECT_EQ(shown.find('\x1b'), std::string::npos) << "a name must not move the cursor";
}

TEST_F(StatementTest, JsonHasStableKeys) {
  ASSERT_TRUE(Run("", "statement", {{"member", {"V000000017"}}}, Format::kJson, Language::kChinese).ok());
  const auto rows = nlohmann::json::parse(out_.str());
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0]["kind"], "OPENING_BALANCE");
  EXPECT_EQ(rows[1]["kind"], "SERVICE_SETTLED");
  EXPECT_EQ(rows[1]["in"], 60);
  EXPECT_TRUE(rows[1]["out"].is_null());
  EXPECT_EQ(rows[2]["out"], 30);
  EXPECT_EQ(rows[3]["balance"], 60);
}

TEST_F(StatementTest, APassbookThatDoesNotAddUpIsNotPrinted) {
  closing_ = 61;
  EXPECT_EQ(ExitCodeOf(Run("", "statement", {{"member", {"V000000017"}}})), ExitCode::kRefused);
  EXPECT_EQ(out_.str(), "");
}

// A centre with four records: taken, late, one's own, and one that this person approved already.
class ConfirmTest : public CommandsTest {
 protected:
  ConfirmTest() {
    client_.On<v1::ListRecordsRequest, v1::ListRecordsResponse>(
        [](const v1::ListRecordsRequest& request, v1::ListRecordsResponse* response) {
          EXPECT_EQ(request.state(), v1::RECORD_STATE_RECORDED);
          EXPECT_EQ(request.from_date(), "2026-03-05");
          EXPECT_EQ(request.to_date(), "2026-03-05");
          for (const char* id : {"1", "2", "3", "4"}) {
            response->add_records()->set_name(std::string("banks/xt/records/") + id);
          }
          response->mutable_records(3)->set_first_approver("Ｌi ");
          return absl::OkStatus();
        });
    client_.On<v1::BatchConfirmRecordsRequest, v1::BatchConfirmRecordsResponse>(
        [this](const v1::BatchConfirmRecordsRequest& request, v1::BatchConfirmRecordsResponse* response) {
          for (const v1::ConfirmRecordRequest& item : request.requests()) {
            asked_.push_back(item.name());
            request_ids_.insert(item.request_id());
            v1::RecordOutcome* const outcome = response->add_outcomes();
            if (item.name() == "banks/xt/records/3") {
              outcome->mutable_refusal()->set_reason("RECORDER_IS_CONFIRMER");
              outcome->mutable_refusal()->set_message_en("Somebody else must.");
              continue;
            }
            v1::RecordResult* const result = outcome->mutable_accepted()->mutable_result();
            result->set_awaits_second_approval(item.name() == "banks/xt/records/2");
            result->set_state(result->awaits_second_approval() ? v1::RECORD_STATE_RECORDED : v1::RECORD_STATE_SETTLED);
          }
          return absl::OkStatus();
        });
  }

  std::vector<std::string> asked_;
  std::set<std::string> request_ids_;
};

TEST_F(ConfirmTest, AWholeDayTellsEachKindApart) {
  const absl::Status status = Run("record", "confirm", {{"all", {"true"}}, {"center", {"宁康"}}, {"date", {"2026/3/5"}}});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRefused);
  EXPECT_THAT(TextOf(status).en, HasSubstr("--as"));
  EXPECT_EQ(asked_, (std::vector<std::string>{"banks/xt/records/1", "banks/xt/records/2", "banks/xt/records/3"}));
  EXPECT_THAT(out_.str(), HasSubstr("settled 1, in public notice 0, awaiting a second approver 2, refused 1"));
  EXPECT_THAT(out_.str(), HasSubstr("RECORDER_IS_CONFIRMER"));
}

TEST_F(ConfirmTest, SingleRecordsByNumberOrName) {
  EXPECT_TRUE(Run("record", "confirm", {{"record", {"1", "banks/xt/records/2"}}}, Format::kJson).ok());
  const auto rows = nlohmann::json::parse(out_.str());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["outcome"], "SETTLED");
  EXPECT_EQ(rows[1]["outcome"], "AWAITS_SECOND_APPROVAL");
}

TEST_F(ConfirmTest, TheSameRecordTwiceIsConfirmedOnce) {
  EXPECT_TRUE(Run("record", "confirm", {{"record", {"1", "banks/xt/records/1", "1"}}}).ok());
  EXPECT_EQ(asked_, std::vector<std::string>{"banks/xt/records/1"});
  EXPECT_THAT(out_.str(), HasSubstr("settled 1,"));
}

TEST_F(ConfirmTest, LongRequestIdsThatBeginAlikeStayTwo) {
  for (const char* end : {"a", "b", "b"}) {
    request_id_ = std::string(62, 'x') + end;
    EXPECT_TRUE(Run("record", "confirm", {{"record", {"1"}}}).ok());
  }
  EXPECT_EQ(request_ids_.size(), 2U);
  for (const std::string& id : request_ids_) {
    EXPECT_LE(id.size(), 64U);
  }
  request_id_ = std::string(40, 'y');
  EXPECT_TRUE(Run("record", "confirm", {{"record", {"1"}}}).ok());
  EXPECT_TRUE(request_ids_.contains(request_id_ + ":1"));
}

TEST_F(ConfirmTest, EitherNumbersOrAWholeCentre) {
  EXPECT_EQ(ExitCodeOf(Run("record", "confirm", {})), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(Run("record", "confirm", {{"all", {"true"}}})), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(Run("record", "confirm", {{"all", {"true"}}, {"center", {"x"}}, {"record", {"1"}}})),
            ExitCode::kUsage);
}

TEST_F(StatementTest, APeriodEndsAfterItBegins) {
  const absl::Status status =
      Run("", "statement", {{"member", {"V000000017"}}, {"from", {"2026-12-01"}}, {"to", {"2026-11-01"}}});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
  EXPECT_EQ(client_.calls("GetStatementRequest"), 0);
  EXPECT_EQ(ExitCodeOf(Run("record", "list", {{"center", {"x"}}, {"from", {"2026-12-01"}}, {"to", {"2026-11-01"}}})),
            ExitCode::kUsage);
}

TEST_F(CommandsTest, TheNewestEntriesAndTheirRequests) {
  client_.On<v1::ListEntriesRequest, v1::ListEntriesResponse>(
      [](const v1::ListEntriesRequest& request, v1::ListEntriesResponse* response) {
        response->set_sequence(9);
        for (int64_t sequence = std::max<int64_t>(request.from_sequence(), 1); sequence <= 9; ++sequence) {
          v1::Entry* const entry = response->add_entries();
          entry->set_sequence(sequence);
          entry->set_request_id("r-" + std::to_string(sequence));
          entry->set_reason("CENTER_NOT_FOUND");
        }
        return absl::OkStatus();
      });
  ASSERT_TRUE(Run("journal", "list", {{"last", {"2"}}}, Format::kJson).ok());
  const auto rows = nlohmann::json::parse(out_.str());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["sequence"], 8);
  EXPECT_EQ(rows[1]["request_id"], "r-9");
  EXPECT_EQ(rows[1]["reason"], "CENTER_NOT_FOUND");
  EXPECT_EQ(ExitCodeOf(Run("journal", "list", {{"last", {"2"}}, {"limit", {"2"}}})), ExitCode::kUsage);
  ASSERT_TRUE(Run("journal", "list", {{"last", {"50"}}}, Format::kJson).ok());
  EXPECT_EQ(nlohmann::json::parse(out_.str()).size(), 9U);
}

TEST_F(CommandsTest, TheReportNeverOverwritesTheList) {
  const std::string path = testing::TempDir() + "list.csv";
  std::ofstream(path) << "服务日期,志愿者编号,开始,结束,服务类别,服务对象编号\n";
  const absl::Status status = Run("import", "records", {{"file", {path}}, {"report", {path}}});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
  std::remove(path.c_str());
}

TEST(PrintErrorTest, SaysWhatToDoNextAndIsSanitised) {
  v1::Refusal refusal;
  refusal.set_reason("RECORDER_IS_CONFIRMER");
  refusal.set_message_zh("登记人不能自己确认\x1b[31m。");
  std::ostringstream err;
  PrintError(RefusalError(absl::StatusCode::kFailedPrecondition, refusal), Language::kChinese, err);
  EXPECT_THAT(err.str(), HasSubstr("错误：登记人不能自己确认"));
  EXPECT_THAT(err.str(), HasSubstr("下一步：请由另一位人员办理：用其本人的 --profile"));
  EXPECT_EQ(err.str().find('\x1b'), std::string::npos);
}

TEST(RunTest, UsageHelpAndUnreachableHaveTheirCodes) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(cli::Run({"--help", "--lang", "zh"}, out, err), ExitCode::kDone);
  EXPECT_THAT(out.str(), HasSubstr("退出码"));
  EXPECT_EQ(cli::Run({"--lang", "fr", "bank", "list"}, out, err), ExitCode::kUsage);
  EXPECT_THAT(err.str(), HasSubstr("unknown language"));
  err.str("");
  setenv("LC_ALL", "zh_CN.UTF-8", 1);
  EXPECT_EQ(cli::Run({"--lang", "fr", "bank", "list"}, out, err), ExitCode::kUsage);
  unsetenv("LC_ALL");
  EXPECT_THAT(err.str(), HasSubstr("错误：语言"));
  EXPECT_EQ(cli::Run({"bank", "list", "-o", "xml"}, out, err), ExitCode::kUsage);
  EXPECT_EQ(cli::Run({"bank", "list", "--timeout", "-1"}, out, err), ExitCode::kUsage);
  EXPECT_EQ(cli::Run({"bank", "list", "--lang", "en", "--server", "unix:/nonexistent/timebank"}, out, err),
            ExitCode::kUnreachable);
  EXPECT_THAT(err.str(), HasSubstr("nothing was sent"));
  EXPECT_EQ(cli::Run({"import", "records", "/nonexistent.csv"}, out, err), ExitCode::kFile);
}

TEST(RunTest, APipeThatNobodyReadsIsTold) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(ReaderIsGone(ends[1]));
  close(ends[0]);
  EXPECT_TRUE(ReaderIsGone(ends[1]));
  close(ends[1]);
}

}  // namespace
}  // namespace timebank::cli
