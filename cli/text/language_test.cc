#include "cli/text/language.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace timebank::cli {
namespace {

Environment Variables(const std::map<std::string, const char*>& variables) {
  return [variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  };
}

TEST(LanguageTest, FlagWinsOverEnvironment) {
  EXPECT_EQ(*ChooseLanguage("en", Variables({{"LANG", "zh_CN.UTF-8"}})), Language::kEnglish);
  EXPECT_EQ(*ChooseLanguage("zh", Variables({{"LC_ALL", "C"}})), Language::kChinese);
}

TEST(LanguageTest, FirstVariableThatIsSetDecides) {
  EXPECT_EQ(*ChooseLanguage("", Variables({{"LANG", "zh_CN.UTF-8"}})), Language::kChinese);
  EXPECT_EQ(*ChooseLanguage("", Variables({{"LC_MESSAGES", "zh_TW"}, {"LANG", "en_US.UTF-8"}})), Language::kChinese);
  EXPECT_EQ(*ChooseLanguage("", Variables({{"LC_ALL", "C"}, {"LANG", "zh_CN.UTF-8"}})), Language::kEnglish);
  EXPECT_EQ(*ChooseLanguage("", Variables({{"LC_ALL", ""}, {"LANG", "zh_CN.UTF-8"}})), Language::kChinese);
  EXPECT_EQ(*ChooseLanguage("", Variables({})), Language::kEnglish);
}

TEST(LanguageTest, UnknownFlagIsRefusedInBothLanguages) {
  const absl::Status status = ChooseLanguage("fr\x1b[2J", Variables({})).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(TextOf(status).en, R"(unknown language "fr\x1b[2J"; use zh or en)");
  EXPECT_NE(TextOf(status).zh.find("请用 zh 或 en"), std::string::npos);
}

TEST(LanguageTest, TextSurvivesInStatus) {
  const absl::Status status = TextError(absl::StatusCode::kNotFound, {"没有", "none"});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(TextOf(status).Pick(Language::kChinese), "没有");
  EXPECT_EQ(TextOf(status).Pick(Language::kEnglish), "none");
  EXPECT_EQ(TextOf(absl::InternalError("foreign")).zh, "foreign");
}

TEST(LanguageTest, FullStopsCanBeTakenOff) {
  const Text text = WithoutStop({"出错了。", "It failed.."});
  EXPECT_EQ(text.zh, "出错了");
  EXPECT_EQ(text.en, "It failed");
  EXPECT_EQ(WithoutStop({"", "."}).en, "");
}

}  // namespace
}  // namespace timebank::cli
