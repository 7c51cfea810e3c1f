#include "service/ledger/journal_facts.h"

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/books.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/no_shows.h"
#include "service/ledger/order_life.h"
#include "service/ledger/reader.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

absl::Status Broken(uint64_t sequence, absl::string_view what) {
  return absl::InternalError(absl::StrCat("entry ", sequence, ": ", what));
}

absl::Status TakePostings(absl::string_view bank, const rec::Entry& entry, JournalFacts& facts) {
  if (!SumsToZero(entry)) {
    return Broken(entry.sequence(), "its postings do not sum to zero");
  }
  for (const rec::Posting& posting : entry.postings()) {
    const model::AccountId account{{static_cast<model::OwnerKind>(posting.owner_kind()), posting.owner()},
                                   static_cast<model::Asset>(posting.asset()),
                                   static_cast<model::AccountKind>(posting.account())};
    int64_t& balance = facts.balances[account];
    balance += posting.amount();
    if (InPassbook(account)) {
      rec::Line& line = facts.lines[keys::Line(bank, account, model::Sequence(entry.sequence()))];
      line.set_amount(posting.amount());
      line.set_balance(balance);
    }
  }
  for (const rec::LotChange& change : entry.lots()) {
    const std::string key = keys::Lot(bank, model::MemberId(change.member()),
                                      static_cast<model::Provenance>(change.provenance()), model::Sequence(change.origin()));
    int64_t& remaining = facts.lots[key];
    remaining += change.amount();
    if (remaining < 0) {
      return Broken(entry.sequence(), "it takes more from a lot than there was");
    }
  }
  return absl::OkStatus();
}

absl::Status TakeReversal(const rec::Entry& entry, JournalFacts& facts) {
  if (entry.reverses() == 0) {
    return absl::OkStatus();
  }
  if (entry.reverses() >= entry.sequence()) {
    return Broken(entry.sequence(), "it reverses an entry that is not before it");
  }
  for (const auto& [reversed, reversal] : facts.reversals) {
    if (reversed == entry.reverses() || reversal == entry.reverses()) {
      return Broken(entry.sequence(), "it reverses what is reversed, or a reversal");
    }
  }
  facts.reversals[entry.reverses()] = entry.sequence();
  return absl::OkStatus();
}

// What a settlement credits, or a reversal takes back, is what it posts, less what paid a debt and what somebody else stood in for.
absl::Status CheckSettlement(absl::string_view bank, const rec::Entry& entry, bool settles, JournalFacts& facts,
                             RecordFacts& record) {
  int64_t credited = 0;
  int64_t pool = 0;
  for (const rec::Posting& posting : entry.postings()) {
    if (posting.asset() != static_cast<uint32_t>(model::Asset::kHours)) {
      continue;
    }
    const bool of_volunteer = posting.owner_kind() == static_cast<uint32_t>(model::OwnerKind::kMember) &&
                              posting.owner() == RootOf(facts, record.service.volunteer());
    credited += of_volunteer ? posting.amount() : 0;
    pool += posting.account() == static_cast<uint32_t>(model::AccountKind::kPool) ? posting.amount() : 0;
  }
  // What an order's hold paid above the worth of the service went to the pool as well.
  const int64_t to_pool = record.pool + entry.order().order().surplus();
  const rec::HoursCover& cover = entry.hours_cover();
  const auto covers = [&cover](model::Cover by) {
    return cover.cover() == static_cast<uint32_t>(by) ? cover.member_minutes() : 0;
  };
  if (settles) {
    record.debt_paid = entry.result().debt_paid();
  }
  const int64_t own = record.credited - record.debt_paid;
  const bool equal = settles ? credited == own && pool == to_pool && entry.hours_owed() == -record.debt_paid
                             : credited == cover.member_minutes() - own &&
                                   pool == cover.pool_minutes() - to_pool - covers(model::Cover::kPool) &&
                                   entry.hours_owed() == record.debt_paid + covers(model::Cover::kDebt);
  if (!equal) {
    return Broken(entry.sequence(), "it posts other minutes than it credits");
  }
  return TakeOwed(bank, entry, RootOf(facts, record.service.volunteer()), facts);
}

