// Proxies and recurring orders.
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/recurring_life.h"
#include "service/ledger/rows.h"
#include "service/model/rejection.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

absl::StatusOr<Page<ProxyView>> Queries::Proxies(absl::string_view bank, absl::string_view member,
                                                 const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  return WalkPrefix<ProxyView>(*snapshot_, keys::ProxiesOf(bank, id), absl::StrCat("proxies/", bank, "/", id.value()), page,
                               [&](absl::string_view key, absl::string_view, std::vector<ProxyView>& rows) -> absl::Status {
                                 const model::ProxyId proxy(keys::LastId(key));
                                 TB_ASSIGN_OR_RETURN(const rec::Proxy row,
                                                     ledger::MustLoadRow<rec::Proxy>(*snapshot_, keys::Proxy(bank, proxy)));
                                 ProxyView view;
                                 view.id = proxy;
                                 view.elder = model::MemberId(row.elder());
                                 view.agent = model::MemberId(row.agent());
                                 view.order_minutes = model::Minutes(row.order_minutes());
                                 view.month_minutes = model::Minutes(row.month_minutes());
                                 view.until = model::Day(row.until());
                                 view.categories.assign(row.categories().begin(), row.categories().end());
                                 view.state = static_cast<model::ProxyState>(row.state());
                                 rows.push_back(std::move(view));
                                 return absl::OkStatus();
                               });
}

namespace {

std::string NameOfReason(uint32_t reason) {
  const absl::string_view name = model::TextOf(static_cast<model::Reason>(reason)).name;
  return std::string(name.data(), name.size());
}

// What is seen to next is a skipped week where the series is over, or comes first.
void AddSkipped(const rec::Recurring& row, RecurringView* view) {
  const bool active = view->state == model::RecurringState::kActive;
  for (const rec::SkippedWeek& week : row.skipped_weeks()) {
    SkippedWeekView& skipped = view->skipped_weeks.emplace_back();
    skipped.day = model::Day(week.day());
    skipped.reason = NameOfReason(week.reason());
    skipped.retry = active ? ledger::NextTry(week) : std::nullopt;
    if (skipped.retry == view->due) {
      view->next = skipped.day;
    }
  }
}

}  // namespace

absl::StatusOr<Page<RecurringView>> Queries::RecurringOrders(absl::string_view bank, absl::string_view member,
                                                             const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  return WalkPrefix<RecurringView>(
      *snapshot_, keys::AllRecurringOf(bank, id), absl::StrCat("recurring/", bank, "/", id.value()), page,
      [&](absl::string_view key, absl::string_view, std::vector<RecurringView>& rows) -> absl::Status {
        const model::RecurringId series(keys::LastId(key));
        TB_ASSIGN_OR_RETURN(const rec::Recurring row,
                            ledger::MustLoadRow<rec::Recurring>(*snapshot_, keys::Recurring(bank, series)));
        TB_ASSIGN_OR_RETURN(const CenterView center, lookup.Center(model::CenterId(row.center())));
        RecurringView view;
        view.id = series;
        view.payer = model::MemberId(row.payer());
        view.beneficiary = model::MemberId(row.beneficiary());
        view.center_name = center.display_name;
        view.category = row.category();
        view.first = model::Day(row.first());
        view.until = model::Day(row.until());
        view.minute_of_day = row.minute_of_day();
        view.planned = model::Minutes(row.planned());
        view.state = static_cast<model::RecurringState>(row.state());
        view.next = model::Day(row.next());
        view.due = model::RecordTime(row.due());
        view.skipped = model::Day(row.skipped());
        view.skip_reason = row.skipped() == 0 ? "" : NameOfReason(row.skip_reason());
        view.agent = model::MemberId(row.agent());
        AddSkipped(row, &view);
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
