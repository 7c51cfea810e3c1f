// Members who served once and did nothing lately.
#include <algorithm>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

// Whether the service counted at `last`: settled by then, and not yet reversed.
bool CountedAt(const rec::Record& record, uint64_t last) {
  return record.settled() != 0 && record.settled() <= last && (record.reversed() == 0 || record.reversed() > last);
}

// Day of the member's last service that counted then.
absl::StatusOr<std::optional<model::Day>> LastService(const store::Reader& reader, absl::string_view bank,
                                                      model::MemberId member, uint64_t last) {
  std::optional<model::Day> found;
  const std::string prefix = keys::DaysOf(bank, member);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    TB_ASSIGN_OR_RETURN(const rec::VolunteerDay day, ParseRow<rec::VolunteerDay>(it->value()));
    for (const rec::Slot& slot : day.slots()) {
      TB_ASSIGN_OR_RETURN(const rec::Record record,
                          ledger::MustLoadRow<rec::Record>(reader, keys::Record(bank, model::RecordId(slot.record()))));
      if (CountedAt(record, last)) {
        found = keys::LastDay(it->key());
        break;
      }
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return found;
}

// Who was a member then, and under which numbers she served.
class MembersThen {
 public:
  void Note(const rec::Entry& entry) {
    if (entry.has_member_changed()) {
      states_[entry.subject()] = entry.member_changed().state();
    } else if (entry.has_member_life()) {
      states_[entry.subject()] = entry.member_life().state();
      if (const uint64_t survivor = entry.member_life().survivor(); survivor != 0) {
        merged_[survivor].push_back(entry.subject());
      }
    }
  }

  bool IsActive(model::MemberId member) const {
    const auto found = states_.find(member.value());
    return found == states_.end() || found->second == static_cast<uint32_t>(model::MemberState::kActive);
  }

  // The number itself, and those that were merged into it.
  std::vector<model::MemberId> NumbersOf(model::MemberId member) const {
    std::vector<model::MemberId> numbers = {member};
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (const auto found = merged_.find(numbers[i].value()); found != merged_.end()) {
        for (const uint64_t number : found->second) {
          numbers.emplace_back(number);
        }
      }
    }
    return numbers;
  }

 private:
  absl::flat_hash_map<uint64_t, uint32_t> states_;  // of those whose state was ever changed
  absl::flat_hash_map<uint64_t, std::vector<uint64_t>> merged_;
};

}  // namespace

absl::StatusOr<Page<InactiveView>> Queries::Inactive(absl::string_view bank, model::Day as_of, int32_t days,
                                                     const PageRequest& page, const GoOn& go_on) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const uint64_t last, LastBookedBy(*snapshot_, bank, as_of));
  const model::Day active_from(as_of.value() - days + 1);
  MembersThen members;
  TB_RETURN_IF_ERROR(WalkJournal(*snapshot_, bank, 1, last, go_on, [&members](const rec::Entry& entry) {
    members.Note(entry);
    return absl::OkStatus();
  }));
  return WalkPrefix<InactiveView>(
      *snapshot_, keys::TableOf('m', bank), absl::StrCat("inactive/", bank, "/", as_of.value(), "/", days), page,
      [&](absl::string_view key, absl::string_view, std::vector<InactiveView>& rows) -> absl::Status {
        if (!go_on()) {
          return absl::DeadlineExceededError("the report takes longer than its deadline allows");
        }
        const model::MemberId id(keys::LastId(key));
        TB_ASSIGN_OR_RETURN(const MemberView member, lookup.Member(id));
        if (member.registered.value() > last || !members.IsActive(id)) {
          return absl::OkStatus();  // a member only later, or not any more
        }
        std::optional<model::Day> service;
        for (const model::MemberId number : members.NumbersOf(id)) {
          TB_ASSIGN_OR_RETURN(const std::optional<model::Day> one, LastService(*snapshot_, bank, number, last));
          service = std::max(service, one);
        }
        if (service.has_value() && *service < active_from) {
          rows.push_back({{id, member.external_number, member.sealed_person}, service, member.center_name});
        }
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