absl::Status TakeRecord(absl::string_view bank, const rec::Entry& entry, JournalFacts& facts) {
  if (!entry.has_result()) {
    return absl::OkStatus();
  }
  const auto kind = static_cast<model::EntryKind>(entry.kind());
  const bool created = kind == model::EntryKind::kServiceRecorded || kind == model::EntryKind::kCheckedIn ||
                       kind == model::EntryKind::kOrderStarted;
  const uint64_t id = RecordOf(entry);
  if (created != (id == entry.sequence()) || created == facts.records.contains(id)) {
    return Broken(entry.sequence(), "its record does not begin with it");
  }
  RecordFacts& record = facts.records[id];
  const model::RecordState before = record.state;
  record.state = static_cast<model::RecordState>(entry.result().state());
  record.credited = entry.result().credited();
  record.pool = entry.result().pool();
  if (const rec::Service* service = ServiceOf(entry); service != nullptr) {
    record.service = *service;
  }
  if (entry.has_order()) {
    record.order = entry.subject();
  }
  switch (kind) {
    case model::EntryKind::kServiceRecorded:
    case model::EntryKind::kCheckedIn:
    case model::EntryKind::kOrderStarted:
      record.recorder = entry.actor();
      record.record_time = entry.record_time();
      break;
    case model::EntryKind::kServiceApproved:
      record.first_approver = entry.actor();
      break;
    case model::EntryKind::kServiceConfirmed:
      record.confirmer = entry.actor();
      break;
    case model::EntryKind::kOrderConfirmed:
    case model::EntryKind::kServiceSettled:
      record.settled = entry.sequence();
      // After a notice period it is settled by whoever asks for it; otherwise by who confirmed it or decided the dispute.
      if (before != model::RecordState::kNoticed) {
        record.confirmer = entry.actor();
      }
      return CheckSettlement(bank, entry, true, facts, record);
    case model::EntryKind::kOrderReversed:
    case model::EntryKind::kServiceReversed:
      record.reversed = entry.sequence();
      return CheckSettlement(bank, entry, false, facts, record);
    default:
      break;
  }
  return absl::OkStatus();
}

absl::Status TakeHold(const rec::Entry& entry, JournalFacts& facts) {
  if (!entry.has_hold() && !entry.order().has_hold()) {
    return absl::OkStatus();
  }
  const bool placed = entry.kind() == static_cast<uint32_t>(model::EntryKind::kHoldPlaced) ||
                      entry.kind() == static_cast<uint32_t>(model::EntryKind::kOrderRequested);
  const auto found = facts.holds.find(entry.subject());
  if (placed ? found != facts.holds.end() : found == facts.holds.end() || found->second.closed()) {
    return Broken(entry.sequence(), "its hold is placed or closed twice");
  }
  facts.holds[entry.subject()] = entry.has_hold() ? entry.hold() : entry.order().hold();
  return absl::OkStatus();
}

// The table of order_life.h has such a step between the two states.
bool IsOrderStep(const rec::Order& before, const rec::Order& after, uint32_t kind) {
  for (int event = 0; event < kOrderEvents; ++event) {
    const OrderStep* step = FindOrderStep(static_cast<model::OrderState>(before.state()), static_cast<OrderEvent>(event));
    if (step != nullptr && static_cast<uint32_t>(step->to) == after.state() && static_cast<uint32_t>(step->kind) == kind) {
      return true;
    }
  }
  return kind == static_cast<uint32_t>(model::EntryKind::kOrderEvaluated) && before.state() == after.state();
}

void TakeNoShow(absl::string_view bank, const rec::Entry& entry, JournalFacts& facts) {
  const rec::Order& order = entry.order().order();
  const auto side = static_cast<model::OrderSide>(order.ended_by());
  rec::NoShows& row = facts.no_shows[keys::NoShows(bank, NoShowYear(order), WhoDidNotShow(order, side))];
  const bool volunteer = side == model::OrderSide::kVolunteer;
  row.set_volunteer(row.volunteer() + (volunteer ? 1 : 0));
  row.set_elder(row.elder() + (volunteer ? 0 : 1));
  if (entry.order().review()) {
    row.set_review(entry.sequence());
  }
}

absl::Status TakeReviewEnd(absl::string_view bank, const rec::Entry& entry, JournalFacts& facts) {
  if (!entry.member_changed().ended_review()) {
    return absl::OkStatus();
  }
  const auto year = static_cast<uint32_t>(base::DayFromNumber(entry.effective_day()).year());
  const auto found = facts.no_shows.find(keys::NoShows(bank, year, model::MemberId(entry.subject())));
  const bool ended = found != facts.no_shows.end() && EndReview(&found->second);
  return ended ? absl::OkStatus() : Broken(entry.sequence(), "it ends a review that is not open");
}

