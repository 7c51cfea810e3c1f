// The main job from end to end, through the two programs: a centre loads its lists, a second person confirms, the hours are
// banked, and every volunteer sees a balance and a passbook that add up.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/e2e/client.h"
#include "tests/e2e/lists.h"
#include "tests/e2e/output.h"
#include "tests/e2e/server.h"
#include "tests/e2e/temporary_folder.h"
#include "timebank/v1/account.pb.h"

namespace timebank::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using Report = std::vector<std::map<std::string, std::string>>;

// The text without the bank's id in its names.
std::string WithoutBank(std::string text, const std::string& bank) {
  const std::string name = "banks/" + bank + "/";
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    text.erase(at, name.size());
  }
  return text;
}

class StoryTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.StartUp()) << server_.errors(); }
  void TearDown() override { EXPECT_EQ(server_.Terminate(), 0); }

  CliResult Cli(const std::string& actor, const std::vector<std::string>& words) {
    return RunCli(
        folder_.path(), words,
        {{"TIMEBANK_SERVER", server_.address()}, {"TIMEBANK_BANK", bank_}, {"TIMEBANK_AS", actor}, {"LANG", "zh_CN.UTF-8"}});
  }

  // The output of a command that must end well.
  std::string Good(const std::string& actor, const std::vector<std::string>& words) {
    const CliResult result = Cli(actor, words);
    EXPECT_EQ(result.exit_code, 0) << words[0] << " " << words[1] << "\n" << result.out << result.err;
    return result.out;
  }

  json Json(std::vector<std::string> words) {
    words.insert(words.end(), {"-o", "json"});
    return json::parse(Good("wang", words), nullptr, false);
  }

  void MakeBank(const std::string& id) {
    bank_ = id;
    Good("wang", {"bank", "create", id, "--name", "雨湖区时间银行"});
    Good("wang", {"scope", "create", "yuhu", "--name", "雨湖区", "--level", "district"});
    Good("wang", {"center", "create", "--name", ListCenters()[0], "--scope", "yuhu"});
  }

  Report Import(const std::string& kind, const std::string& bytes) {
    WriteFile(folder_ / "list.csv", bytes);
    Good("wang", {"import", kind, folder_ / "list.csv", "--report", folder_ / "report.csv"});
    return CsvRows(ReadFile(folder_ / "report.csv"));
  }

  std::set<std::string> RecordIds() {
    std::set<std::string> ids;
    for (const std::string& center : ListCenters()) {
      for (const json& record : Json({"record", "list", "--center", center})) {
        EXPECT_TRUE(ids.insert(record["record"].get<std::string>()).second) << record;
      }
    }
    return ids;
  }

  // All numbers that people see, as one text that can be compared.
  std::string Numbers(const Lists& lists) {
    const Client client(server_.address());
    v1::ListBankAccountsRequest accounts;
    accounts.set_parent("banks/" + bank_);
    auto listed = client.Get<v1::ListBankAccountsResponse>(accounts);
    listed.clear_sequence();  // Refusals make the journal longer as well.
    std::string numbers = listed.DebugString();
    for (const auto& [volunteer, earned] : lists.earned) {
      v1::GetBalanceRequest request;
      request.set_name("banks/" + bank_ + "/members/" + volunteer);
      auto balance = client.Get<v1::GetBalanceResponse>(request);
      balance.clear_sequence();
      numbers += balance.DebugString();
    }
    return numbers;
  }

  void ConfirmAll(const std::string& actor) {
    for (const std::string& center : ListCenters()) {
      Good(actor, {"record", "confirm", "--center", center, "--all"});
    }
  }

  size_t Waiting() {
    size_t waiting = 0;
    for (const std::string& center : ListCenters()) {
      waiting += Json({"record", "list", "--center", center, "--state", "recorded"}).size();
    }
    return waiting;
  }

  // `repeated`: the list was loaded before.
  void CheckReport(const Lists& lists, const Report& report, bool repeated, const Report* first) {
    ASSERT_EQ(report.size(), lists.rows.size());
    std::set<std::string> records;
    for (size_t i = 0; i < report.size(); ++i) {
      const Row& row = lists.rows[i];
      std::map<std::string, std::string> line = report[i];
      SCOPED_TRACE("row " + std::to_string(i + 1) + ": " + CsvLine(row.fields) + line["message"]);
      EXPECT_EQ(line["row"], std::to_string(i + 1));
      const bool known = repeated && row.outcome == "accepted";
      EXPECT_EQ(line["outcome"], known ? "duplicate" : row.outcome);
      EXPECT_EQ(line["reason"], known ? "RECORD_DUPLICATE" : row.reason);
      if (row.outcome == "accepted") {
        EXPECT_TRUE(records.insert(line["record"]).second) << "a record that another row has: " << line["record"];
        EXPECT_FALSE(line["record"].empty());
      } else {
        EXPECT_EQ(line["record"], row.repeats == 0 ? "" : report[static_cast<size_t>(row.repeats - 1)].at("record"));
      }
      if (first != nullptr && row.outcome != "refused") {
        EXPECT_EQ(line["record"], first->at(i).at("record"));
      }
      EXPECT_EQ(line["message"].empty(), line["reason"].empty());
    }
  }

  void CheckVolunteers(const Lists& lists) {
    for (const auto& [volunteer, earned] : lists.earned) {
      SCOPED_TRACE(volunteer);
      const json balance = Json({"balance", volunteer})[0];
      EXPECT_EQ(balance["available_minutes"], earned.available);
      EXPECT_EQ(balance["service_minutes"], earned.available) << balance;
      EXPECT_EQ(balance["pool_minutes"], earned.pool);
      EXPECT_EQ(balance["pending_minutes"], 0);
      EXPECT_EQ(balance["held_minutes"], 0);
      CheckPassbook(Json({"statement", volunteer}), earned);
    }
  }

  void CheckPassbook(const json& lines, const Expected& earned) {
    ASSERT_GE(lines.size(), 2U);
    EXPECT_EQ(lines.front()["kind"], "OPENING_BALANCE");
    EXPECT_EQ(lines.back()["kind"], "CLOSING_BALANCE");
    int64_t running = lines.front()["balance"].get<int64_t>();
    EXPECT_EQ(running, 0);
    for (size_t i = 1; i + 1 < lines.size(); ++i) {
      running += lines[i]["in"].is_number() ? lines[i]["in"].get<int64_t>() : 0;
      running -= lines[i]["out"].is_number() ? lines[i]["out"].get<int64_t>() : 0;
      EXPECT_EQ(lines[i]["balance"], running) << lines[i];
      EXPECT_EQ(lines[i]["kind"], "SERVICE_SETTLED");
    }
    EXPECT_EQ(lines.back()["balance"], running);
    EXPECT_EQ(running, earned.available);
    EXPECT_LE(lines.size() - 2, static_cast<size_t>(earned.records));
  }

  void CheckBankAccounts(const Lists& lists) {
    int64_t available = 0;
    int64_t pool = 0;
    for (const auto& [volunteer, earned] : lists.earned) {
      available += earned.available;
      pool += earned.pool;
    }
    EXPECT_GT(pool, 0);
    std::map<std::string, int64_t> accounts;
    for (const json& account : Json({"account", "list"})) {
      if (account["asset"] == "HOURS") {
        accounts[account["kind"].get<std::string>()] = account["balance"].get<int64_t>();
      }
    }
    EXPECT_EQ(accounts["ISSUANCE"], -(available + pool));
    EXPECT_EQ(accounts["POOL"], pool);
  }

  // Loads, repeats, confirms and adds up; the report of the first run.
  Report TellStory(const std::string& bank, const Lists& lists, const std::string& members, const std::string& records) {
    MakeBank(bank);
    for (const auto& line : Import("members", members)) {
      EXPECT_EQ(line.at("outcome"), "accepted") << line.at("message");
    }
    EXPECT_EQ(Json({"member", "list"}).size(), static_cast<size_t>(kListMembers));
    for (const auto& line : Import("members", members)) {
      EXPECT_EQ(line.at("outcome"), "duplicate") << line.at("message");
    }
    EXPECT_EQ(Json({"member", "list"}).size(), static_cast<size_t>(kListMembers));
    EXPECT_EQ(Json({"center", "list"}).size(), ListCenters().size());

    Report first = Import("records", records);
    CheckReport(lists, first, false, nullptr);
    const std::set<std::string> ids = RecordIds();
    const std::string pending = Numbers(lists);
    CheckReport(lists, Import("records", records), true, &first);
    EXPECT_EQ(RecordIds(), ids) << "the second run made records";
    EXPECT_EQ(Numbers(lists), pending) << "the second run changed a number";

    const CliResult own = Cli("wang", {"record", "confirm", "--center", ListCenters()[0], "--all"});
    EXPECT_EQ(own.exit_code, 3) << own.out << own.err;
    EXPECT_EQ(Numbers(lists), pending) << "who recorded has confirmed";
    ConfirmAll("li");
    const size_t late = static_cast<size_t>(
        std::count_if(lists.rows.begin(), lists.rows.end(), [](const Row& row) { return row.reason == "LATE"; }));
    EXPECT_EQ(Waiting(), late);
    ConfirmAll("li");
    EXPECT_EQ(Waiting(), late) << "the same person approved a late record twice";
    ConfirmAll("zhao");
    EXPECT_EQ(Waiting(), 0U);
    CheckVolunteers(lists);
    CheckBankAccounts(lists);
    return first;
  }

  TemporaryFolder folder_;
  Server server_{{folder_.path(), "127.0.0.1:0", {"--clock", kListDay}, {}}};
  std::string bank_;
};

