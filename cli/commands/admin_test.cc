// `timebank admin due` against a fake service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/command_test_base.h"
#include "cli/exit_code.h"
#include "timebank/v1/admin.pb.h"

namespace timebank::cli {
namespace {

using testing::HasSubstr;

class AdminTest : public CommandTestBase {
 protected:
  absl::Status Due(const std::map<std::string, std::string>& given, Format format, Language language) {
    return Run("admin", "due", Once(given), format, language);
  }
};

TEST_F(AdminTest, ShowsWhatWaitsPageAfterPage) {
  std::vector<v1::ListDueRequest> sent;
  client_.On<v1::ListDueRequest, v1::ListDueResponse>(
      [&sent](const v1::ListDueRequest& request, v1::ListDueResponse* response) {
        sent.push_back(request);
        v1::Due* due = response->add_due();
        due->mutable_due_time()->set_seconds(1795190400);
        due->set_kind(v1::DUE_KIND_HOLD_EXPIRY);
        due->set_resource("banks/xt/holds/17");
        due->set_overdue(sent.size() == 1);
        response->set_next_page_token(sent.size() == 1 ? "more" : "");
        return absl::OkStatus();
      });
  ASSERT_TRUE(Due({{"kind", "hold-expiry"}, {"to", "2026/11/30"}}, Format::kTable, Language::kChinese).ok());
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].parent(), "banks/xt");
  EXPECT_EQ(sent[0].kind(), v1::DUE_KIND_HOLD_EXPIRY);
  EXPECT_EQ(sent[0].to_date(), "2026-11-30");
  EXPECT_EQ(sent[1].page_token(), "more");
  EXPECT_THAT(out_.str(), HasSubstr("2026-11-21 00:00"));
  EXPECT_THAT(out_.str(), HasSubstr("预留到期，释放"));
  EXPECT_THAT(err_.str(), HasSubstr("已过时间而未办"));
  sent.clear();
  ASSERT_TRUE(Due({}, Format::kCsv, Language::kEnglish).ok());
  EXPECT_EQ(out_.str(),
            "due_time,kind,resource,overdue\n2026-11-21 00:00,HOLD_EXPIRY,banks/xt/holds/17,true\n"
            "2026-11-21 00:00,HOLD_EXPIRY,banks/xt/holds/17,false\n");
}

TEST_F(AdminTest, AnUnknownKindNamesThoseThereAre) {
  const absl::Status status = Due({{"kind", "sunrise"}}, Format::kTable, Language::kEnglish);
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
  EXPECT_THAT(TextOf(status).en, HasSubstr("record_notice"));
}

}  // namespace
}  // namespace timebank::cli
