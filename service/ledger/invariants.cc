#include "service/ledger/invariants.h"

#include <algorithm>
#include <map>

namespace timebank::ledger {

bool SumsToZero(const rec::Entry& entry) {
  std::map<uint32_t, int64_t> sums;
  for (const rec::Posting& posting : entry.postings()) {
    int64_t& sum = sums[posting.asset()];
    if (__builtin_add_overflow(sum, posting.amount(), &sum)) {
      return false;
    }
  }
  return std::all_of(sums.begin(), sums.end(), [](const auto& sum) { return sum.second == 0; });
}

bool AboveFloors(model::Owner owner, const rec::Book& book) {
  const bool balances = std::all_of(book.balances().begin(), book.balances().end(), [&](const rec::Balance& balance) {
    const bool issuance =
        owner.kind == model::OwnerKind::kBank && balance.account() == static_cast<uint32_t>(model::AccountKind::kIssuance);
    return issuance || balance.amount() >= 0;
  });
  return balances && book.service() >= 0 && book.pending() >= 0 && book.pool() >= 0 && book.received() >= 0 &&
         book.points_owed() >= 0;
}

}  // namespace timebank::ledger
