// Hours that change hands: gifts, donations, the pool, grants to elders in need, and the end of a membership. The values are stored
// and equal those of timebank.v1: frozen.
#ifndef TIMEBANK_MODEL_GRANT_H_
#define TIMEBANK_MODEL_GRANT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "service/model/ids.h"
#include "service/model/private_text.h"

namespace timebank::model {

// Named by the sequence of the entry that proposed it.
using GrantId = base::StrongInt<struct GrantIdTag, uint64_t>;

enum class GrantState : uint8_t {
  kProposed = 1,
  kActive = 2,
  kEnded = 3,
};
inline constexpr int kGrantStates = 3;

// Why a month of a grant was not issued.
enum class GrantSkip : uint8_t {
  kNone = 0,
  kSourceTooLow = 1,     // the pool does not reach
  kMemberNotActive = 2,  // suspended, or leaving
};

// UPPER_SNAKE name, for metadata of refusals.
absl::string_view NameOf(GrantState state);

// The first day of the month in which a day lies, and of a month so many months later.
Day FirstOfMonth(Day day);
Day MonthsAfter(Day first_of_month, int64_t months);

// Member references are written as MemberRef (command.h).
struct GiveHours {
  std::string from;
  std::string to;
  Minutes amount;
  std::string reason;
};
// To the community pool.
struct DonateHours {
  std::string member;
  Minutes amount;
  std::string reason;
};
// From the community pool.
struct GivePoolHours {
  std::string member;
  Minutes amount;
  std::string reason;
};
struct ProposeGrant {
  std::string member;
  Minutes monthly;
  Day first_month;      // its first day
  Day review;           // the last day on which something is issued
  PrivateText grounds;  // why she is in need
};
struct ChangeGrant {
  GrantId grant;
  enum class Event { kApprove, kRenew, kEnd } event = Event::kApprove;
  Day review;          // kRenew
  PrivateText reason;  // kRenew, kEnd
};
// The end of a membership, and back.
struct ChangeMembership {
  std::string member;
  enum class Event {
    kClose,   // no new earning and spending
    kReopen,  // it goes on after all
    kFinish,  // what is left goes to `heir` or the pool
    kDeath,
    kEstate,  // likewise, of the dead
  } event = Event::kClose;
  std::string heir;  // kFinish, kEstate; empty: the pool
  std::string reason;
};
// Two registrations of one person: `member` ends, all that it has goes to `survivor`.
struct MergeMembers {
  std::string member;
  std::string survivor;
  std::string reason;
};

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_GRANT_H_
