// Every scenario goes as it is written, and together they reach every reason of rejections.def.
#include "tests/property/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "service/model/rejection.h"

namespace timebank::property {
namespace {

// Reasons that no scenario of readable length reaches; service/ledger/limits_test.cc does. And one that the edge gives, which knows the keys;
// service/rpc/personal_service_test.cc reaches it.
const char* const kOutOfReach[] = {"BANK_FULL",           "TOO_MANY_KINSHIPS", "AMOUNT_OVERFLOW",
                                   "TOO_MANY_CAMPAIGNS",  "TOO_MANY_PROXIES",  "TOO_MANY_RECURRING",
                                   "TOO_MANY_OBJECTIONS", "TOO_MANY_ROLES",    "PERSONAL_DATA_LOST"};

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(TIMEBANK_SCENARIOS)) {
    if (file.path().extension() == ".txt") {
      names.push_back(file.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReadScenario(const std::string& name) {
  std::ifstream file(std::filesystem::path(TIMEBANK_SCENARIOS) / (name + ".txt"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, GoesAsWritten) {
  Scenario scenario;
  EXPECT_EQ(scenario.Run(ReadScenario(GetParam())), "");
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest, testing::ValuesIn(ScenarioNames()),
                         [](const testing::TestParamInfo<std::string>& scenario) { return scenario.param; });

TEST(ScenarioCoverageTest, EveryReasonIsGivenSomewhere) {
  std::set<std::string> given(std::begin(kOutOfReach), std::end(kOutOfReach));
  const size_t out_of_reach = given.size();
  for (const std::string& name : ScenarioNames()) {
    Scenario scenario;
    EXPECT_EQ(scenario.Run(ReadScenario(name)), "");
    for (const std::string& reason : scenario.reasons()) {
      EXPECT_THAT(kOutOfReach, testing::Not(testing::Contains(reason)));
      given.insert(reason);
    }
  }
  EXPECT_GT(given.size(), out_of_reach);
  for (const model::ReasonText& reason : model::AllReasons()) {
    EXPECT_THAT(given, testing::Contains(std::string(reason.name)));
  }
}

// The interpreter itself: a scenario that says something wrong is told so.
TEST(ScenarioInterpreterTest, NoticesWhatIsNotSo) {
  const std::string opening =
      "now 2026-11-20T09:00\nbank xt -> CREATED\nscope s1 -> CREATED\ncenter c1 -> CREATED\nmember A -> REGISTERED\n"
      "record volunteer=A start=2026-11-19T09:00 end=2026-11-19T10:00 -> RECORDED\n";
  EXPECT_EQ(Scenario().Run(opening + "confirm record=1 -> SETTLED credited=60"), "");
  for (const char* wrong : {"confirm record=1 -> CONFIRMED", "confirm record=1 -> SETTLED credited=61",
                            "confirm record=1 -> SETTLED nonsense=1", "confirm record=2 -> SETTLED", "confirm record=1",
                            "balance A pending=30", "balance A", "books entries=1", "bank xt -> CREATED"}) {
    EXPECT_NE(Scenario().Run(opening + wrong), "") << wrong;
  }
}

}  // namespace
}  // namespace timebank::property
