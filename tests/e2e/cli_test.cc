// The command line by itself: exit codes, formats, languages, and files that are no lists.
#include <gmock/gmock.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/lists.h"
#include "tests/e2e/output.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"

namespace timebank::e2e {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    ASSERT_EQ(Cli({"bank", "create", "xt", "--name", "湘潭时间银行"}).exit_code, 0);
    WriteFile(folder_ / "members.csv", lists_.members);
    ASSERT_EQ(Cli({"import", "members", folder_ / "members.csv"}).exit_code, 0);
  }

  CliResult Cli(std::vector<std::string> words, const std::string& language = "en_US.UTF-8") {
    return RunCli(folder_.path(), words,
                  {{"TIMEBANK_SERVER", server_.address()}, {"TIMEBANK_AS", "wang"}, {"LANG", language}});
  }

  CliResult Import(const std::string& bytes, const std::vector<std::string>& more = {}) {
    WriteFile(folder_ / "list.csv", bytes);
    std::vector<std::string> words = {"import", "records", folder_ / "list.csv"};
    words.insert(words.end(), more.begin(), more.end());
    return Cli(words);
  }

  size_t Records() {
    size_t records = 0;
    for (const std::string& center : ListCenters()) {
      records += json::parse(Cli({"record", "list", "--center", center, "-o", "json"}).out).size();
    }
    return records;
  }

  const Lists lists_ = MakeLists();
  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {"--clock", kListDay}, {}}};
};

TEST_F(CliTest, ExitCodes) {
  EXPECT_EQ(Cli({"--help"}).exit_code, 0);
  EXPECT_EQ(Cli({"version"}).exit_code, 0);
  EXPECT_EQ(Cli({}).exit_code, 2);
  EXPECT_EQ(Cli({"record"}).exit_code, 2);
  EXPECT_EQ(Cli({"record", "fly"}).exit_code, 2);
  EXPECT_EQ(Cli({"balance"}).exit_code, 2);
  EXPECT_EQ(Cli({"balance", "M00001", "--nonsense"}).exit_code, 2);
  EXPECT_EQ(Cli({"-o", "xml", "bank", "list"}).exit_code, 2);
  EXPECT_EQ(Cli({"statement", "M00001", "--from", "someday"}).exit_code, 2);
  EXPECT_EQ(Cli({"statement", "M00001", "--from", "2026-02-30"}).exit_code, 2);
  EXPECT_EQ(Cli({"--lang", "fr", "bank", "list"}).exit_code, 2);
  EXPECT_EQ(Cli({"bank", "create", "xt", "--name", "又一个"}).exit_code, 3);
  EXPECT_EQ(Cli({"balance", "M99999"}).exit_code, 4);
  EXPECT_EQ(Cli({"record", "show", "999999"}).exit_code, 4);
  EXPECT_EQ(Cli({"--bank", "nowhere", "member", "list"}).exit_code, 4);
  EXPECT_EQ(Cli({"--server", "unix:" + (folder_ / "nobody"), "--timeout", "2", "bank", "list"}).exit_code, 5);
  EXPECT_EQ(Import(lists_.records, {"--strict"}).exit_code, 7);
  EXPECT_EQ(Import(lists_.records).exit_code, 0) << "refused rows are no failure of the import";
  EXPECT_EQ(Cli({"import", "records", folder_ / "none.csv"}).exit_code, 8);
  EXPECT_EQ(Cli({"import", "records", folder_.path()}).exit_code, 8);
  EXPECT_EQ(Import(lists_.records, {"--report", folder_ / "no/such/folder/r.csv"}).exit_code, 8);
}

TEST_F(CliTest, TheSameRequestIdActsOnce) {
  const std::vector<std::string> add = {"record",  "add",          "--volunteer", "M00001",     "--beneficiary",
                                        "M00041",  "--center",     "湘江社区",    "--category", "陪伴",
                                        "--date",  "2026-11-18",   "--start",     "9:00",       "--duration",
                                        "1.5小时", "--request-id", "once",        "-o",         "json"};
  const CliResult first = Cli(add);
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(Cli(add).out, first.out);
  EXPECT_EQ(Records(), 1U);
}

