// Hours that change hands, grants, and what those have who left: what the journal says of them, and the rows against it.
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/grant_life.h"
#include "service/ledger/journal_facts.h"
#include "service/ledger/keys.h"
#include "service/ledger/member_life.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Provenance;
using Kind = model::EntryKind;

absl::Status Broken(const rec::Entry& entry, absl::string_view what) {
  return absl::InternalError(absl::StrCat("entry ", entry.sequence(), ": ", what));
}

int64_t PostedTo(const rec::Entry& entry, model::OwnerKind owner_kind, uint64_t owner, AccountKind account) {
  int64_t sum = 0;
  for (const rec::Posting& posting : entry.postings()) {
    const bool here = posting.owner_kind() == static_cast<uint32_t>(owner_kind) && posting.owner() == owner &&
                      posting.asset() == static_cast<uint32_t>(model::Asset::kHours) &&
                      posting.account() == static_cast<uint32_t>(account);
    sum += here ? posting.amount() : 0;
  }
  return sum;
}

int64_t ToMember(const rec::Entry& entry, uint64_t member) {
  return member == 0 ? 0 : PostedTo(entry, model::OwnerKind::kMember, member, AccountKind::kAvailable);
}

// Lots of `member` change by `provenance` alone; of a giver only by what may be given.
bool LotsAre(const rec::Entry& entry, uint64_t member, bool giver, Provenance provenance) {
  for (const rec::LotChange& change : entry.lots()) {
    const auto kind = static_cast<Provenance>(change.provenance());
    const bool right = giver ? kind == Provenance::kEarned || kind == Provenance::kGifted : kind == provenance;
    if (change.member() == member && (change.amount() < 0) == giver && !right) {
      return false;
    }
  }
  return true;
}

absl::Status TakeGiven(const rec::Entry& entry) {
  if (!entry.has_hours_given()) {
    return absl::OkStatus();
  }
  const rec::HoursGiven& given = entry.hours_given();
  const int64_t left = ToMember(entry, given.from());
  const int64_t came = ToMember(entry, given.to());
  const int64_t pool = PostedTo(entry, model::OwnerKind::kBank, 0, AccountKind::kPool);
  const bool sums =
      came == given.credited() && given.from() != given.to() &&
      (given.from() == 0 ? pool == -given.credited() : left == -given.credited() - given.pool() && pool == given.pool());
  if (!sums) {
    return Broken(entry, "it posts other hours than it gives");
  }
  const Provenance brought = given.from() == 0 ? Provenance::kDonated : Provenance::kGifted;
  return LotsAre(entry, given.from(), true, brought) && LotsAre(entry, given.to(), false, brought)
             ? absl::OkStatus()
             : Broken(entry, "it gives on what must not be");
}

bool IsGrantStep(const rec::Grant& before, const rec::Grant& after, Kind kind) {
  for (int event = 0; event < kGrantEvents; ++event) {
    const GrantStep* const step =
        FindGrantStep(static_cast<model::GrantState>(before.state()), static_cast<GrantEvent>(event));
    if (step != nullptr && step->kind == kind && static_cast<uint32_t>(step->to) == after.state()) {
      return !step->by_checker || after.checker() != after.maker();
    }
  }
  return false;
}

absl::Status TakeGrant(const rec::Entry& entry, JournalFacts& facts) {
  if (!entry.has_grant_changed()) {
    return absl::OkStatus();
  }
  const auto kind = static_cast<Kind>(entry.kind());
  const rec::GrantChanged& changed = entry.grant_changed();
  const auto found = facts.grants.find(entry.subject());
  if (kind == Kind::kGrantedHoursEnded) {
    const auto issue = facts.grant_issues.find(changed.issue());
    const bool known = issue != facts.grant_issues.end() && issue->second.first == entry.subject();
    if (!known || PostedTo(entry, model::OwnerKind::kBank, 0,
                           issue->second.second.to_pool() ? AccountKind::kPool : AccountKind::kExpired) != changed.ended()) {
      return Broken(entry, "it ends other hours than were granted");
    }
    return absl::OkStatus();
  }
  if (kind == Kind::kGrantProposed) {
    if (found != facts.grants.end() || entry.subject() != entry.sequence()) {
      return Broken(entry, "its grant does not begin with it");
    }
  } else if (found == facts.grants.end() || !IsGrantStep(found->second, changed.grant(), kind)) {
    return Broken(entry, "its grant takes a step that there is none of");
  }
  if (kind == Kind::kGrantIssued) {
    if (changed.credited() + changed.pool() != changed.grant().monthly() ||
        ToMember(entry, changed.grant().member()) != changed.credited() || changed.month() != found->second.next_month() ||
        changed.month() > changed.grant().review()) {
      return Broken(entry, "it issues another month, or other hours, than its grant says");
    }
    facts.grant_issues[entry.sequence()] = {entry.subject(), changed};
  }
  facts.grants[entry.subject()] = changed.grant();
  return absl::OkStatus();
}

