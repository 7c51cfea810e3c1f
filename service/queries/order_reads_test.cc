// Reads about care orders: who may see the note, what the board shows, and the reports of what went to the pool and who did not show up.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
#include "service/ledger/test_bank.h"
#include "service/queries/queries.h"
#include "service/store/memory_store.h"

namespace timebank::queries {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::Minutes;
using model::OrderId;
using Event = model::ChangeOrder::Event;

bool Always() { return true; }

// An elder E with eight hours, earned on as many days, and the volunteer V, at one centre.
class OrderReadsTest : public testing::Test {
 protected:
  OrderReadsTest() {
    Do(model::CreateBank{"Bank",
                         {{"daily_cap_minutes", 60},
                          {"rounding_minutes", 30},
                          {"no_show_review", 2},
                          {"category_weight_percent.chat", 50},
                          {"category_weight_percent.bath", 200}}});
    Do(model::CreateScope{"s", "Scope", model::ScopeLevel::kCommunity, ""});
    Do(model::CreateCenter{"c", "Centre", "s"});
    for (const auto& [number, year] : {std::pair("E", 1950), std::pair("V", 1980)}) {
      model::RegisterMember member;
      member.external_number = number;
      member.center = "c";
      member.birth = LocalDate(year, 1, 1);
      Do(member);
    }
    for (int day = 1; day <= 8; ++day) {
      now_ = LocalTime(2026, 11, day);
      model::CreateRecord record;
      record.volunteer = "E";
      record.center = "c";
      record.category = "meal";
      record.start = LocalMinute(2026, 11, day, 8);
      record.end = LocalMinute(2026, 11, day, 9);
      Do(model::ChangeRecord{model::RecordId(Do(record)), model::ChangeRecord::Event::kConfirm, {}, {}, ""}, "li");
    }
  }

  template <typename Body>
  uint64_t Do(Body body, const std::string& actor = "wang") {
    const model::Outcome outcome =
        bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_);
    EXPECT_FALSE(outcome.rejection.has_value()) << model::MessageEn(*outcome.rejection);
    return outcome.subject;
  }
  void Step(OrderId order, Event event, Minutes minutes = Minutes(0), const std::string& actor = "li") {
    model::ChangeOrder step;
    step.order = order;
    step.event = event;
    step.minutes = minutes;
    step.volunteer = event == Event::kAccept ? "V" : "";
    step.reason = event == Event::kReverse || event == Event::kNoShow ? "because" : "";
    Do(step, actor);
  }
  // Asked for and accepted at `hour` of a day of November, for that time.
  OrderId Accepted(int day, int hour, const std::string& category, int minutes) {
    now_ = LocalTime(2026, 11, day, hour);
    const OrderId order(
        Do(model::RequestOrder{"E", "", "", category, LocalMinute(2026, 11, day, hour), Minutes(minutes), {}}));
    Step(order, Event::kAccept);
    return order;
  }
  OrderId Served(int day, int hour, const std::string& category, int minutes) {
    const OrderId order = Accepted(day, hour, category, minutes);
    Step(order, Event::kStart, Minutes(0), "V");
    now_ = LocalTime(2026, 11, day, hour, minutes);
    Step(order, Event::kFinish, Minutes(minutes), "V");
    Step(order, Event::kConfirm);
    return order;
  }

  Queries Reads() {
    bank_.Commit();
    return Queries(store_.get());
  }
  DayEndView DayEnd(int day) { return Reads().DayEnd("xt", "c", LocalDate(2026, 11, day), Always).value(); }
  StatisticsRowView Total(int as_of) {
    StatisticsFilter filter;
    filter.dimension = StatisticsDimension::kCategory;
    filter.as_of = LocalDate(2026, 11, as_of);
    filter.from = LocalDate(2026, 11, 16);
    return Reads().Statistics("xt", filter, Always)->total;
  }
  Minutes InPool(int as_of) { return Reads().Pool("xt", LocalDate(2026, 11, as_of), Always)->balance; }
  NoShowsView NoShows(uint32_t year, model::Day as_of) {
    return Reads().NoShowsAsOf("xt", year, as_of, {100, ""}, Always).value();
  }

