// Reports of a small history, made while it happens and made again when it is over: the numbers are the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "service/ledger/test_bank.h"
#include "service/queries/age_band.h"
#include "service/queries/queries.h"
#include "service/store/memory_store.h"

namespace timebank::queries {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::Minutes;
using testing::ElementsAre;
using Event = model::ChangeRecord::Event;

bool Always() { return true; }

class ReportsTest : public testing::Test {
 protected:
  ReportsTest() {
    Do(model::CreateBank{"Bank", {}});
    Do(model::CreateScope{"city", "City", model::ScopeLevel::kCity, ""});
    Do(model::CreateScope{"east", "East", model::ScopeLevel::kDistrict, "city"});
    Do(model::CreateScope{"west", "West", model::ScopeLevel::kDistrict, "city"});
    Do(model::CreateCenter{"ce", "Centre East", "east"});
    Do(model::CreateCenter{"cw", "Centre West", "west"});
    Register("YOUNG", "ce", LocalDate(1996, 5, 1));
    Register("OLD", "cw", LocalDate(1950, 5, 1));
    Register("IDLE", "cw", LocalDate(1980, 5, 1));
  }

  template <typename Body>
  uint64_t Do(Body body, const std::string& actor = "wang") {
    const model::Outcome outcome =
        bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_);
    EXPECT_FALSE(outcome.rejection.has_value()) << model::MessageEn(*outcome.rejection);
    return outcome.subject;
  }
  void Register(const std::string& number, const std::string& center, model::Day birth) {
    model::RegisterMember body;
    body.external_number = number;
    body.center = center;
    body.birth = birth;
    Do(body);
  }
  // A service on 2026-11-`day` from `hour`.
  model::RecordId Record(const std::string& volunteer, const std::string& center, const std::string& category, int day,
                         int hour, int minutes) {
    model::CreateRecord body;
    body.volunteer = volunteer;
    body.center = center;
    body.category = category;
    body.start = LocalMinute(2026, 11, day, hour);
    body.end = LocalMinute(2026, 11, day, hour, minutes);
    return model::RecordId(Do(body));
  }
  void Change(model::RecordId record, Event event) {
    model::ChangeRecord body;
    body.record = record;
    body.event = event;
    body.reason = event == Event::kConfirm ? "" : "because";
    Do(body, "li");
  }

  // Monday: two services in the east, one in the west. Tuesday: one of them banked, one rejected, another comes.
  // Wednesday: all are banked. Thursday: the first one is reversed.
  void MondayAndTuesday() {
    now_ = LocalTime(2026, 11, 16);
    first_ = Record("YOUNG", "ce", "meal", 16, 8, 60);
    rejected_ = Record("OLD", "ce", "chat", 16, 8, 90);
    west_ = Record("OLD", "cw", "meal", 16, 10, 120);
    now_ = LocalTime(2026, 11, 17);
    Change(first_, Event::kConfirm);
    Change(rejected_, Event::kReject);
    late_ = Record("YOUNG", "ce", "meal", 17, 8, 30);
  }
  void WednesdayAndThursday() {
    now_ = LocalTime(2026, 11, 18);
    Change(west_, Event::kConfirm);
    Change(late_, Event::kConfirm);
    now_ = LocalTime(2026, 11, 19);
    Change(first_, Event::kReverse);
  }

  Queries Reads() {
    bank_.Commit();
    return Queries(store_.get());
  }
  StatisticsView Statistics(StatisticsDimension dimension, int as_of, const std::string& scope = "") {
    StatisticsFilter filter;
    filter.dimension = dimension;
    filter.as_of = LocalDate(2026, 11, as_of);
    filter.scope_code = scope;
    return Reads().Statistics("xt", filter, Always).value();
  }

  std::unique_ptr<store::Store> store_ = store::MakeMemoryStore();
  ledger::TestBank bank_{store_.get(), 3};
  model::RecordTime now_ = LocalTime(2026, 11, 1);
  int requests_ = 0;
  model::RecordId first_;
  model::RecordId rejected_;
  model::RecordId west_;
  model::RecordId late_;
};

