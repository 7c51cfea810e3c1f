#include "cli/import/record_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/exit_code.h"
#include "cli/fake_client.h"

namespace timebank::cli {
namespace {

constexpr char kHeader[] = "服务日期,志愿者编号,姓名,开始,结束,服务类别,服务对象编号,社区,备注\n";

// A service that takes every record but those of volunteer "STRANGER" and those it has already.
class FakeBank {
 public:
  FakeBank() {
    client_.On<v1::BatchCreateRecordsRequest, v1::BatchCreateRecordsResponse>(
        [this](const v1::BatchCreateRecordsRequest& request, v1::BatchCreateRecordsResponse* response) {
          return Take(request, response);
        });
  }

  Client* client() { return &client_; }
  std::vector<v1::CreateRecordRequest> taken;
  std::vector<int> batches;
  int fail_at_batch = -1;
  absl::Status failure;

 private:
  absl::Status Take(const v1::BatchCreateRecordsRequest& request, v1::BatchCreateRecordsResponse* response) {
    if (static_cast<int>(batches.size()) == fail_at_batch) {
      return failure;
    }
    batches.push_back(request.requests_size());
    for (const v1::CreateRecordRequest& item : request.requests()) {
      v1::RecordOutcome* const outcome = response->add_outcomes();
      v1::CreateRecordRequest content = item;
      content.clear_request_id();
      const auto [known, is_new] = ids_.try_emplace(content.SerializeAsString(), ids_.size() + 1);
      if (item.volunteer() == "STRANGER") {
        outcome->mutable_refusal()->set_reason("VOLUNTEER_NOT_FOUND");
        outcome->mutable_refusal()->set_message_zh("没有这位志愿者。");
      } else if (item.volunteer_name() == "错名") {
        outcome->mutable_refusal()->set_reason("VOLUNTEER_NAME_MISMATCH");
      } else if (item.end_time().seconds() <= item.start_time().seconds()) {
        outcome->mutable_refusal()->set_reason("RECORD_ENDS_BEFORE_START");
        outcome->mutable_refusal()->set_message_zh("结束时间必须晚于开始时间。");
        outcome->mutable_refusal()->set_message_en("The service ends before it starts.");
      } else if (!is_new) {
        outcome->mutable_refusal()->set_reason("RECORD_DUPLICATE");
        (*outcome->mutable_refusal()->mutable_metadata())["record"] = absl::StrCat(known->second);
      } else {
        outcome->mutable_accepted()->mutable_receipt()->set_name(absl::StrCat("banks/xt/records/", known->second));
        outcome->mutable_accepted()->mutable_result()->set_awaits_second_approval(item.note() == "late");
        taken.push_back(item);
      }
    }
    return absl::OkStatus();
  }

