// What the reads about the community pool and grants return.
#ifndef TIMEBANK_QUERIES_GIVING_VIEWS_H_
#define TIMEBANK_QUERIES_GIVING_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "service/model/grant.h"
#include "service/model/ids.h"
#include "service/queries/views.h"

namespace timebank::queries {

// balance = everything that came in - everything that went out + other.
struct PoolView {
  model::Sequence last;  // of the journal that was read
  model::Minutes balance;
  model::Minutes from_services;
  model::Minutes from_donations;
  model::Minutes from_gifts;
  model::Minutes from_estates;
  model::Minutes from_grants;
  model::Minutes to_elders;
  model::Minutes to_grants;
  model::Minutes other;
};

struct GrantView {
  model::GrantId id;
  PersonView member;
  model::Minutes monthly;
  model::Day first_month;
  model::Day review;
  model::GrantState state = model::GrantState::kProposed;
  std::string maker;
  std::string checker;
  std::optional<model::Day> next_month;  // nullopt: none before the review
  model::Minutes issued;
  uint32_t months = 0;
  uint32_t skipped = 0;
  model::GrantSkip last_skip = model::GrantSkip::kNone;
  model::Sequence reasoned;  // the entry of the last step with a reason; 0: none but the proposal
};

struct GrantFilter {
  std::string member;  // member or external number; empty: all
  std::optional<model::GrantState> state;
  std::optional<model::Day> review_before;  // active ones only
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_GIVING_VIEWS_H_
