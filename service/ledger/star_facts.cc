#include "service/ledger/star_facts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/star_life.h"
#include "service/model/nouns.h"
#include "service/model/star.h"

namespace timebank::ledger {
namespace {

using model::AwardState;
using model::EntryKind;
using model::StarState;

absl::Status Broken(const rec::Entry& entry, absl::string_view what) {
  return absl::InternalError(absl::StrCat("entry ", entry.sequence(), ": ", what));
}

bool Leads(StarState from, StarState to, EntryKind kind) {
  for (int event = 0; event < kStarEvents; ++event) {
    const StarStep* step = FindStep(from, static_cast<StarEvent>(event));
    if (step != nullptr && step->to == to && step->kind == kind) {
      return true;
    }
  }
  return false;
}

// Hours are reversed by entries of several kinds.
bool Leads(StarState from, StarState to) {
  for (int event = 0; event < kStarEvents; ++event) {
    const StarStep* step = FindStep(from, static_cast<StarEvent>(event));
    if (step != nullptr && step->to == to) {
      return true;
    }
  }
  return false;
}

bool Leads(AwardState from, AwardState to) {
  for (int event = 0; event < kAwardEvents; ++event) {
    const AwardStep* step = FindStep(from, static_cast<AwardEvent>(event));
    if (step != nullptr && step->to == to) {
      return true;
    }
  }
  return false;
}

absl::Status TakeApplication(const rec::Entry& entry, StarFacts& facts) {
  const auto kind = static_cast<EntryKind>(entry.kind());
  const auto found = facts.applications.find(entry.subject());
  const bool submitted = kind == EntryKind::kStarSubmitted;
  if (submitted != (found == facts.applications.end()) || submitted != (entry.subject() == entry.sequence())) {
    return Broken(entry, "its star application does not begin with it");
  }
  const rec::StarApplication& after = entry.star_application();
  if (!submitted) {
    const rec::StarApplication& before = found->second;
    if (!Leads(static_cast<StarState>(before.state()), static_cast<StarState>(after.state()), kind)) {
      return Broken(entry, "its star application cannot go that way");
    }
    if (after.member() != before.member() || after.level() != before.level() || after.service() != before.service() ||
        after.band() != before.band()) {
      return Broken(entry, "what its star application froze has changed");
    }
    if (after.reviewer() != (kind == EntryKind::kStarReviewed ? entry.actor() : before.reviewer())) {
      return Broken(entry, "its reviewer is somebody else");
    }
  }
  facts.applications[entry.subject()] = after;
  return absl::OkStatus();
}

absl::Status TakeAward(const rec::Entry& entry, StarFacts& facts) {
  const rec::StarAward& after = entry.star_award();
  const auto found = facts.awards.find(entry.subject());
  const bool awarded = entry.kind() == static_cast<uint32_t>(EntryKind::kStarAwarded);
  if (awarded != (found == facts.awards.end()) || awarded != (entry.subject() == entry.sequence())) {
    return Broken(entry, "its star award does not begin with it");
  }
  if (awarded) {
    const auto application = facts.applications.find(after.application());
    if (application == facts.applications.end() || application->second.level() != after.level() ||
        application->second.member() != after.member() || application->second.service() < after.band()) {
      return Broken(entry, "its star award is not what was applied for");
    }
    const rec::StarApplication& row = application->second;
    if (row.notice_until() == 0 || row.notice_until() >= after.awarded() || row.submitter() == entry.actor()) {
      return Broken(entry, "its star was awarded before the notice was over, or by who applied");
    }
  } else if (!Leads(static_cast<AwardState>(found->second.state()), static_cast<AwardState>(after.state()))) {
    return Broken(entry, "its star award cannot go that way");
  }
  facts.awards[entry.subject()] = after;
  return absl::OkStatus();
}

absl::Status TakeConsequence(const rec::Entry& entry, const rec::StarConsequence& consequence, StarFacts& facts) {
  if (consequence.application() != 0) {
    const auto found = facts.applications.find(consequence.application());
    if (found == facts.applications.end() ||
        !Leads(static_cast<StarState>(found->second.state()), static_cast<StarState>(consequence.state()))) {
      return Broken(entry, "a star application cannot go that way");
    }
    found->second.set_state(consequence.state());
    if (entry.has_star_award()) {
      found->second.set_award(entry.subject());
    } else {
      found->second.set_stopped_by(entry.sequence());
    }
    return absl::OkStatus();
  }
  const auto found = facts.awards.find(consequence.award());
  if (found == facts.awards.end() ||
      !Leads(static_cast<AwardState>(found->second.state()), static_cast<AwardState>(consequence.state()))) {
    return Broken(entry, "a star award cannot go that way");
  }
  found->second.set_state(consequence.state());
  if (consequence.state() == static_cast<uint32_t>(AwardState::kUnderReview)) {
    found->second.set_review_cause(entry.sequence());
    found->second.clear_review_opener();
  }
  return absl::OkStatus();
}

void TakeCalendar(const rec::Entry& entry, StarFacts& facts) {
  for (const rec::CalendarChange::Listed& listed : entry.calendar_change().days()) {
    if (listed.kind() == static_cast<uint32_t>(model::DayKind::kDefault)) {
      facts.calendar.erase(listed.day());
      continue;
    }
    rec::CalendarDay& day = facts.calendar[listed.day()];
    day.set_kind(listed.kind());
    day.set_reason(entry.reason());
  }
}

}  // namespace

absl::Status TakeStars(const rec::Entry& entry, StarFacts& facts) {
  if (entry.has_calendar_change()) {
    TakeCalendar(entry, facts);
  }
  if (entry.has_star_application()) {
    TB_RETURN_IF_ERROR(TakeApplication(entry, facts));
  }
  if (entry.has_star_award()) {
    TB_RETURN_IF_ERROR(TakeAward(entry, facts));
  }
  for (const rec::StarConsequence& consequence : entry.star_consequences()) {
    TB_RETURN_IF_ERROR(TakeConsequence(entry, consequence, facts));
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