  FakeClient client_;
  std::map<std::string, size_t> ids_;
};

struct Imported {
  absl::Status status;
  ImportSummary summary;
  std::string report;
};

Imported Import(const std::string& text, FakeBank* bank) {
  Imported result;
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  EXPECT_TRUE(reader.ok());
  RecordSource source({bank->client(), "banks/xt", "", "run"}, *MatchRecordColumns(reader->header()));
  const std::string path = absl::StrCat(testing::TempDir(), "report-", reinterpret_cast<uintptr_t>(&result), ".csv");
  absl::StatusOr<Report> report = Report::Create(path, "record", Language::kEnglish);
  Progress progress("", 0, Language::kEnglish, {});
  ImportRun run;
  run.reader = &*reader;
  run.source = &source;
  run.report = &*report;
  run.progress = &progress;
  result.status = RunImport(&run);
  result.summary = run.summary;
  EXPECT_FALSE(std::ifstream(path).good()) << "the report appeared before it was finished";
  EXPECT_TRUE(report->Finish().ok());
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  result.report = content.str();
  std::remove(path.c_str());
  return result;
}

TEST(RecordImportTest, EveryRowHasOneOutcomeInOrder) {
  FakeBank bank;
  const Imported result = Import(std::string(kHeader) +
                                     "2026-03-05,M1,甲,09:00,10:00,陪伴,M9,向阳,\n"
                                     "2026/3/5,M１,甲,９：００,10:00,陪伴,M9,向阳,\"again, and\nlonger\"\n"
                                     "2026-03-05,STRANGER,乙,09:00,10:00,陪伴,M9,向阳,\n"
                                     "2026年3月5日,STRANGER,乙,9:00,10:00,陪伴,M9,向阳,\n"
                                     "2026-02-30,M2,丙,09:00,10:00,陪伴,M9,向阳,\n"
                                     "2026-03-05,M2,丙,9:5,10:00,陪伴,M9,向阳,\n"
                                     "2026-03-05,,丙,09:00,10:00,陪伴,M9,向阳,\n"
                                     "2026-03-05,M3,丁,11:00,12:00,陪伴,M9,向阳,late\n"
                                     "2026-03-05,M3\n"
                                     ",,,,,,,,\n",
                                 &bank);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.report.substr(0, result.report.find('\n')), "row,outcome,reason,record,message");
  const std::vector<std::string> lines = {
      "\n1,accepted,,1,\n",
      "\n2,duplicate,RECORD_DUPLICATE,1,",
      "\n3,refused,VOLUNTEER_NOT_FOUND,,",
      "\n4,duplicate,RECORD_DUPLICATE,,\"it repeats row 3 of this file, which was refused\"\n",
      "\n5,refused,INVALID_DATE,,",
      "\n6,refused,INVALID_TIME,,",
      "\n7,refused,MISSING_VALUE,,",
      "\n8,accepted,LATE,3,",
      "\n9,refused,WRONG_FIELD_COUNT,,",
      "\n10,refused,EMPTY_ROW,,"};
  size_t place = 0;
  for (const std::string& line : lines) {
    const size_t found = result.report.find(line, place == 0 ? 0 : place - 1);
    ASSERT_NE(found, std::string::npos) << line << " in\n" << result.report;
    place = result.report.find('\n', found + 1) + 1;
  }
  EXPECT_EQ(place, result.report.size());
  EXPECT_EQ(result.summary.rows, 10);
  EXPECT_EQ(result.summary.accepted, 2);
  EXPECT_EQ(result.summary.late, 1);
  EXPECT_EQ(result.summary.duplicate, 2);
  EXPECT_EQ(result.summary.refused, 6);
  EXPECT_EQ(bank.batches, (std::vector<int>{3}));
}

TEST(RecordImportTest, FieldsArriveAsTheyWereMeant) {
  FakeBank bank;
  ASSERT_TRUE(
      Import(std::string(kHeader) + "２０２６-３-５, M00001 ,严莲强,９点半,24:00,陪伴,M00002,向阳社区,\"一\r\n二\"\n", &bank)
          .status.ok());
  ASSERT_EQ(bank.taken.size(), 1U);
  const v1::CreateRecordRequest& request = bank.taken.front();
  EXPECT_EQ(request.request_id(), "run:1");
  EXPECT_EQ(request.volunteer(), "M00001");
  EXPECT_EQ(request.volunteer_name(), "严莲强");
  EXPECT_EQ(request.beneficiary(), "M00002");
  EXPECT_EQ(request.center(), "向阳社区");
  EXPECT_EQ(request.category(), "陪伴");
  EXPECT_EQ(request.note(), "一\n二");
  EXPECT_EQ(request.start_time().seconds(), 1772674200);  // 2026-03-05 09:30 in China
  EXPECT_EQ(request.end_time().seconds(), 1772726400);    // The end of that day.
}

std::string ManyRows(int count) {
  std::string text = kHeader;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "2026-03-05,M", i, ",甲,09:00,10:00,陪伴,M99999,向阳,\n");
  }
  return text;
}

TEST(RecordImportTest, BatchesAndTheSameFileAgain) {
  FakeBank bank;
  const std::string text = ManyRows(1203);
  const Imported first = Import(text, &bank);
  ASSERT_TRUE(first.status.ok());
  EXPECT_EQ(bank.batches, (std::vector<int>{500, 500, 203}));
  EXPECT_EQ(first.summary.accepted, 1203);
  const Imported second = Import(text, &bank);
  ASSERT_TRUE(second.status.ok());
  EXPECT_EQ(second.summary.duplicate, 1203);
  EXPECT_EQ(bank.taken.size(), 1203U);
  EXPECT_NE(second.report.find("\n1203,duplicate,RECORD_DUPLICATE,1203,"), std::string::npos);
  EXPECT_NE(second.summary.Words({"记录", "records"}, true).en.find("Nothing changed: every row was recorded before"),
            std::string::npos);
}