TEST_F(CliTest, JsonAndCsvAreForPrograms) {
  Import(lists_.records);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"bank", "list"},
                                                {"bank", "show"},
                                                {"scope", "list"},
                                                {"center", "list"},
                                                {"member", "list"},
                                                {"member", "show", "M00001"},
                                                {"record", "list", "--center", "湘江社区"},
                                                {"record", "list", "--volunteer", "M00001"},
                                                {"balance", "M00001"},
                                                {"statement", "M00001"},
                                                {"lots", "M00001"},
                                                {"account", "list"},
                                                {"journal", "list"},
                                                {"rule", "show"},
                                                {"hold", "list", "M00001"},
                                                {"order", "list", "M00001"},
                                                {"order", "board"},
                                                {"order", "series", "M00001"},
                                                {"order", "skipped", "M00001"},
                                                {"proxy", "list", "M00001"},
                                                {"order", "no-shows"},
                                                {"center", "day", "湘江社区"}}) {
    std::vector<std::string> with_format = words;
    with_format.insert(with_format.end(), {"-o", "json"});
    const CliResult english = Cli(with_format);
    EXPECT_EQ(english.exit_code, 0) << words[0] << english.err;
    const json rows = json::parse(english.out, nullptr, false);
    EXPECT_TRUE(rows.is_array()) << words[0] << ": " << english.out;
    with_format.back() = "csv";
    EXPECT_EQ(CsvRows(Cli(with_format).out).size(), rows.size()) << words[0];
    if (words[0] != "rule") {  // Whose descriptions are words.
      with_format.back() = "json";
      EXPECT_EQ(Cli(with_format, "zh_CN.UTF-8").out, english.out) << words[0] << ": programs read no language";
    }
  }
}

TEST_F(CliTest, TablesAreAlignedInBothLanguages) {
  Import(lists_.records);
  for (const std::string& language : {std::string("zh"), std::string("en")}) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"record", "list", "--center", "湘江社区"}, {"member", "list"}, {"center", "list"}}) {
      std::vector<std::string> shown = words;
      shown.insert(shown.end(), {"--lang", language});
      const CliResult result = Cli(shown, "C");
      ASSERT_EQ(result.exit_code, 0) << result.err;
      // The second line is a rule below every heading.
      const size_t begin = result.out.find('\n') + 1;
      const std::string rule = result.out.substr(begin, result.out.find('\n', begin) - begin);
      ASSERT_THAT(rule, StartsWith("--"));
      EXPECT_EQ(AlignedBlocks(result.out), AlignedBlocks(rule)) << result.out.substr(0, 1500);
    }
  }
}

TEST_F(CliTest, WordsAreChineseOrEnglish) {
  EXPECT_THAT(Cli({"balance", "M99999"}, "zh_CN.UTF-8").err, HasSubstr("错误："));
  EXPECT_THAT(Cli({"balance", "M99999"}, "en_US.UTF-8").err, StartsWith("error: "));
  EXPECT_THAT(Cli({"--lang", "zh", "balance", "M99999"}, "en_US.UTF-8").err, HasSubstr("错误："));
  EXPECT_THAT(Cli({"--lang", "en", "balance", "M99999"}, "zh_CN.UTF-8").err, StartsWith("error: "));
  EXPECT_THAT(Cli({"--help"}, "zh_CN.UTF-8").out, HasSubstr("退出码"));
  EXPECT_THAT(Cli({"--help"}, "C").out, HasSubstr("Exit codes"));
  const CliResult refused = Cli({"--lang", "zh", "bank", "create", "xt", "--name", "又一个"});
  EXPECT_THAT(refused.err, HasSubstr("已经存在"));
  EXPECT_EQ(refused.out, "");
}