void ExpectTuesday(const DayEndView& day) {
  EXPECT_EQ(day.center.code, "ce");
  EXPECT_EQ(day.opening.count, 2);
  EXPECT_EQ(day.opening.minutes, Minutes(150));
  EXPECT_EQ(day.opened, 1);
  EXPECT_EQ(day.left, 2);
  EXPECT_EQ(day.closing.count, 1);
  EXPECT_EQ(day.closing.minutes, Minutes(30));
  EXPECT_EQ(day.settled, 1);
  EXPECT_EQ(day.credited, Minutes(60));
  EXPECT_EQ(day.pool, Minutes(0));
  EXPECT_EQ(day.undone, 1);
  EXPECT_EQ(day.reversed, 0);
}

TEST_F(ReportsTest, DayEndReconcilesAndStays) {
  MondayAndTuesday();
  const model::Day tuesday = LocalDate(2026, 11, 17);
  const DayEndView then = Reads().DayEnd("xt", "ce", tuesday, Always).value();
  ExpectTuesday(then);
  WednesdayAndThursday();
  const DayEndView later = Reads().DayEnd("xt", "ce", tuesday, Always).value();
  ExpectTuesday(later);
  EXPECT_EQ(later.last, then.last);
  const DayEndView thursday = Reads().DayEnd("xt", "ce", LocalDate(2026, 11, 19), Always).value();
  EXPECT_EQ(thursday.opening.count, 0);
  EXPECT_EQ(thursday.reversed, 1);
  EXPECT_EQ(thursday.taken_back, Minutes(60));
  EXPECT_EQ(thursday.closing.count, 0);
  const DayEndView before = Reads().DayEnd("xt", "ce", LocalDate(2026, 10, 1), Always).value();
  EXPECT_EQ(before.last, model::Sequence(0));
  EXPECT_EQ(before.closing.count, 0);
}

TEST_F(ReportsTest, StatisticsCountWhatWasSettledThen) {
  MondayAndTuesday();
  WednesdayAndThursday();
  const StatisticsView wednesday = Statistics(StatisticsDimension::kCategory, 18);
  ASSERT_EQ(wednesday.rows.size(), 1u);
  EXPECT_EQ(wednesday.rows[0].key, "meal");
  EXPECT_EQ(wednesday.rows[0].services, 3);
  EXPECT_EQ(wednesday.rows[0].volunteers, 2);
  EXPECT_EQ(wednesday.rows[0].service, Minutes(210));
  const StatisticsView thursday = Statistics(StatisticsDimension::kVolunteerAge, 19);
  ASSERT_EQ(thursday.rows.size(), 2u);
  EXPECT_EQ(thursday.rows[0].key, "18-34");
  EXPECT_EQ(thursday.rows[0].credited, Minutes(30));
  EXPECT_EQ(thursday.rows[1].key, "70-79");
  EXPECT_EQ(thursday.total.service, Minutes(150));
  const StatisticsView scopes = Statistics(StatisticsDimension::kScope, 19);
  ASSERT_EQ(scopes.rows.size(), 2u);
  EXPECT_EQ(scopes.rows[0].display_name, "East");
  EXPECT_EQ(Statistics(StatisticsDimension::kMonth, 19, "west").total.service, Minutes(120));
  EXPECT_EQ(Statistics(StatisticsDimension::kMonth, 19, "city").rows.at(0).key, "2026-11");
  EXPECT_EQ(Statistics(StatisticsDimension::kCenter, 19, "east").rows.at(0).key, "ce");
}

