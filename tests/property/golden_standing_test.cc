// The bytes of the entries of proxies and recurring orders, frozen like all others. See golden_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tests/property/care_world.h"
#include "tests/property/golden.h"

namespace timebank::property {
namespace {

using ledger::LocalDate;
using ledger::LocalTime;
using model::ProxyId;
using model::RecurringId;
using Proxies = model::ChangeProxy::Event;
using Series = model::ChangeRecurring::Event;

// A proxy in all its states, and what she orders every week until the hours do not reach.
class Standing {
 public:
  Standing() {
    const ProxyId proxy(Do(
        "wang",
        model::ProposeProxy{"E", "V", model::Minutes(240), model::Minutes(600), LocalDate(2027, 1, 31), {"助餐", "助浴"}}));
    Do("wang", model::ChangeProxy{proxy, Proxies::kProve, "reason"});
    Do("E", model::ChangeProxy{proxy, Proxies::kBind, "reason"});
    model::StartRecurring start;
    start.payer = "E";
    start.center = "c2";
    start.category = "助浴";
    start.first = LocalDate(2026, 11, 24);
    start.until = LocalDate(2026, 12, 29);
    start.minute_of_day = 540;
    start.planned = model::Minutes(240);
    start.note.sealed = "a note";
    start.note.about = model::MemberId(1);
    start.note.digest.fill(0xd2);
    series_ = RecurringId(Do("V", start));
    Make(LocalDate(2026, 11, 17));
    Do("V", model::ChangeRecurring{series_, Series::kPause, "reason"});
    Do("wang", model::ChangeRecurring{series_, Series::kResume, "reason"});
    Make(LocalDate(2026, 11, 24));
    // All hours are held by now.
    Make(LocalDate(2026, 12, 1));
    Do("E", model::ChangeRecurring{series_, Series::kEnd, "reason"});
    Do("V", model::ChangeProxy{proxy, Proxies::kRevoke, "reason"});
  }

  const ledger::TestBank& bank() const { return world_.bank(); }

 private:
  template <typename Body>
  uint64_t Do(const std::string& actor, Body body) {
    const model::Outcome outcome = world_.Do(actor, std::move(body));
    EXPECT_FALSE(outcome.rejection.has_value()) << model::TextOf(outcome.rejection->reason).name;
    return outcome.subject;
  }

  // What is due with the beginning of a day, then or as soon as it can be.
  void Make(model::Day day) {
    const model::RecordTime due = model::StartOf(day);
    world_.SetNow(std::max(world_.now(), due));
    Do("system", model::RunDue{model::DueKind::kRecurringOrder, series_.value(), due});
  }

  CareWorld world_{{{"recurring_weeks", 1}}, LocalTime(2026, 11, 20, 18)};
  RecurringId series_;
};

TEST(GoldenTest, TheBytesOfProxiesAndRecurringOrders) {
  const Standing standing;
  ExpectGolden(*standing.bank().Rows(), model::EntryKind::kProxyProposed, model::EntryKind::kRecurringResumed,
               TIMEBANK_GOLDEN_STANDING);
}

}  // namespace
}  // namespace timebank::property
