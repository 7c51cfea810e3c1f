#include "service/queries/lookup.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

absl::Status Lookup::RequireBank() const {
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> row, reader_.Get(keys::Bank(bank_)));
  return row.has_value() ? absl::OkStatus() : absl::NotFoundError(absl::StrCat("there is no bank ", bank_));
}

absl::StatusOr<model::MemberId> Lookup::MemberByRef(absl::string_view ref) const {
  TB_RETURN_IF_ERROR(RequireBank());
  TB_ASSIGN_OR_RETURN(const model::MemberId id, ledger::FindMember(reader_, bank_, ref));
  if (id.value() != 0) {
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> row, reader_.Get(keys::Member(bank_, id)));
    if (row.has_value()) {
      return id;
    }
  }
  return absl::NotFoundError(absl::StrCat("there is no member ", absl::AsciiStrToUpper(ref)));
}

absl::StatusOr<model::CenterId> Lookup::CenterByRef(absl::string_view ref) const {
  TB_RETURN_IF_ERROR(RequireBank());
  TB_ASSIGN_OR_RETURN(const uint64_t id, ledger::FindId(reader_, bank_, keys::NameKind::kCenter, ref));
  if (id == 0) {
    return absl::NotFoundError(absl::StrCat("there is no centre ", ref));
  }
  return model::CenterId(id);
}

absl::StatusOr<std::string> Lookup::ScopeCode(model::ScopeId id) const {
  TB_ASSIGN_OR_RETURN(const rec::Scope row, ledger::MustLoadRow<rec::Scope>(reader_, keys::Scope(bank_, id)));
  return row.code();
}

absl::StatusOr<CenterView> Lookup::Center(model::CenterId id) {
  const auto known = centers_.find(id);
  if (known != centers_.end()) {
    return known->second;
  }
  TB_ASSIGN_OR_RETURN(const rec::Center row, ledger::MustLoadRow<rec::Center>(reader_, keys::Center(bank_, id)));
  CenterView view;
  view.code = row.code();
  view.display_name = row.display_name();
  TB_ASSIGN_OR_RETURN(view.scope_code, ScopeCode(model::ScopeId(row.scope())));
  return centers_.emplace(id, std::move(view)).first->second;
}

absl::StatusOr<PersonView> Lookup::Person(model::MemberId id) const {
  PersonView view;
  if (id.value() == 0) {
    return view;
  }
  view.id = id;
  TB_ASSIGN_OR_RETURN(const rec::Member row, ledger::MustLoadRow<rec::Member>(reader_, keys::Member(bank_, id)));
  view.external_number = row.external_number();
  TB_ASSIGN_OR_RETURN(std::optional<std::string> sealed, reader_.Get(keys::Person(bank_, id)));
  view.sealed_person = std::move(sealed).value_or("");
  return view;
}

absl::StatusOr<MemberView> Lookup::Member(model::MemberId id) {
  TB_ASSIGN_OR_RETURN(const rec::Member row, ledger::MustLoadRow<rec::Member>(reader_, keys::Member(bank_, id)));
  TB_ASSIGN_OR_RETURN(PersonView person, Person(id));
  TB_ASSIGN_OR_RETURN(const CenterView center, Center(model::CenterId(row.center())));
  MemberView view;
  view.id = id;
  view.external_number = row.external_number();
  view.sealed_person = std::move(person.sealed_person);
  view.birth = model::Day(row.birth());
  view.state = static_cast<model::MemberState>(row.state());
  view.guardian_consent = row.guardian_consent();
  view.consented = model::Sequence(row.consented());
  view.merged_into = model::MemberId(row.merged_into());
  view.center_code = center.code;
  view.center_name = center.display_name;
  view.registered = model::Sequence(row.registered());
  return view;
}

absl::StatusOr<RecordView> Lookup::Record(model::RecordId id) {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Record> found,
                      ledger::LoadRow<rec::Record>(reader_, keys::Record(bank_, id)));
  if (!found.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no record ", id.value()));
  }
  const rec::Service& service = found->service();
  RecordView view;
  view.id = id;
  TB_ASSIGN_OR_RETURN(view.volunteer, Person(model::MemberId(service.volunteer())));
  TB_ASSIGN_OR_RETURN(view.beneficiary, Person(model::MemberId(service.beneficiary())));
  TB_ASSIGN_OR_RETURN(const CenterView center, Center(model::CenterId(service.center())));
  view.center_code = center.code;
  view.center_name = center.display_name;
  view.category = service.category();
  view.start = model::Minute(service.start());
  view.end = model::Minute(service.end());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Note> note, ledger::LoadRow<rec::Note>(reader_, keys::Note(bank_, id)));
  view.sealed_note = note.has_value() ? note->sealed() : "";
  view.state = static_cast<model::RecordState>(found->state());
  view.evidence = static_cast<model::Evidence>(service.evidence());
  view.measured = model::Minutes(found->measured());
  view.credited = model::Minutes(found->credited());
  view.pool = model::Minutes(found->pool());
  view.rule_set_version = found->rule_set_version();
  view.late = service.late();
  view.recorder = found->recorder();
  view.first_approver = found->first_approver();
  if (!found->disputer().empty()) {
    view.disputers.push_back(found->disputer());
    view.disputers.insert(view.disputers.end(), found->more_disputers().begin(), found->more_disputers().end());
  }
  view.confirmer = found->confirmer();
  view.reason = found->reason();
  view.notice_until = model::Day(found->notice_until());
  view.replaces = model::RecordId(service.replaces());
  view.settled = model::Sequence(found->settled());
  view.reversed = model::Sequence(found->reversed());
  view.record_time = model::RecordTime(found->record_time());
  return view;
}

}  // namespace timebank::queries
