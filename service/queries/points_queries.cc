// Points: balances, what expires soon, campaigns.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::Day;

absl::StatusOr<PointsBalanceView> Queries::PointsBalance(absl::string_view bank, absl::string_view member, Day today) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  PointsBalanceView view;
  TB_ASSIGN_OR_RETURN(view.member, lookup.Person(id));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                      ledger::LoadRow<rec::Book>(*snapshot_, keys::Book(bank, model::MemberOwner(id))));
  if (book.has_value()) {
    view.held = model::Points(ledger::BalanceIn(*book, model::Asset::kPoints, model::AccountKind::kHeld));
    view.owed = model::Points(book->points_owed());
  }
  const std::string prefix = keys::PointsLotsOf(bank, id);
  auto it = snapshot_->Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    TB_ASSIGN_OR_RETURN(const rec::PointsLot lot, ParseRow<rec::PointsLot>(it->value()));
    if (lot.remaining() == 0) {
      continue;
    }
    view.lots.push_back({keys::LastDay(it->key()), model::Points(lot.remaining())});
    view.spendable += model::Points(keys::LastDay(it->key()) < today ? 0 : lot.remaining());
  }
  TB_RETURN_IF_ERROR(it->status());
  return view;
}

absl::StatusOr<Page<ExpiringPointsView>> Queries::ExpiringPoints(absl::string_view bank, Day from, Day to,
                                                                 const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  // A row of the due index stands at the beginning of the day after the last one.
  const KeyRange range{keys::DueBefore(bank, model::StartOf(Day(from.value() + 1))),
                       keys::DueBefore(bank, model::StartOf(Day(to.value() + 2)))};
  return WalkRanges<ExpiringPointsView>(
      *snapshot_, {range}, absl::StrCat("expiringPoints/", bank, "/", from.value(), "/", to.value()), page,
      [&](absl::string_view key, absl::string_view, std::vector<ExpiringPointsView>& rows) -> absl::Status {
        const keys::DueRow due = keys::DueRowOf(key);
        if (due.kind != model::DueKind::kPointsExpiry) {
          return absl::OkStatus();
        }
        const model::MemberId member(due.id);
        ExpiringPointsView view;
        view.last_day = Day(model::DayOf(due.due).value() - 1);
        TB_ASSIGN_OR_RETURN(const rec::PointsLot lot,
                            ledger::MustLoadRow<rec::PointsLot>(*snapshot_, keys::PointsLot(bank, member, view.last_day)));
        view.points = model::Points(lot.remaining());
        TB_ASSIGN_OR_RETURN(view.member, lookup.Person(member));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<CampaignView>> Queries::Campaigns(absl::string_view bank, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  const std::string filter = absl::StrCat("campaigns/", bank);
  TB_ASSIGN_OR_RETURN(const std::string place, ReadPageToken(filter, page.token));
  TB_ASSIGN_OR_RETURN(const rec::Bank row, ledger::MustLoadRow<rec::Bank>(*snapshot_, keys::Bank(bank)));
  Page<CampaignView> result;
  for (int i = row.campaigns_size() - 1; i >= 0; --i) {
    const rec::Campaign& campaign = row.campaigns(i);
    const std::string here = keys::EncodeId(~campaign.id());
    if (here < place) {
      continue;
    }
    if (result.rows.size() >= page.size) {
      result.next = MakePageToken(filter, here);
      break;
    }
    result.rows.push_back({model::CampaignId(campaign.id()), campaign.display_name(), campaign.category(),
                           campaign.percent(), Day(campaign.first_day()), Day(campaign.last_day())});
  }
  return result;
}

}  // namespace timebank::queries
