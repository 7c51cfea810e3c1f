// What the reads about the points shop return.
#ifndef TIMEBANK_QUERIES_REWARD_VIEWS_H_
#define TIMEBANK_QUERIES_REWARD_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/queries/views.h"

namespace timebank::queries {

struct RewardView {
  model::RewardId id;
  std::string display_name;
  std::string center_code;
  std::string center_name;
  model::Points price;
  int64_t stock = 0;
  int64_t limit = 0;
  model::Day from;
  model::Day until;  // INT32_MAX: no end
  bool withdrawn = false;
};

struct RewardOrderView {
  model::RewardOrderId id;
  model::RewardId reward;
  std::string reward_name;
  std::string center_name;
  PersonView member;
  int64_t quantity = 0;
  model::Points points;
  model::RewardOrderState state = model::RewardOrderState::kPlaced;
  model::Day day;
  model::Day collect_until;
  uint32_t attempts_left = 0;
};

struct RewardFilter {
  std::string center;                      // empty: of all centres
  std::optional<model::Day> orderable_on;  // only what can be ordered on that day
};

struct RewardOrderFilter {
  std::string center;  // those that wait there
  std::string member;  // at most one of the two is set; neither: every order of the bank
  std::optional<model::RewardOrderState> state;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_REWARD_VIEWS_H_
