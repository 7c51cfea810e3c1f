// Stars: the states of applications and awards, and what a caller asks for. The values are stored and equal those of
// timebank.v1: frozen.
#ifndef TIMEBANK_MODEL_STAR_H_
#define TIMEBANK_MODEL_STAR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/model/ids.h"

namespace timebank::model {

// Named by the sequence of the entry that created them.
using StarApplicationId = base::StrongInt<struct StarApplicationIdTag, uint64_t>;
using StarAwardId = base::StrongInt<struct StarAwardIdTag, uint64_t>;

inline constexpr int kStarLevels = 5;

enum class StarState : uint8_t {
  kSubmitted = 1,
  kReviewed = 2,
  kNoticed = 3,
  kObjected = 4,  // the clock of the notice stands still
  kPassed = 5,    // the notice is over without an objection that holds; the award is the authority's
  kAwarded = 6,
  kRejected = 7,
  kWithdrawn = 8,
  kStopped = 9,  // hours were reversed, and too few are left
};
inline constexpr int kStarStates = 9;

enum class AwardState : uint8_t {
  kActive = 1,
  kUnderReview = 2,  // still in force
  kSuperseded = 3,   // by a higher one
  kRevoked = 4,
};
inline constexpr int kAwardStates = 4;

// UPPER_SNAKE names, for metadata of refusals.
absl::string_view NameOf(StarState state);
absl::string_view NameOf(AwardState state);

// What a bank's calendar says of a day.
enum class DayKind : uint8_t {
  kDefault = 0,  // nothing: Monday to Friday are worked, Saturday and Sunday are not
  kHoliday = 1,
  kWorkday = 2,  // a weekend that is worked, to make up for a holiday
};

struct SetCalendar {
  struct Entry {
    Day day;
    DayKind kind = DayKind::kHoliday;
  };
  std::vector<Entry> days;  // 1 to limits::kCalendarDays
  std::string reason;       // "National Day 2027"
};
// A member reference is written as MemberRef (command.h).
struct SubmitStar {
  std::string member;
  int level = 1;
};
// One step in the life of an application.
struct ChangeStar {
  StarApplicationId application;
  enum class Event { kApprove, kReject, kPublish, kObject, kDismiss, kUphold, kWithdraw } event = Event::kApprove;
  std::string reason;  // of all but kApprove and kPublish
};
struct AwardStar {
  StarApplicationId application;
  std::string scope_code;  // of the authority that awards
  std::string number;      // unique in the bank
};
struct ChangeAward {
  StarAwardId award;
  enum class Event { kOpenReview, kKeep, kRevoke } event = Event::kOpenReview;
  std::string scope_code;  // of the authority that decides; not for kOpenReview
  std::string reason;
};

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_STAR_H_
