#include "service/ledger/due.h"

#include <algorithm>
#include <array>

#include "service/base/status.h"
#include "service/ledger/keys.h"

namespace timebank::ledger {
namespace {

struct DueStep {
  model::DueKind kind;
  DueFunction function;
};

constexpr std::array kSteps = {
    DueStep{model::DueKind::kRecordNotice, &SettleAfterNotice},
    DueStep{model::DueKind::kCheckInExpiry, &ExpireCheckIn},
    DueStep{model::DueKind::kHoldExpiry, &ExpireHold},
    DueStep{model::DueKind::kPointsExpiry, &ExpirePoints},
    DueStep{model::DueKind::kOrderExpiry, &ExpireOrder},
    DueStep{model::DueKind::kOrderAutoConfirm, &AutoConfirmOrder},
    DueStep{model::DueKind::kRecurringOrder, &MakeRecurringOrder},
    DueStep{model::DueKind::kRewardOrderExpiry, &ExpireRewardOrder},
    DueStep{model::DueKind::kStarNotice, &PassStarNotice},
    DueStep{model::DueKind::kReversalStep, &ReverseNext},
    DueStep{model::DueKind::kGrantIssue, &IssueGrant},
    DueStep{model::DueKind::kGrantExpiry, &EndGrantedHours},
};

}  // namespace

DueFunction FindDueFunction(model::DueKind kind) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(), [kind](const DueStep& step) { return step.kind == kind; });
  return found == kSteps.end() ? nullptr : found->function;
}

absl::Status Decide(Work& work, const model::RunDue& command) {
  const DueFunction function = FindDueFunction(command.kind);
  if (function == nullptr || command.due.value() < 0 || command.due > work.time()) {
    return work.Refuse(model::Reason::kNothingDue);
  }
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                      work.rows().Get(keys::Due(work.bank_id(), command.due, command.kind, command.id)));
  if (!row.has_value()) {
    return work.Refuse(model::Reason::kNothingDue);
  }
  return function(work, command.id, command.due);
}

}  // namespace timebank::ledger
