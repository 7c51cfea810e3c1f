// The bytes of the entries about personal data, frozen like all others. See golden_test.cc.
#include <gtest/gtest.h>

#include "tests/property/care_world.h"
#include "tests/property/golden.h"

namespace timebank::property {
namespace {

using LifeEvent = model::ChangeMembership::Event;

TEST(GoldenTest, TheBytesOfLooksAndErasures) {
  CareWorld world({}, ledger::LocalTime(2026, 11, 20, 18));
  const auto taken = [&world](auto body, const char* by = "wang") {
    EXPECT_FALSE(world.Do(by, std::move(body)).rejection.has_value());
  };
  taken(model::RevealMember{"E", "a call back"});
  taken(model::ExportMember{"E", "asked for a copy"});
  model::RequestOrder order;
  order.payer = "E";
  order.category = "助浴";
  order.start = ledger::LocalMinute(2026, 11, 21, 9);
  order.planned = model::Minutes(60);
  order.note.sealed = "a note";
  order.note.digest.fill(0xd3);
  order.note.about = model::MemberId(1);
  const model::Outcome placed = world.Do("wang", order);
  model::ChangeOrder cancel;
  cancel.order = model::OrderId(placed.subject);
  cancel.event = model::ChangeOrder::Event::kCancel;
  cancel.reason = "moves away";
  taken(cancel);
  taken(model::ChangeMembership{"E", LifeEvent::kClose, "", "moves away"});
  taken(model::ChangeMembership{"E", LifeEvent::kFinish, "", "moved"}, "li");
  taken(model::EraseMember{"E", "asked for it"});
  ExpectGolden(*world.bank().Rows(), model::EntryKind::kMemberRevealed, model::EntryKind::kMemberErased,
               TIMEBANK_GOLDEN_PERSONAL);
}

}  // namespace
}  // namespace timebank::property
