#include "service/rpc/convert_admin.h"

#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

absl::string_view CollectionOf(model::DueKind kind) {
  switch (kind) {
    case model::DueKind::kRecordNotice:
    case model::DueKind::kCheckInExpiry:
      return "records";
    case model::DueKind::kHoldExpiry:
      return "holds";
    case model::DueKind::kStarNotice:
      return "starApplications";
    case model::DueKind::kPointsExpiry:
      return "members";
    case model::DueKind::kRewardOrderExpiry:
      return "rewardOrders";
    case model::DueKind::kOrderExpiry:
    case model::DueKind::kOrderAutoConfirm:
      return "orders";
    case model::DueKind::kGrantIssue:
    case model::DueKind::kGrantExpiry:
      return "grants";
    case model::DueKind::kRecurringOrder:
      return "recurringOrders";
    case model::DueKind::kReversalStep:
      return "records";
  }
  return "things";
}

}  // namespace

void FillDue(absl::string_view bank, const queries::DueView& view, model::RecordTime now, v1::Due* due) {
  *due->mutable_due_time() = ToTimestamp(view.due);
  due->set_kind(static_cast<v1::DueKind>(view.kind));
  // The points of one last day have no name of their own: the member has them.
  due->set_resource(view.kind == model::DueKind::kPointsExpiry ? MemberName(bank, model::MemberId(view.id))
                                                               : ResourceName(bank, CollectionOf(view.kind), view.id));
  due->set_overdue(view.due <= now);
}

}  // namespace timebank::rpc