TEST_F(StoryTest, ACentresListsFromFileToPassbookInBothEncodings) {
  const Lists lists = MakeLists();
  const Report utf8 = TellStory("yuhu", lists, "\xEF\xBB\xBF" + lists.members, "\xEF\xBB\xBF" + lists.records);
  const std::string numbers = Numbers(lists);
  const Report gbk = TellStory("gbk", lists, ToGbk(lists.members), ToGbk(lists.records));
  EXPECT_EQ(gbk.size(), utf8.size());
  EXPECT_EQ(WithoutBank(Numbers(lists), "gbk"), WithoutBank(numbers, "yuhu"))
      << "the two encodings came to different numbers";
  // Everything is confirmed now; the list changes nothing all the same, in whichever encoding.
  bank_ = "yuhu";
  CheckReport(lists, Import("records", ToGbk(lists.records)), true, &utf8);
  EXPECT_EQ(Numbers(lists), numbers);
}

TEST_F(StoryTest, AReversedRecordIsNotBroughtBackByItsList) {
  const Lists lists = MakeLists();
  MakeBank("yuhu");
  Import("members", lists.members);
  const Report first = Import("records", lists.records);
  ConfirmAll("li");
  const std::string record = first[0].at("record");
  const std::string volunteer = lists.rows[0].fields[1];
  const int64_t before = Json({"balance", volunteer})[0]["available_minutes"].get<int64_t>();
  const CliResult unnamed = Cli("zhao", {"record", "reverse", record});
  EXPECT_EQ(unnamed.exit_code, 2) << "a reversal needs a reason";
  Good("zhao", {"record", "reverse", record, "--reason", "登记有误"});
  EXPECT_LT(Json({"balance", volunteer})[0]["available_minutes"].get<int64_t>(), before);
  const Report again = Import("records", lists.records);
  EXPECT_EQ(again[0].at("outcome"), "duplicate");
  EXPECT_EQ(again[0].at("record"), record);
  const json passbook = Json({"statement", volunteer});
  EXPECT_EQ(passbook[passbook.size() - 2]["kind"], "SERVICE_REVERSED");
  EXPECT_EQ(passbook[passbook.size() - 2]["reason"], "登记有误");
  EXPECT_THAT(Good("wang", {"record", "show", record}), HasSubstr("登记有误"));
}

}  // namespace
}  // namespace timebank::e2e
