// What a reversal of many records would hit. Changes nothing.
#include <algorithm>
#include <functional>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/ledger/star_life.h"
#include "service/ledger/star_measure.h"
#include "service/model/limits.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::Day;
using model::MemberId;
using model::Minutes;
using model::RecordId;

namespace {

namespace limits = model::limits;

// A selection with the names looked up; 0 where a criterion is not set.
struct Wanted {
  uint64_t center = 0;
  uint64_t volunteer = 0;
  uint64_t beneficiary = 0;
  std::string recorder;
  Day from = Day(std::numeric_limits<int32_t>::min());
  Day to = Day(std::numeric_limits<int32_t>::max() - 1);

  bool Fits(const rec::Record& row) const {
    const rec::Service& service = row.service();
    const Day day = model::DayOf(model::Minute(service.start()));
    return row.state() == static_cast<uint32_t>(model::RecordState::kSettled) &&
           (center == 0 || service.center() == center) && (volunteer == 0 || service.volunteer() == volunteer) &&
           (beneficiary == 0 || service.beneficiary() == beneficiary) && (recorder.empty() || row.recorder() == recorder) &&
           from <= day && day <= to;
  }
};

absl::StatusOr<Wanted> Find(const Lookup& lookup, const ReversalSelection& selection) {
  Wanted wanted;
  if (!selection.center.empty()) {
    TB_ASSIGN_OR_RETURN(const model::CenterId center, lookup.CenterByRef(selection.center));
    wanted.center = center.value();
  }
  if (!selection.volunteer.empty()) {
    TB_ASSIGN_OR_RETURN(const MemberId volunteer, lookup.MemberByRef(selection.volunteer));
    wanted.volunteer = volunteer.value();
  }
  if (!selection.beneficiary.empty()) {
    TB_ASSIGN_OR_RETURN(const MemberId beneficiary, lookup.MemberByRef(selection.beneficiary));
    wanted.beneficiary = beneficiary.value();
  }
  wanted.recorder = selection.recorder;
  wanted.from = selection.from.value_or(wanted.from);
  wanted.to = selection.to.value_or(wanted.to);
  return wanted;
}

// The narrowest range of keys that holds all that can fit.
KeyRange RangeOf(absl::string_view bank, const Wanted& wanted) {
  const Day end(wanted.to.value() + 1);
  if (wanted.volunteer != 0) {
    return {keys::VolunteerDay(bank, MemberId(wanted.volunteer), wanted.from),
            keys::VolunteerDay(bank, MemberId(wanted.volunteer), end)};
  }
  if (wanted.center != 0) {
    return {keys::CenterDay(bank, model::CenterId(wanted.center), false, wanted.from),
            keys::CenterDay(bank, model::CenterId(wanted.center), false, end)};
  }
  return {keys::TableOf('R', bank), base::PrefixEnd(keys::TableOf('R', bank))};
}

absl::StatusOr<std::vector<RecordId>> Select(const Lookup& lookup, const Wanted& wanted, const GoOn& go_on) {
  std::vector<RecordId> selected;
  size_t looked_at = 0;
  const auto look = [&](RecordId id) -> absl::Status {
    if (++looked_at % 1024 == 0 && !go_on()) {
      return absl::DeadlineExceededError("the selection takes longer than its deadline allows");
    }
    TB_ASSIGN_OR_RETURN(const rec::Record row,
                        ledger::MustLoadRow<rec::Record>(lookup.reader(), keys::Record(lookup.bank(), id)));
    if (wanted.Fits(row)) {
      selected.push_back(id);
    }
    return looked_at > limits::kReversalScanMost || selected.size() > limits::kReversalRecords
               ? absl::FailedPreconditionError("the selection hits too many records")
               : absl::OkStatus();
  };
  const KeyRange range = RangeOf(lookup.bank(), wanted);
  auto it = lookup.reader().Scan(range.begin, range.end);
  for (; it->Valid(); it->Next()) {
    if (wanted.volunteer == 0) {
      TB_RETURN_IF_ERROR(look(RecordId(keys::LastId(it->key()))));
      continue;
    }
    TB_ASSIGN_OR_RETURN(const rec::VolunteerDay day, ParseRow<rec::VolunteerDay>(it->value()));
    for (const rec::Slot& slot : day.slots()) {
      TB_RETURN_IF_ERROR(look(RecordId(slot.record())));
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  std::sort(selected.begin(), selected.end());
  return selected;
}

// Points of one member that a reversal takes back, by their last day.
using PointsByDay = std::map<int32_t, int64_t>;

// How many of them are no longer there; what expired of them is nobody's.
absl::StatusOr<int64_t> SpentPoints(const Lookup& lookup, MemberId member, const PointsByDay& taken, Day today) {
  int64_t missing = 0;
  for (const auto& [day, points] : taken) {
    missing += points;
  }
  const std::string prefix = keys::PointsLotsOf(lookup.bank(), member);
  auto it = lookup.reader().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    TB_ASSIGN_OR_RETURN(const rec::PointsLot lot, ParseRow<rec::PointsLot>(it->value()));
    const Day day = keys::LastDay(it->key());
    const auto own = taken.find(day.value());
    const int64_t of_own = own == taken.end() ? 0 : own->second;
    missing -=
        day >= today ? lot.remaining() + std::min(of_own, lot.expired()) : std::min(of_own, lot.remaining() + lot.expired());
  }
  TB_RETURN_IF_ERROR(it->status());
  return std::max<int64_t>(0, missing);
}

// The stars that fewer service hours would touch, as ledger::StarsAfterReversal does.
absl::Status TouchStars(const Lookup& lookup, Minutes left, ReversalMemberView* view) {
  TB_ASSIGN_OR_RETURN(const rec::StarStanding standing,
                      ledger::LoadStanding(lookup.reader(), lookup.bank(), view->member.id));
  if (standing.application() != 0) {
    const model::StarApplicationId id(standing.application());
    TB_ASSIGN_OR_RETURN(const rec::StarApplication row, ledger::MustLoadRow<rec::StarApplication>(
                                                            lookup.reader(), keys::StarApplication(lookup.bank(), id)));
    const bool stops = ledger::FindStep(static_cast<model::StarState>(row.state()), ledger::StarEvent::kStop) != nullptr;
    view->stopped = stops && left.value() < row.band() ? id : model::StarApplicationId(0);
  }
  const rec::StarStanding::Held* const held = ledger::InForce(standing);
  if (held == nullptr ||
      ledger::FindStep(static_cast<model::AwardState>(held->state()), ledger::AwardEvent::kDoubt) == nullptr) {
    return absl::OkStatus();
  }
  const model::StarAwardId id(held->award());
  TB_ASSIGN_OR_RETURN(const rec::StarAward row,
                      ledger::MustLoadRow<rec::StarAward>(lookup.reader(), keys::StarAward(lookup.bank(), id)));
  view->doubted = left.value() < row.band() ? id : model::StarAwardId(0);
  return absl::OkStatus();
}

absl::Status Finish(const Lookup& lookup, const PointsByDay& points, Day today, ReversalMemberView* view) {
  const MemberId id = view->member.id;
  TB_ASSIGN_OR_RETURN(view->member, lookup.Person(id));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> found,
                      ledger::LoadRow<rec::Book>(lookup.reader(), keys::Book(lookup.bank(), model::MemberOwner(id))));
  const rec::Book book = found.value_or(rec::Book());
  view->available = Minutes(ledger::BalanceIn(book, model::Asset::kHours, model::AccountKind::kAvailable));
  view->spent = std::max(Minutes(0), view->credited - view->available);
  TB_ASSIGN_OR_RETURN(const int64_t spent_points, SpentPoints(lookup, id, points, today));
  view->spent_points = model::Points(spent_points);
  return TouchStars(lookup, Minutes(book.service()) - view->service, view);
}

}  // namespace

