// Ordering care, and judging it afterwards.
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_place.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"

namespace timebank::ledger {
namespace {

using model::MemberId;
using model::OrderSide;
using model::Reason;

}  // namespace

absl::Status Decide(Work& work, const model::RequestOrder& command) {
  TB_ASSIGN_OR_RETURN(OrderRequest request, RequireParties(work, command));
  TB_RETURN_IF_ERROR(RequireMayOrder(work, request));
  TB_RETURN_IF_ERROR(RequireNotFarAhead(work, request));
  TB_RETURN_IF_ERROR(RequireOrderable(work, request));
  const model::OrderId id(work.sequence().value());
  Books books(&work);
  TB_RETURN_IF_ERROR(PrepareOrder(work, id, request, books));
  return WriteOrder(work, id, request, books);
}

absl::Status Decide(Work& work, const model::EvaluateOrder& command) {
  TB_ASSIGN_OR_RETURN(const rec::Order before, RequireOrder(work, command.order));
  const std::string id = IdText(command.order.value());
  if (StateOf(before) != model::OrderState::kConfirmed) {
    return work.Refuse(Reason::kOrderWrongState, {{"order", id}, {"state", std::string(model::NameOf(StateOf(before)))}});
  }
  const bool by_elder = command.by == OrderSide::kElder;
  TB_RETURN_IF_ERROR(RequireActor(work, before, {by_elder, !by_elder, true}));
  if ((by_elder ? before.volunteer_score() : before.elder_score()) != 0) {
    return work.Refuse(Reason::kOrderEvaluated, {{"order", id}});
  }
  rec::Order after = before;
  const auto score = static_cast<uint32_t>(command.score);
  Books books(&work);
  TB_ASSIGN_OR_RETURN(const MemberId member,
                      ResolveMember(work, MemberId(by_elder ? before.volunteer() : before.beneficiary())));
  TB_ASSIGN_OR_RETURN(rec::Book* const judged, books.Of(model::MemberOwner(member)));
  judged->set_evaluations(judged->evaluations() + 1);
  judged->set_evaluation_sum(judged->evaluation_sum() + command.score);
  if (by_elder) {
    after.set_volunteer_score(score);
  } else {
    after.set_elder_score(score);
  }
  after.set_change_time(work.time().value());

  work.Describe(model::EntryKind::kOrderEvaluated, command.order.value(), work.today());
  SaveOrder(work, command.order, before, after);
  books.Write();
  return absl::OkStatus();
}

}  // namespace timebank::ledger
