#include "service/ledger/work.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {

Work::Work(store::WorkingRows* rows, BankState* bank, const model::Command* command, model::RecordTime time)
    : rows_(rows), bank_(bank), command_(command), time_(time), today_(model::DayOf(time)) {
  DropDraft();
}

void Work::DropDraft() {
  TB_CHECK(!written_);
  entry_.Clear();
  entry_.set_sequence(sequence().value());
  entry_.set_record_time(time_.value());
  entry_.set_effective_day(today_.value());
  entry_.set_actor(command_->actor);
  entry_.set_role(command_->role);
  entry_.set_request_id(command_->request_id);
  entry_.set_origin(command_->origin);
  entry_.set_credential(command_->credential.value());
}

absl::StatusOr<const model::Rules*> Work::RulesOn(model::Day day) {
  entry_.set_rule_set_version(RuleVersionOn(bank_->row, day));
  return PeekRulesOn(day);
}

absl::StatusOr<const model::Rules*> Work::PeekRulesOn(model::Day day) {
  const uint32_t version = RuleVersionOn(bank_->row, day);
  auto found = bank_->rules.find(version);
  if (found == bank_->rules.end()) {
    TB_ASSIGN_OR_RETURN(const rec::RuleSet row, MustLoadRow<rec::RuleSet>(*rows_, keys::RuleSet(bank_id(), version)));
    found = bank_->rules.emplace(version, RulesFromRow(row)).first;
  }
  return &found->second;
}

absl::Status Work::Refuse(model::Reason reason, std::vector<std::pair<std::string, std::string>> metadata) {
  TB_CHECK(!written_);
  rejection_ = model::Rejection{reason, std::move(metadata)};
  return absl::FailedPreconditionError("refused by the rules");
}

void Work::Describe(model::EntryKind kind, uint64_t subject, model::Day effective) {
  entry_.set_kind(static_cast<uint32_t>(kind));
  entry_.set_subject(subject);
  entry_.set_effective_day(effective.value());
}

absl::StatusOr<model::MemberId> RequireMemberId(Work& work, const model::MemberRef& ref, model::Reason missing) {
  TB_ASSIGN_OR_RETURN(const model::MemberId id, FindMember(work.rows(), work.bank_id(), ref));
  TB_ASSIGN_OR_RETURN(const auto row, work.rows().Find(keys::Member(work.bank_id(), id)));
  return row.has_value() ? absl::StatusOr<model::MemberId>(id)
                         : work.Refuse(missing, {{"member", absl::AsciiStrToUpper(ref)}});
}

absl::StatusOr<FoundMember> RequireMember(Work& work, const model::MemberRef& ref, model::Reason missing) {
  FoundMember found;
  TB_ASSIGN_OR_RETURN(found.id, FindMember(work.rows(), work.bank_id(), ref));
  TB_ASSIGN_OR_RETURN(std::optional<rec::Member> row,
                      LoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), found.id)));
  if (!row.has_value()) {
    return work.Refuse(missing, {{"member", absl::AsciiStrToUpper(ref)}});
  }
  found.row = *std::move(row);
  if (found.row.merged_into() != 0) {
    return work.Refuse(model::Reason::kMemberMerged,
                       {{"member", model::MemberNumber(found.id)},
                        {"into", model::MemberNumber(model::MemberId(found.row.merged_into()))}});
  }
  return found;
}

absl::Status RequireActive(Work& work, const FoundMember& member) {
  const auto state = static_cast<model::MemberState>(member.row.state());
  if (state == model::MemberState::kActive) {
    return absl::OkStatus();
  }
  if (state == model::MemberState::kSuspended) {
    return work.Refuse(model::Reason::kMemberNotActive, {{"member", model::MemberNumber(member.id)}});
  }
  return work.Refuse(model::Reason::kMemberWrongState,
                     {{"member", model::MemberNumber(member.id)}, {"state", std::string(model::NameOf(state))}});
}

absl::StatusOr<model::MemberId> ResolveMember(Work& work, model::MemberId id) {
  for (;;) {
    TB_ASSIGN_OR_RETURN(const rec::Member row, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), id)));
    if (row.merged_into() == 0) {
      return id;
    }
    id = model::MemberId(row.merged_into());
  }
}

absl::StatusOr<FoundCenter> RequireCenter(Work& work, const model::CenterRef& ref) {
  TB_ASSIGN_OR_RETURN(const uint64_t id, FindId(work.rows(), work.bank_id(), keys::NameKind::kCenter, ref));
  if (id == 0) {
    return work.Refuse(model::Reason::kCenterNotFound, {{"center", ref}});
  }
  FoundCenter found;
  found.id = model::CenterId(id);
  TB_ASSIGN_OR_RETURN(found.row, MustLoadRow<rec::Center>(work.rows(), keys::Center(work.bank_id(), found.id)));
  return found;
}

std::string IdText(uint64_t id) { return absl::StrCat(id); }

std::string DayText(model::Day day) { return base::FormatIsoDay(base::DayFromNumber(day.value())); }

}  // namespace timebank::ledger
