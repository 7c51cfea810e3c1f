// People: the RPCs of MemberService.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "service/auth/reach.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "service/model/limits.h"
#include "service/privacy/sealer.h"
#include "service/rpc/convert_member.h"
#include "service/rpc/look_ups.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/member.pb.h"

namespace timebank::rpc {
namespace {

absl::Status AddMember(const std::string& bank, const queries::MemberView& view, const Reading& reading,
                       v1::Member* member) {
  TB_ASSIGN_OR_RETURN(const privacy::Person person, reading.Masked(view.sealed_person));
  FillMember(bank, view, person, member);
  return absl::OkStatus();
}

absl::Status GetMember(const v1::GetMemberRequest& request, Reading* reading, v1::GetMemberResponse* response) {
  const Named<model::MemberRef> name = reading->fields.MemberName("name", request.name());
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::MemberView view, reading->queries().Member(name.bank, name.key));
  TB_RETURN_IF_ERROR(AddMember(name.bank, view, *reading, response->mutable_member()));
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

// Of somebody who was found outside the caller's reach: the number, and the centre that can help on.
absl::Status AddFound(const std::string& bank, const queries::MemberView& view, const Reading& reading, v1::Member* member) {
  constexpr char kPermission[] = "member.read";
  const auth::Principal& caller = *reading.caller;
  if (caller.trusted || auth::RoleForAll(caller, kPermission).has_value()) {
    return AddMember(bank, view, reading, member);
  }
  TB_ASSIGN_OR_RETURN(const std::optional<model::Place> place,
                      reading.queries().PlaceOfMember(bank, base::Fold(NumberOf(view.id)), caller.today));
  if (place.has_value() && auth::RoleFor(caller, kPermission, {auth::Thing{place, false}}).has_value()) {
    return AddMember(bank, view, reading, member);
  }
  member->set_name(MemberName(bank, view.id));
  member->set_number(NumberOf(view.id));
  member->set_center_code(view.center_code);
  member->set_center_name(view.center_name);
  return absl::OkStatus();
}

// What one person is looked for by: the whole ID number, or all three of name, year of birth and the end of the ID number.
struct Sought {
  std::string purpose;  // of the keyed digest
  std::string text;     // that is digested
};

Sought ReadSought(const v1::ListMembersRequest& request, Fields* fields) {
  if (!request.national_id().empty()) {
    const std::string id = absl::AsciiStrToUpper(request.national_id());
    if (!privacy::IsNationalId(id)) {
      fields->Fail("national_id", "不是有效的 18 位身份证号",
                   "is no ID number of 18 characters with a right check character");
    }
    if (!request.display_name().empty() || request.birth_year() != 0 || !request.national_id_suffix().empty()) {
      fields->Fail("national_id", "不能与姓名、出生年份和后四位一起用",
                   "does not go with a name, a year of birth and the last four");
    }
    return {"id", id};
  }
  const std::string name = fields->Folded("display_name", fields->PersonalName("display_name", request.display_name()));
  const int64_t year =
      fields->Range("birth_year", request.birth_year(), model::limits::kYearLeast, model::limits::kYearMost);
  const std::string& suffix = request.national_id_suffix();
  if (suffix.size() != 4 || suffix.find_first_not_of("0123456789Xx") != std::string::npos) {
    fields->Fail("national_id_suffix", "须为四位数字，最后一位可以是 X", "must be four digits, the last of which may be X");
  }
  return {"person", PersonKey(name, year, suffix)};
}

// The look-up of one person. They are few enough for one page.
absl::Status FindPerson(const v1::ListMembersRequest& request, Reading* reading, v1::ListMembersResponse* response) {
  Fields& fields = reading->fields;
  const std::string bank = fields.Bank("parent", request.parent());
  const std::string center = request.center().empty() ? std::string() : fields.Center("center", request.center());
  const Sought sought = ReadSought(request, &fields);
  if (!request.page_token().empty()) {
    fields.Fail("page_token", "不适用于查找一个人", "does not go with the look-up of one person");
  }
  TB_RETURN_IF_ERROR(reading->Open(bank));
  LookUps& look_ups = *reading->edge().look_ups;
  TB_RETURN_IF_ERROR(look_ups.Allow(bank, *reading->caller, reading->Now()));
  const std::string index = reading->Digest(sought.purpose, sought.text);
  const queries::Queries& queries = reading->queries();
  TB_ASSIGN_OR_RETURN(const std::vector<queries::MemberView> views, request.national_id().empty()
                                                                        ? queries.MembersByPerson(bank, index)
                                                                        : queries.MembersByNationalId(bank, index));
  model::MemberId found(0);
  for (const queries::MemberView& view : views) {
    if (center.empty() || base::Fold(view.center_code) == center || base::Fold(view.center_name) == center) {
      TB_RETURN_IF_ERROR(AddFound(bank, view, *reading, response->add_members()));
      found = view.id;
    }
  }
  TB_RETURN_IF_ERROR(look_ups.Note(reading->edge().sequencer, bank, *reading->caller,
                                   MethodOf(*v1::ListMembersRequest::descriptor()).full_name(), found, reading->Now()));
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListMembers(const v1::ListMembersRequest& request, Reading* reading, v1::ListMembersResponse* response) {
  if (!request.display_name().empty() || request.birth_year() != 0 || !request.national_id_suffix().empty() ||
      !request.national_id().empty()) {
    return FindPerson(request, reading, response);
  }
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const std::string center = request.center().empty() ? std::string() : reading->fields.Center("center", request.center());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::MemberView> views, reading->queries().Members(bank, center, page));
  for (const queries::MemberView& view : views.rows) {
    TB_RETURN_IF_ERROR(AddMember(bank, view, *reading, response->add_members()));
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListKinships(const v1::ListKinshipsRequest& request, Reading* reading, v1::ListKinshipsResponse* response) {
  const Named<model::MemberRef> parent = reading->fields.MemberName("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(parent.bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::KinshipView> views,
                      reading->queries().Kinships(parent.bank, parent.key, page));
  for (const queries::KinshipView& view : views.rows) {
    FillKinship(parent.bank, view, response->add_kinships());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddMemberService(Methods* methods) {
  methods->Write<v1::CreateMemberResponse>(&ToCreateMember);
  methods->Batch<v1::BatchCreateMembersRequest, v1::BatchCreateMembersResponse>(&ToCreateMember);
  methods->Read(&GetMember);
  methods->Read(&ListMembers);
  methods->Write<v1::SuspendMemberResponse>(&ToSuspendMember);
  methods->Write<v1::ResumeMemberResponse>(&ToResumeMember);
  methods->Write<v1::SetGuardianConsentResponse>(&ToSetGuardianConsent);
  methods->Write<v1::CreateKinshipResponse>(&ToCreateKinship);
  methods->Write<v1::ChangeKinshipResponse>(&ToChangeKinship);
  methods->Read(&ListKinships);
}

}  // namespace timebank::rpc
