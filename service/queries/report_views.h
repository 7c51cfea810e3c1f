// What reports return: plain values, as the journal stood at the end of a day. See report.proto for what each number counts.
#ifndef TIMEBANK_QUERIES_REPORT_VIEWS_H_
#define TIMEBANK_QUERIES_REPORT_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/model/ids.h"
#include "service/queries/order_views.h"
#include "service/queries/views.h"

namespace timebank::queries {

// Services that wait, in number and in minutes.
struct Waiting {
  int64_t count = 0;
  model::Minutes minutes;
};

struct DayEndView {
  CenterView center;
  Waiting opening;
  Waiting closing;
  int64_t opened = 0;
  int64_t left = 0;
  int64_t settled = 0;
  model::Minutes credited;
  model::Minutes pool;
  int64_t undone = 0;
  int64_t reversed = 0;
  model::Minutes taken_back;
  model::Sequence last;
};

// Values equal those of timebank.v1.
enum class StatisticsDimension : uint8_t { kScope = 1, kCategory = 2, kVolunteerAge = 3, kMonth = 4, kCenter = 5 };

struct StatisticsFilter {
  StatisticsDimension dimension = StatisticsDimension::kScope;
  std::optional<model::Day> from;  // of service
  std::optional<model::Day> to;    // inclusive
  std::string scope_code;          // empty: the whole bank
  model::Day as_of;
};

struct StatisticsRowView {
  std::string key;
  std::string display_name;
  int64_t services = 0;
  int64_t volunteers = 0;
  model::Minutes service;
  model::Minutes credited;
  model::Minutes pool;
  bool subtotal = false;  // of a scope and all below it, whose rows follow
  int depth = 0;          // how many rows sum it up, beside the total
};

struct StatisticsView {
  std::vector<StatisticsRowView> rows;  // by key; of scopes in the order of the tree
  StatisticsRowView total;
  model::Sequence last;
};

// Members with hours, and their minutes.
struct Outstanding {
  int64_t members = 0;
  model::Minutes minutes;
};

struct SolvencyView {
  Outstanding all;
  model::Minutes held;
  model::Minutes due;
  model::Minutes issued;
  model::Minutes redeemed;
  model::Minutes pool;
  std::vector<std::pair<std::string, Outstanding>> by_age;  // the youngest first
  std::vector<std::pair<int64_t, Outstanding>> by_year;     // the earliest first
  int64_t spending_age = 0;
  model::Sequence last;
};

struct InactiveView {
  PersonView member;
  std::optional<model::Day> last_service;  // nullopt: none ever
  std::string center_name;
};

struct NoShowsView {
  Page<NoShowView> page;
  model::Sequence last;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_REPORT_VIEWS_H_
