// A try-out of rules: with no changes it finds what was banked, with changes what the changes make of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/ledger/test_bank.h"
#include "service/queries/queries.h"
#include "service/store/memory_store.h"

namespace timebank::queries {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using model::Minutes;
using Event = model::ChangeRecord::Event;

bool Always() { return true; }

class SimulationTest : public testing::Test {
 protected:
  SimulationTest() {
    Do(model::CreateBank{"Bank", {{"star_1_hours", 2}, {"daily_cap_minutes", 120}}});
    Do(model::CreateScope{"city", "City", model::ScopeLevel::kCity, ""});
    Do(model::CreateScope{"east", "East", model::ScopeLevel::kDistrict, "city"});
    Do(model::CreateScope{"west", "West", model::ScopeLevel::kDistrict, "city"});
    Do(model::CreateCenter{"ce", "Centre East", "east"});
    Do(model::CreateCenter{"cw", "Centre West", "west"});
    for (const auto& [number, year] :
         {std::make_pair("TEEN", 2009), std::make_pair("OLD", 1950), std::make_pair("MID", 1980)}) {
      model::RegisterMember body;
      body.external_number = number;
      body.center = "ce";
      body.birth = LocalDate(year, 1, 1);
      body.consent.sealed = "a consent";
      Do(body);
    }
  }

  template <typename Body>
  model::Outcome Try(Body body, const std::string& actor = "wang") {
    return bank_.Apply(ledger::MakeCommand(absl::StrCat("request-", ++requests_), actor, std::move(body)), now_);
  }
  template <typename Body>
  uint64_t Do(Body body, const std::string& actor = "wang") {
    const model::Outcome outcome = Try(std::move(body), actor);
    EXPECT_FALSE(outcome.rejection.has_value()) << model::MessageEn(*outcome.rejection);
    return outcome.subject;
  }
  model::RecordId Settled(const std::string& volunteer, const std::string& center, int day, int hour, int minutes) {
    model::CreateRecord body;
    body.volunteer = volunteer;
    body.center = center;
    body.category = "meal";
    body.start = LocalMinute(2026, 11, day, hour);
    body.end = LocalMinute(2026, 11, day, hour, minutes);
    const model::RecordId id(Do(body));
    Change(id, Event::kConfirm);
    return id;
  }
  void Change(model::RecordId record, Event event) {
    model::ChangeRecord body;
    body.record = record;
    body.event = event;
    body.reason = event == Event::kConfirm ? "" : "because";
    Do(body, "li");
  }

  SimulationView Simulate(std::vector<std::pair<std::string, int64_t>> changes, const std::string& scope = "",
                          PageRequest page = {100, ""}) {
    bank_.Commit();
    SimulationFilter filter;
    filter.from = LocalDate(2026, 11, 1);
    filter.to = LocalDate(2026, 11, 30);
    filter.scope_code = scope;
    filter.changes = std::move(changes);
    return Queries(store_.get()).Simulate("xt", filter, page, Always).value();
  }

