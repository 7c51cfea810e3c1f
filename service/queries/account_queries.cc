// Balances, lots, holds, and the journal.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/merkle/hash.h"
#include "service/model/rejection.h"
#include "service/queries/lookup.h"
#include "service/queries/origin.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::AccountKind;
using model::Asset;

namespace {

absl::StatusOr<PostingView> ViewPosting(Lookup& lookup, const rec::Posting& posting) {
  PostingView view;
  view.account = {{static_cast<model::OwnerKind>(posting.owner_kind()), posting.owner()},
                  static_cast<Asset>(posting.asset()),
                  static_cast<AccountKind>(posting.account())};
  view.amount = posting.amount();
  if (view.account.owner.kind == model::OwnerKind::kCenter) {
    TB_ASSIGN_OR_RETURN(const CenterView center, lookup.Center(model::CenterId(posting.owner())));
    view.owner_code = center.code;
  }
  return view;
}

std::string ReasonOf(const rec::Entry& entry) {
  model::Reason reason{};
  if (entry.has_refusal() && model::ReasonFromNumber(entry.refusal().reason(), &reason)) {
    return std::string(model::TextOf(reason).name);
  }
  return entry.reason();
}

absl::StatusOr<EntryView> ViewEntry(Lookup& lookup, absl::string_view bytes) {
  TB_ASSIGN_OR_RETURN(const rec::Entry entry, ParseRow<rec::Entry>(bytes));
  EntryView view;
  view.sequence = model::Sequence(entry.sequence());
  view.record_time = model::RecordTime(entry.record_time());
  view.effective = model::Day(entry.effective_day());
  view.kind = static_cast<model::EntryKind>(entry.kind());
  view.subject = entry.subject();
  view.subject_code = entry.has_scope_created() ? entry.scope_created().code() : entry.center_created().code();
  view.actor = entry.actor();
  view.role = entry.role();
  view.rule_set_version = entry.rule_set_version();
  view.request_id = entry.request_id();
  view.reason = ReasonOf(entry);
  view.revealed_note = model::RecordId(entry.text_revealed().record());
  view.revealed_grant = model::GrantId(entry.text_revealed().grant());
  view.reverses = model::Sequence(entry.reverses());
  view.owed = model::Minutes(entry.hours_owed());
  view.reversal = model::ReversalId(entry.reversal_step().reversal());
  if (entry.has_hours_cover()) {
    const rec::HoursCover& cover = entry.hours_cover();
    view.cover = CoverView{static_cast<model::Cover>(cover.cover()),
                           model::Minutes(cover.member_minutes()),
                           model::Minutes(cover.pool_minutes()),
                           cover.consent(),
                           cover.requested_by(),
                           cover.decided_by().empty() ? entry.actor() : cover.decided_by()};
  }
  view.leaf_hash = merkle::LeafHash(bytes);
  for (const rec::Posting& posting : entry.postings()) {
    TB_ASSIGN_OR_RETURN(PostingView posted, ViewPosting(lookup, posting));
    view.postings.push_back(std::move(posted));
  }
  return view;
}

absl::StatusOr<model::Minutes> SumOfLots(const store::Reader& reader, absl::string_view bank, model::MemberId member,
                                         model::Provenance provenance) {
  model::Minutes sum;
  const std::string prefix = keys::LotsFrom(bank, member, provenance);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    TB_ASSIGN_OR_RETURN(const rec::Lot row, ParseRow<rec::Lot>(it->value()));
    sum += model::Minutes(row.remaining());
  }
  TB_RETURN_IF_ERROR(it->status());
  return sum;
}

absl::StatusOr<LotView> ViewLot(const store::Reader& reader, absl::string_view bank, model::MemberId member,
                                absl::string_view key, absl::string_view value) {
  TB_ASSIGN_OR_RETURN(const rec::Lot row, ParseRow<rec::Lot>(value));
  LotView view;
  view.sequence = model::Sequence(keys::LastId(key));
  view.provenance = keys::ProvenanceOf(key);
  view.original = model::Minutes(row.original());
  view.remaining = model::Minutes(row.remaining());
  TB_ASSIGN_OR_RETURN(const rec::Entry entry, ledger::MustLoadRow<rec::Entry>(reader, keys::Entry(bank, view.sequence)));
  const Origin origin = OriginOf(entry, member);
  view.kind = static_cast<model::EntryKind>(entry.kind());
  view.origin = origin.id;
  view.of_pool = origin.of_pool;
  if (entry.grant_changed().expires() != 0) {
    view.expires = model::Day(entry.grant_changed().expires());
  }
  return view;
}

