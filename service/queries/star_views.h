// What the reads of stars return.
#ifndef TIMEBANK_QUERIES_STAR_VIEWS_H_
#define TIMEBANK_QUERIES_STAR_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "service/model/ids.h"
#include "service/model/star.h"
#include "service/queries/views.h"

namespace timebank::queries {

struct StarApplicationView {
  model::StarApplicationId id;
  PersonView member;
  int level = 0;
  model::StarState state = model::StarState::kSubmitted;
  model::Minutes service;
  model::Minutes band;
  CenterView center;
  std::string scope_code;
  model::Day submitted;
  std::string submitter;
  std::string reviewer;
  model::Day notice_from;   // 0: none
  model::Day notice_until;  // 0: none
  int64_t days_left = 0;
  std::string objector;
  std::vector<std::string> more_objectors;
  std::string reason;
  model::StarAwardId award;  // 0: none
  model::Sequence stopped_by;
  uint32_t rule_set_version = 0;
};

struct StarAwardView {
  model::StarAwardId id;
  model::StarApplicationId application;
  PersonView member;
  int level = 0;
  model::AwardState state = model::AwardState::kActive;
  std::string number;
  std::string authority_code;
  model::Day awarded;
  model::Minutes service;
  std::string scope_code;
  CenterView center;
  std::string review_opener;
  model::Sequence review_cause;
  std::string reason;
};

struct StarNeedsView {
  PersonView member;
  CenterView center;
  bool active = false;  // the member
  int level = 0;
  int next = 0;     // 0: none is left
  int reached = 0;  // 0: none that can be applied for
  model::Minutes service;
  model::Minutes needed;
  model::Minutes missing;
  std::optional<model::Day> apply_from;  // unset: today
  model::StarApplicationId open;         // 0: none
  model::StarAwardId review;             // 0: none
  int64_t mean_evaluation = 0;           // in hundredths; 0: none
  int64_t needed_evaluation = 0;         // likewise
};

struct CalendarDayView {
  model::Day day;
  model::DayKind kind = model::DayKind::kHoliday;
  std::string reason;
};

struct StarFilter {
  std::optional<model::StarState> state;  // unset: the open ones
  std::string scope_code;                 // empty: all
  std::string member;                     // empty: everybody
  int level = 0;                          // 0: all
};

struct StarAwardFilter {
  std::optional<model::AwardState> state;  // unset: all
  bool in_force = false;                   // only those that are carried
  std::string scope_code;
  std::string member;
  int level = 0;
};

struct StarCandidateFilter {
  std::string center;    // empty: all
  model::Minutes close;  // who misses no more is close
  model::Day today;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_STAR_VIEWS_H_
