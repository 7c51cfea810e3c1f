#include "service/ledger/recurring_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::RecurringState;
using V = RecurringEvent;
using K = model::EntryKind;

constexpr std::array kSteps = {
    RecurringStep{S::kActive, V::kPause, S::kPaused, K::kRecurringPaused},
    RecurringStep{S::kActive, V::kEnd, S::kEnded, K::kRecurringEnded},
    RecurringStep{S::kActive, V::kMake, S::kActive, K::kRecurringSkipped},
    RecurringStep{S::kActive, V::kMakeLast, S::kEnded, K::kRecurringSkipped},
    RecurringStep{S::kPaused, V::kResume, S::kActive, K::kRecurringResumed},
    RecurringStep{S::kPaused, V::kEnd, S::kEnded, K::kRecurringEnded},
};

constexpr int32_t kDaysPerWeek = 7;
constexpr int32_t kTriesMost = 59;  // so that they fit into the hour
constexpr int64_t kMicrosPerMinute = int64_t{60} * 1000 * 1000;

}  // namespace

std::optional<model::RecordTime> NextTry(const rec::SkippedWeek& week) {
  for (int32_t weeks = kTriesMost; weeks >= 0; --weeks) {
    const model::RecordTime run = model::StartOf(model::Day(week.day() - weeks * kDaysPerWeek));
    const model::RecordTime retry(run.value() - (60 - weeks) * kMicrosPerMinute);
    if (retry.value() > week.tried()) {
      return retry;
    }
  }
  return std::nullopt;
}

const RecurringStep* FindRecurringStep(model::RecurringState from, RecurringEvent event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const RecurringStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

}  // namespace timebank::ledger
