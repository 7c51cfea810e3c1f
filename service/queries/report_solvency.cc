// What members can still redeem, and what covers it.
#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/queries/age_band.h"
#include "service/queries/queries.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

using model::AccountKind;
using model::Minutes;

// The balances of hours as postings have made them so far.
struct Balances {
  struct Hours {
    int64_t available = 0;
    int64_t held = 0;
  };
  absl::flat_hash_map<uint64_t, Hours> members;
  int64_t paid_by_orders = 0;
  std::map<AccountKind, int64_t> bank;

  void Add(const rec::Posting& posting) {
    if (static_cast<model::Asset>(posting.asset()) != model::Asset::kHours) {
      return;
    }
    const auto account = static_cast<AccountKind>(posting.account());
    switch (static_cast<model::OwnerKind>(posting.owner_kind())) {
      case model::OwnerKind::kBank:
        bank[account] += posting.amount();
        break;
      case model::OwnerKind::kMember: {
        Hours& hours = members[posting.owner()];
        (account == AccountKind::kHeld ? hours.held : hours.available) += posting.amount();
        break;
      }
      case model::OwnerKind::kCenter:
        break;
    }
  }
};

int64_t YearOf(model::Day day) { return base::DayFromNumber(day.value()).year(); }

void AddTo(Outstanding* sums, Minutes minutes) {
  ++sums->members;
  sums->minutes += minutes;
}

}  // namespace

absl::StatusOr<SolvencyView> Queries::Solvency(absl::string_view bank, model::Day as_of, const GoOn& go_on) const {
  SolvencyView view;
  TB_ASSIGN_OR_RETURN(const uint64_t last, LastBookedBy(*snapshot_, bank, as_of));
  view.last = model::Sequence(last);
  TB_ASSIGN_OR_RETURN(const RuleSetView rules, RuleSetOn(bank, as_of));
  view.spending_age = rules.rules.spending_age;
  Balances balances;
  TB_RETURN_IF_ERROR(WalkJournal(*snapshot_, bank, 1, last, go_on, [&balances](const rec::Entry& entry) {
    for (const rec::Posting& posting : entry.postings()) {
      balances.Add(posting);
    }
    // Care of orders goes from the elder to who served her, past CARE_DELIVERED.
    const auto kind = static_cast<model::EntryKind>(entry.kind());
    const int64_t consumed = entry.order().order().consumed();
    balances.paid_by_orders += kind == model::EntryKind::kOrderConfirmed  ? consumed
                               : kind == model::EntryKind::kOrderReversed ? -consumed
                                                                          : 0;
    return absl::OkStatus();
  }));
  view.issued = Minutes(-balances.bank[AccountKind::kIssuance]);
  view.redeemed = Minutes(balances.bank[AccountKind::kCareDelivered] + balances.paid_by_orders);
  view.pool = Minutes(balances.bank[AccountKind::kPool]);
  std::map<size_t, Outstanding> by_age;
  std::map<int64_t, Outstanding> by_year;
  for (const auto& [member, hours] : balances.members) {
    const Minutes minutes(hours.available + hours.held);
    view.held += Minutes(hours.held);
    if (minutes.value() == 0) {
      continue;
    }
    TB_ASSIGN_OR_RETURN(const rec::Member row,
                        ledger::MustLoadRow<rec::Member>(*snapshot_, keys::Member(bank, model::MemberId(member))));
    const model::Day birth(row.birth());
    const int age = AgeOn(birth, as_of);
    const int64_t year = age >= view.spending_age ? YearOf(as_of) : YearOf(birth) + view.spending_age;
    AddTo(&view.all, minutes);
    AddTo(&by_age[AgeBandOf(age)], minutes);
    AddTo(&by_year[year], minutes);
    view.due += age >= view.spending_age ? minutes : Minutes(0);
  }
  for (const auto& [band, sums] : by_age) {
    view.by_age.emplace_back(AgeBandName(band), sums);
  }
  view.by_year.assign(by_year.begin(), by_year.end());
  return view;
}

}  // namespace timebank::queries
