// The day-end reconciliation of a centre.
#include "absl/container/flat_hash_map.h"
#include "service/base/status.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_life.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"

namespace timebank::queries {

namespace rec = ledger::rec;

namespace {

using model::Minutes;
using model::RecordState;

// A service of the centre as the journal has told of it so far.
struct Told {
  RecordState state = RecordState::kRecorded;
  Minutes measured;
  Minutes booked;  // to the volunteer and the pool, once it is settled
};

bool IsBorn(const rec::Entry& entry) {
  const auto kind = static_cast<model::EntryKind>(entry.kind());
  return kind == model::EntryKind::kServiceRecorded || kind == model::EntryKind::kCheckedIn ||
         kind == model::EntryKind::kOrderStarted;
}

class DayEndFold {
 public:
  DayEndFold(model::CenterId center, uint64_t first_of_day, DayEndView* view)
      : center_(center), first_of_day_(first_of_day), view_(view) {}

  void Add(const rec::Entry& entry) {
    if (!entry.has_result()) {
      return;
    }
    const bool of_day = entry.sequence() >= first_of_day_;
    const bool born = IsBorn(entry);
    if (born && ledger::ServiceOf(entry)->center() != center_.value()) {
      return;
    }
    const auto found = born ? told_.try_emplace(ledger::RecordOf(entry)).first : told_.find(ledger::RecordOf(entry));
    if (found == told_.end()) {
      return;
    }
    Told& told = found->second;
    const bool was_open = !born && ledger::IsOpen(told.state);
    const Minutes measured_before = told.measured;
    told.state = static_cast<RecordState>(entry.result().state());
    if (const rec::Service* service = ledger::ServiceOf(entry); service != nullptr) {
      told.measured = ledger::Measured(*service);
    }
    const bool open = ledger::IsOpen(told.state);
    Move(was_open, measured_before, open, told.measured, of_day);
    if (!of_day) {
      return Remember(told, entry);
    }
    CountEnd(entry, told);
    Remember(told, entry);
  }

 private:
  // What a settlement books to the pool: what is above a cap, and what an order paid above the worth of the service.
  static Minutes ToPool(const rec::Entry& entry) { return Minutes(entry.result().pool() + entry.order().order().surplus()); }

  static void Remember(Told& told, const rec::Entry& entry) {
    if (told.state == RecordState::kSettled) {
      told.booked = Minutes(entry.result().credited()) + ToPool(entry);
    }
  }

  void Move(bool was_open, Minutes before, bool open, Minutes after, bool of_day) {
    for (Waiting* waiting : {&view_->opening, &view_->closing}) {
      if (of_day && waiting == &view_->opening) {
        continue;
      }
      waiting->count += (open ? 1 : 0) - (was_open ? 1 : 0);
      waiting->minutes += (open ? after : Minutes(0)) - (was_open ? before : Minutes(0));
    }
    if (of_day && open != was_open) {
      ++(open ? view_->opened : view_->left);
    }
  }

  void CountEnd(const rec::Entry& entry, const Told& told) {
    switch (told.state) {
      case RecordState::kSettled:
        ++view_->settled;
        view_->credited += Minutes(entry.result().credited());
        view_->pool += ToPool(entry);
        break;
      case RecordState::kRejected:
      case RecordState::kWithdrawn:
      case RecordState::kVoided:
        ++view_->undone;
        break;
      case RecordState::kReversed:
        ++view_->reversed;
        view_->taken_back += told.booked;
        break;
      default:
        break;
    }
  }

  const model::CenterId center_;
  const uint64_t first_of_day_;
  DayEndView* const view_;
  absl::flat_hash_map<uint64_t, Told> told_;
};

}  // namespace

absl::StatusOr<DayEndView> Queries::DayEnd(absl::string_view bank, absl::string_view center, model::Day day,
                                           const GoOn& go_on) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::CenterId id, lookup.CenterByRef(center));
  DayEndView view;
  TB_ASSIGN_OR_RETURN(view.center, lookup.Center(id));
  TB_ASSIGN_OR_RETURN(const uint64_t last, LastBookedBy(*snapshot_, bank, day));
  TB_ASSIGN_OR_RETURN(const uint64_t first_of_day, FirstBookedOn(*snapshot_, bank, last, day));
  view.last = model::Sequence(last);
  DayEndFold fold(id, first_of_day, &view);
  TB_RETURN_IF_ERROR(WalkJournal(*snapshot_, bank, 1, last, go_on, [&fold](const rec::Entry& entry) {
    fold.Add(entry);
    return absl::OkStatus();
  }));
  return view;
}

}  // namespace timebank::queries
