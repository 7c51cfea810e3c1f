// Hours taken back by the real programs: a list that survives a crash halfway, the words for every reason, and a try-out of rules.
#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/e2e/client.h"
#include "tests/e2e/output.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/reversal.pb.h"

namespace timebank::e2e {
namespace {

using testing::HasSubstr;

constexpr char kBank[] = "banks/xt";
constexpr int kVolunteers = 10;
constexpr int kDays = 28;

class ReversalTest : public testing::Test {
 protected:
  void SetUp() override { Launch(); }

  void Launch() {
    ASSERT_TRUE(server_.StartUp()) << server_.errors();
    client_ = std::make_unique<Client>(server_.address());
  }

  // Every volunteer serves the one before on each of the days; all of it is confirmed.
  std::vector<std::string> MakeServices() {
    MakeSmallBank(*client_, "xt", kVolunteers);
    v1::BatchCreateRecordsRequest create;
    create.set_parent(kBank);
    for (int day = 1; day <= kDays; ++day) {
      for (int volunteer = 1; volunteer <= kVolunteers; ++volunteer) {
        *create.add_requests() = RecordRequest(kBank, absl::StrCat("record-", day, "-", volunteer), volunteer,
                                               volunteer == 1 ? kVolunteers : volunteer - 1, day);
      }
    }
    v1::BatchConfirmRecordsRequest confirm;
    confirm.set_parent(kBank);
    std::vector<std::string> records;
    const auto created = client_->Get<v1::BatchCreateRecordsResponse>(create);
    for (const v1::RecordOutcome& outcome : created.outcomes()) {
      records.push_back(outcome.accepted().receipt().name());
      v1::ConfirmRecordRequest* one = confirm.add_requests();
      one->set_request_id(absl::StrCat("confirm-", records.size()));
      one->set_name(records.back());
    }
    EXPECT_EQ(client_->Get<v1::BatchConfirmRecordsResponse>(confirm, "li").outcomes_size(), kVolunteers * kDays);
    return records;
  }

  v1::Reversal Reversal(const std::string& name) {
    v1::GetReversalRequest request;
    request.set_name(name);
    return client_->Get<v1::GetReversalResponse>(request).reversal();
  }

  CliResult Cli(const std::vector<std::string>& words, const std::string& language) {
    return RunCli(folder_.path(), words,
                  {{"TIMEBANK_SERVER", server_.address()}, {"TIMEBANK_AS", "wang"}, {"LANG", language}});
  }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {}, {}}};
  std::unique_ptr<Client> client_;
};

TEST_F(ReversalTest, AListIsCarriedOutOnceWhateverHappensMeanwhile) {
  const std::vector<std::string> records = MakeServices();
  v1::ProposeReversalRequest propose;
  propose.set_request_id("propose");
  propose.set_parent(kBank);
  propose.set_reason("ring");
  for (const std::string& record : records) {
    propose.add_records(record);
  }
  v1::DecideReversalRequest decide;
  decide.set_request_id("decide");
  decide.set_name(client_->Get<v1::ProposeReversalResponse>(propose).receipt().name());
  decide.set_approve(true);
  decide.set_reason("proved");
  EXPECT_EQ(client_->Send(decide).Reason(), "REVERSAL_DECIDER_IS_PROPOSER");
  decide.set_request_id("decide-by-another");
  ASSERT_TRUE(client_->Send(decide, "li").ok());
  // It may be anywhere in its work when it is killed.
  server_.Kill();
  Launch();
  v1::Reversal reversal = Reversal(decide.name());
  for (int wait = 0; wait < 600 && reversal.state() == v1::REVERSAL_STATE_DECIDED; ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    reversal = Reversal(decide.name());
  }
  EXPECT_EQ(reversal.state(), v1::REVERSAL_STATE_DONE);
  EXPECT_EQ(reversal.reversed_count(), kVolunteers * kDays);
  EXPECT_EQ(reversal.skipped_count(), 0);
  const std::vector<v1::Entry> journal = Journal(*client_, kBank);
  CheckJournal(*client_, kBank, journal);
  std::map<std::string, int> reversed;
  for (const v1::Entry& entry : journal) {
    if (entry.kind() == v1::ENTRY_KIND_SERVICE_REVERSED) {
      ++reversed[entry.subject()];
      EXPECT_EQ(entry.reversal(), decide.name());
      EXPECT_EQ(entry.reason(), "ring");
    }
  }
  EXPECT_EQ(reversed.size(), records.size());
  for (const auto& [record, times] : reversed) {
    EXPECT_EQ(times, 1) << record;
  }
  EXPECT_EQ(server_.Terminate(), 0);
}

TEST_F(ReversalTest, EveryReasonIsExplainedOnTheCommandLine) {
  const CliResult list = Cli({"reason", "list", "-o", "csv"}, "en_US.UTF-8");
  ASSERT_EQ(list.exit_code, 0) << list.err;
  int explained = 0;
  for (const auto& row : CsvRows(list.out)) {
    for (const char* language : {"zh_CN.UTF-8", "en_US.UTF-8"}) {
      const CliResult shown = Cli({"reason", "show", row.at("name")}, language);
      EXPECT_EQ(shown.exit_code, 0) << row.at("name");
      EXPECT_THAT(shown.out, HasSubstr(row.at("name")));
      EXPECT_THAT(shown.out, HasSubstr(row.at("message")));
    }
    ++explained;
  }
  EXPECT_GT(explained, 100);
  const CliResult chinese = Cli({"reason", "list"}, "zh_CN.UTF-8");
  EXPECT_THAT(chinese.out, HasSubstr("公益时间池"));
  EXPECT_GT(AlignedBlocks(chinese.out), 2);
  EXPECT_EQ(Cli({"reason", "show", "NO_SUCH_REASON"}, "en_US.UTF-8").exit_code, 4);
}

TEST_F(ReversalTest, ATryOutChangesNothing) {
  MakeServices();
  const std::vector<std::string> words = {"rule",    "simulate",          "--from", LocalDate(kDays),
                                          "--until", LocalDate(1),        "--set",  "shortest_minutes=90",
                                          "--set",   "points_per_hour=20"};
  std::vector<std::string> csv = words;
  csv.insert(csv.end(), {"-o", "csv"});
  const size_t entries = Journal(*client_, kBank).size();
  const CliResult result = Cli(csv, "en_US.UTF-8");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto rows = CsvRows(result.out);
  ASSERT_EQ(rows.size(), static_cast<size_t>(kVolunteers) + 1);
  EXPECT_EQ(rows.back().at("member"), "TOTAL");
  EXPECT_EQ(rows.back().at("service_count"), absl::StrCat(kVolunteers * kDays));
  EXPECT_EQ(rows.back().at("too_short_count"), absl::StrCat(kVolunteers * kDays));
  EXPECT_EQ(rows.front().at("credited_minutes"), absl::StrCat(60 * kDays));
  EXPECT_EQ(rows.front().at("new_credited_minutes"), "0");
  EXPECT_THAT(Cli(words, "zh_CN.UTF-8").out, HasSubstr("没有改动任何数据"));
  EXPECT_EQ(Journal(*client_, kBank).size(), entries);
  const CliResult wrong =
      Cli({"rule", "simulate", "--from", LocalDate(3), "--until", LocalDate(1), "--set", "nonsense=1"}, "zh_CN.UTF-8");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("nonsense"));
}

}  // namespace
}  // namespace timebank::e2e
