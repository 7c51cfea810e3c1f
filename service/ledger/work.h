// One command at work: what its rules read, the entry they draft, and how they refuse.
#ifndef TIMEBANK_LEDGER_WORK_H_
#define TIMEBANK_LEDGER_WORK_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/merkle/compact_range.h"
#include "service/model/command.h"
#include "service/model/outcome.h"
#include "service/model/rules.h"
#include "service/store/working_rows.h"

namespace timebank::ledger {

// A bank while a group is being built: its row and the right edge of its tree, written once at the end.
struct BankState {
  rec::Bank row;
  merkle::CompactRange tree;
  bool exists = false;
  bool changed = false;
  std::map<uint32_t, model::Rules> rules;  // by version, as far as they were needed
};

// Rules are a column of early returns: identity, fields, lookups, state, limits, effects. Each check that fails returns
// Refuse(...), which passes through TB_RETURN_IF_ERROR like an error and becomes the outcome. No check comes after the first
// write: Put and Delete mark the work, and Refuse on marked work is a defect that stops the process.
class Work {
 public:
  Work(store::WorkingRows* rows, BankState* bank, const model::Command* command, model::RecordTime time);

  const std::string& bank_id() const { return command_->bank; }
  const std::string& actor() const { return command_->actor; }
  const std::string& role() const { return command_->role; }
  const std::string& actor_name_index() const { return command_->actor_name_index; }
  model::RecordTime time() const { return time_; }
  // The local day of `time`.
  model::Day today() const { return today_; }
  // Of the entry being drafted.
  model::Sequence sequence() const { return model::Sequence(bank_->row.entry_count() + 1); }
  rec::Bank& bank() { return bank_->row; }
  BankState& state() { return *bank_; }
  const store::WorkingRows& rows() const { return *rows_; }

  // The draft: sequence, time, actor, role and request id are filled in.
  rec::Entry& entry() { return entry_; }
  std::optional<model::Rejection> TakeRejection() { return std::exchange(rejection_, std::nullopt); }

  // The rules in force on a day of service; notes their version on the entry.
  absl::StatusOr<const model::Rules*> RulesOn(model::Day day);

  // The same without the note: for what the rules only colour, such as the order of spending.
  absl::StatusOr<const model::Rules*> PeekRulesOn(model::Day day);

  // Ends the command with a refusal; the status is a token that only says so.
  absl::Status Refuse(model::Reason reason, std::vector<std::pair<std::string, std::string>> metadata = {});

  template <typename Row>
  void Save(absl::string_view key, const Row& row) {
    written_ = true;
    SaveRow(*rows_, key, row);
  }
  void Put(absl::string_view key, absl::string_view value) {
    written_ = true;
    rows_->Put(key, value);
  }
  void Delete(absl::string_view key) {
    written_ = true;
    rows_->Delete(key);
  }

  // Who stands behind the names that were asked for so far: see PersonNamed. Most rules ask about the actor, some several times.
  std::map<std::string, model::MemberId>& persons() { return persons_; }

  // Begins the draft anew, for what goes on after a refusal that it deals with itself. REQUIRES: nothing is written.
  void DropDraft();

  // Sets kind, subject and effective day of the draft.
  void Describe(model::EntryKind kind, uint64_t subject, model::Day effective);

