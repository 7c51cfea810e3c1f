// The reasons for which the rules refuse: the same for all banks.
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/queries/page_token.h"
#include "service/queries/queries.h"

namespace timebank::queries {

absl::StatusOr<Page<ReasonView>> Queries::Reasons(const PageRequest& page) {
  constexpr char kList[] = "reasons";
  TB_ASSIGN_OR_RETURN(const std::string place, ReadPageToken(kList, page.token));
  const std::vector<model::ReasonText>& all = model::AllReasons();
  Page<ReasonView> result;
  for (size_t i = place.size() == sizeof(uint64_t) ? ledger::keys::LastId(place) : 0; i < all.size(); ++i) {
    if (result.rows.size() >= page.size) {
      result.next = MakePageToken(kList, ledger::keys::EncodeId(i));
      break;
    }
    result.rows.push_back({i + 1, &all[i]});
  }
  return result;
}

}  // namespace timebank::queries
