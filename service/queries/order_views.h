// What the reads of care orders return: plain values, with people's personal fields still sealed.
#ifndef TIMEBANK_QUERIES_ORDER_VIEWS_H_
#define TIMEBANK_QUERIES_ORDER_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/model/ids.h"
#include "service/model/order.h"
#include "service/queries/views.h"

namespace timebank::queries {

struct OrderView {
  model::OrderId id;
  model::OrderState state = model::OrderState::kRequested;
  PersonView payer;
  PersonView beneficiary;
  PersonView volunteer;
  std::string center_code;
  std::string center_name;
  std::string category;
  model::Minute start;
  model::Minutes planned;
  model::Minutes actual;
  model::Minutes paid;
  model::Minutes surplus;
  model::Day expires;
  model::RecordTime confirm_due;  // 0: none
  model::RecordId record;         // 0: none
  std::optional<model::OrderSide> ended_by;
  uint32_t volunteer_score = 0;
  uint32_t elder_score = 0;
  bool has_note = false;
  std::string requester;
  std::string reason;
  model::RecordTime record_time;
  model::RecordTime change_time;
  model::RecurringId recurring;  // 0: none
  model::ProxyId proxy;          // 0: none
};

struct ProxyView {
  model::ProxyId id;
  model::MemberId elder;
  model::MemberId agent;
  model::Minutes order_minutes;
  model::Minutes month_minutes;
  model::Day until;  // 0: none
  std::vector<std::string> categories;
  model::ProxyState state = model::ProxyState::kProposed;
};

// A week of a series without an order.
struct SkippedWeekView {
  model::Day day;
  std::string reason;                      // name of the rejection
  std::optional<model::RecordTime> retry;  // nullopt: it is not tried again
};

struct RecurringView {
  model::RecurringId id;
  model::MemberId payer;
  model::MemberId beneficiary;
  std::string center_name;
  std::string category;
  model::Day first;
  model::Day until;  // 0: none
  int32_t minute_of_day = 0;
  model::Minutes planned;
  model::RecurringState state = model::RecurringState::kActive;
  model::Day next;
  model::RecordTime due;
  model::Day skipped;       // 0: no week was
  std::string skip_reason;  // name of the rejection; empty: no week was
  model::MemberId agent;    // 0: the payer herself, or staff
  std::vector<SkippedWeekView> skipped_weeks;
};

struct OpenOrderView {
  OrderView order;
  int distance = 0;  // steps between the scopes
};

struct OpenOrderFilter {
  std::string scope;  // code; empty: the whole bank
  int distance = 0;
  std::string category;  // empty: all
  std::optional<model::Day> from;
  std::optional<model::Day> to;  // inclusive
  model::Minute now;             // what ended before is left out
};

struct SuggestionView {
  PersonView volunteer;
  std::string center_name;
  int distance = 0;
  bool free = false;
  int category_services = 0;
  int services = 0;
  bool never_served = false;
  int64_t evaluations = 0;
  int64_t evaluation_sum = 0;
};

struct NoShowView {
  PersonView member;
  uint32_t volunteer = 0;
  uint32_t elder = 0;
  bool review = false;  // open
  uint32_t judged = 0;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_ORDER_VIEWS_H_