// Whether an entry is about a member's membership or stars, or says who saw her in the clear.
absl::StatusOr<bool> IsAbout(const store::Reader& reader, absl::string_view bank, const rec::Entry& entry,
                             model::MemberId member) {
  using Kind = model::EntryKind;
  switch (static_cast<Kind>(entry.kind())) {
    case Kind::kMemberRegistered:
    case Kind::kMemberChanged:
    case Kind::kMemberClosing:
    case Kind::kMemberReopened:
    case Kind::kMemberClosed:
    case Kind::kMemberDied:
    case Kind::kEstateSettled:
    case Kind::kMembersMerged:
    case Kind::kMemberRevealed:
    case Kind::kMemberExported:
    case Kind::kMemberErased:
    case Kind::kPrincipalLinked:
      return entry.subject() == member.value();
    case Kind::kStarSubmitted:
    case Kind::kStarReviewed:
    case Kind::kStarNoticed:
    case Kind::kStarObjected:
    case Kind::kStarPassed:
    case Kind::kStarRejected:
    case Kind::kStarWithdrawn: {
      TB_ASSIGN_OR_RETURN(const std::optional<rec::StarApplication> row,
                          ledger::LoadRow<rec::StarApplication>(
                              reader, keys::StarApplication(bank, model::StarApplicationId(entry.subject()))));
      return row.has_value() && row->member() == member.value();
    }
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<BalanceView> Queries::Balance(absl::string_view bank, absl::string_view member) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  BalanceView view;
  TB_ASSIGN_OR_RETURN(view.member, lookup.Person(id));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> found,
                      ledger::LoadRow<rec::Book>(*snapshot_, keys::Book(bank, model::MemberOwner(id))));
  const rec::Book book = found.value_or(rec::Book());
  view.available = model::Minutes(ledger::BalanceIn(book, Asset::kHours, AccountKind::kAvailable));
  view.held = model::Minutes(ledger::BalanceIn(book, Asset::kHours, AccountKind::kHeld));
  view.points = model::Points(ledger::BalanceIn(book, Asset::kPoints, AccountKind::kAvailable));
  view.service = model::Minutes(book.service());
  view.pending = model::Minutes(book.pending());
  view.pool = model::Minutes(book.pool());
  view.received = model::Minutes(book.received());
  view.owed = model::Minutes(book.hours_owed());
  TB_ASSIGN_OR_RETURN(view.granted, SumOfLots(*snapshot_, bank, id, model::Provenance::kGranted));
  TB_ASSIGN_OR_RETURN(view.donated, SumOfLots(*snapshot_, bank, id, model::Provenance::kDonated));
  TB_ASSIGN_OR_RETURN(view.gifted, SumOfLots(*snapshot_, bank, id, model::Provenance::kGifted));
  return view;
}

absl::StatusOr<std::vector<AccountView>> Queries::BankAccounts(absl::string_view bank) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                      ledger::LoadRow<rec::Book>(*snapshot_, keys::Book(bank, model::BankOwner())));
  std::vector<AccountView> accounts;
  if (!book) return accounts;
  for (const rec::Balance& balance : book->balances()) {
    accounts.push_back({static_cast<AccountKind>(balance.account()), static_cast<Asset>(balance.asset()), balance.amount()});
  }
  return accounts;
}

absl::StatusOr<Page<LotView>> Queries::Lots(absl::string_view bank, absl::string_view member,
                                            const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  return WalkPrefix<LotView>(
      *snapshot_, keys::LotsOf(bank, id), absl::StrCat("lots/", bank, "/", id.value()), page,
      [&](absl::string_view key, absl::string_view value, std::vector<LotView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(LotView view, ViewLot(*snapshot_, bank, id, key, value));
        rows.push_back(view);
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<HoldView>> Queries::Holds(absl::string_view bank, absl::string_view member,
                                              const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  return WalkPrefix<HoldView>(
      *snapshot_, keys::HoldsOf(bank, id), absl::StrCat("holds/", bank, "/", id.value()), page,
      [&](absl::string_view key, absl::string_view, std::vector<HoldView>& rows) -> absl::Status {
        const model::HoldId hold(keys::LastId(key));
        TB_ASSIGN_OR_RETURN(const rec::Hold row, ledger::MustLoadRow<rec::Hold>(*snapshot_, keys::Hold(bank, hold)));
        rows.push_back({hold, model::Minutes(row.amount()), model::Day(row.expires()), row.reason()});
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<EntryView>> Queries::Entries(absl::string_view bank, model::Sequence from,
                                                 const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  const KeyRange range{keys::Entry(bank, from), base::PrefixEnd(keys::TableOf('j', bank))};
  return WalkRanges<EntryView>(
      *snapshot_, {range}, absl::StrCat("entries/", bank, "/", from.value()), page,
      [&](absl::string_view, absl::string_view value, std::vector<EntryView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(EntryView view, ViewEntry(lookup, value));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<EntryView>> Queries::EntriesAbout(absl::string_view bank, model::MemberId member,
                                                      const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  return WalkPrefix<EntryView>(
      *snapshot_, keys::TableOf('j', bank), absl::StrCat("about/", bank, "/", member.value()), page,
      [&](absl::string_view, absl::string_view value, std::vector<EntryView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Entry entry, ParseRow<rec::Entry>(value));
        TB_ASSIGN_OR_RETURN(const bool about, IsAbout(*snapshot_, bank, entry, member));
        if (about) {
          TB_ASSIGN_OR_RETURN(EntryView view, ViewEntry(lookup, value));
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
