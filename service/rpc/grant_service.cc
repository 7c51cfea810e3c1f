// Grants to elders in need: the RPCs of GrantService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_giving.h"
#include "service/rpc/methods.h"
#include "service/rpc/reveal.h"
#include "service/rpc/services.h"
#include "timebank/v1/grant.pb.h"

namespace timebank::rpc {
namespace {

absl::Status AddGrant(const std::string& bank, const queries::GrantView& view, const Reading& reading, v1::Grant* grant) {
  TB_ASSIGN_OR_RETURN(const privacy::Person person, reading.Masked(view.member.sealed_person));
  FillGrant(bank, view, grant);
  grant->set_display_name(person.name);
  return absl::OkStatus();
}

grpc::Status ShowGrounds(const Edge& edge, const Subject& subject, const model::Outcome& outcome,
                         v1::RevealGrantResponse* response) {
  return Reveal(edge, outcome, "RevealGrant", [&](Reading* reading) -> absl::StatusOr<bool> {
    TB_RETURN_IF_ERROR(reading->Open(subject.bank));
    const queries::Queries& queries = reading->queries();
    TB_ASSIGN_OR_RETURN(const queries::GrantView view, queries.Grant(subject.bank, model::GrantId(subject.text_of)));
    TB_ASSIGN_OR_RETURN(const std::string grounds,
                        queries.EntryText(subject.bank, view.member.id, model::Sequence(view.id.value())));
    TB_RETURN_IF_ERROR(reading->TextInTheClear(grounds, response->mutable_grounds()));
    v1::GrantGrounds last;
    TB_ASSIGN_OR_RETURN(const std::string later, queries.EntryText(subject.bank, view.member.id, view.reasoned));
    TB_RETURN_IF_ERROR(reading->TextInTheClear(later, &last));
    response->set_last_reason(last.reason());
    return !response->grounds().reason().empty();
  });
}

absl::Status GetGrant(const v1::GetGrantRequest& request, Reading* reading, v1::GetGrantResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "grants");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::GrantView view, reading->queries().Grant(name.bank, model::GrantId(name.key)));
  TB_RETURN_IF_ERROR(AddGrant(name.bank, view, *reading, response->mutable_grant()));
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListGrants(const v1::ListGrantsRequest& request, Reading* reading, v1::ListGrantsResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  queries::GrantFilter filter;
  if (!request.member().empty()) {
    filter.member = fields.Member("member", request.member());
  }
  if (request.state() != v1::GRANT_STATE_UNSPECIFIED) {
    filter.state = static_cast<model::GrantState>(fields.Choice("state", request.state(), v1::GrantState_MAX));
  }
  filter.review_before = fields.OptionalDate("review_before_date", request.review_before_date());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::GrantView> views, reading->queries().Grants(bank, filter, page));
  for (const queries::GrantView& view : views.rows) {
    TB_RETURN_IF_ERROR(AddGrant(bank, view, *reading, response->add_grants()));
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddGrantService(Methods* methods) {
  methods->Write<v1::CreateGrantResponse>(&ToCreateGrant);
  methods->Write<v1::ApproveGrantResponse>(&ToApproveGrant);
  methods->Write<v1::RenewGrantResponse>(&ToRenewGrant);
  methods->Write<v1::EndGrantResponse>(&ToEndGrant);
  methods->Write<v1::RevealGrantResponse>(&ToRevealGrant, &ShowGrounds);
  methods->Read(&GetGrant);
  methods->Read(&ListGrants);
}

}  // namespace timebank::rpc
