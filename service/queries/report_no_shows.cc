// Who did not show up, and whose suspension was under review, as it was known at the end of a day.
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/no_shows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

uint32_t YearOf(model::Day day) { return static_cast<uint32_t>(base::DayFromNumber(day.value()).year()); }

// By member; of the orders of one year.
class NoShowsFold {
 public:
  explicit NoShowsFold(uint32_t year) : year_(year) {}

  void Add(const rec::Entry& entry) {
    if (entry.kind() == static_cast<uint32_t>(model::EntryKind::kOrderNoShow)) {
      Count(entry);
    } else if (entry.member_changed().ended_review() && YearOf(model::Day(entry.effective_day())) == year_) {
      ledger::EndReview(&rows_[entry.subject()]);
    }
  }

  const absl::flat_hash_map<uint64_t, rec::NoShows>& rows() const { return rows_; }

 private:
  void Count(const rec::Entry& entry) {
    const rec::Order& order = entry.order().order();
    if (ledger::NoShowYear(order) != year_) {
      return;
    }
    const auto side = static_cast<model::OrderSide>(order.ended_by());
    rec::NoShows& row = rows_[ledger::WhoDidNotShow(order, side).value()];
    if (side == model::OrderSide::kVolunteer) {
      row.set_volunteer(row.volunteer() + 1);
    } else {
      row.set_elder(row.elder() + 1);
    }
    if (entry.order().review()) {
      row.set_review(entry.sequence());
    }
  }

  const uint32_t year_;
  absl::flat_hash_map<uint64_t, rec::NoShows> rows_;
};

}  // namespace

absl::StatusOr<NoShowsView> Queries::NoShowsAsOf(absl::string_view bank, uint32_t year, model::Day as_of,
                                                 const PageRequest& page, const GoOn& go_on) const {
  Lookup lookup(*snapshot_, bank);
  NoShowsView view;
  TB_ASSIGN_OR_RETURN(const uint64_t last, LastBookedBy(*snapshot_, bank, as_of));
  view.last = model::Sequence(last);
  // Nobody fails to show before the order's day.
  const model::Day new_year(base::DayNumber(absl::CivilDay(static_cast<int>(year), 1, 1)));
  TB_ASSIGN_OR_RETURN(const uint64_t first, FirstBookedOn(*snapshot_, bank, last, new_year));
  NoShowsFold fold(year);
  TB_RETURN_IF_ERROR(WalkJournal(*snapshot_, bank, first, last, go_on, [&fold](const rec::Entry& entry) {
    fold.Add(entry);
    return absl::OkStatus();
  }));
  // Whoever was counted then has a row today.
  const bool over = year < YearOf(as_of);
  TB_ASSIGN_OR_RETURN(
      view.page,
      WalkPrefix<NoShowView>(
          *snapshot_, keys::NoShowsIn(bank, year), absl::StrCat("noshows-as-of/", bank, "/", year, "/", as_of.value()), page,
          [&](absl::string_view key, absl::string_view, std::vector<NoShowView>& rows) -> absl::Status {
            const auto found = fold.rows().find(keys::LastId(key));
            if (found == fold.rows().end()) {
              return absl::OkStatus();
            }
            const rec::NoShows& row = found->second;
            TB_ASSIGN_OR_RETURN(PersonView person, lookup.Person(model::MemberId(found->first)));
            rows.push_back({std::move(person), row.volunteer(), row.elder(), row.review() != 0 && !over, row.judged()});
            return absl::OkStatus();
          }));
  return view;
}

}  // namespace timebank::queries
