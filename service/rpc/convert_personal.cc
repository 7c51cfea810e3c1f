#include "service/rpc/convert_personal.h"

#include <utility>

#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

template <typename Body, typename Request>
Body OnMember(const Request& request, Conversion* conversion, model::Command* command) {
  Body body;
  Named<model::MemberRef> name = conversion->fields.MemberName("name", request.name());
  command->bank = std::move(name.bank);
  body.member = std::move(name.key);
  return body;
}

}  // namespace

void ToRevealMember(const v1::RevealMemberRequest& request, Conversion* conversion, model::Command* command) {
  auto body = OnMember<model::RevealMember>(request, conversion, command);
  body.purpose = ReadPurpose(request.purpose(), &conversion->fields);
  command->body = std::move(body);
}

void ToExportMember(const v1::ExportMemberRequest& request, Conversion* conversion, model::Command* command) {
  auto body = OnMember<model::ExportMember>(request, conversion, command);
  body.purpose = ReadPurpose(request.purpose(), &conversion->fields);
  command->body = std::move(body);
}

void ToEraseMember(const v1::EraseMemberRequest& request, Conversion* conversion, model::Command* command) {
  auto body = OnMember<model::EraseMember>(request, conversion, command);
  body.reason = conversion->fields.Reason(request.reason());
  command->body = std::move(body);
}

void FillIdentity(const queries::MemberView& view, const privacy::Person& person, v1::Identity* identity) {
  identity->set_number(NumberOf(view.id));
  identity->set_external_number(view.external_number);
  identity->set_display_name(person.name);
  identity->set_gender(static_cast<v1::Gender>(person.gender));
  identity->set_birth_date(ToDate(view.birth));
  identity->set_national_id(person.national_id);
  identity->set_phone(person.phone);
  identity->set_address(person.address);
}

}  // namespace timebank::rpc
