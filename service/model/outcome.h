// What the ledger answers. A retry gets an equal one.
#ifndef TIMEBANK_MODEL_OUTCOME_H_
#define TIMEBANK_MODEL_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <string>

#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/model/rejection.h"

namespace timebank::model {

// Where a change left a record.
struct RecordResult {
  RecordState state = RecordState::kRecorded;
  bool awaits_second_approval = false;
  Minutes credited;
  Minutes pool;
  Minutes debt_paid = Minutes(0);  // of the credited, what paid hours that the volunteer owed

  friend bool operator==(const RecordResult&, const RecordResult&) = default;
};

// Where a step left an order of the shop.
struct RewardOrderResult {
  RewardOrderState state = RewardOrderState::kPlaced;
  Points points;
  uint32_t attempts_left = 0;
  bool wrong_code = false;
  std::string code_digest;  // tells the first answer to an order, which shows the code, from those to its retries

  friend bool operator==(const RewardOrderResult&, const RewardOrderResult&) = default;
};

// Where hours went that changed hands.
struct GivenResult {
  Minutes credited;  // to a member
  Minutes pool;      // to the community pool

  friend bool operator==(const GivenResult&, const GivenResult&) = default;
};

struct StockResult {
  int64_t before = 0;
  int64_t counted = 0;

  friend bool operator==(const StockResult&, const StockResult&) = default;
};

struct Outcome {
  // Of the entry that stands for this command in the bank's journal, refusals included. 0 when there is no bank to keep it, and for a
  // request id that was reused.
  Sequence sequence;
  RecordTime record_time;
  // What was created or changed: id of a scope, centre, member, kinship, record or hold; version of a rule set.
  uint64_t subject = 0;
  std::optional<RecordResult> record;  // commands on records
  std::optional<RewardOrderResult> reward_order;
  std::optional<StockResult> stock;
  std::optional<GivenResult> given;
  std::string token_digest;  // of a token that was made: tells the first answer, which shows it, from those to its retries
  std::optional<Rejection> rejection;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_OUTCOME_H_
