// What the reads about points return.
#ifndef TIMEBANK_QUERIES_POINTS_VIEWS_H_
#define TIMEBANK_QUERIES_POINTS_VIEWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "service/model/ids.h"
#include "service/queries/views.h"

namespace timebank::queries {

struct PointsLotView {
  model::Day last_day;  // model::kPointsForEver: they do not expire
  model::Points remaining;
};

struct PointsBalanceView {
  PersonView member;
  model::Points spendable;
  model::Points held;
  model::Points owed;
  std::vector<PointsLotView> lots;  // by last day
};

struct ExpiringPointsView {
  PersonView member;
  model::Day last_day;
  model::Points points;
};

struct CampaignView {
  model::CampaignId id;
  std::string display_name;
  std::string category;
  int64_t percent = 0;
  model::Day from;
  model::Day until;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_POINTS_VIEWS_H_
