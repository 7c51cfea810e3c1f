#include "service/ledger/books.h"

#include <algorithm>

#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/grant_rows.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/lot_walk.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {
namespace {

// The balance's place, made when the account is posted to for the first time; balances stay sorted by asset and kind.
rec::Balance* BalanceAt(rec::Book& book, const model::AccountId& account) {
  const auto asset = static_cast<uint32_t>(account.asset);
  const auto kind = static_cast<uint32_t>(account.kind);
  for (rec::Balance& balance : *book.mutable_balances()) {
    if (balance.asset() == asset && balance.account() == kind) {
      return &balance;
    }
  }
  rec::Balance* added = book.add_balances();
  added->set_asset(asset);
  added->set_account(kind);
  std::sort(book.mutable_balances()->begin(), book.mutable_balances()->end(),
            [](const rec::Balance& a, const rec::Balance& b) {
              return std::make_pair(a.asset(), a.account()) < std::make_pair(b.asset(), b.account());
            });
  return BalanceAt(book, account);
}

}  // namespace

bool InPassbook(const model::AccountId& account) {
  return account.owner.kind == model::OwnerKind::kMember && account.kind == model::AccountKind::kAvailable;
}

absl::StatusOr<rec::Book*> Books::Of(model::Owner owner) {
  const auto found = books_.find(owner);
  if (found != books_.end()) {
    return &found->second;
  }
  TB_ASSIGN_OR_RETURN(std::optional<rec::Book> row, LoadRow<rec::Book>(work_->rows(), keys::Book(work_->bank_id(), owner)));
  return &books_.emplace(owner, row.has_value() ? *std::move(row) : rec::Book()).first->second;
}

absl::Status Books::Post(const model::AccountId& account, int64_t amount) {
  if (amount == 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(rec::Book* const book, Of(account.owner));
  rec::Balance* const balance = BalanceAt(*book, account);
  int64_t sum = 0;
  if (__builtin_add_overflow(balance->amount(), amount, &sum)) {
    return work_->Refuse(model::Reason::kAmountOverflow);
  }
  balance->set_amount(sum);
  rec::Posting* posting = work_->entry().add_postings();
  posting->set_owner_kind(static_cast<uint32_t>(account.owner.kind));
  posting->set_owner(account.owner.id);
  posting->set_asset(static_cast<uint32_t>(account.asset));
  posting->set_account(static_cast<uint32_t>(account.kind));
  posting->set_amount(amount);
  if (InPassbook(account)) {
    rec::Line line;
    line.set_amount(amount);
    line.set_balance(sum);
    lines_.emplace_back(account, std::move(line));
  }
  return absl::OkStatus();
}

absl::Status Books::Mark(const model::AccountId& account) {
  for (const auto& [posted, line] : lines_) {
    if (posted == account) {
      return absl::OkStatus();
    }
  }
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, Of(account.owner));
  rec::Line line;
  line.set_balance(BalanceIn(*book, account.asset, account.kind));
  lines_.emplace_back(account, std::move(line));
  return absl::OkStatus();
}

void Books::NoteChange(model::MemberId member, const LotRow& lot, int64_t amount) {
  rec::LotChange* change = work_->entry().add_lots();
  change->set_member(member.value());
  change->set_origin(keys::LastId(lot.key));
  change->set_provenance(static_cast<uint32_t>(keys::ProvenanceOf(lot.key)));
  change->set_amount(amount);
}

void Books::AddLot(model::MemberId member, model::Provenance provenance, model::Minutes amount) {
  if (amount.value() == 0) {
    return;
  }
  LotRow lot;
  lot.key = keys::Lot(work_->bank_id(), member, provenance, work_->sequence());
  lot.row.set_original(amount.value());
  lot.row.set_remaining(amount.value());
  NoteChange(member, lot, amount.value());
  lots_.push_back(std::move(lot));
}

