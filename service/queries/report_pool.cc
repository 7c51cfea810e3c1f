// What is in the community pool, where it came from and where it went.
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/queries/queries.h"

namespace timebank::queries {

namespace rec = ledger::rec;

namespace {

using Kind = model::EntryKind;
using model::Minutes;

// What an entry posts to the pool.
Minutes ToPool(const rec::Entry& entry) {
  int64_t sum = 0;
  for (const rec::Posting& posting : entry.postings()) {
    const bool pool = posting.asset() == static_cast<uint32_t>(model::Asset::kHours) &&
                      posting.account() == static_cast<uint32_t>(model::AccountKind::kPool);
    sum += pool ? posting.amount() : 0;
  }
  return Minutes(sum);
}

void Add(const rec::Entry& entry, PoolView* view) {
  const Minutes amount = ToPool(entry);
  view->balance += amount;
  switch (static_cast<Kind>(entry.kind())) {
    case Kind::kServiceSettled:
    case Kind::kServiceReversed:
    case Kind::kOrderConfirmed:
    case Kind::kOrderReversed:
      view->from_services += amount;
      break;
    case Kind::kHoursDonated:
      view->from_donations += amount;
      break;
    case Kind::kHoursGiven:
      view->from_gifts += amount;
      break;
    case Kind::kMemberClosed:
    case Kind::kEstateSettled:
      view->from_estates += amount;
      break;
    case Kind::kGrantedHoursEnded:
      view->from_grants += amount;
      break;
    case Kind::kPoolHoursGiven:
      view->to_elders -= amount;
      break;
    case Kind::kGrantIssued:
      // Above the cap of the elder when the bank issues it; what the pool pays otherwise.
      (amount.value() > 0 ? view->from_gifts : view->to_grants) += amount.value() > 0 ? amount : Minutes(-amount.value());
      break;
    default:
      view->other += amount;
      break;
  }
}

}  // namespace

absl::StatusOr<PoolView> Queries::Pool(absl::string_view bank, model::Day as_of, const GoOn& go_on) const {
  PoolView view;
  TB_ASSIGN_OR_RETURN(const uint64_t last, LastBookedBy(*snapshot_, bank, as_of));
  view.last = model::Sequence(last);
  TB_RETURN_IF_ERROR(WalkJournal(*snapshot_, bank, 1, last, go_on, [&view](const rec::Entry& entry) {
    Add(entry, &view);
    return absl::OkStatus();
  }));
  return view;
}

}  // namespace timebank::queries
