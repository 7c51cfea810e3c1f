// What the bank is for, from end to end through the two programs: hours are recorded and confirmed, a star is awarded, points are spent
// in the shop, and an elder, with her daughter as her proxy, takes the hours out again as care. Beside each step the one that is refused.
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/e2e/client.h"
#include "tests/e2e/server.h"
#include "tests/e2e/small_bank.h"
#include "tests/e2e/temporary_folder.h"

namespace timebank::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using Words = std::vector<std::string>;

constexpr int kRefused = 3;

class RedemptionTest : public testing::Test {
 protected:
  void SetUp() override { StartAt("2026-11-20T18:00:00+08:00"); }
  void TearDown() override { EXPECT_EQ(server_->Terminate(), 0); }

  // The same ledger again, by another clock: what takes days of waiting is over then.
  void StartAt(const std::string& clock) {
    if (server_ != nullptr) {
      ASSERT_EQ(server_->Terminate(), 0);
    }
    server_ = std::make_unique<Server>(ServerOptions{folder_.path(), "127.0.0.1:0", {"--clock", clock}, {}});
    ASSERT_TRUE(server_->StartUp()) << server_->errors();
  }

  CliResult Cli(const std::string& actor, const Words& words, const std::string& language = "en_US.UTF-8") {
    return RunCli(
        folder_.path(), words,
        {{"TIMEBANK_SERVER", server_->address()}, {"TIMEBANK_BANK", "xt"}, {"TIMEBANK_AS", actor}, {"LANG", language}});
  }
  std::string Good(const std::string& actor, const Words& words, const std::string& language = "en_US.UTF-8") {
    const CliResult result = Cli(actor, words, language);
    EXPECT_EQ(result.exit_code, 0) << words[0] << " " << words[1] << "\n" << result.out << result.err;
    return result.out;
  }
  // The first row of the output; its columns by name.
  json Row(const std::string& actor, Words words) {
    const json rows = Rows(actor, std::move(words));
    return rows.empty() ? json() : rows[0];
  }
  json Rows(const std::string& actor, Words words) {
    words.insert(words.end(), {"-o", "json"});
    return json::parse(Good(actor, words), nullptr, false);
  }
  // What a command makes: the value of a column.
  std::string Made(const std::string& actor, const Words& words, const std::string& column) {
    return Row(actor, words).value(column, "");
  }
  // Why the command is refused, in the language of the terminal.
  std::string Refused(const std::string& actor, const Words& words, const std::string& language = "en_US.UTF-8") {
    const CliResult result = Cli(actor, words, language);
    EXPECT_EQ(result.exit_code, kRefused) << words[0] << " " << words[1] << "\n" << result.out << result.err;
    return result.out + result.err;
  }
  // Asks again until there is such a row: the service does what is due by itself, within seconds.
  json Await(const Words& words, const std::string& column, const std::string& value) {
    json row;
    for (int i = 0; i < 150; ++i) {
      row = Row("wang", words);
      if (row.value(column, "") == value) {
        return row;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    ADD_FAILURE() << "no " << column << " " << value << " in " << row;
    return row;
  }

  void MakeBank() {
    Good("wang", {"bank", "create", "xt", "--name", "湘潭时间银行", "star_1_hours=8", "star_notice_working_days=1"});
    Good("wang", {"scope", "create", "yuhu", "--name", "雨湖区", "--level", "district"});
    Good("wang", {"center", "create", "--code", "c", "--name", "湘江社区", "--scope", "yuhu"});
    for (const auto& [number, name, birth] :
         {std::tuple{"V1", "沈月华", "1980-03-05"}, {"E1", "王秀英", "1950-03-05"}, {"C1", "王小梅", "1976-03-05"}}) {
      Good("wang", {"member", "register", "--name", name, "--birth-date", birth, "--center", "c", "--number", number});
    }
  }

  void BankHours(const std::string& volunteer, const std::string& date, const std::string& duration) {
    const std::string record = Made("wang",
                                    {"record", "add", "--volunteer", volunteer, "--center", "c", "--category", "陪伴",
                                     "--date", date, "--start", "8:00", "--duration", duration},
                                    "record");
    EXPECT_THAT(Refused("wang", {"record", "confirm", record}), HasSubstr("somebody else must do it"));
    Good("li", {"record", "confirm", record});
  }

  void ApplyForStar() {
    EXPECT_THAT(Refused("wang", {"star", "apply", "E1"}), HasSubstr("settled hours"));
    application_ = Made("wang", {"star", "apply", "V1"}, "application");
    Good("zhou", {"star", "approve", application_});
    Good("zhou", {"star", "publish", application_});
    Refused("qian", {"star", "award", application_, "--authority", "yuhu", "--number", "XJ-1"});
  }

  void AwardStar() {
    Await({"star", "show", application_}, "state", "PASSED");
    Good("qian", {"star", "award", application_, "--authority", "yuhu", "--number", "XJ-1"});
    Refused("qian", {"star", "award", application_, "--authority", "yuhu", "--number", "XJ-2"});
    EXPECT_EQ(Row("wang", {"star", "awards", "--member", "V1"})["state"], "ACTIVE");
  }

  void SpendPoints() {
    // Eight hours at ten points.
    EXPECT_EQ(Row("wang", {"points", "balance", "V1"})["spendable_points"], 80);
    const std::string reward =
        Made("wang", {"reward", "create", "--name", "大米", "--center", "c", "--price", "50", "--stock", "5"}, "reward");
    const json order = Row("V1", {"reward", "order", reward, "--member", "V1"});
    const std::string purchase = order.value("order", "");
    const std::string code = order.value("pickup_code", "");
    std::string wrong = code;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    EXPECT_NE(Cli("li", {"reward", "collect", purchase, "--code", wrong}).exit_code, 0);
    Good("li", {"reward", "collect", purchase, "--code", code});
    Refused("li", {"reward", "collect", purchase, "--code", code});
    EXPECT_THAT(Refused("V1", {"reward", "order", reward, "--member", "V1"}), HasSubstr("30 points"));
    // Points buy goods, hours care: those are all there.
    EXPECT_EQ(Row("wang", {"balance", "V1"})["available_minutes"], 480);
  }

  Words CareOn(const std::string& date, const std::string& start, const std::string& duration) {
    return {"order", "request", "E1", "--category", "助浴", "--date", date, "--start", start, "--duration", duration};
  }

  void BindProxy() {
    EXPECT_THAT(Refused("C1", CareOn("2026-12-01", "10:00", "2h")), HasSubstr("no proxy"));
    const std::string proxy =
        Made("wang", {"proxy", "propose", "E1", "C1", "--per-order", "2h", "--per-month", "3h"}, "proxy");
    Good("wang", {"proxy", "prove", proxy, "--reason", "户口簿"});
    Refused("C1", {"proxy", "bind", proxy, "--reason", "own"});
    Good("E1", {"proxy", "bind", proxy, "--reason", "by telephone"});
    EXPECT_EQ(Row("C1", {"proxy", "list", "C1"})["state"], "BOUND");
  }

  // Every Tuesday, for as long as the hours reach; with the order of the daughter that is one week.
  void RepeatUntilNothingIsLeft() {
    const std::string series =
        Made("E1",
             {"order", "repeat", "E1", "--category", "助餐", "--first", "2026-12-08", "--start", "9:00", "--duration", "1h"},
             "recurring");
    const json skipped = Await({"order", "series", "E1"}, "skipped_date", "2026-12-29");
    EXPECT_EQ(skipped["skipped_reason"], "BALANCE_TOO_LOW");
    EXPECT_THAT(Good("wang", {"order", "series", "E1"}, "zh_CN.UTF-8"), HasSubstr("时间不够"));
    EXPECT_EQ(Row("wang", {"balance", "E1"})["held_minutes"], 180);
    Good("C1", {"order", "pause", series, "--reason", "in hospital"});
    Good("E1", {"order", "stop", series, "--reason", "enough"});
    Refused("E1", {"order", "resume", series, "--reason", "again"});
    const std::string made = Made("wang", {"order", "list", "E1", "--state", "requested"}, "order");
    Good("C1", {"order", "cancel", made, "--reason", "visit"});
  }

  void GiveCare() {
    EXPECT_THAT(Refused("C1", CareOn("2026-12-01", "10:00", "3h")), HasSubstr("2 hours"));
    order_ = Made("C1", CareOn("2026-12-01", "10:00", "2h"), "order");
    EXPECT_THAT(Refused("E1", CareOn("2026-12-02", "10:00", "2h"), "zh_CN.UTF-8"), HasSubstr("1 小时"));
    Refused("wang", {"order", "dispatch", order_, "C1"});
    Good("wang", {"order", "dispatch", order_, "V1"});
    Good("V1", {"order", "accept", order_});
    RepeatUntilNothingIsLeft();
    StartAt("2026-12-01T12:00:00+08:00");
    Good("V1", {"order", "start", order_, "--date", "2026-12-01", "--at", "10:00"});
    Good("V1", {"order", "finish", order_, "--actual", "90min"});
    Refused("V1", {"order", "confirm", order_});
    Good("C1", {"order", "confirm", order_});
    Refused("C1", {"order", "confirm", order_});
  }

  void CheckNumbers() {
    const json elder = Row("wang", {"balance", "E1"});
    EXPECT_EQ(elder["available_minutes"], 90);
    EXPECT_EQ(elder["held_minutes"], 0);
    EXPECT_EQ(elder["received_minutes"], 90);
    const json volunteer = Row("wang", {"balance", "V1"});
    EXPECT_EQ(volunteer["available_minutes"], 570);
    EXPECT_EQ(volunteer["service_minutes"], 570);
    for (const auto& [member, closing] : {std::pair{"E1", 90}, {"V1", 570}}) {
      const json lines = Rows("wang", {"statement", member});
      EXPECT_EQ(lines.front()["balance"], 0);
      EXPECT_EQ(lines.back()["balance"], closing);
      EXPECT_EQ(lines[lines.size() - 2]["kind"], "ORDER_CONFIRMED");
    }
    EXPECT_THAT(Good("wang", {"statement", "E1"}, "zh_CN.UTF-8"), HasSubstr("1小时30分"));
    const json day = Row("wang", {"report", "day-end", "c", "--date", "2026-12-01"});
    EXPECT_EQ(day["settled_count"], 1);
    EXPECT_EQ(day["credited_minutes"], 90);
    EXPECT_EQ(day["closing_count"], 0);
    const json solvency = Row("wang", {"report", "solvency"});
    EXPECT_EQ(solvency["outstanding_minutes"], 660);
    EXPECT_EQ(solvency["held_minutes"], 0);
    EXPECT_EQ(solvency["issued_minutes"], 660);
    EXPECT_EQ(solvency["redeemed_minutes"], 90);
    const Client client(server_->address());
    CheckJournal(client, "banks/xt", Journal(client, "banks/xt"));
  }

  TemporaryFolder folder_;
  std::unique_ptr<Server> server_;
  std::string application_;
  std::string order_;
};

TEST_F(RedemptionTest, HoursAStarPointsAndCare) {
  MakeBank();
  BankHours("V1", "2026-11-19", "8h");
  BankHours("E1", "2026-11-18", "3h");
  ApplyForStar();
  StartAt("2026-12-01T09:00:00+08:00");
  AwardStar();
  SpendPoints();
  BindProxy();
  GiveCare();
  CheckNumbers();
}

}  // namespace
}  // namespace timebank::e2e
