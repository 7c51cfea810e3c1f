// What the ledger answers. A retry gets an equal one.
#ifndef TIMEBANK_MODEL_OUTCOME_H_
#define TIMEBANK_MODEL_OUTCOME_H_

#include <cstdint>
#include <optional>

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

  friend bool operator==(const RecordResult&, const RecordResult&) = default;
};

struct Outcome {
  // Of the entry that stands for this command in the bank's journal, refusals included. 0 when there is no bank to keep it, and for a
  // request id that was reused.
  Sequence sequence;
  RecordTime record_time;
  // What was created or changed: id of a scope, centre, member, kinship, record or hold; version of a rule set.
  uint64_t subject = 0;
  std::optional<RecordResult> record;  // commands on records
  std::optional<Rejection> rejection;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_OUTCOME_H_
