// What a try-out of rules returns: see SimulateRules in report.proto.
#ifndef TIMEBANK_QUERIES_SIMULATION_VIEWS_H_
#define TIMEBANK_QUERIES_SIMULATION_VIEWS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "service/queries/views.h"

namespace timebank::queries {

struct SimulationFilter {
  model::Day from;         // of service
  model::Day to;           // inclusive
  std::string scope_code;  // empty: the whole bank
  std::vector<std::pair<std::string, int64_t>> changes;
};

// What services came to.
struct SimulatedBooking {
  model::Minutes service;
  model::Minutes credited;
  model::Minutes pool;
  model::Points points;

  friend bool operator==(const SimulatedBooking&, const SimulatedBooking&) = default;
};

struct SimulatedSums {
  int64_t services = 0;
  SimulatedBooking was;
  SimulatedBooking would_be;
  int64_t too_young = 0;
  int64_t too_short = 0;
};

struct SimulatedMemberView {
  PersonView member;
  SimulatedSums sums;
  int star = 0;      // whose hours are reached
  int new_star = 0;  // whose hours would be
};

struct SimulationView {
  std::vector<SimulatedMemberView> members;  // of the page, by id
  std::string next;                          // as of Page
  SimulatedSums total;
  int64_t changed = 0;
  int64_t gained = 0;
  int64_t lost = 0;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_SIMULATION_VIEWS_H_
