// Reversals of many records: the RPCs of ReversalService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_reversal.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/reversal.pb.h"

namespace timebank::rpc {
namespace {

absl::StatusOr<std::string> NameOf(const queries::PersonView& person, const Reading& reading) {
  TB_ASSIGN_OR_RETURN(privacy::Person unsealed, reading.Masked(person.sealed_person));
  return std::move(unsealed.name);
}

absl::Status PreviewReversal(const v1::PreviewReversalRequest& request, Reading* reading,
                             v1::PreviewReversalResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::ReversalSelection selection = ReadSelection(request, bank, &reading->fields);
  const model::Day today = reading->DateOrToday("date", "");
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::ReversalPreviewView view,
                      reading->queries().PreviewReversal(bank, selection, today, reading->go_on));
  for (const queries::ReversalCandidateView& candidate : view.records) {
    v1::ReversalCandidate* shown = response->add_records();
    FillCandidate(bank, candidate, shown);
    TB_ASSIGN_OR_RETURN(*shown->mutable_volunteer_name(), NameOf(candidate.volunteer, *reading));
  }
  for (const queries::ReversalMemberView& member : view.members) {
    v1::ReversalMember* shown = response->add_members();
    FillReversalMember(bank, member, shown);
    TB_ASSIGN_OR_RETURN(*shown->mutable_display_name(), NameOf(member.member, *reading));
  }
  response->set_credited_minutes(view.credited.value());
  response->set_spent_minutes(view.spent.value());
  response->set_pool_minutes(view.pool.value());
  response->set_pool_balance_minutes(view.pool_balance.value());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status GetReversal(const v1::GetReversalRequest& request, Reading* reading, v1::GetReversalResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "reversals");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::ReversalView view, reading->queries().Reversal(name.bank, model::ReversalId(name.key)));
  FillReversal(name.bank, view, response->mutable_reversal());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListReversalItems(const v1::ListReversalItemsRequest& request, Reading* reading,
                               v1::ListReversalItemsResponse* response) {
  const Named<uint64_t> parent = reading->fields.Numbered("parent", request.parent(), "reversals");
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(parent.bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::ReversalItemView> views,
                      reading->queries().ReversalItems(parent.bank, model::ReversalId(parent.key), page));
  for (const queries::ReversalItemView& view : views.rows) {
    v1::ReversalItem* item = response->add_items();
    FillReversalItem(parent.bank, view, item);
    TB_ASSIGN_OR_RETURN(*item->mutable_volunteer_name(), NameOf(view.volunteer, *reading));
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListReversals(const v1::ListReversalsRequest& request, Reading* reading, v1::ListReversalsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  std::optional<model::ReversalState> state;
  if (request.state() != v1::REVERSAL_STATE_UNSPECIFIED) {
    state = static_cast<model::ReversalState>(reading->fields.Choice("state", request.state(), v1::ReversalState_MAX));
  }
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::ReversalView> views, reading->queries().Reversals(bank, state, page));
  for (const queries::ReversalView& view : views.rows) {
    FillReversal(bank, view, response->add_reversals());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddReversalService(Methods* methods) {
  methods->Report(&PreviewReversal);
  methods->Write<v1::ProposeReversalResponse>(&ToProposeReversal);
  methods->Write<v1::DecideReversalResponse>(&ToDecideReversal);
  methods->Write<v1::WithdrawReversalResponse>(&ToWithdrawReversal);
  methods->Read(&GetReversal);
  methods->Read(&ListReversalItems);
  methods->Read(&ListReversals);
}

}  // namespace timebank::rpc
