// Every pair of state and event of applications and awards, walked by real commands against tables that are written down here a
// second time. What is not in them is refused and changes nothing but the journal: the interpreter of scenarios sees to that.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/property/scenario.h"

namespace timebank::property {
namespace {

constexpr char kOpening[] = R"(
now 2026-11-02T10:00
bank xt star_1_hours=1 star_2_hours=2 star_3_hours=3 star_notice_working_days=1 -> CREATED
scope d1 level=DISTRICT -> CREATED
scope s1 parent=d1 -> CREATED
center c1 -> CREATED
member A -> REGISTERED
record volunteer=A start=2026-11-01T08:00 end=2026-11-01T10:00 -> RECORDED
confirm record=1 -> SETTLED
)";

struct Case {
  std::string state;
  std::string way;              // lines that lead there
  std::vector<std::string> to;  // by event; "": refused
};

// Walks each event from each state. `wrong`: the refusal of a pair that is not in the table.
void Walk(const std::vector<std::string>& events, const std::vector<Case>& cases, const std::string& wrong) {
  for (const Case& from : cases) {
    ASSERT_EQ(from.to.size(), events.size()) << from.state;
    for (size_t i = 0; i < events.size(); ++i) {
      const std::string outcome = from.to[i].empty() ? absl::StrCat(wrong, " state=", from.state) : from.to[i];
      const std::string text = absl::StrCat(kOpening, from.way, events[i], " -> ", outcome, "\n");
      EXPECT_EQ(Scenario().Run(text), "") << from.state << ", " << events[i];
    }
  }
}

constexpr char kSubmitted[] = "star member=A level=1 -> SUBMITTED\n";
const std::string& Reviewed() {
  static const auto* const way = new std::string(absl::StrCat(kSubmitted, "star-approve application=1 by=li -> REVIEWED\n"));
  return *way;
}
const std::string& Noticed() {
  static const auto* const way = new std::string(absl::StrCat(Reviewed(), "star-publish application=1 -> NOTICED\n"));
  return *way;
}
const std::string& Passed() {
  static const auto* const way = new std::string(absl::StrCat(Noticed(), "now 2026-11-04T00:00\ntick done=1\n"));
  return *way;
}
const std::string& Awarded() {
  static const auto* const way =
      new std::string(absl::StrCat(Passed(), "star-award application=1 authority=d1 number=N1 by=li -> ACTIVE\n"));
  return *way;
}

TEST(StarLifeCycleTest, EveryPairOfAnApplication) {
  const std::vector<std::string> events = {
      "star-approve application=1 by=li", "star-reject application=1 by=li",
      "star-publish application=1",       "star-object application=1 by=sun",
      "star-dismiss application=1 by=li", "star-uphold application=1 by=li",
      "star-withdraw application=1 by=A", "star-award application=1 authority=d1 number=N1 by=li"};
  const std::string objected = absl::StrCat(Noticed(), "star-object application=1 by=zhou -> OBJECTED\n");
  const std::vector<std::string> none(events.size());
  Walk(
      events,
      {
          {"SUBMITTED", kSubmitted, {"REVIEWED", "REJECTED", "", "", "", "", "WITHDRAWN", ""}},
          {"REVIEWED", Reviewed(), {"", "REJECTED", "NOTICED", "", "", "", "WITHDRAWN", ""}},
          {"NOTICED", Noticed(), {"", "", "", "OBJECTED", "", "", "WITHDRAWN", "STAR_NOTICE_NOT_OVER"}},
          {"NOTICED", Noticed() + "now 2026-11-04T00:00\n", {"", "", "", "STAR_NOTICE_OVER", "", "", "WITHDRAWN", "ACTIVE"}},
          {"OBJECTED", objected, {"", "", "", "OBJECTED", "NOTICED", "REJECTED", "WITHDRAWN", ""}},
          {"PASSED", Passed(), {"", "REJECTED", "", "", "", "", "WITHDRAWN", "ACTIVE"}},
          {"AWARDED", Awarded(), none},
          {"REJECTED", absl::StrCat(kSubmitted, "star-reject application=1 by=li -> REJECTED\n"), none},
          {"WITHDRAWN", absl::StrCat(kSubmitted, "star-withdraw application=1 -> WITHDRAWN\n"), none},
          {"STOPPED", absl::StrCat(kSubmitted, "reverse record=1 -> REVERSED\n"), none},
      },
      "STAR_WRONG_STATE application=1");
}

TEST(StarLifeCycleTest, TimeAndReversalsInEveryState) {
  const std::string objected = absl::StrCat(Noticed(), "star-object application=1 by=zhou -> OBJECTED\n");
  for (const auto& [way, ticks, reversed] :
       std::vector<std::tuple<std::string, std::string, std::string>>{{kSubmitted, "SUBMITTED", "STOPPED"},
                                                                      {Reviewed(), "REVIEWED", "STOPPED"},
                                                                      {Noticed(), "PASSED", "STOPPED"},
                                                                      {objected, "OBJECTED", "STOPPED"},
                                                                      {Passed(), "PASSED", "STOPPED"},
                                                                      {Awarded(), "AWARDED", "AWARDED"}}) {
    const std::string passes = ticks == "PASSED" && way == Noticed() ? "1" : "0";
    EXPECT_EQ(Scenario().Run(absl::StrCat(kOpening, way, "now 2026-12-31T09:00\ntick done=", passes,
                                          "\nstars A application1=", ticks, "\n")),
              "")
        << way;
    EXPECT_EQ(Scenario().Run(absl::StrCat(kOpening, way, "reverse record=1 -> REVERSED\nstars A application1=", reversed,
                                          "\nnow 2026-12-31T09:00\ntick done=0\n")),
              "")
        << way;
  }
}

TEST(StarLifeCycleTest, EveryPairOfAnAward) {
  const std::vector<std::string> events = {"star-review award=1 by=zhou", "star-keep award=1 authority=d1 by=li",
                                           "star-revoke award=1 authority=d1 by=li"};
  const std::string review = absl::StrCat(Awarded(), "star-review award=1 by=zhou -> UNDER_REVIEW\n");
  const std::string superseded =
      absl::StrCat(Awarded(), "star member=A level=2 -> SUBMITTED\nstar-approve application=2 by=li -> REVIEWED\n",
                   "star-publish application=2 -> NOTICED\nnow 2026-11-10T00:00\n",
                   "star-award application=2 authority=d1 number=N2 by=li -> ACTIVE\n");
  Walk(events,
       {
           {"ACTIVE", Awarded(), {"UNDER_REVIEW", "", ""}},
           {"UNDER_REVIEW", review, {"", "ACTIVE", "REVOKED"}},
           {"SUPERSEDED", superseded, {"", "", ""}},
           {"REVOKED", absl::StrCat(review, "star-revoke award=1 authority=d1 by=li -> REVOKED\n"), {"", "", ""}},
       },
       "STAR_AWARD_WRONG_STATE award=1");
}

}  // namespace
}  // namespace timebank::property