  std::unique_ptr<store::Store> store_ = store::MakeMemoryStore();
  ledger::TestBank bank_{store_.get(), 3};
  model::RecordTime now_ = LocalTime(2026, 11, 28);
  int requests_ = 0;
};

TEST_F(SimulationTest, ACapOfTheDayAndOfAllMovesMinutesToThePool) {
  Settled("MID", "ce", 2, 8, 180);  // 120 counted, 60 to the pool
  Settled("MID", "ce", 3, 8, 60);
  const SimulationView looser = Simulate({{"daily_cap_minutes", 0}});
  ASSERT_EQ(looser.members.size(), 1u);
  EXPECT_EQ(looser.members[0].sums.was, (SimulatedBooking{Minutes(180), Minutes(180), Minutes(60), model::Points(30)}));
  EXPECT_EQ(looser.members[0].sums.would_be, (SimulatedBooking{Minutes(240), Minutes(240), Minutes(0), model::Points(40)}));
  const SimulationView tighter = Simulate({{"total_cap_minutes", 150}});
  EXPECT_EQ(tighter.total.would_be, (SimulatedBooking{Minutes(180), Minutes(150), Minutes(90), model::Points(30)}));
  EXPECT_EQ(tighter.total.services, 2);
}

TEST_F(SimulationTest, WhoIsTooYoungOrServedTooBrieflyIsRefused) {
  Settled("TEEN", "ce", 2, 8, 60);
  Settled("OLD", "ce", 2, 8, 30);
  const SimulationView view = Simulate({{"earning_age_guarded", 18}, {"shortest_minutes", 45}});
  ASSERT_EQ(view.members.size(), 2u);
  EXPECT_EQ(view.members[0].sums.too_young, 1);
  EXPECT_EQ(view.members[0].sums.too_short, 0);
  EXPECT_EQ(view.members[1].sums.too_short, 1);
  EXPECT_EQ(view.total.would_be, SimulatedBooking());
  EXPECT_EQ(view.changed, 2);
}

TEST_F(SimulationTest, StarsAreReachedAndLost) {
  Settled("MID", "ce", 2, 8, 60);
  Settled("OLD", "cw", 2, 8, 120);
  const SimulationView more = Simulate({{"default_weight_percent", 200}});
  EXPECT_EQ(more.gained, 1);
  EXPECT_EQ(more.lost, 0);
  EXPECT_EQ(Simulate({{"default_weight_percent", 50}}).lost, 1);
  // The bands themselves, for everybody, whether or not she served in the period.
  EXPECT_EQ(Simulate({{"star_1_hours", 1}}).gained, 1);
}

TEST_F(SimulationTest, AScopeAndPagesNarrowIt) {
  Settled("MID", "ce", 2, 8, 60);
  Settled("OLD", "cw", 2, 8, 60);
  EXPECT_EQ(Simulate({{"points_per_hour", 20}}, "east").total.services, 1);
  EXPECT_EQ(Simulate({{"points_per_hour", 20}}, "city").total.services, 2);
  const SimulationView first = Simulate({{"points_per_hour", 20}}, "", {1, ""});
  ASSERT_EQ(first.members.size(), 1u);
  EXPECT_EQ(first.changed, 2);
  const SimulationView second = Simulate({{"points_per_hour", 20}}, "", {1, first.next});
  ASSERT_EQ(second.members.size(), 1u);
  EXPECT_NE(second.members[0].member.id, first.members[0].member.id);
  EXPECT_EQ(second.next, "");
}

TEST_F(SimulationTest, WhatWasReversedDoesNotCount) {
  const model::RecordId gone = Settled("MID", "ce", 2, 8, 120);
  Settled("MID", "ce", 2, 12, 60);  // all above the cap of the day, at that time
  Change(gone, Event::kReverse);
  const SimulationView view = Simulate({{"points_per_hour", 20}});
  EXPECT_EQ(view.total.services, 1);
  EXPECT_EQ(view.total.was.pool, Minutes(60));
  EXPECT_EQ(view.changed, 0);  // no minute counted, so there are no points either way
}

// The replay is the ledger's own arithmetic: without changes it gives what was banked, whatever happened in between.
TEST_F(SimulationTest, WithoutChangesNothingChanges) {
  Do(model::CreateRuleSet{LocalDate(2026, 11, 29), {{"total_cap_minutes", 600}, {"daily_cap_minutes", 200}}});
  std::mt19937_64 random(20261120);
  std::vector<model::RecordId> settled;
  now_ = LocalTime(2026, 12, 20);
  for (int i = 0; i < 400; ++i) {
    const char* const numbers[] = {"TEEN", "OLD", "MID"};
    model::CreateRecord body;
    body.volunteer = numbers[random() % 3];
    body.center = random() % 2 == 0 ? "ce" : "cw";
    body.category = "meal";
    body.start = LocalMinute(2026, 11, 24 + static_cast<int>(random() % 20), static_cast<int>(random() % 22));
    body.end = body.start + model::Minute(30 + static_cast<int64_t>(random() % 90));
    const model::Outcome recorded = Try(body);
    if (!recorded.rejection.has_value()) {
      Change(model::RecordId(recorded.subject), Event::kConfirm);
      settled.emplace_back(recorded.subject);
    }
    if (random() % 4 == 0 && !settled.empty()) {
      model::ChangeRecord reverse;
      reverse.record = settled[random() % settled.size()];
      reverse.event = Event::kReverse;
      reverse.reason = "because";
      reverse.cover.cover = random() % 2 == 0 ? model::Cover::kDebt : model::Cover::kPool;
      reverse.cover.consent = reverse.cover.cover == model::Cover::kDebt ? "signed" : "";
      Try(reverse, "li");
    }
    if (random() % 5 == 0) {
      const model::Outcome hold = Try(model::PlaceHold{"OLD", Minutes(100), LocalDate(2026, 12, 30), "care"});
      if (!hold.rejection.has_value()) {
        Do(model::CloseHold{model::HoldId(hold.subject), Minutes(100), "care"}, "li");
      }
    }
  }
  const SimulationView same = [this] {
    bank_.Commit();
    SimulationFilter filter;
    filter.from = LocalDate(2026, 11, 1);
    filter.to = LocalDate(2026, 12, 31);
    return Queries(store_.get()).Simulate("xt", filter, {100, ""}, Always).value();
  }();
  EXPECT_GT(same.total.services, 50);
  EXPECT_GT(same.total.was.pool, Minutes(0));
  EXPECT_EQ(same.changed, 0);
  EXPECT_EQ(same.total.was, same.total.would_be);
}

}  // namespace
}  // namespace timebank::queries