  std::unique_ptr<store::Store> store_ = store::MakeMemoryStore();
  ledger::TestBank bank_{store_.get(), 3};
  model::RecordTime now_ = LocalTime(2026, 11, 1);
  int requests_ = 0;
};

// 75 minutes of chat are worth 30: the order pays 45 to the pool. A bath of 60 is worth 120, of which the day's cap leaves 30 to the
// volunteer; the 90 above it go to the pool as well.
TEST_F(OrderReadsTest, WhatGoesToThePoolIsWhatThePoolGot) {
  const OrderId chat = Served(16, 9, "chat", 75);
  EXPECT_EQ(DayEnd(16).credited, Minutes(30));
  EXPECT_EQ(DayEnd(16).pool, Minutes(45));
  EXPECT_EQ(InPool(16), Minutes(45));
  Served(16, 14, "bath", 60);
  EXPECT_EQ(DayEnd(16).credited, Minutes(60));
  EXPECT_EQ(DayEnd(16).pool, Minutes(135));
  EXPECT_EQ(InPool(16), Minutes(135));
  EXPECT_EQ(Total(16).credited, Minutes(60));
  EXPECT_EQ(Total(16).pool, Minutes(135));

  now_ = LocalTime(2026, 11, 17);
  Step(chat, Event::kReverse);
  EXPECT_EQ(DayEnd(17).reversed, 1);
  EXPECT_EQ(DayEnd(17).taken_back, Minutes(75)) << "of the volunteer and of the pool";
  EXPECT_EQ(InPool(17), Minutes(90));
  EXPECT_EQ(Total(17).credited, Minutes(30));
  EXPECT_EQ(Total(17).pool, InPool(17));
  // The day before stays as it was.
  EXPECT_EQ(DayEnd(16).pool, Minutes(135));
  EXPECT_EQ(Total(16).pool, InPool(16));
}

// The passbook of V: wholly below the day's cap, partly above it, wholly above it, and that taken back.
TEST_F(OrderReadsTest, ThePassbookTellsOfWhatIsWhollyAboveACap) {
  Served(16, 9, "meal", 30);
  Served(16, 11, "meal", 60);
  const OrderId above = Served(16, 13, "bath", 60);
  now_ = LocalTime(2026, 11, 17);
  Step(above, Event::kReverse);
  const auto lines = [this](const std::string& member) {
    StatementFilter filter;
    filter.member = member;
    filter.from = LocalDate(2026, 11, 16);
    std::string text;
    const auto statement = Reads().Statement("xt", filter, {100, ""});
    for (const StatementLineView& line : statement->rows.at(0).lines) {
      absl::StrAppend(&text, line.amount, line.above_cap.value() == 0 ? "" : absl::StrCat("/", line.above_cap.value()), " ");
    }
    return text;
  };
  EXPECT_EQ(lines("V"), "30 30/30 0/120 0/-120 ");
  EXPECT_EQ(lines("E").find('/'), std::string::npos) << "who pays is not told of the volunteer's cap";
  EXPECT_TRUE(ledger::CheckBank(*bank_.Rows(), "xt").ok()) << ledger::CheckBank(*bank_.Rows(), "xt");
}

