// The lives of a star's application and of its award as two tables: from, event, to, effect. A pair that is not in them is
// refused and changes nothing.
#ifndef TIMEBANK_LEDGER_STAR_LIFE_H_
#define TIMEBANK_LEDGER_STAR_LIFE_H_

#include <cstdint>

#include "service/model/nouns.h"
#include "service/model/star.h"

namespace timebank::ledger {

enum class StarEvent : uint8_t {
  kApprove,   // the reviewer found it in order
  kReject,    // by the reviewer, or by the authority after the notice
  kPublish,   // the notice begins
  kObject,    // somebody objects during the notice
  kDismiss,   // the objections do not hold: the notice goes on
  kUphold,    // an objection holds
  kPass,      // the notice is over
  kAward,     // by the authority
  kWithdraw,  // by the applicant, or for her
  kStop,      // hours were reversed, and too few are left
};
inline constexpr int kStarEvents = 10;

enum class StarEffect : uint8_t {
  kNone,
  kStartClock,   // the last day of the notice is set
  kStopClock,    // the working days that are left are kept
  kResumeClock,  // the last day is set again from those
  kAward,        // an award comes into being, a lower one is superseded
};

struct StarStep {
  model::StarState from;
  StarEvent event;
  model::StarState to;
  StarEffect effect;
  model::EntryKind kind;
};

// The step, or nullptr when the pair is not in the table.
const StarStep* FindStep(model::StarState from, StarEvent event);

// States in which the application waits for somebody or for time: a member has one such application at most.
bool IsOpen(model::StarState state);

enum class AwardEvent : uint8_t {
  kDoubt,      // a review opens: hours were reversed, or somebody asks for it
  kKeep,       // the review ends and changes nothing
  kRevoke,     // the review ends it
  kSupersede,  // a higher one is awarded
  kRestore,    // the higher one was revoked
};
inline constexpr int kAwardEvents = 5;

struct AwardStep {
  model::AwardState from;
  AwardEvent event;
  model::AwardState to;
};

const AwardStep* FindStep(model::AwardState from, AwardEvent event);

// The award that people carry: a member has one at most.
bool IsInForce(model::AwardState state);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_STAR_LIFE_H_
