// Points: what the journal says of them, and the rows against it.
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/journal_facts.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

using model::Day;
using Kind = model::EntryKind;

constexpr uint32_t kPoints = static_cast<uint32_t>(model::Asset::kPoints);

absl::Status Broken(const rec::Entry& entry, absl::string_view what) {
  return absl::InternalError(absl::StrCat("entry ", entry.sequence(), ": ", what));
}

bool OfPointsAlone(Kind kind) { return kind >= Kind::kPointsAwarded && static_cast<uint32_t>(kind) < 60; }

// Whose points an entry gives or takes back.
uint64_t MemberOf(const rec::Entry& entry, const JournalFacts& facts) {
  if (entry.has_reward_order()) {
    return entry.reward_order().member();
  }
  return OfPointsAlone(static_cast<Kind>(entry.kind())) ? entry.subject()
                                                        : facts.records.at(RecordOf(entry)).service.volunteer();
}

absl::Status TakeResult(const rec::Entry& entry, JournalFacts& facts) {
  if (!entry.has_points()) {
    return absl::OkStatus();
  }
  if (!OfPointsAlone(static_cast<Kind>(entry.kind())) && !facts.records.contains(RecordOf(entry))) {
    return Broken(entry, "it gives points for no record");
  }
  const uint64_t member = RootOf(facts, MemberOf(entry, facts));
  int64_t posted = 0;
  for (const rec::Posting& posting : entry.postings()) {
    const bool of_member =
        posting.owner_kind() == static_cast<uint32_t>(model::OwnerKind::kMember) && posting.owner() == member;
    posted += of_member && posting.asset() == kPoints ? posting.amount() : 0;
  }
  const rec::PointsResult& points = entry.points();
  if (points.earned() != posted - points.owed() + points.expired() + points.let_go()) {
    return Broken(entry, "it posts other points than it gives");
  }
  facts.points_owed[member] += points.owed();
  if (facts.points_owed[member] < 0) {
    return Broken(entry, "it pays more points than are owed");
  }
  return absl::OkStatus();
}

absl::Status TakeRecordPoints(const rec::Entry& entry, JournalFacts& facts) {
  const auto kind = static_cast<Kind>(entry.kind());
  const bool settled = kind == Kind::kServiceSettled || kind == Kind::kOrderConfirmed;
  const bool reversed = kind == Kind::kServiceReversed || kind == Kind::kOrderReversed;
  if (!settled && !reversed) {
    return absl::OkStatus();
  }
  RecordFacts& record = facts.records[RecordOf(entry)];
  if (settled) {
    record.points = entry.points().earned();
    record.points_expire = entry.points().expires();
    return absl::OkStatus();
  }
  return entry.points().earned() == -record.points ? absl::OkStatus() : Broken(entry, "it takes back other points");
}

absl::Status CheckLots(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<std::string, rec::PointsLot> lots = facts.points_lots;
  std::map<uint64_t, int64_t> sums;  // by member
  const std::string prefix = keys::TableOf('P', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const auto found = lots.find(std::string(it->key()));
    if (found == lots.end() || found->second.SerializeAsString() != it->value()) {
      return absl::InternalError("a points lot differs from the journal");
    }
    const uint64_t member = keys::LastId(it->key().substr(0, it->key().size() - sizeof(int32_t)));
    sums[member] += found->second.remaining();
    lots.erase(found);
  }
  TB_RETURN_IF_ERROR(it->status());
  for (const auto& [key, lot] : lots) {
    if (lot.remaining() != 0 || lot.expired() != 0) {
      return absl::InternalError("a points lot is missing");
    }
  }
  for (const auto& [account, balance] : facts.balances) {
    if (account.asset == model::Asset::kPoints && account.owner.kind == model::OwnerKind::kMember &&
        account.kind == model::AccountKind::kAvailable) {
      sums[account.owner.id] -= balance;
    }
  }
  for (const auto& [member, difference] : sums) {
    if (difference != 0) {
      return absl::InternalError(absl::StrCat("member ", member, ": points lots do not equal the available points"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckOwed(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<uint64_t, int64_t> owed = facts.points_owed;
  const std::string prefix = keys::TableOf('a', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::Book book;
    if (!book.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::InternalError("a book cannot be read");
    }
    const bool of_member = static_cast<model::OwnerKind>(it->key()[it->key().size() - 9]) == model::OwnerKind::kMember;
    const uint64_t id = keys::LastId(it->key());
    if (book.points_owed() != (of_member ? owed[id] : 0)) {
      return absl::InternalError(absl::StrCat("owner ", id, ": owed points differ from the journal"));
    }
    if (of_member) {
      owed.erase(id);
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  for (const auto& [member, points] : owed) {
    if (points != 0) {
      return absl::InternalError(absl::StrCat("member ", member, ": owes points and has no book"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCampaigns(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  TB_ASSIGN_OR_RETURN(const rec::Bank row, MustLoadRow<rec::Bank>(reader, keys::Bank(bank)));
  bool same = static_cast<size_t>(row.campaigns_size()) == facts.campaigns.size();
  for (const rec::Campaign& campaign : row.campaigns()) {
    const auto found = facts.campaigns.find(campaign.id());
    same = same && found != facts.campaigns.end() && found->second.SerializeAsString() == campaign.SerializeAsString();
  }
  return same ? absl::OkStatus() : absl::InternalError("campaigns differ from the journal");
}

}  // namespace

absl::Status TakePoints(absl::string_view bank, const rec::Entry& entry, JournalFacts& facts) {
  for (const rec::PointsLotChange& change : entry.points_lots()) {
    rec::PointsLot& lot = facts.points_lots[keys::PointsLot(bank, model::MemberId(change.member()), Day(change.expires()))];
    lot.set_remaining(lot.remaining() + change.amount());
    lot.set_expired(lot.expired() + change.expired());
    if (lot.remaining() < 0 || lot.expired() < 0) {
      return Broken(entry, "it takes more from a points lot than there was");
    }
  }
  for (const rec::Posting& posting : entry.postings()) {
    if (OfPointsAlone(static_cast<Kind>(entry.kind())) && posting.asset() != kPoints) {
      return Broken(entry, "it is about points and posts hours");
    }
  }
  if (entry.has_campaign()) {
    facts.campaigns[entry.subject()] = entry.campaign();
  }
  TB_RETURN_IF_ERROR(TakeResult(entry, facts));
  return TakeRecordPoints(entry, facts);
}

absl::Status CheckPoints(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  TB_RETURN_IF_ERROR(CheckLots(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckOwed(reader, bank, facts));
  return CheckCampaigns(reader, bank, facts);
}

}  // namespace timebank::ledger
