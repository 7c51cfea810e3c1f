#include "cli/words.h"

#include <gtest/gtest.h>

#include "timebank/v1/account.pb.h"
#include "timebank/v1/admin.pb.h"
#include "timebank/v1/member.pb.h"
#include "timebank/v1/record.pb.h"
#include "timebank/v1/reversal.pb.h"
#include "timebank/v1/scope.pb.h"
#include "timebank/v1/star.pb.h"

namespace timebank::cli {
namespace {

// Every value of every enumeration that is printed has words of its own in both languages.
TEST(WordsTest, EveryValueHasWords) {
  for (const google::protobuf::FileDescriptor* file :
       {v1::Record::descriptor()->file(), v1::Member::descriptor()->file(), v1::Account::descriptor()->file(),
        v1::Scope::descriptor()->file(), v1::Receipt::descriptor()->file(), v1::Due::descriptor()->file(),
        v1::StarNeeds::descriptor()->file(), v1::Reversal::descriptor()->file()}) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const google::protobuf::EnumDescriptor* type = file->enum_type(i);
      for (int j = 1; j < type->value_count(); ++j) {
        const Text words = WordsOf(*type, type->value(j)->number());
        EXPECT_NE(words.zh, StableName(*type, type->value(j)->number())) << type->value(j)->name();
        EXPECT_FALSE(words.en.empty()) << type->value(j)->name();
      }
    }
  }
}

TEST(WordsTest, StableNamesDropThePrefix) {
  EXPECT_EQ(StableName(*v1::RecordState_descriptor(), v1::RECORD_STATE_SETTLED), "SETTLED");
  EXPECT_EQ(StableName(*v1::AccountKind_descriptor(), v1::ACCOUNT_KIND_CARE_DELIVERED), "CARE_DELIVERED");
  EXPECT_EQ(StableName(*v1::RecordState_descriptor(), 999), "999");
}

TEST(WordsTest, ValuesAreReadByNameOrWord) {
  EXPECT_EQ(*ParseEnum<v1::RecordState>("recorded"), v1::RECORD_STATE_RECORDED);
  EXPECT_EQ(*ParseEnum<v1::RecordState>("checked-in"), v1::RECORD_STATE_CHECKED_IN);
  EXPECT_EQ(*ParseEnum<v1::RecordState>("待确认"), v1::RECORD_STATE_RECORDED);
  EXPECT_EQ(*ParseEnum<v1::Gender>(" 女 "), v1::GENDER_FEMALE);
  const auto wrong = ParseEnum<v1::Relation>("cousin");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.status().message().find("grandchild"), std::string::npos);
  EXPECT_FALSE(ParseEnum<v1::RecordState>("unspecified").ok());
  EXPECT_FALSE(ParseEnum<v1::RecordState>("").ok());
}

TEST(WordsTest, MomentsAreLocalTimeInChina) {
  google::protobuf::Timestamp moment;
  EXPECT_EQ(FormatMoment(moment), "");
  moment.set_seconds(1772672700);
  EXPECT_EQ(FormatMoment(moment), "2026-03-05 09:05");
}

TEST(WordsTest, CellsShowWordsAndKeepNames) {
  const Cell cell = EnumCell(v1::RECORD_STATE_SETTLED, Language::kChinese);
  EXPECT_EQ(cell.shown(), "已存入");
  EXPECT_EQ(std::get<std::string>(cell.value()), "SETTLED");
  EXPECT_EQ(FlagCell(true, Language::kEnglish).shown(), "yes");
}

}  // namespace
}  // namespace timebank::cli
