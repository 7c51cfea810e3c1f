// The life of an order of the points shop as one table: from, event, to, effect. A pair that is not in it is refused and changes
// nothing.
#ifndef TIMEBANK_LEDGER_REWARD_LIFE_H_
#define TIMEBANK_LEDGER_REWARD_LIFE_H_

#include <cstdint>

#include "service/model/nouns.h"

namespace timebank::ledger {

enum class RewardOrderEvent : uint8_t {
  kCollect,   // with the right code
  kMiss,      // a wrong code, and others may follow
  kLastMiss,  // a wrong code, the last one that is allowed
  kCancel,
  kExpire,  // not collected in time
};
inline constexpr int kRewardOrderEvents = 5;

enum class RewardOrderEffect : uint8_t {
  kNone,
  kRedeem,   // the held points are spent
  kRestore,  // points and stock go back
  kLapse,    // stock goes back, and the points where the rules say so
};

struct RewardOrderStep {
  model::RewardOrderState from;
  RewardOrderEvent event;
  model::RewardOrderState to;
  RewardOrderEffect effect;
  model::EntryKind kind;
};

// The step, or nullptr when the pair is not in the table.
const RewardOrderStep* FindRewardOrderStep(model::RewardOrderState from, RewardOrderEvent event);

// States in which points are held and goods are put aside.
bool IsOpen(model::RewardOrderState state);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_REWARD_LIFE_H_