absl::StatusOr<ReversalPreviewView> Queries::PreviewReversal(absl::string_view bank, const ReversalSelection& selection,
                                                             Day today, const GoOn& go_on) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  std::vector<RecordId> ids = selection.records;
  if (ids.empty()) {
    TB_ASSIGN_OR_RETURN(const Wanted wanted, Find(lookup, selection));
    TB_ASSIGN_OR_RETURN(ids, Select(lookup, wanted, go_on));
  }
  ReversalPreviewView view;
  std::map<MemberId, ReversalMemberView> members;
  std::map<MemberId, PointsByDay> points;
  for (const RecordId id : ids) {
    TB_ASSIGN_OR_RETURN(const RecordView record, lookup.Record(id));
    TB_ASSIGN_OR_RETURN(const rec::Record row, ledger::MustLoadRow<rec::Record>(*snapshot_, keys::Record(bank, id)));
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> open, snapshot_->Get(keys::ReversalOfRecord(bank, id)));
    const MemberId volunteer = record.volunteer.id;
    view.records.push_back({id, record.volunteer, model::DayOf(record.start), record.category, record.center_name,
                            record.recorder, record.state, record.credited, record.pool, model::Points(row.points()),
                            model::OrderId(row.order()), model::ReversalId(open.has_value() ? keys::LastId(*open) : 0)});
    if (record.state != model::RecordState::kSettled) {
      continue;
    }
    ReversalMemberView& member = members[volunteer];
    member.member.id = volunteer;
    ++member.records;
    member.service += Minutes(row.counted());
    member.credited += Minutes(row.credited() - row.debt_paid());
    member.points += model::Points(row.points());
    points[volunteer][row.points_expire()] += row.points();
    view.pool += record.pool;
  }
  for (auto& [id, member] : members) {
    TB_RETURN_IF_ERROR(Finish(lookup, points[id], today, &member));
    view.credited += member.credited;
    view.spent += member.spent;
    view.members.push_back(std::move(member));
  }
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                      ledger::LoadRow<rec::Book>(*snapshot_, keys::Book(bank, model::BankOwner())));
  view.pool_balance =
      Minutes(ledger::BalanceIn(book.value_or(rec::Book()), model::Asset::kHours, model::AccountKind::kPool));
  return view;
}

}  // namespace timebank::queries