TEST(RecordImportTest, StopsWhereTheOutcomeIsUnknown) {
  FakeBank bank;
  bank.fail_at_batch = 1;
  bank.failure = WithExitCode(absl::UnavailableError("gone"), ExitCode::kUnknown);
  const Imported result = Import(ManyRows(1203), &bank);
  EXPECT_EQ(ExitCodeOf(result.status), ExitCode::kUnknown);
  EXPECT_EQ(result.summary.rows, 500);
  EXPECT_NE(result.status.message().find("500"), std::string::npos);
  EXPECT_NE(result.report.find("\n500,accepted,"), std::string::npos);
  EXPECT_EQ(result.report.find("\n501,"), std::string::npos);
  EXPECT_EQ(ImportSummary().Words({"记录", "records"}, false).en.find("Nothing changed"), std::string::npos);
}

TEST(RecordImportTest, NothingSentIsUnreachableAndHalfSentIsNot) {
  FakeBank bank;
  bank.fail_at_batch = 0;
  bank.failure = WithExitCode(absl::UnavailableError("down"), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(Import(ManyRows(10), &bank).status), ExitCode::kUnreachable);
  FakeBank half;
  half.fail_at_batch = 1;
  half.failure = bank.failure;
  EXPECT_EQ(ExitCodeOf(Import(ManyRows(700), &half).status), ExitCode::kUnknown);
}

TEST(RecordImportTest, ACutOffFileKeepsWhatStandsBefore) {
  FakeBank bank;
  const Imported result = Import(ManyRows(3) + "2026-03-06,M1,甲,09:00,10:00,陪伴,M9,向阳,\"cut of", &bank);
  EXPECT_EQ(ExitCodeOf(result.status), ExitCode::kFile);
  EXPECT_NE(result.status.message().find("line 5"), std::string::npos) << result.status;
  EXPECT_EQ(result.summary.accepted, 3);
  EXPECT_NE(result.report.find("\n3,accepted,"), std::string::npos);
}

TEST(RecordImportTest, BatchesStayBelowTheGreatestMessage) {
  FakeBank bank;
  std::string text = kHeader;
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&text, "2026-03-05,M", i, ",甲,09:00,10:00,陪伴,M9,向阳,", std::string(60000, 'x'), "\n");
  }
  ASSERT_TRUE(Import(text, &bank).status.ok());
  for (const int size : bank.batches) {
    EXPECT_LT(size * 60000, 4 << 20);
  }
  EXPECT_EQ(bank.taken.size(), 100U);
}

TEST(ReportTest, AFolderThatDoesNotExistIsSaidBeforeAnythingIsSent) {
  const absl::StatusOr<Report> report = Report::Create("/nonexistent/report.csv", "record", Language::kEnglish);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(ExitCodeOf(report.status()), ExitCode::kFile);
}

TEST(ReadListTest, FilesThatAreNoListsAreFileErrors) {
  EXPECT_EQ(ExitCodeOf(ReadList("/nonexistent.csv").status()), ExitCode::kFile);
  const std::string path = testing::TempDir() + "binary.csv";
  std::ofstream(path) << std::string("a,b\n\0\1\2", 7);
  EXPECT_EQ(ExitCodeOf(ReadList(path).status()), ExitCode::kFile);
  std::remove(path.c_str());
}

std::vector<std::string> ReportLines(const Imported& imported) {
  return absl::StrSplit(imported.report, '\n', absl::SkipEmpty());
}

TEST(RecordImportTest, ACorrectedRowIsNotTheOneThatWasRefused) {
  FakeBank bank;
  const Imported result = Import(std::string(kHeader) +
                                     "2026-03-05,M1,错名,09:00,10:00,陪伴,M9,向阳,\n"
                                     "2026-03-05,M1,甲,09:00,10:00,陪伴,M9,向阳,\n"
                                     "2026-03-05,M1,错名,09:00,10:00,陪伴,M9,向阳,\n"
                                     "2026-03-05,m1,\"　甲 \",09:00,10:00,陪伴,m9,向　阳,\n",
                                 &bank);
  ASSERT_TRUE(result.status.ok()) << result.status;
  const std::vector<std::string> lines = ReportLines(result);
  ASSERT_EQ(lines.size(), 5U) << result.report;
  EXPECT_THAT(lines[1], testing::StartsWith("1,refused,VOLUNTEER_NAME_MISMATCH,"));
  EXPECT_THAT(lines[2], testing::StartsWith("2,accepted,"));
  EXPECT_THAT(lines[3], testing::StartsWith("3,duplicate,"));
  EXPECT_THAT(lines[4], testing::StartsWith("4,duplicate,"));
  EXPECT_EQ(bank.batches, (std::vector<int>{2}));
}

