#include "service/ledger/record_life.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace timebank::ledger {
namespace {

using model::RecordState;

constexpr int kStates = 10;

TEST(RecordLifeTest, EffectsFollowFromTheStates) {
  for (int from = 1; from <= kStates; ++from) {
    for (int event = 0; event < kRecordEvents; ++event) {
      const RecordStep* step = FindStep(static_cast<RecordState>(from), static_cast<RecordEvent>(event));
      if (step == nullptr) {
        continue;
      }
      EXPECT_EQ(step->from, static_cast<RecordState>(from));
      EXPECT_EQ(step->event, static_cast<RecordEvent>(event));
      // Minutes become pending, are banked, dropped or taken back exactly where the state says so.
      EXPECT_EQ(step->effect == RecordEffect::kMeasure, !IsPending(step->from) && IsPending(step->to));
      EXPECT_EQ(step->effect == RecordEffect::kBank,
                step->from != RecordState::kSettled && step->to == RecordState::kSettled);
      EXPECT_EQ(step->effect == RecordEffect::kTakeBack, step->from == RecordState::kSettled);
      EXPECT_EQ(step->effect == RecordEffect::kDrop, IsUndone(step->to) && step->from != RecordState::kSettled);
    }
  }
}

TEST(RecordLifeTest, UndoneIsForEver) {
  for (int from = 1; from <= kStates; ++from) {
    const auto state = static_cast<RecordState>(from);
    int ways_out = 0;
    for (int event = 0; event < kRecordEvents; ++event) {
      ways_out += FindStep(state, static_cast<RecordEvent>(event)) == nullptr ? 0 : 1;
    }
    EXPECT_EQ(ways_out == 0, IsUndone(state)) << model::NameOf(state);
    EXPECT_FALSE(IsUndone(state) && (IsOpen(state) || IsPending(state))) << model::NameOf(state);
  }
}

TEST(RecordLifeTest, EveryStateIsReached) {
  std::set<RecordState> reached = {RecordState::kCheckedIn, RecordState::kRecorded};
  for (int round = 0; round < kStates; ++round) {
    for (int event = 0; event < kRecordEvents; ++event) {
      for (const RecordState from : std::set<RecordState>(reached)) {
        if (const RecordStep* step = FindStep(from, static_cast<RecordEvent>(event)); step != nullptr) {
          reached.insert(step->to);
        }
      }
    }
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(kStates));
}

}  // namespace
}  // namespace timebank::ledger