 private:
  store::WorkingRows* rows_;
  BankState* bank_;
  const model::Command* command_;
  model::RecordTime time_;
  model::Day today_;
  rec::Entry entry_;
  std::map<std::string, model::MemberId> persons_;
  std::optional<model::Rejection> rejection_;
  bool written_ = false;
};

// The rules of each command, one function a noun's file. A status that is not OK is a refusal when the work holds a
// rejection, else a fault.
absl::Status Decide(Work& work, const model::CreateBank& command);
absl::Status Decide(Work& work, const model::CreateRuleSet& command);
absl::Status Decide(Work& work, const model::CreateScope& command);
absl::Status Decide(Work& work, const model::CreateCenter& command);
absl::Status Decide(Work& work, const model::RegisterMember& command);
absl::Status Decide(Work& work, const model::ChangeMember& command);
absl::Status Decide(Work& work, const model::ProposeKinship& command);
absl::Status Decide(Work& work, const model::ChangeKinship& command);
absl::Status Decide(Work& work, const model::CreateRecord& command);
absl::Status Decide(Work& work, const model::CheckIn& command);
absl::Status Decide(Work& work, const model::ChangeRecord& command);
absl::Status Decide(Work& work, const model::PlaceHold& command);
absl::Status Decide(Work& work, const model::CloseHold& command);
absl::Status Decide(Work& work, const model::RunDue& command);
absl::Status Decide(Work& work, const model::AwardPoints& command);
absl::Status Decide(Work& work, const model::DeductPoints& command);
absl::Status Decide(Work& work, const model::CreateCampaign& command);
absl::Status Decide(Work& work, const model::EndCampaign& command);
absl::Status Decide(Work& work, const model::RequestOrder& command);
absl::Status Decide(Work& work, const model::ChangeOrder& command);
absl::Status Decide(Work& work, const model::EvaluateOrder& command);
absl::Status Decide(Work& work, const model::ProposeProxy& command);
absl::Status Decide(Work& work, const model::ChangeProxy& command);
absl::Status Decide(Work& work, const model::StartRecurring& command);
absl::Status Decide(Work& work, const model::ChangeRecurring& command);
absl::Status Decide(Work& work, const model::CreateReward& command);
absl::Status Decide(Work& work, const model::ChangeReward& command);
absl::Status Decide(Work& work, const model::CountStock& command);
absl::Status Decide(Work& work, const model::PlaceRewardOrder& command);
absl::Status Decide(Work& work, const model::CollectRewardOrder& command);
absl::Status Decide(Work& work, const model::CancelRewardOrder& command);
absl::Status Decide(Work& work, const model::SetCalendar& command);
absl::Status Decide(Work& work, const model::SubmitStar& command);
absl::Status Decide(Work& work, const model::ChangeStar& command);
absl::Status Decide(Work& work, const model::AwardStar& command);
absl::Status Decide(Work& work, const model::ChangeAward& command);
absl::Status Decide(Work& work, const model::ProposeReversal& command);
absl::Status Decide(Work& work, const model::ChangeReversal& command);
absl::Status Decide(Work& work, const model::GiveHours& command);
absl::Status Decide(Work& work, const model::DonateHours& command);
absl::Status Decide(Work& work, const model::GivePoolHours& command);
absl::Status Decide(Work& work, const model::ProposeGrant& command);
absl::Status Decide(Work& work, const model::ChangeGrant& command);
absl::Status Decide(Work& work, const model::ChangeMembership& command);
absl::Status Decide(Work& work, const model::MergeMembers& command);
absl::Status Decide(Work& work, const model::GrantRole& command);
absl::Status Decide(Work& work, const model::RevokeRole& command);
absl::Status Decide(Work& work, const model::LinkPrincipal& command);
absl::Status Decide(Work& work, const model::CreateToken& command);
absl::Status Decide(Work& work, const model::RevokeToken& command);
absl::Status Decide(Work& work, const model::UseToken& command);
absl::Status Decide(Work& work, const model::NoteAttempt& command);
absl::Status Decide(Work& work, const model::RevealMember& command);
absl::Status Decide(Work& work, const model::ExportMember& command);
absl::Status Decide(Work& work, const model::EraseMember& command);
absl::Status Decide(Work& work, const model::RevealText& command);

// A member who must exist; refuses with `missing`, whose metadata is the reference as written, and with MEMBER_MERGED when the number
// stands for another one now.
struct FoundMember {
  model::MemberId id;
  rec::Member row;
};
absl::StatusOr<FoundMember> RequireMember(Work& work, const model::MemberRef& ref, model::Reason missing);
// The same when only the id is wanted.
absl::StatusOr<model::MemberId> RequireMemberId(Work& work, const model::MemberRef& ref, model::Reason missing);
// Refuses when the member is suspended, leaving or gone.
absl::Status RequireActive(Work& work, const FoundMember& member);
// Refuses when the member is so young that a guardian's consent is needed for an active membership, and none is on file.
absl::Status RequireGuardian(Work& work, const rec::Member& row);
// The member that a number stands for: itself, or the one it was merged into.
absl::StatusOr<model::MemberId> ResolveMember(Work& work, model::MemberId id);
// A centre who must exist, by code or name.
struct FoundCenter {
  model::CenterId id;
  rec::Center row;
};
absl::StatusOr<FoundCenter> RequireCenter(Work& work, const model::CenterRef& ref);

// How a record, kinship or hold is called in metadata: its bare number.
std::string IdText(uint64_t id);
// A day as YYYY-MM-DD.
std::string DayText(model::Day day);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_WORK_H_