absl::Status TakeOrder(absl::string_view bank, const rec::Entry& entry, JournalFacts& facts) {
  if (!entry.has_order()) {
    return absl::OkStatus();
  }
  const rec::Order& order = entry.order().order();
  const auto found = facts.orders.find(entry.subject());
  if (entry.kind() == static_cast<uint32_t>(model::EntryKind::kOrderRequested)) {
    if (found != facts.orders.end() || entry.subject() != entry.sequence()) {
      return Broken(entry.sequence(), "its order does not begin with it");
    }
  } else if (found == facts.orders.end() || !IsOrderStep(found->second, order, entry.kind())) {
    return Broken(entry.sequence(), "its order takes a step that there is none of");
  }
  if (entry.kind() == static_cast<uint32_t>(model::EntryKind::kOrderNoShow)) {
    TakeNoShow(bank, entry, facts);
  }
  facts.orders[entry.subject()] = order;
  return absl::OkStatus();
}

absl::Status TakeEntry(const store::Reader& reader, absl::string_view bank, const rec::Entry& entry, JournalFacts& facts) {
  if (entry.sequence() != facts.entries + 1) {
    return Broken(entry.sequence(), "there is a gap before it");
  }
  if (entry.record_time() < facts.last_time) {
    return Broken(entry.sequence(), "its record time goes back");
  }
  facts.entries = entry.sequence();
  facts.last_time = entry.record_time();
  TB_ASSIGN_OR_RETURN(const rec::Request request,
                      MustLoadRow<rec::Request>(reader, keys::Request(bank, entry.request_id())));
  if (request.sequence() != entry.sequence()) {
    return Broken(entry.sequence(), "its request id is answered by another entry");
  }
  TB_RETURN_IF_ERROR(TakeRegistry(entry, facts.registry));
  TB_RETURN_IF_ERROR(TakePostings(bank, entry, facts));
  TB_RETURN_IF_ERROR(TakeReversal(entry, facts));
  TB_RETURN_IF_ERROR(TakeRecord(bank, entry, facts));
  TB_RETURN_IF_ERROR(TakeReversals(entry, facts));
  TB_RETURN_IF_ERROR(TakePoints(bank, entry, facts));
  TB_RETURN_IF_ERROR(TakeOrder(bank, entry, facts));
  TB_RETURN_IF_ERROR(TakeReviewEnd(bank, entry, facts));
  TB_RETURN_IF_ERROR(TakeRewards(entry, facts));
  TB_RETURN_IF_ERROR(TakeGiving(entry, facts));
  TB_RETURN_IF_ERROR(TakeAccess(entry, facts));
  TB_RETURN_IF_ERROR(TakeStars(entry, facts.stars));
  if (entry.has_proxy()) {
    facts.proxies[entry.subject()] = entry.proxy();
  }
  if (entry.has_recurring()) {
    facts.recurring[entry.subject()] = entry.recurring();
  } else if (entry.order().has_recurring()) {
    facts.recurring[entry.order().order().recurring()] = entry.order().recurring();
  }
  return TakeHold(entry, facts);
}

}  // namespace

uint64_t RootOf(const JournalFacts& facts, uint64_t member) {
  for (;;) {
    const auto found = facts.registry.members.find(member);
    if (found == facts.registry.members.end() || found->second.merged_into() == 0) {
      return member;
    }
    member = found->second.merged_into();
  }
}

absl::StatusOr<JournalFacts> ReadJournal(const store::Reader& reader, absl::string_view bank) {
  JournalFacts facts;
  const std::string prefix = keys::TableOf('j', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    rec::Entry entry;
    const absl::string_view bytes = it->value();
    if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Broken(keys::LastId(it->key()), "it cannot be read");
    }
    if (keys::LastId(it->key()) != entry.sequence()) {
      return Broken(entry.sequence(), "it stands under another sequence");
    }
    facts.tree.Append(merkle::LeafHash(bytes));
    TB_RETURN_IF_ERROR(TakeEntry(reader, bank, entry, facts));
  }
  TB_RETURN_IF_ERROR(it->status());
  return facts;
}

}  // namespace timebank::ledger
