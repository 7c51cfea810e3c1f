#include "cli/text/columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/text/csv.h"
#include "cli/text/date_time.h"
#include "cli/text/encoding.h"
#include "cli/text/language.h"

namespace timebank::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(ColumnsTest, MatchesChineseMemberHeaderInAnyOrder) {
  const auto columns = MatchMemberColumns({"社区", "手机", "\uFEFF编号 ", "姓\u3000名", "出生年月", "身份证", "性别"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  const std::vector<std::string> row = {"向阳社区", "100", " M00001\u3000", "张三", "1953-07-11", "X", "女"};
  EXPECT_EQ(columns->Get(row, MemberColumn::kNumber), "M00001");
  EXPECT_EQ(columns->Get(row, MemberColumn::kName), "张三");
  EXPECT_EQ(columns->Get(row, MemberColumn::kGender), "女");
  EXPECT_EQ(columns->Get(row, MemberColumn::kBirthDate), "1953-07-11");
  EXPECT_EQ(columns->Get(row, MemberColumn::kIdNumber), "X");
  EXPECT_EQ(columns->Get(row, MemberColumn::kPhone), "100");
  EXPECT_EQ(columns->Get(row, MemberColumn::kCenter), "向阳社区");
  EXPECT_THAT(columns->ignored(), IsEmpty());
}

TEST(ColumnsTest, MatchesEnglishHeaderLoosely) {
  const auto columns = MatchRecordColumns(
      {"Date", "VOLUNTEER", "volunteer name", "Start (HH:MM)", "end", "Category", "beneficiary", "ｃｅｎｔｅｒ", "extra"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_TRUE(columns->Has(RecordColumn::kVolunteerName));
  EXPECT_TRUE(columns->Has(RecordColumn::kStart));
  EXPECT_TRUE(columns->Has(RecordColumn::kCenter));
  EXPECT_FALSE(columns->Has(RecordColumn::kNote));
  EXPECT_EQ(columns->Get({"2026-01-01"}, RecordColumn::kNote), "");
  EXPECT_EQ(columns->Get({"2026-01-01"}, RecordColumn::kEnd), "") << "a short row";
  EXPECT_THAT(columns->ignored(), ElementsAre("extra"));
}

TEST(ColumnsTest, TheMoreSpecificNameWins) {
  const auto columns =
      MatchRecordColumns({"编号", "服务日期", "志愿者编号", "开始", "结束", "项目", "服务对象", "服务对象编号"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  const std::vector<std::string> row = {"1", "2026-01-01", "M1", "9:00", "10:00", "陪伴", "李四", "M2"};
  EXPECT_EQ(columns->Get(row, RecordColumn::kVolunteer), "M1");
  EXPECT_EQ(columns->Get(row, RecordColumn::kBeneficiary), "M2");
  EXPECT_THAT(columns->ignored(), ElementsAre("编号", "服务对象"));
}

TEST(ColumnsTest, MissingColumnsAreNamedWithWhatWasFound) {
  const absl::Status status = MatchRecordColumns({"日期", "志愿者编号", "99910819530711945X"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(TextOf(status).zh,
              HasSubstr("缺少列：开始时间、结束时间、服务类别、服务对象编号。表头是：\"日期\"、\"志愿者编号\""));
  EXPECT_THAT(TextOf(status).en, HasSubstr("missing columns: start (开始时间), end (结束时间)"));
  EXPECT_THAT(TextOf(status).en, Not(HasSubstr("9991081953")));
}

TEST(ColumnsTest, RequiredColumnsAreTheCallersChoice) {
  EXPECT_FALSE(MatchMemberColumns({"编号", "姓名"}).ok());
  EXPECT_TRUE(MatchMemberColumns({"姓名", "出生日期"}, {MemberColumn::kName}).ok());
  EXPECT_FALSE(MatchMemberColumns({"编号", "姓名", "出生日期"}, {MemberColumn::kCenter}).ok());
}

TEST(ColumnsTest, RepeatedNameIsRefused) {
  const absl::Status status = MatchMemberColumns({"编号", "姓名", "姓名", "出生日期"}).status();
  EXPECT_THAT(TextOf(status).en, HasSubstr("more than once"));
  EXPECT_TRUE(MatchMemberColumns({"编号", "姓名", "出生日期", "", ""}).ok()) << "columns of no meaning may repeat";
}

// A small list as a spreadsheet saves it in GBK, through every step an import takes.
TEST(ColumnsTest, ReadsAGbkListFromBytesToFields) {
  const std::string bytes =
      // 服务日期,志愿者编号,开始,结束,服务类别,服务对象编号,备注
      "\xB7\xFE\xCE\xF1\xC8\xD5\xC6\xDA,\xD6\xBE\xD4\xB8\xD5\xDF\xB1\xE0\xBA\xC5,\xBF\xAA\xCA\xBC,\xBD\xE1\xCA\xF8,"
      "\xB7\xFE\xCE\xF1\xC0\xE0\xB1\xF0,\xB7\xFE\xCE\xF1\xB6\xD4\xCF\xF3\xB1\xE0\xBA\xC5,\xB1\xB8\xD7\xA2\r\n"
      // 2026年3月5日,M1,９：０５,10:00,陪伴,M2,"多行<line break>备注"
      "2026\xC4\xEA"
      "3\xD4\xC2"
      "5\xC8\xD5,M1,\xA3\xB9\xA3\xBA\xA3\xB0\xA3\xB5,10:00,\xC5\xE3\xB0\xE9,M2,"
      "\"\xB6\xE0\xD0\xD0\r\n\xB1\xB8\xD7\xA2\"\r\n"
      "2026/3/6,M1,9:00,10:00,\xC5\xE3\xB0\xE9,M2,\r\n";
  const absl::StatusOr<DecodedText> decoded = DecodeText(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  absl::StatusOr<CsvReader> reader = CsvReader::Open(decoded->text);
  ASSERT_TRUE(reader.ok()) << reader.status();
  const auto columns = MatchRecordColumns(reader->header());
  ASSERT_TRUE(columns.ok()) << columns.status();
  const std::optional<CsvRow> row = reader->Next();
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(*ParseDay(columns->Get(row->fields, RecordColumn::kDate)), absl::CivilDay(2026, 3, 5));
  EXPECT_EQ(*ParseTimeOfDay(columns->Get(row->fields, RecordColumn::kStart)), 545);
  EXPECT_EQ(columns->Get(row->fields, RecordColumn::kNote), "多行\n备注");
  const std::optional<CsvRow> second = reader->Next();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->line, 4);
  EXPECT_EQ(columns->Get(second->fields, RecordColumn::kDate), "2026/3/6");
  EXPECT_FALSE(reader->Next().has_value());
  EXPECT_TRUE(reader->status().ok());
}

TEST(ColumnsTest, ADurationStandsInForTheEnd) {
  const auto columns = MatchRecordColumns({"日期", "编号", "开始", "时长（小时）", "类别", "服务对象"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_EQ(columns->Name(RecordColumn::kDuration), "时长（小时）");
  EXPECT_EQ(columns->Name(RecordColumn::kEnd), "");
  EXPECT_FALSE(MatchRecordColumns({"日期", "编号", "开始", "类别", "服务对象"}).ok());
}

TEST(ColumnsTest, SynonymsOfTheVolunteersName) {
  for (const char* name : {"志愿者姓名", "姓名", "name", "Volunteer Name"}) {
    const auto columns = MatchRecordColumns({"日期", "编号", "开始", "结束", "类别", "服务对象", name});
    ASSERT_TRUE(columns.ok()) << columns.status();
    EXPECT_TRUE(columns->Has(RecordColumn::kVolunteerName)) << name;
  }
}

TEST(ColumnsTest, MembersNeedNoNumberAndMayHaveAConsent) {
  const auto columns = MatchMemberColumns({"姓名", "出生日期", "监护人", "与监护人关系", "同意凭证", "consent date"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_TRUE(columns->Has(MemberColumn::kGuardian));
  EXPECT_TRUE(columns->Has(MemberColumn::kConsentDate));
  EXPECT_TRUE(columns->ignored().empty());
  EXPECT_FALSE(columns->Has(MemberColumn::kNumber));
}

TEST(ColumnsTest, TheLikelyCauseIsSaid) {
  const auto chinese = [](const std::vector<std::string>& header) { return TextOf(MatchRecordColumns(header).status()).zh; };
  EXPECT_THAT(chinese({"湘江社区服务登记表", "", ""}), HasSubstr("标题"));
  EXPECT_THAT(chinese({"服务日期，志愿者编号，开始，结束"}), HasSubstr("全角逗号"));
  EXPECT_THAT(chinese({"水果", "价格"}), Not(HasSubstr("似乎")));
}

}  // namespace
}  // namespace timebank::cli