absl::Status Books::LoadIssue(LotRow* lot) {
  if (keys::ProvenanceOf(lot->key) == model::Provenance::kGranted) {
    const model::Sequence origin(keys::LastId(lot->key));
    TB_ASSIGN_OR_RETURN(lot->issue_before,
                        LoadRow<rec::GrantIssue>(work_->rows(), keys::GrantIssue(work_->bank_id(), origin)));
    lot->issue_after = lot->issue_before;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Books::SpendsByProvenance() {
  TB_ASSIGN_OR_RETURN(const model::Rules* const rules, work_->PeekRulesOn(work_->today()));
  return rules->spend_by_provenance != 0;
}

absl::Status Books::TakeFrom(model::MemberId member, LotRow lot, model::Minutes* amount) {
  const int64_t taken = std::min(lot.row.remaining(), amount->value());
  if (taken == 0) {
    return absl::OkStatus();
  }
  *amount -= model::Minutes(taken);
  lot.row.set_remaining(lot.row.remaining() - taken);
  NoteChange(member, lot, -taken);
  TB_RETURN_IF_ERROR(LoadIssue(&lot));
  lots_.push_back(std::move(lot));
  return absl::OkStatus();
}

absl::Status Books::TakeLots(model::MemberId member, model::Minutes amount, model::Sequence earned_by) {
  const std::string first = keys::Lot(work_->bank_id(), member, model::Provenance::kEarned, earned_by);
  TB_ASSIGN_OR_RETURN(std::optional<rec::Lot> preferred, LoadRow<rec::Lot>(work_->rows(), first));
  if (preferred.has_value()) {
    LotRow lot;
    lot.key = first;
    lot.row = *std::move(preferred);
    TB_RETURN_IF_ERROR(TakeFrom(member, std::move(lot), &amount));
  }
  if (amount.value() == 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const bool by_provenance, SpendsByProvenance());
  LotWalk walk = LotWalk::Make(*work_, member, by_provenance);
  for (; amount.value() > 0 && walk.Valid(); walk.Next()) {
    LotRow lot;
    lot.key = std::string(walk.key());
    TB_ASSIGN_OR_RETURN(lot.row, walk.Row());
    if (lot.key != first) {
      TB_RETURN_IF_ERROR(TakeFrom(member, std::move(lot), &amount));
    }
  }
  TB_RETURN_IF_ERROR(walk.status());
  return amount.value() == 0 ? absl::OkStatus() : absl::DataLossError("a member's lots hold less than the accounts");
}

absl::Status Books::TakeLotsOf(model::MemberId member, model::Minutes amount, ProvenanceTest wanted) {
  TB_ASSIGN_OR_RETURN(const bool by_provenance, SpendsByProvenance());
  LotWalk walk = LotWalk::Make(*work_, member, by_provenance);
  for (; amount.value() > 0 && walk.Valid(); walk.Next()) {
    if (!wanted(keys::ProvenanceOf(walk.key()))) {
      continue;
    }
    LotRow lot;
    lot.key = std::string(walk.key());
    TB_ASSIGN_OR_RETURN(lot.row, walk.Row());
    TB_RETURN_IF_ERROR(TakeFrom(member, std::move(lot), &amount));
  }
  TB_RETURN_IF_ERROR(walk.status());
  return amount.value() == 0 ? absl::OkStatus() : absl::DataLossError("a member's lots hold less than was counted");
}

absl::Status Books::ReturnLots(model::MemberId member, const rec::Entry& taken) {
  for (const rec::LotChange& change : taken.lots()) {
    if (change.amount() >= 0) {
      continue;
    }
    LotRow lot;
    const model::Sequence origin(change.origin());
    lot.key = keys::Lot(work_->bank_id(), member, static_cast<model::Provenance>(change.provenance()), origin);
    TB_ASSIGN_OR_RETURN(const std::optional<rec::Lot> found, LoadRow<rec::Lot>(work_->rows(), lot.key));
    lot.row = found.value_or(rec::Lot());
    lot.row.set_remaining(lot.row.remaining() - change.amount());
    // Of a lot that was used up nothing is left, not even how large it was.
    lot.row.set_original(std::max(lot.row.original(), lot.row.remaining()));
    TB_RETURN_IF_ERROR(LoadIssue(&lot));
    if (keys::ProvenanceOf(lot.key) == model::Provenance::kGranted) {
      TB_ASSIGN_OR_RETURN(lot.issue_after, IssueOfReturned(*work_, member, origin, lot.issue_before));
    }
    NoteChange(member, lot, -change.amount());
    lots_.push_back(std::move(lot));
  }
  return absl::OkStatus();
}

absl::StatusOr<model::Minutes> Books::EndGrantedLot(model::MemberId member, model::Sequence issue, model::Minutes held) {
  TB_ASSIGN_OR_RETURN(const bool by_provenance, SpendsByProvenance());
  LotWalk walk = LotWalk::Make(*work_, member, by_provenance);
  const std::string key = keys::Lot(work_->bank_id(), member, model::Provenance::kGranted, issue);
  // What is reserved will be taken out of the lots in the order of spending: those before this one come first.
  model::Minutes reserved = held;
  for (; walk.Valid() && walk.key() != key; walk.Next()) {
    TB_ASSIGN_OR_RETURN(const rec::Lot before, walk.Row());
    reserved = std::max(model::Minutes(0), reserved - model::Minutes(before.remaining()));
  }
  TB_RETURN_IF_ERROR(walk.status());
  LotRow lot;
  lot.key = key;
  TB_ASSIGN_OR_RETURN(lot.row, MustLoadRow<rec::Lot>(work_->rows(), key));
  TB_RETURN_IF_ERROR(LoadIssue(&lot));
  reserved = std::min(reserved, model::Minutes(lot.row.remaining()));
  const model::Minutes ended = model::Minutes(lot.row.remaining()) - reserved;
  lot.row.set_remaining(reserved.value());
  lot.issue_after->set_due(0);
  if (ended.value() != 0) {
    NoteChange(member, lot, -ended.value());
  }
  lots_.push_back(std::move(lot));
  return ended;
}

absl::Status Books::MoveLots(model::MemberId from, model::MemberId to) {
  LotWalk walk = LotWalk::Make(*work_, from, true);
  for (; walk.Valid(); walk.Next()) {
    LotRow old;
    old.key = std::string(walk.key());
    TB_ASSIGN_OR_RETURN(old.row, walk.Row());
    LotRow moved = old;
    const model::Provenance provenance = keys::ProvenanceOf(old.key);
    moved.key = keys::Lot(work_->bank_id(), to, provenance, model::Sequence(keys::LastId(old.key)));
    TB_ASSIGN_OR_RETURN(const std::optional<rec::Lot> there, LoadRow<rec::Lot>(work_->rows(), moved.key));
    TB_RETURN_IF_ERROR(LoadIssue(&moved));
    if (moved.issue_after.has_value()) {
      moved.issue_after->set_member(to.value());
    }
    NoteChange(from, old, -old.row.remaining());
    NoteChange(to, moved, old.row.remaining());
    if (there.has_value()) {
      moved.row.set_original(moved.row.original() + there->original());
      moved.row.set_remaining(moved.row.remaining() + there->remaining());
    }
    old.row.set_remaining(0);
    lots_.push_back(std::move(old));
    lots_.push_back(std::move(moved));
  }
  return walk.status();
}

void Books::WriteLot(const LotRow& lot) {
  if (lot.row.remaining() == 0) {
    work_->Delete(lot.key);
  } else {
    work_->Save(lot.key, lot.row);
  }
  FollowIssue(*work_, model::Sequence(keys::LastId(lot.key)), lot.issue_before,
              lot.row.remaining() == 0 ? std::nullopt : lot.issue_after);
}

void Books::Write() {
  TB_CHECK(SumsToZero(work_->entry()));
  for (const auto& [owner, book] : books_) {
    TB_CHECK(AboveFloors(owner, book));
    work_->Save(keys::Book(work_->bank_id(), owner), book);
  }
  for (const auto& [account, line] : lines_) {
    work_->Save(keys::Line(work_->bank_id(), account, work_->sequence()), line);
  }
  for (const LotRow& lot : lots_) {
    WriteLot(lot);
  }
}

}  // namespace timebank::ledger
