#include "service/rpc/convert_member.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

constexpr size_t kSuffix = 4;
// Where the date of birth stands in an ID number: YYYYMMDD.
constexpr size_t kBirthAt = 6;

std::string ReadNationalId(const v1::CreateMemberRequest& request, model::Day birth, Fields* fields) {
  std::string id = absl::AsciiStrToUpper(request.national_id());
  if (id.empty()) {
    return id;
  }
  if (!privacy::IsNationalId(id)) {
    fields->Fail("national_id", "不是有效的 18 位身份证号", "is no ID number of 18 characters with a right check character");
  } else if (absl::StrCat(id.substr(kBirthAt, 4), "-", id.substr(kBirthAt + 4, 2), "-", id.substr(kBirthAt + 6, 2)) !=
             ToDate(birth)) {
    fields->Fail("national_id", "中的出生日期与登记的出生日期不同", "holds another date of birth than birth_date");
  }
  return id;
}

// Kept as the message stands.
model::PrivateText ReadConsent(const v1::GuardianConsent& request, Fields* fields) {
  v1::GuardianConsent consent = request;
  consent.set_guardian(fields->PersonalName("guardian", request.guardian()));
  fields->Choice("relation", request.relation(), v1::GuardianRelation_MAX);
  fields->Choice("document", request.document(), v1::ConsentDocument_MAX);
  fields->Date("date", request.date());
  model::PrivateText text;
  text.text = consent.SerializeAsString();
  return text;
}

// Suspension, its end, and consent differ in the event only.
template <typename Request>
void Change(const Request& request, model::ChangeMember::Event event, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::ChangeMember body;
  Named<model::MemberRef> name = fields.MemberName("name", request.name());
  command->bank = std::move(name.bank);
  body.member = std::move(name.key);
  body.event = event;
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

}  // namespace

std::string PersonKey(absl::string_view name, int64_t birth_year, absl::string_view suffix) {
  const absl::string_view end("\0", 1);
  return absl::StrCat(name, end, birth_year, end, absl::AsciiStrToUpper(suffix));
}

void ToCreateMember(const v1::CreateMemberRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::RegisterMember body;
  privacy::Person person;
  command->bank = fields.Bank("parent", request.parent());
  if (!request.external_number().empty()) {
    body.external_number = fields.ExternalNumber("external_number", request.external_number());
  }
  person.name = fields.PersonalName("display_name", request.display_name());
  const std::string name = fields.Folded("display_name", person.name);
  if (request.gender() != v1::GENDER_UNSPECIFIED) {
    person.gender = static_cast<uint8_t>(fields.Choice("gender", request.gender(), v1::Gender_MAX));
  }
  body.birth = fields.Date("birth_date", request.birth_date());
  if (fields.ok()) {
    person.national_id = ReadNationalId(request, body.birth, &fields);
  }
  person.phone = fields.Phone("phone", request.phone());
  person.address = fields.PersonalText("address", request.address(), 0, model::limits::kAddressChars);
  body.center = fields.Center("center", request.center());
  if (request.has_consent()) {
    body.consent = ReadConsent(request.consent(), &fields);
  }
  if (!fields.ok()) {
    return;
  }
  privacy::SealedPerson sealed = conversion->sealer.Seal(person);
  body.sealed_person = std::move(sealed.bytes);
  body.person_digest = sealed.digest;
  body.name_index = conversion->Digest("name", name);
  if (!person.national_id.empty()) {
    const absl::string_view suffix = absl::string_view(person.national_id).substr(person.national_id.size() - kSuffix);
    body.id_index = conversion->Digest("id", person.national_id);
    body.person_index =
        conversion->Digest("person", PersonKey(name, base::DayFromNumber(body.birth.value()).year(), suffix));
  } else if (body.external_number.empty()) {
    // Nothing else tells this person's second registration from the first, as when a list is sent again.
    body.id_index = conversion->Digest("name-and-birth", absl::StrCat(name, absl::string_view("\0", 1), ToDate(body.birth)));
  }
  command->body = std::move(body);
}

void ToSuspendMember(const v1::SuspendMemberRequest& request, Conversion* conversion, model::Command* command) {
  Change(request, model::ChangeMember::Event::kSuspend, conversion, command);
}

void ToResumeMember(const v1::ResumeMemberRequest& request, Conversion* conversion, model::Command* command) {
  Change(request, model::ChangeMember::Event::kResume, conversion, command);
}

void ToSetGuardianConsent(const v1::SetGuardianConsentRequest& request, Conversion* conversion, model::Command* command) {
  using Event = model::ChangeMember::Event;
  Change(request, request.consent() ? Event::kConsent : Event::kConsentWithdrawn, conversion, command);
  Fields& fields = conversion->fields;
  if (request.consent() != request.has_given()) {
    fields.Fail("given", "须在登记同意时填写，取消时不填", "belongs to a consent that is put on file, and only to it");
  } else if (request.has_given()) {
    std::get<model::ChangeMember>(command->body).consent = ReadConsent(request.given(), &fields);
  }
}

void ToCreateKinship(const v1::CreateKinshipRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::ProposeKinship body;
  command->bank = fields.Bank("parent", request.parent());
  body.member = fields.Member("member", request.member());
  body.relative = fields.Member("relative", request.relative());
  body.relation = static_cast<model::Relation>(fields.Choice("relation", request.relation(), v1::Relation_MAX));
  command->body = std::move(body);
}

void ToChangeKinship(const v1::ChangeKinshipRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::ChangeKinship body;
  Named<uint64_t> name = fields.Numbered("name", request.name(), "kinships");
  command->bank = std::move(name.bank);
  body.kinship = model::KinshipId(name.key);
  switch (request.state()) {
    case v1::KINSHIP_STATE_PROVED:
      body.event = model::ChangeKinship::Event::kProve;
      break;
    case v1::KINSHIP_STATE_BOUND:
      body.event = model::ChangeKinship::Event::kBind;
      break;
    case v1::KINSHIP_STATE_REVOKED:
      body.event = model::ChangeKinship::Event::kRevoke;
      break;
    default:
      fields.Fail("state", "只能改为已证明、已绑定或已解除", "must be PROVED, BOUND or REVOKED");
  }
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void FillMember(absl::string_view bank, const queries::MemberView& view, const privacy::Person& person, v1::Member* member) {
  member->set_name(MemberName(bank, view.id));
  member->set_number(NumberOf(view.id));
  member->set_external_number(view.external_number);
  member->set_display_name(person.name);
  member->set_gender(static_cast<v1::Gender>(person.gender));
  if (view.state != model::MemberState::kErased) {
    member->set_birth_date(ToDate(view.birth).substr(0, 4));
  }
  member->set_masked_national_id(person.national_id);
  member->set_masked_phone(person.phone);
  member->set_center_code(view.center_code);
  member->set_center_name(view.center_name);
  member->set_state(static_cast<v1::MemberState>(view.state));
  member->set_guardian_consent(view.guardian_consent);
  member->set_merged_into(NumberOf(view.merged_into));
}

void FillKinship(absl::string_view bank, const queries::KinshipView& view, v1::Kinship* kinship) {
  kinship->set_name(ResourceName(bank, "kinships", view.id.value()));
  kinship->set_member(NumberOf(view.member));
  kinship->set_relative(NumberOf(view.relative));
  kinship->set_relation(static_cast<v1::Relation>(view.relation));
  kinship->set_state(static_cast<v1::KinshipState>(view.state));
}

}  // namespace timebank::rpc