TEST(RecordImportTest, DurationsMakeTheEnd) {
  FakeBank bank;
  const Imported result = Import(
      "日期,编号,开始,结束,时长,类别,服务对象,社区\n"
      "2026-03-05,M1,9:00,,1.5小时,陪伴,M9,向阳\n"
      "2026-03-05,M2,9:00,10:30,90分钟,陪伴,M9,向阳\n"
      "2026-03-05,M3,9:00,1.5小时,,陪伴,M9,向阳\n"
      "2026-03-05,M4,9:00,10:00,1.5小时,陪伴,M9,向阳\n"
      "2026-03-05,M5,9:00,,2,陪伴,M9,向阳\n"
      "2026-03-05,M6,9:00,,,陪伴,M9,向阳\n"
      "2026-03-05,M7,9:00,90,,陪伴,M9,向阳\n",
      &bank);
  const std::vector<std::string> lines = ReportLines(result);
  ASSERT_EQ(lines.size(), 8U);
  ASSERT_EQ(bank.taken.size(), 3U) << result.report;
  for (const v1::CreateRecordRequest& request : bank.taken) {
    EXPECT_EQ(request.end_time().seconds() - request.start_time().seconds(), 90 * 60) << request.volunteer();
  }
  EXPECT_THAT(lines[4], testing::HasSubstr("4,refused,INVALID_TIME,,"));
  EXPECT_THAT(lines[4], testing::HasSubstr("do not agree"));
  EXPECT_THAT(lines[5], testing::HasSubstr("5,refused,INVALID_TIME,,"));
  EXPECT_THAT(lines[5], testing::HasSubstr("has no unit"));
  EXPECT_THAT(lines[6], testing::HasSubstr("6,refused,MISSING_VALUE,,"));
  EXPECT_THAT(lines[7], testing::HasSubstr("7,refused,INVALID_TIME,,"));
}

TEST(RecordImportTest, TheHeadingNamesTheUnitOfBareNumbers) {
  for (const char* heading : {"时长（小时）", "duration (hours)", "服务时长(h)"}) {
    FakeBank bank;
    Import(absl::StrCat("日期,编号,开始,", heading, ",类别,服务对象,社区\n2026-03-05,M1,9:00,1.5,陪伴,M9,向阳\n"), &bank);
    ASSERT_EQ(bank.taken.size(), 1U) << heading;
    EXPECT_EQ(bank.taken[0].end_time().seconds() - bank.taken[0].start_time().seconds(), 90 * 60) << heading;
  }
  FakeBank bank;
  Import("日期,编号,开始,时长（分钟）,类别,服务对象,社区\n2026-03-05,M1,9:00,90,陪伴,M9,向阳\n", &bank);
  ASSERT_EQ(bank.taken.size(), 1U);
  EXPECT_EQ(bank.taken[0].end_time().seconds() - bank.taken[0].start_time().seconds(), 90 * 60);
}

TEST(RecordImportTest, SpreadsheetCellsAndServicesOverMidnight) {
  FakeBank bank;
  const Imported result = Import(std::string(kHeader) +
                                     "=\"2026-03-05\",'M00044,甲,0900,上午10点,陪伴,'M9,向阳,\n"
                                     "2026-03-05,M1,甲,23:00,1:00,陪伴,M9,向阳,\n",
                                 &bank);
  ASSERT_EQ(bank.taken.size(), 1U) << result.report;
  EXPECT_EQ(bank.taken[0].volunteer(), "M00044");
  EXPECT_EQ(bank.taken[0].beneficiary(), "M9");
  EXPECT_THAT(result.report, testing::HasSubstr("2,refused,RECORD_ENDS_BEFORE_START,,"));
  EXPECT_THAT(result.report, testing::HasSubstr("one up to 24:00"));
}

}  // namespace
}  // namespace timebank::cli
