// REASONS.md is what rejections.def says, for readers. TIMEBANK_WRITE_GOLDEN=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "service/model/rejection.h"

namespace timebank::model {
namespace {

constexpr char kHead[] =
    "# 规则拒绝的原因 / Reasons for which the rules refuse\n"
    "\n"
    "Made from [rejections.def](rejections.def) by reasons_doc_test.cc, which fails when the two differ.\n"
    "In order of precedence: where two apply, the one that stands first is the answer. Words in {braces} are filled in.\n"
    "`timebank reason show NAME` explains one on the command line, with what can be done about it.\n"
    "\n"
    "| 次序 | 名称 Name | 状态码 Code | 中文 | English |\n"
    "| --: | --- | --- | --- | --- |\n";

std::string Cell(absl::string_view text) { return absl::StrReplaceAll(text, {{"|", "\\|"}}); }

std::string Document() {
  std::string text = kHead;
  int precedence = 0;
  for (const ReasonText& reason : AllReasons()) {
    absl::StrAppend(&text, "| ", ++precedence, " | ", reason.name, " | ", absl::StatusCodeToString(reason.code), " | ",
                    Cell(reason.zh), " | ", Cell(reason.en), " |\n");
  }
  return text;
}

TEST(ReasonsDocTest, IsUpToDate) {
  const std::string wanted = Document();
  if (std::getenv("TIMEBANK_WRITE_GOLDEN") != nullptr) {
    std::ofstream(TIMEBANK_REASONS) << wanted;
  }
  std::ifstream file(TIMEBANK_REASONS);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), wanted) << "run this test with TIMEBANK_WRITE_GOLDEN=1 and look at what changed";
}

}  // namespace
}  // namespace timebank::model
