// The passbook of a period.
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"
#include "service/queries/journal_walk.h"
#include "service/queries/lookup.h"
#include "service/queries/origin.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

// The balance of an account just before the entry `sequence`: told by the next line, or by the book when there is none.
absl::StatusOr<int64_t> BalanceBefore(const store::Reader& reader, absl::string_view bank, const model::AccountId& account,
                                      uint64_t sequence) {
  auto it = reader.Scan(keys::Line(bank, account, model::Sequence(sequence)), base::PrefixEnd(keys::LinesOf(bank, account)));
  if (it->Valid()) {
    TB_ASSIGN_OR_RETURN(const rec::Line line, ParseRow<rec::Line>(it->value()));
    return line.balance() - line.amount();
  }
  TB_RETURN_IF_ERROR(it->status());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                      ledger::LoadRow<rec::Book>(reader, keys::Book(bank, account.owner)));
  return book.has_value() ? ledger::BalanceIn(*book, account.asset, account.kind) : 0;
}

// Whether the first of two numbers is the second, or was merged into it.
absl::StatusOr<bool> IsOrBecame(Lookup& lookup, model::MemberId id, model::MemberId member) {
  while (id.value() != 0 && id != member) {
    TB_ASSIGN_OR_RETURN(const rec::Member row,
                        ledger::MustLoadRow<rec::Member>(lookup.reader(), keys::Member(lookup.bank(), id)));
    id = model::MemberId(row.merged_into());
  }
  return id == member;
}

// What the pool got of a service above a cap, as a line of its volunteer tells it.
absl::StatusOr<model::Minutes> AboveCap(Lookup& lookup, model::MemberId member, const rec::Entry& entry) {
  const auto state = static_cast<model::RecordState>(entry.result().state());
  const bool reversed = state == model::RecordState::kReversed;
  if (entry.result().pool() == 0 || (state != model::RecordState::kSettled && !reversed)) {
    return model::Minutes(0);
  }
  const model::RecordId id(ledger::RecordOf(entry));
  TB_ASSIGN_OR_RETURN(const rec::Record record,
                      ledger::MustLoadRow<rec::Record>(lookup.reader(), keys::Record(lookup.bank(), id)));
  TB_ASSIGN_OR_RETURN(const bool volunteer, IsOrBecame(lookup, model::MemberId(record.service().volunteer()), member));
  return model::Minutes(!volunteer ? 0 : reversed ? -entry.result().pool() : entry.result().pool());
}

absl::StatusOr<StatementLineView> ViewLine(Lookup& lookup, model::MemberId member, const rec::Entry& entry,
                                           const rec::Line& line) {
  StatementLineView view;
  view.sequence = model::Sequence(entry.sequence());
  view.record_time = model::RecordTime(entry.record_time());
  view.effective = model::Day(entry.effective_day());
  view.kind = static_cast<model::EntryKind>(entry.kind());
  view.amount = line.amount();
  view.balance_after = line.balance();
  const Origin origin = OriginOf(entry, member);
  view.origin = origin.id;
  view.of_pool = origin.of_pool;
  view.owed = model::Minutes(entry.hours_owed());
  view.reason = entry.reason();
  if (entry.has_order()) {
    view.category = entry.order().order().category();
    TB_ASSIGN_OR_RETURN(const CenterView center, lookup.Center(model::CenterId(entry.order().order().center())));
    view.center_name = center.display_name;
  } else if (entry.has_result()) {
    TB_ASSIGN_OR_RETURN(
        const rec::Record record,
        ledger::MustLoadRow<rec::Record>(lookup.reader(), keys::Record(lookup.bank(), model::RecordId(entry.subject()))));
    TB_ASSIGN_OR_RETURN(const CenterView center, lookup.Center(model::CenterId(record.service().center())));
    view.category = record.service().category();
    view.center_name = center.display_name;
  }
  return view;
}

// The sequences of the period, [first, end). A token carries the end, so that it does not move while paging.
struct Period {
  uint64_t first = 0;
  uint64_t end = 0;
  uint64_t next = 0;  // where this page begins
};

