// What the reads about reversals of many records return.
#ifndef TIMEBANK_QUERIES_REVERSAL_VIEWS_H_
#define TIMEBANK_QUERIES_REVERSAL_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/model/order.h"
#include "service/model/rejection.h"
#include "service/model/reversal.h"
#include "service/model/star.h"
#include "service/queries/views.h"

namespace timebank::queries {

struct ReversalView {
  model::ReversalId id;
  model::ReversalState state = model::ReversalState::kProposed;
  std::string reason;
  model::Cover cover = model::Cover::kNone;
  std::string consent;
  std::string proposer;
  std::string decider;
  std::string decision_reason;
  uint64_t total = 0;
  uint64_t reversed = 0;
  uint64_t skipped = 0;
  model::RecordTime record_time;
  model::RecordTime decided_time;  // 0: not
};

struct ReversalItemView {
  model::RecordId record;
  PersonView volunteer;
  model::Day day;
  model::Minutes credited;
  model::ReversalItemState state = model::ReversalItemState::kPending;
  model::Sequence entry;                    // 0: none yet
  std::optional<model::Rejection> refusal;  // why it was passed over
};

// Either a list, or at least one of the other criteria, all of which must fit.
struct ReversalSelection {
  std::vector<model::RecordId> records;
  std::string center;
  std::string volunteer;
  std::string beneficiary;
  std::string recorder;  // folded
  std::optional<model::Day> from;
  std::optional<model::Day> to;  // inclusive
};

struct ReversalCandidateView {
  model::RecordId record;
  PersonView volunteer;
  model::Day day;
  std::string category;
  std::string center_name;
  std::string recorder;
  model::RecordState state = model::RecordState::kSettled;
  model::Minutes credited;
  model::Minutes pool;
  model::Points points;
  model::OrderId order;        // 0: none
  model::ReversalId reversal;  // another that is open and has it; 0: none
};

struct ReversalMemberView {
  PersonView member;
  int64_t records = 0;
  model::Minutes service;
  model::Minutes credited;
  model::Minutes available;
  model::Minutes spent;
  model::Points points;
  model::Points spent_points;
  model::StarApplicationId stopped;  // 0: none
  model::StarAwardId doubted;        // 0: none
};

struct ReversalPreviewView {
  std::vector<ReversalCandidateView> records;
  std::vector<ReversalMemberView> members;  // by id
  model::Minutes credited;
  model::Minutes spent;
  model::Minutes pool;
  model::Minutes pool_balance;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_REVERSAL_VIEWS_H_
