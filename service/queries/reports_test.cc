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
  EXPECT_EQ(Statistics(StatisticsDimension::kMonth, 19, "west").total.service, Minutes(120));
  EXPECT_EQ(Statistics(StatisticsDimension::kMonth, 19, "city").rows.at(0).key, "2026-11");
  EXPECT_EQ(Statistics(StatisticsDimension::kCenter, 19, "east").rows.at(0).key, "ce");
}

// "city*0 210 east+1 90" of the rows: key, what sums up (*), how deep, minutes of service.
std::string RowsOf(const StatisticsView& view) {
  std::string text;
  for (const StatisticsRowView& row : view.rows) {
    absl::StrAppend(&text, text.empty() ? "" : " ", row.key, row.subtotal ? "*" : "+", row.depth, " ", row.service.value());
  }
  return text;
}

TEST_F(ReportsTest, ScopesSumUpWhatIsBelowThem) {
  MondayAndTuesday();
  WednesdayAndThursday();
  EXPECT_EQ(RowsOf(Statistics(StatisticsDimension::kScope, 18)), "city*0 210 east+1 90 west+1 120");
  // A scope may have a centre of its own and others below it; and a scope between two that has none.
  Do(model::CreateScope{"east-1", "East 1", model::ScopeLevel::kSubdistrict, "east"});
  Do(model::CreateScope{"east-2", "East 2", model::ScopeLevel::kCommunity, "east-1"});
  Do(model::CreateCenter{"c2", "Centre 2", "east-2"});
  now_ = LocalTime(2026, 11, 20);
  const model::RecordId record = Record("OLD", "c2", "meal", 20, 8, 60);
  now_ = LocalTime(2026, 11, 21);
  Change(record, Event::kConfirm);
  const StatisticsView all = Statistics(StatisticsDimension::kScope, 21);
  EXPECT_EQ(RowsOf(all), "city*0 210 east*1 90 east+2 30 east-1*2 60 east-2+3 60 west+1 120");
  EXPECT_EQ(all.rows[0].volunteers, 2) << "OLD served at both ends of the city and is one person";
  EXPECT_EQ(all.rows[0].display_name, "City");
  int64_t sum = 0;
  for (const StatisticsRowView& row : all.rows) {
    sum += row.subtotal ? 0 : row.service.value();
  }
  EXPECT_EQ(sum, all.total.service.value());
  EXPECT_EQ(RowsOf(Statistics(StatisticsDimension::kScope, 21, "east")), "east*0 90 east+1 30 east-1*1 60 east-2+2 60");
  EXPECT_EQ(RowsOf(Statistics(StatisticsDimension::kScope, 21, "west")), "west+0 120");
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
  EXPECT_THAT(at(16, 30), ElementsAre()) << "nothing was settled yet, and nobody had served before";
  EXPECT_THAT(at(19, 30), ElementsAre());
  EXPECT_THAT(at(19, 2), ElementsAre("YOUNG", "OLD")) << "two days back is the 18th; IDLE never served";
  EXPECT_THAT(at(19, 3), ElementsAre("OLD"));
  EXPECT_THAT(NumbersOf(Reads().Inactive("xt", LocalDate(2026, 10, 1), 30, all, Always).value()), ElementsAre());
}

// OLD is suspended on the 20th and dies on the 22nd; YOUNG served under another number before.
TEST_F(ReportsTest, WhoLeftIsNotInactiveAndWhoWasMergedServed) {
  MondayAndTuesday();
  WednesdayAndThursday();
  const auto at = [this](int day) {
    return NumbersOf(Reads().Inactive("xt", LocalDate(2026, 11, day), 1, {100, ""}, Always).value());
  };
  now_ = LocalTime(2026, 11, 20);
  Do(model::ChangeMember{"OLD", model::ChangeMember::Event::kSuspend, "because"});
  now_ = LocalTime(2026, 11, 21);
  Do(model::ChangeMember{"OLD", model::ChangeMember::Event::kResume, "because"});
  now_ = LocalTime(2026, 11, 22);
  model::ChangeMembership death;
  death.member = "OLD";
  death.event = model::ChangeMembership::Event::kDeath;
  death.reason = "because";
  Do(death);
  now_ = LocalTime(2026, 11, 23);
  Register("NEW", "ce", LocalDate(1996, 5, 1));
  Do(model::MergeMembers{"YOUNG", "NEW", "because"});
  EXPECT_THAT(at(19), ElementsAre("YOUNG", "OLD"));
  EXPECT_THAT(at(20), ElementsAre("YOUNG")) << "OLD was suspended then";
  EXPECT_THAT(at(21), ElementsAre("YOUNG", "OLD"));
  EXPECT_THAT(at(22), ElementsAre("YOUNG"));
  EXPECT_THAT(at(23), ElementsAre("NEW"));
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