absl::StatusOr<Period> FindPeriod(const store::Reader& reader, absl::string_view bank, const StatementFilter& filter,
                                  absl::string_view place) {
  TB_ASSIGN_OR_RETURN(const rec::Bank row, ledger::MustLoadRow<rec::Bank>(reader, keys::Bank(bank)));
  Period period{1, row.entry_count() + 1, 1};
  if (filter.from.has_value()) {
    TB_ASSIGN_OR_RETURN(period.first, FirstBookedOn(reader, bank, row.entry_count(), *filter.from));
  }
  if (filter.to.has_value()) {
    TB_ASSIGN_OR_RETURN(period.end, FirstBookedOn(reader, bank, row.entry_count(), model::Day(filter.to->value() + 1)));
  }
  period.next = period.first;
  if (!place.empty() && (!base::ConsumeUint64(&place, &period.end) || !base::ConsumeUint64(&place, &period.next))) {
    return absl::InvalidArgumentError("page_token is not one of this list and filter");
  }
  period.end = std::max(period.end, period.first);
  return period;
}

std::string PlaceOf(const Period& period, uint64_t next) {
  std::string place;
  base::AppendUint64(&place, period.end);
  base::AppendUint64(&place, next);
  return place;
}

}  // namespace

absl::StatusOr<Page<StatementView>> Queries::Statement(absl::string_view bank, const StatementFilter& filter,
                                                       const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId member, lookup.MemberByRef(filter.member));
  const model::AccountId account{model::MemberOwner(member), filter.asset, model::AccountKind::kAvailable};
  const std::string text =
      absl::StrCat("statement/", bank, "/", member.value(), "/", static_cast<int>(filter.asset), "/",
                   filter.from.value_or(model::Day(0)).value(), "/", filter.to.value_or(model::Day(0)).value());
  TB_ASSIGN_OR_RETURN(const std::string place, ReadPageToken(text, page.token));
  TB_ASSIGN_OR_RETURN(const Period period, FindPeriod(*snapshot_, bank, filter, place));
  Page<StatementView> result;
  StatementView& view = result.rows.emplace_back();
  TB_ASSIGN_OR_RETURN(view.member, lookup.Person(member));
  if (filter.asset == model::Asset::kHours) {
    TB_ASSIGN_OR_RETURN(const std::optional<rec::Book> book,
                        ledger::LoadRow<rec::Book>(*snapshot_, keys::Book(bank, account.owner)));
    view.owed = model::Minutes(book.value_or(rec::Book()).hours_owed());
  }
  TB_ASSIGN_OR_RETURN(view.opening, BalanceBefore(*snapshot_, bank, account, period.first));
  TB_ASSIGN_OR_RETURN(view.closing, BalanceBefore(*snapshot_, bank, account, period.end));
  auto it = snapshot_->Scan(keys::Line(bank, account, model::Sequence(period.next)),
                            keys::Line(bank, account, model::Sequence(period.end)));
  for (; it->Valid(); it->Next()) {
    const uint64_t sequence = keys::LastId(it->key());
    if (view.lines.size() >= page.size) {
      result.next = MakePageToken(text, PlaceOf(period, sequence));
      break;
    }
    TB_ASSIGN_OR_RETURN(const rec::Line line, ParseRow<rec::Line>(it->value()));
    TB_ASSIGN_OR_RETURN(const rec::Entry entry,
                        ledger::MustLoadRow<rec::Entry>(*snapshot_, keys::Entry(bank, model::Sequence(sequence))));
    TB_ASSIGN_OR_RETURN(StatementLineView shown, ViewLine(lookup, member, entry, line));
    if (filter.asset == model::Asset::kHours) {
      TB_ASSIGN_OR_RETURN(shown.above_cap, AboveCap(lookup, member, entry));
    }
    view.lines.push_back(std::move(shown));
  }
  TB_RETURN_IF_ERROR(it->status());
  return result;
}

}  // namespace timebank::queries
