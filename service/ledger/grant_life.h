// The life of a grant as one table: from, event, to. A pair that is not in it is refused and changes nothing.
#ifndef TIMEBANK_LEDGER_GRANT_LIFE_H_
#define TIMEBANK_LEDGER_GRANT_LIFE_H_

#include <cstdint>

#include "service/model/grant.h"
#include "service/model/nouns.h"

namespace timebank::ledger {

enum class GrantEvent : uint8_t {
  kApprove,
  kRenew,
  kEnd,
  kIssue,  // time does it: the hours of a month
  kSkip,   // time does it: a month without
};
inline constexpr int kGrantEvents = 5;

struct GrantStep {
  model::GrantState from;
  GrantEvent event;
  model::GrantState to;
  bool by_checker;  // not by who proposed it
  model::EntryKind kind;
};

// The step, or nullptr when the pair is not in the table.
const GrantStep* FindGrantStep(model::GrantState from, GrantEvent event);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_GRANT_LIFE_H_
