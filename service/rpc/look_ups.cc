#include "service/rpc/look_ups.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/privacy/sealer.h"

namespace timebank::rpc {
namespace {

constexpr int64_t kHour = int64_t{60} * 60 * 1000000;
// So many principals are remembered at once.
constexpr size_t kPrincipalsMost = 10000;
// No id of a caller begins so.
constexpr char kMark[] = "~look-up:";

std::string KeyOf(const std::string& bank, const auth::Principal& caller) { return absl::StrCat(bank, "/", caller.name); }

}  // namespace

absl::Status LookUps::Allow(const std::string& bank, const auth::Principal& caller, model::RecordTime now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = misses_.find(KeyOf(bank, caller));
  const bool wait =
      found != misses_.end() && found->second.count >= kMissesMost && now.value() - found->second.since.value() < kHour;
  return wait ? absl::ResourceExhaustedError("too many look-ups found nobody") : absl::OkStatus();
}

void LookUps::Missed(const std::string& bank, const auth::Principal& caller, model::RecordTime now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (misses_.size() >= kPrincipalsMost) {
    misses_.clear();
  }
  Misses& misses = misses_[KeyOf(bank, caller)];
  if (misses.count == 0 || now.value() - misses.since.value() >= kHour) {
    misses = {0, now};
  }
  ++misses.count;
}

absl::Status LookUps::Note(commands::Sequencer* sequencer, const std::string& bank, const auth::Principal& caller,
                           const std::string& method, model::MemberId found, model::RecordTime now) {
  if (found.value() == 0) {
    Missed(bank, caller, now);
  }
  model::NoteAttempt attempt;
  attempt.method = method;
  attempt.thing = found.value() == 0 ? std::string() : absl::StrCat("members/", model::MemberNumber(found));
  attempt.principal = caller.name;
  attempt.credential = model::TokenId(caller.credential);
  attempt.origin = caller.origin;
  attempt.reason = found.value() == 0 ? "PERSON_NOT_FOUND" : "PERSON_FOUND";
  attempt.first = now;
  attempt.last = now;
  std::vector<model::Command> commands(1);
  model::Command& command = commands[0];
  command.bank = bank;
  command.request_id = absl::StrCat(kMark, absl::BytesToHexString(privacy::Sealer::RandomSalt()));
  command.actor = caller.name;
  command.role = caller.role;
  command.origin = caller.origin;
  command.credential = attempt.credential;
  command.body = std::move(attempt);
  const absl::Status taken =
      sequencer->Submit(std::move(commands), [](const absl::Status&, const std::vector<model::Outcome>&) {});
  return taken.ok() ? taken : absl::AbortedError(taken.message());
}

absl::Status NamesTried::Resolve(const model::Command& command, const model::MemberRef& volunteer) {
  const queries::Queries& queries = queries_ ? *queries_ : queries_.emplace(edge_.store);
  TB_ASSIGN_OR_RETURN(const std::vector<queries::PersonView> numbers, queries.NumbersOfPerson(command.bank, volunteer));
  model::MemberId least(0);
  for (const queries::PersonView& number : numbers) {
    least = least.value() == 0 ? number.id : std::min(least, number.id);
  }
  thing_ = least.value() == 0 ? std::string() : absl::StrCat("members/", model::MemberNumber(least));
  return absl::OkStatus();
}

absl::Status NamesTried::Allow(const model::Command& command, const std::vector<NamedField>& referred,
                               const auth::Principal& caller) {
  const auto* const record = std::get_if<model::CreateRecord>(&command.body);
  if (record == nullptr || record->volunteer_name_index.empty() ||
      doorkeeper_->Hides(referred, model::Reason::kVolunteerNameMismatch).empty()) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(Resolve(command, record->volunteer));
  std::set<std::string>& names = names_[thing_.empty() ? record->volunteer : thing_];
  names.insert(record->volunteer_name_index);
  return names.size() > kNamesMost
             ? absl::ResourceExhaustedError("too many names for one volunteer")
             : edge_.look_ups->Allow(command.bank, caller, model::RecordTime(absl::ToUnixMicros(edge_.clock->Now())));
}

}  // namespace timebank::rpc
