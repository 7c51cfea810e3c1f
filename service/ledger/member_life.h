// The life of a membership as one table: from, event, to. A pair that is not in it is refused and changes nothing. Consent, which is
// beside it, is in members.cc.
#ifndef TIMEBANK_LEDGER_MEMBER_LIFE_H_
#define TIMEBANK_LEDGER_MEMBER_LIFE_H_

#include <cstdint>

#include "service/model/nouns.h"

namespace timebank::ledger {

enum class MemberLifeEvent : uint8_t {
  kSuspend,
  kResume,
  kClose,
  kReopen,
  kFinish,  // what is left is given away
  kDeath,
  kEstate,  // likewise, of the dead
  kMerge,
  kErase,  // what tells who it was is destroyed
};
inline constexpr int kMemberLifeEvents = 9;

struct MemberLifeStep {
  model::MemberState from;
  MemberLifeEvent event;
  model::MemberState to;
  bool empties;  // the accounts are empty afterwards, and nothing may be open
  model::EntryKind kind;
};

// The step, or nullptr when the pair is not in the table.
const MemberLifeStep* FindMemberLifeStep(model::MemberState from, MemberLifeEvent event);

// Hours and points are gone, for good unless the membership is reopened.
bool IsEmptied(model::MemberState state);
// Nobody acts under the number any more: it stands for another one, or she has left or died.
bool IsOver(model::MemberState state);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_MEMBER_LIFE_H_
