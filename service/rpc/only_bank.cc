#include "service/rpc/only_bank.h"

#include "service/queries/queries.h"

namespace timebank::rpc {

std::string OnlyBank(const store::Store& store) {
  const queries::Queries queries(&store);
  queries::PageRequest page;
  page.size = 2;
  const absl::StatusOr<queries::Page<queries::BankView>> banks = queries.Banks(page);
  return banks.ok() && banks->rows.size() == 1 ? banks->rows[0].id : std::string();
}

}  // namespace timebank::rpc