TEST_F(ReportsTest, StatisticsAreNarrowedByDayOfService) {
  MondayAndTuesday();
  WednesdayAndThursday();
  StatisticsFilter filter;
  filter.dimension = StatisticsDimension::kCategory;
  filter.as_of = LocalDate(2026, 11, 18);
  filter.from = LocalDate(2026, 11, 17);
  EXPECT_EQ(Reads().Statistics("xt", filter, Always)->total.service, Minutes(30));
  filter.from.reset();
  filter.to = LocalDate(2026, 11, 16);
  EXPECT_EQ(Reads().Statistics("xt", filter, Always)->total.service, Minutes(180));
  filter.scope_code = "nowhere";
  EXPECT_EQ(Reads().Statistics("xt", filter, Always).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ReportsTest, SolvencyIsWhatOwnersHeldThen) {
  MondayAndTuesday();
  WednesdayAndThursday();
  const SolvencyView wednesday = Reads().Solvency("xt", LocalDate(2026, 11, 18), Always).value();
  EXPECT_EQ(wednesday.all.minutes, Minutes(210));
  EXPECT_EQ(wednesday.issued, Minutes(210));
  EXPECT_EQ(wednesday.due, Minutes(120)) << "the old member has reached the spending age";
  EXPECT_EQ(wednesday.spending_age, 60);
  ASSERT_EQ(wednesday.by_year.size(), 2u);
  EXPECT_EQ(wednesday.by_year[0].first, 2026);
  EXPECT_EQ(wednesday.by_year[1].first, 2056) << "born in 1996";
  EXPECT_EQ(wednesday.by_year[1].second.minutes, Minutes(90));
  const SolvencyView thursday = Reads().Solvency("xt", LocalDate(2026, 11, 19), Always).value();
  EXPECT_EQ(thursday.all.minutes, Minutes(150));
  EXPECT_EQ(thursday.by_age.at(0).first, "18-34");
  EXPECT_EQ(thursday.by_age.at(0).second.minutes, Minutes(30));
}

std::vector<std::string> NumbersOf(const Page<InactiveView>& page) {
  std::vector<std::string> numbers;
  for (const InactiveView& view : page.rows) {
    numbers.push_back(view.member.external_number);
  }
  return numbers;
}

TEST_F(ReportsTest, InactiveMembersAreThoseWithoutASettledServiceThen) {
  MondayAndTuesday();
  WednesdayAndThursday();
  const PageRequest all{100, ""};
  const auto at = [&](int day, int32_t days) {
    return NumbersOf(Reads().Inactive("xt", LocalDate(2026, 11, day), days, all, Always).value());
  };
  EXPECT_THAT(at(16, 30), ElementsAre("YOUNG", "OLD", "IDLE")) << "nothing was settled yet";
  EXPECT_THAT(at(17, 30), ElementsAre("OLD", "IDLE"));
  EXPECT_THAT(at(19, 30), ElementsAre("IDLE"));
  EXPECT_THAT(at(19, 2), ElementsAre("YOUNG", "OLD", "IDLE")) << "two days back is the 18th";
  EXPECT_THAT(at(19, 3), ElementsAre("OLD", "IDLE"));
  EXPECT_THAT(NumbersOf(Reads().Inactive("xt", LocalDate(2026, 10, 1), 30, all, Always).value()), ElementsAre());
}

TEST_F(ReportsTest, ALongWalkEndsWhenToldTo) {
  for (int i = 0; i < 1100; ++i) {
    Do(model::CreateScope{absl::StrCat("s", i), "s", model::ScopeLevel::kCommunity, "city"});
  }
  int asked = 0;
  const GoOn never = [&asked] { return ++asked < 0; };
  EXPECT_EQ(Reads().Solvency("xt", LocalDate(2026, 11, 19), never).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(Reads().Solvency("xt", LocalDate(2026, 11, 19), Always).ok());
}

TEST(AgeBand, HasItsBounds) {
  EXPECT_EQ(AgeBandName(AgeBandOf(0)), "0-17");
  EXPECT_EQ(AgeBandName(AgeBandOf(17)), "0-17");
  EXPECT_EQ(AgeBandName(AgeBandOf(18)), "18-34");
  EXPECT_EQ(AgeBandName(AgeBandOf(59)), "35-59");
  EXPECT_EQ(AgeBandName(AgeBandOf(60)), "60-69");
  EXPECT_EQ(AgeBandName(AgeBandOf(89)), "80-89");
  EXPECT_EQ(AgeBandName(AgeBandOf(90)), "90+");
  EXPECT_EQ(AgeBandName(AgeBandOf(120)), "90+");
}

}  // namespace
}  // namespace timebank::queries
