// A service record while it is being changed: by a command of its own, or as the linked record of an order of care.
#ifndef TIMEBANK_LEDGER_RECORD_CHANGE_H_
#define TIMEBANK_LEDGER_RECORD_CHANGE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/books.h"
#include "service/ledger/points.h"
#include "service/ledger/record_life.h"
#include "service/ledger/work.h"
#include "service/model/command.h"
#include "service/model/rules.h"

namespace timebank::ledger {

struct RecordChange {
  model::ChangeRecord command;  // event, decision, amended minutes and reason count
  model::RecordId id;
  rec::Record row;
  const model::Rules* rules = nullptr;  // in force on the day of service
  model::Day day;                       // of service
  model::ScopeId scope;                 // of the centre
  model::RecordState before = model::RecordState::kRecorded;
  model::Minutes measured_before;
  rec::VolunteerDay volunteer_day;
  // Of a linked record: the minute it ends in when that was told and not measured (0: measured), the minutes that the order's hold
  // pays or paid, and those of them that went to the pool because the service is worth less.
  model::Minute end;
  model::Minutes paid;
  model::Minutes surplus;
  model::Minutes service_left;       // service hours of the volunteer after a reversal
  std::optional<PointsLots> points;  // of the volunteer, from the first step on

  model::MemberId owner;  // of the hours and points, from the first step on: the volunteer, or whom she was merged into

  model::MemberId volunteer() const { return model::MemberId(row.service().volunteer()); }
  model::MemberId beneficiary() const { return model::MemberId(row.service().beneficiary()); }
  model::RecordState state() const { return static_cast<model::RecordState>(row.state()); }
};

// Refuses with RECORD_NOT_FOUND.
absl::StatusOr<RecordChange> LoadRecordChange(Work& work, const model::ChangeRecord& command);

// Takes a step of record_life.h, with all its checks, and collects its effects: nothing is written yet. The draft entry is described
// as that of the record. Refuses as the step does.
absl::Status StepRecord(Work& work, RecordChange& change, RecordEvent event, Books& books);

// Writes the rows, and what became of the record, and of the volunteer's stars, on the entry. Refuses nothing.
absl::Status SaveRecordChange(Work& work, RecordChange& change);

// The row of the due index that withdraws a check-in of that day which nobody checked out. What is not known when one approver is no longer
// enough will not be: the service can still be entered from a list. A day more, for a service that runs past midnight. An order's record has
// none: it ends with the order.
std::string CheckInDue(absl::string_view bank, model::RecordId id, model::Day day, const model::Rules& rules);

// Banks the measured minutes: weighted and rounded, up to the cap of the day and of the member; what is above goes to the pool, and what the
// volunteer owes is paid first.
absl::Status BankHours(Work& work, RecordChange& change, Books& books);

// The postings of the settlement with their sides swapped. Hours that are not there any more are not taken silently: refuses with
// HOURS_ALREADY_SPENT, or as `command.cover` cannot stand in for them; else the entry says who did. Service hours and points go in full.
absl::Status TakeBackHours(Work& work, RecordChange& change, Books& books);

// Whether a volunteer may serve on a day: old enough, and active.
absl::Status RequireMayServe(Work& work, const FoundMember& volunteer, model::Day day);
// Whether she may then, and does not serve elsewhere at that time. Returns her day as it is.
absl::StatusOr<rec::VolunteerDay> RequireCanServe(Work& work, const FoundMember& volunteer, const rec::Service& service);

// Opens the record of an order, CHECKED_IN, under the number of the entry. REQUIRES: RequireCanServe, which gave the day.
absl::Status OpenLinkedRecord(Work& work, const rec::Service& service, rec::VolunteerDay volunteer_day, uint64_t order);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_RECORD_CHANGE_H_
