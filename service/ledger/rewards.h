// What the files about the points shop share.
#ifndef TIMEBANK_LEDGER_REWARDS_H_
#define TIMEBANK_LEDGER_REWARDS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/ledger/work.h"

namespace timebank::ledger {

// A reward that must exist.
absl::StatusOr<rec::Reward> RequireReward(Work& work, model::RewardId id);

// Last day of what has no end.
inline constexpr model::Day kNoLastDay = model::Day(INT32_MAX);

// The first day of the period of `months` calendar months, counted from January, in which `day` lies. REQUIRES: 12 is a multiple.
model::Day PeriodStart(model::Day day, int64_t months);

// SHA-256(salt || mac), the form in which a pickup code is kept; `mac` is its keyed digest, so that who reads the journal cannot try
// the few codes there are.
std::string PickupDigest(absl::string_view salt, absl::string_view mac);

// Takes as long wherever the two differ. False when they are not of one length.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_REWARDS_H_