// Nobody showed up on the 16th and the 18th, which opens a review; on the 20th V is suspended, which ends it.
TEST_F(OrderReadsTest, NoShowsAreThoseKnownThen) {
  for (const int day : {16, 18}) {
    const OrderId order = Accepted(day, 9, "meal", 60);
    now_ = LocalTime(2026, 11, day, 10);
    Step(order, Event::kNoShow);
  }
  now_ = LocalTime(2026, 11, 20);
  Do(model::ChangeMember{"V", model::ChangeMember::Event::kSuspend, "never comes"});
  EXPECT_TRUE(NoShows(2026, LocalDate(2026, 11, 15)).page.rows.empty());
  const auto of = [this](int year, model::Day as_of) {
    const NoShowsView view = NoShows(static_cast<uint32_t>(year), as_of);
    EXPECT_EQ(view.page.rows.size(), 1u);
    const NoShowView row = view.page.rows.at(0);
    EXPECT_EQ(row.member.external_number, "V");
    EXPECT_EQ(row.elder, 0u);
    return absl::StrCat(row.volunteer, row.review ? " under review, " : ", ", row.judged, " judged");
  };
  EXPECT_EQ(of(2026, LocalDate(2026, 11, 16)), "1, 0 judged");
  EXPECT_EQ(of(2026, LocalDate(2026, 11, 19)), "2 under review, 0 judged");
  EXPECT_EQ(of(2026, LocalDate(2026, 11, 20)), "2, 2 judged");
  EXPECT_TRUE(NoShows(2025, LocalDate(2026, 11, 20)).page.rows.empty());
  EXPECT_EQ(Reads().NoShows("xt", 2026, 2026, true, {100, ""})->rows.size(), 0u) << "the live list agrees";
  EXPECT_LT(NoShows(2026, LocalDate(2026, 11, 16)).last, NoShows(2026, LocalDate(2026, 11, 20)).last);
}

TEST_F(OrderReadsTest, AReviewEndsWithItsYear) {
  for (const int hour : {9, 11}) {
    const OrderId order = Accepted(16, hour, "meal", 60);
    Step(order, Event::kNoShow);
  }
  now_ = LocalTime(2027, 1, 2);
  EXPECT_TRUE(NoShows(2026, LocalDate(2026, 12, 31)).page.rows.at(0).review);
  EXPECT_FALSE(NoShows(2026, LocalDate(2027, 1, 1)).page.rows.at(0).review);
  EXPECT_EQ(Reads().NoShows("xt", 2026, 2026, true, {100, ""})->rows.size(), 1u);
  EXPECT_EQ(Reads().NoShows("xt", 2026, 2027, true, {100, ""})->rows.size(), 0u);
}

// The board leaves out what is over; what ends in this very minute is still there.
TEST_F(OrderReadsTest, TheBoardLeavesOutWhatIsOver) {
  now_ = LocalTime(2026, 11, 16, 8);
  Do(model::RequestOrder{"E", "", "", "meal", LocalMinute(2026, 11, 16, 9), Minutes(60), {}});
  Do(model::RequestOrder{"E", "", "", "meal", LocalMinute(2026, 11, 16, 12), Minutes(60), {}});
  const auto at = [this](int hour, int minute) {
    OpenOrderFilter filter;
    filter.now = LocalMinute(2026, 11, 16, hour, minute);
    return Reads().OpenOrders("xt", filter, {100, ""})->rows.size();
  };
  EXPECT_EQ(at(9, 30), 2u);
  EXPECT_EQ(at(10, 0), 2u);
  EXPECT_EQ(at(10, 1), 1u);
  EXPECT_EQ(at(13, 1), 0u);
}

// The volunteer reads the door code for as long as she has use for it: from the dispatch to the confirmation.
TEST_F(OrderReadsTest, TheNoteIsReadWhileTheOrderLives) {
  now_ = LocalTime(2026, 11, 16, 9);
  model::RequestOrder request{"E", "", "", "meal", LocalMinute(2026, 11, 16, 9), Minutes(60), {}};
  request.note.sealed = "4711";
  request.note.about = model::MemberId(1);
  const OrderId order(Do(request));
  constexpr model::MemberId elder(1);
  constexpr model::MemberId volunteer(2);
  const auto read = [&](model::MemberId reader) { return Reads().OrderNote("xt", order, reader).ok(); };
  EXPECT_FALSE(read(volunteer));
  Step(order, Event::kAccept);
  EXPECT_TRUE(read(volunteer));
  Step(order, Event::kStart, Minutes(0), "V");
  EXPECT_TRUE(read(volunteer));
  now_ = LocalTime(2026, 11, 16, 10);
  Step(order, Event::kFinish, Minutes(60), "V");
  EXPECT_TRUE(read(volunteer));
  EXPECT_FALSE(read(elder)) << "another member";
  Step(order, Event::kConfirm);
  EXPECT_FALSE(read(volunteer));
  EXPECT_TRUE(read(model::MemberId(0)));
}

}  // namespace
}  // namespace timebank::queries
