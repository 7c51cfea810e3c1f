// Points of one member while a command is decided. They lie in lots by their last day; the nearest last day is spent first. A lot
// whose last day is over cannot be spent any more, whether or not its expiry was booked yet, so that no answer depends on when
// the scheduler comes round.
//
// What a member owes (points of reversed services that had been spent) stands in the book; points that come pay it first.
#ifndef TIMEBANK_LEDGER_POINTS_H_
#define TIMEBANK_LEDGER_POINTS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/books.h"
#include "service/ledger/work.h"
#include "service/model/rules.h"

namespace timebank::ledger {

// Points that went out of one lot.
struct PointsSlice {
  model::Day last_day;
  int64_t amount = 0;
};

// Of one command and one member. Every method but Write() only collects; each may refuse as Books::Post does. Not thread-safe.
class PointsLots {
 public:
  // `work` and `books` outlive this.
  PointsLots(Work* work, Books* books, model::MemberId member) : work_(work), books_(books), member_(member) {}

  // Issues points: pays what is owed, and puts the rest into the lot of `last_day`. Nothing for 0.
  absl::Status Give(int64_t amount, model::Day last_day);

  // What can be spent today.
  absl::StatusOr<int64_t> Spendable();
  // Moves points from the member's AVAILABLE account to `to`, nearest last day first; says out of which lots.
  // REQUIRES: amount <= Spendable().
  absl::StatusOr<std::vector<PointsSlice>> Take(int64_t amount, const model::AccountId& to);

  // Brings back what Take() took from AVAILABLE and what stands on `from` now: pays what is owed, books what has lapsed meanwhile as expired,
  // and puts the rest into the lots it came from. `slices` by last day.
  absl::Status Return(const std::vector<PointsSlice>& slices, const model::AccountId& from);

  // Takes back what Give() gave: out of its own lot, then out of the others. What had expired of it is nobody's any more; what was
  // spent is owed or let go, as `rules` say. Never refused for want of points.
  absl::Status TakeBack(int64_t amount, model::Day last_day, const model::Rules& rules);

  // Books what remains of a lot as expired.
  absl::Status Expire(model::Day last_day);

  // The membership ends: books all that remains as expired; says how much. What is owed stays on the book.
  absl::StatusOr<int64_t> ExpireAll();

  // All that remains, has expired or is owed becomes that of another member.
  absl::Status MoveAll(PointsLots* to);

  // Writes the lots and their due rows. REQUIRES: the caller writes the books too.
  void Write();

 private:
  struct Lot {
    rec::PointsLot row;
    int64_t remaining_before = 0;
    bool changed = false;
  };

  absl::StatusOr<Lot*> LotOf(model::Day last_day);
  // Every lot, those of this command included.
  absl::Status LoadAll();
  // Changes a lot and notes it on the entry.
  void Change(model::Day last_day, Lot* lot, int64_t remaining, int64_t expired);
  // Takes up to `most` out of the lots that can be spent, nearest last day first.
  std::vector<PointsSlice> TakeSpendable(int64_t most);
  model::AccountId Account(model::AccountKind kind) const {
    return {model::MemberOwner(member_), model::Asset::kPoints, kind};
  }
  rec::PointsResult* result() { return work_->entry().mutable_points(); }

  Work* work_;
  Books* books_;
  model::MemberId member_;
  std::map<model::Day, Lot> lots_;
  bool loaded_ = false;
};

model::AccountId BankPoints(model::AccountKind kind);

// The sum of the slices.
int64_t SumOf(const std::vector<PointsSlice>& slices);

// What a service of this day and kind earns of the usual points, in percent: the best of the campaigns in force, else 100.
int64_t CampaignPercent(const rec::Bank& bank, model::Day day, absl::string_view category);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_POINTS_H_