// That it is a step of the table is seen by TakeRegistry.
absl::Status TakeMember(const rec::Entry& entry, JournalFacts& facts) {
  if (!entry.has_member_life()) {
    return absl::OkStatus();
  }
  const rec::MemberLife& life = entry.member_life();
  if (ToMember(entry, life.heir()) != (life.heir() == 0 ? 0 : life.credited()) ||
      !LotsAre(entry, life.heir(), false, Provenance::kGifted)) {
    return Broken(entry, "the heir gets other hours than it says");
  }
  if (life.survivor() != 0) {
    facts.points_owed[life.survivor()] += facts.points_owed[entry.subject()];
    facts.points_owed.erase(entry.subject());
    facts.hours_owed[life.survivor()] += facts.hours_owed[entry.subject()];
    facts.hours_owed.erase(entry.subject());
  }
  return absl::OkStatus();
}

// Who has left or was merged has nothing.
absl::Status CheckEmptied(const JournalFacts& facts) {
  for (const auto& [account, balance] : facts.balances) {
    const auto member = facts.registry.members.find(account.owner.id);
    if (account.owner.kind == model::OwnerKind::kMember && member != facts.registry.members.end() &&
        IsEmptied(static_cast<model::MemberState>(member->second.state())) && balance != 0) {
      return absl::InternalError(absl::StrCat("member ", account.owner.id, ": has left and still has something"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckGrants(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<uint64_t, int> open;  // by member
  for (const auto& [id, grant] : facts.grants) {
    TB_ASSIGN_OR_RETURN(const rec::Grant row, MustLoadRow<rec::Grant>(reader, keys::Grant(bank, model::GrantId(id))));
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> listed,
                        reader.Get(keys::GrantOf(bank, model::MemberId(grant.member()), model::GrantId(id))));
    if (row.SerializeAsString() != grant.SerializeAsString() || !listed.has_value()) {
      return absl::InternalError(absl::StrCat("grant ", id, ": differs from the journal, or is not listed"));
    }
    if (grant.state() != static_cast<uint32_t>(model::GrantState::kEnded) && ++open[grant.member()] > 1) {
      return absl::InternalError(absl::StrCat("member ", grant.member(), ": has two open grants"));
    }
  }
  return absl::OkStatus();
}

// Granted hours that end have a row for as long as any of them remain; it waits in the due index, or for a hold.
absl::Status CheckIssues(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<std::string, rec::GrantIssue> rows;
  const std::string prefix = keys::TableOf('X', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::GrantIssue row;
    if (!row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::InternalError("a row of granted hours cannot be read");
    }
    rows[std::string(it->key())] = row;
  }
  TB_RETURN_IF_ERROR(it->status());
  for (const auto& [key, remaining] : facts.lots) {
    const auto issue = facts.grant_issues.find(keys::LastId(key));
    if (keys::ProvenanceOf(key) != Provenance::kGranted || remaining == 0) {
      continue;
    }
    if (issue == facts.grant_issues.end()) {
      return absl::InternalError("granted hours come from no grant");
    }
    const auto found = rows.find(keys::GrantIssue(bank, model::Sequence(issue->first)));
    const rec::GrantChanged& issued = issue->second.second;
    if ((issued.expires() != 0) != (found != rows.end())) {
      return absl::InternalError(absl::StrCat("issue ", issue->first, ": its hours have a row too few or too many"));
    }
    if (found == rows.end()) {
      continue;
    }
    const rec::GrantIssue& row = found->second;
    const uint64_t member = keys::LastId(absl::string_view(key).substr(0, key.size() - 9));
    const auto held =
        facts.balances.find({model::MemberOwner(model::MemberId(member)), model::Asset::kHours, AccountKind::kHeld});
    const bool reserved = held != facts.balances.end() && held->second > 0;
    if (row.grant() != issue->second.first || row.member() != member || row.expires() != issued.expires() ||
        row.to_pool() != issued.to_pool() || (row.due() == 0 && !reserved)) {
      return absl::InternalError(absl::StrCat("issue ", issue->first, ": the row of its hours differs from the journal"));
    }
    rows.erase(found);
  }
  return rows.empty() ? absl::OkStatus() : absl::InternalError("a row of granted hours is left over");
}

}  // namespace

absl::Status TakeGiving(const rec::Entry& entry, JournalFacts& facts) {
  TB_RETURN_IF_ERROR(TakeGiven(entry));
  TB_RETURN_IF_ERROR(TakeGrant(entry, facts));
  return TakeMember(entry, facts);
}

absl::Status CheckGiving(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  TB_RETURN_IF_ERROR(CheckEmptied(facts));
  TB_RETURN_IF_ERROR(CheckGrants(reader, bank, facts));
  return CheckIssues(reader, bank, facts);
}

}  // namespace timebank::ledger
