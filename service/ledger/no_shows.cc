#include "service/ledger/no_shows.h"

#include <optional>

#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {
namespace {

uint32_t YearOf(model::Day day) { return static_cast<uint32_t>(base::DayFromNumber(day.value()).year()); }

model::Day DayOf(const rec::Order& order) { return model::DayOf(model::Minute(order.start())); }

}  // namespace

uint32_t NoShowYear(const rec::Order& order) { return YearOf(DayOf(order)); }

model::MemberId WhoDidNotShow(const rec::Order& order, model::OrderSide side) {
  return model::MemberId(side == model::OrderSide::kVolunteer ? order.volunteer() : order.beneficiary());
}

absl::Status CountNoShow(Work& work, const rec::Order& order, model::OrderSide side, NoShowCount* count) {
  count->key = keys::NoShows(work.bank_id(), NoShowYear(order), WhoDidNotShow(order, side));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::NoShows> found, LoadRow<rec::NoShows>(work.rows(), count->key));
  rec::NoShows& row = count->row;
  row = found.value_or(rec::NoShows());
  if (side == model::OrderSide::kVolunteer) {
    row.set_volunteer(row.volunteer() + 1);
  } else {
    row.set_elder(row.elder() + 1);
  }
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work.RulesOn(DayOf(order)));
  const int64_t unjudged = int64_t{row.volunteer()} + row.elder() - row.judged();
  if (rules->no_show_review > 0 && unjudged >= rules->no_show_review && row.review() == 0) {
    row.set_review(work.sequence().value());
  }
  return absl::OkStatus();
}

bool EndReview(rec::NoShows* row) {
  if (row->review() == 0) {
    return false;
  }
  row->clear_review();
  row->set_judged(row->volunteer() + row->elder());
  return true;
}

absl::Status EndReviewOf(Work& work, model::MemberId member, NoShowCount* count) {
  std::string key = keys::NoShows(work.bank_id(), YearOf(work.today()), member);
  TB_ASSIGN_OR_RETURN(std::optional<rec::NoShows> found, LoadRow<rec::NoShows>(work.rows(), key));
  if (found.has_value() && EndReview(&*found)) {
    count->key = std::move(key);
    count->row = *std::move(found);
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