TEST_F(CliTest, FilesThatAreNoLists) {
  const std::string random = ReadFile(ProgramPath("timebank")).substr(0, 100000);
  const std::string gbk = ToGbk(lists_.records);
  const std::map<std::string, std::string> files = {
      {"an empty file", ""},
      {"line breaks only", "\r\n\r\n\n"},
      {"a program", random},
      {"zeros", std::string(5000, '\0')},
      {"a workbook", "PK\x03\x04" + random},
      {"another list", "水果,价格\r\n苹果,5\r\n"},
      {"a list without the date", "志愿者编号,开始,结束,服务类别,服务对象编号\r\nM00001,9:00,10:00,陪伴,M00041\r\n"},
      {"a broken character", lists_.records.substr(0, lists_.records.find("陪伴") + 1)},
      {"half of a GBK character", gbk + "\xB0"},
  };
  for (const auto& [name, bytes] : files) {
    const CliResult result = Import(bytes);
    EXPECT_EQ(result.exit_code, 8) << name << ": " << result.out << result.err;
    EXPECT_THAT(result.err, StartsWith("error: ")) << name;
    EXPECT_THAT(result.err, HasSubstr("list.csv")) << name;
    EXPECT_LT(result.err.size(), 600U) << name << ": an error is for people";
  }
  EXPECT_EQ(Records(), 0U);
}

TEST_F(CliTest, AListThatWasCutOff) {
  // In the middle of a quoted field: what stands before is loaded, and the file is named as broken.
  const size_t cut = lists_.records.find("第一行\n") + std::string("第一行").size() + 1;
  const CliResult cut_off = Import(lists_.records.substr(0, cut), {"--report", folder_ / "report.csv"});
  EXPECT_EQ(cut_off.exit_code, 8) << cut_off.out << cut_off.err;
  const size_t loaded = Records();
  EXPECT_GT(loaded, 0U);
  EXPECT_EQ(CsvRows(ReadFile(folder_ / "report.csv")).size(), loaded);
  // The whole list finds them and adds the rest.
  const CliResult whole = Import(lists_.records, {"--report", folder_ / "report.csv"});
  EXPECT_EQ(whole.exit_code, 0) << whole.err;
  size_t accepted = 0;
  for (const Row& row : lists_.rows) {
    accepted += row.outcome == "accepted" ? 1 : 0;
  }
  EXPECT_EQ(Records(), accepted);
  // Between two fields: the last row is too short, and it alone is refused.
  const CliResult short_row = Import(lists_.records + "2026-11-19,M00001", {"--report", folder_ / "report.csv"});
  EXPECT_EQ(short_row.exit_code, 0) << short_row.err;
  auto report = CsvRows(ReadFile(folder_ / "report.csv"));
  ASSERT_EQ(report.size(), lists_.rows.size() + 1);
  EXPECT_EQ(report.back()["outcome"], "refused");
  EXPECT_EQ(report.back()["reason"], "WRONG_FIELD_COUNT");
  EXPECT_EQ(Records(), accepted);
}

TEST_F(CliTest, NoPersonalNumberIsShown) {
  const std::string id = "11010519491231002X";
  const CliResult registered = Cli({"member", "register", "--name", "某人", "--birth-date", "1949-12-31", "--national-id",
                                    id, "--phone", "13800138000", "--center", "湘江社区", "--number", "P1"});
  ASSERT_EQ(registered.exit_code, 0) << registered.err;
  for (const std::vector<std::string>& words : {std::vector<std::string>{"member", "show", "P1"},
                                                {"member", "list", "-o", "json"},
                                                {"journal", "list", "-o", "json"}}) {
    const CliResult result = Cli(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, Not(HasSubstr(id)));
    EXPECT_THAT(result.out, Not(HasSubstr("13800138000")));
  }
  EXPECT_THAT(Cli({"member", "show", "P1"}).out, HasSubstr("**************002X"));
  EXPECT_THAT(Cli({"member", "show", "P1"}).out, Not(HasSubstr("1949-12")));
  EXPECT_THAT(server_.errors() + server_.output(), Not(HasSubstr(id)));
}

}  // namespace
}  // namespace timebank::e2e
