#include "service/ledger/books.h"

#include <algorithm>

#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
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
  rec::Line line;
  line.set_amount(amount);
  line.set_balance(sum);
  lines_.emplace_back(account, std::move(line));
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

void Books::AddLot(model::MemberId member, model::Provenance provenance, model::Minutes amount) {
  if (amount.value() == 0) {
    return;
  }
  rec::Lot row;
  row.set_original(amount.value());
  row.set_remaining(amount.value());
  lots_.push_back({keys::Lot(work_->bank_id(), member, provenance, work_->sequence()), std::move(row)});
  rec::LotChange* change = work_->entry().add_lots();
  change->set_member(member.value());
  change->set_origin(work_->sequence().value());
  change->set_provenance(static_cast<uint32_t>(provenance));
  change->set_amount(amount.value());
}

void Books::TakeFrom(model::MemberId member, LotRow lot, model::Minutes* amount) {
  const int64_t taken = std::min(lot.row.remaining(), amount->value());
  if (taken == 0) {
    return;
  }
  *amount -= model::Minutes(taken);
  lot.row.set_remaining(lot.row.remaining() - taken);
  rec::LotChange* change = work_->entry().add_lots();
  change->set_member(member.value());
  change->set_origin(keys::LastId(lot.key));
  change->set_provenance(static_cast<uint32_t>(keys::ProvenanceOf(lot.key)));
  change->set_amount(-taken);
  lots_.push_back(std::move(lot));
}

absl::Status Books::TakeLots(model::MemberId member, model::Minutes amount, model::Sequence earned_by) {
  const std::string first = keys::Lot(work_->bank_id(), member, model::Provenance::kEarned, earned_by);
  TB_ASSIGN_OR_RETURN(std::optional<rec::Lot> preferred, LoadRow<rec::Lot>(work_->rows(), first));
  if (preferred.has_value()) {
    TakeFrom(member, {first, *std::move(preferred)}, &amount);
  }
  const std::string prefix = keys::LotsOf(work_->bank_id(), member);
  auto it = work_->rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; amount.value() > 0 && it->Valid(); it->Next()) {
    LotRow lot;
    lot.key = std::string(it->key());
    if (!lot.row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("a stored lot cannot be read");
    }
    if (lot.key != first) {
      TakeFrom(member, std::move(lot), &amount);
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return amount.value() == 0 ? absl::OkStatus() : absl::DataLossError("a member's lots hold less than the accounts");
}

absl::Status Books::ReturnLots(model::MemberId member, const rec::Entry& taken) {
  for (const rec::LotChange& change : taken.lots()) {
    if (change.member() != member.value() || change.amount() >= 0) {
      continue;
    }
    const std::string key = keys::Lot(work_->bank_id(), member, static_cast<model::Provenance>(change.provenance()),
                                      model::Sequence(change.origin()));
    TB_ASSIGN_OR_RETURN(const std::optional<rec::Lot> found, LoadRow<rec::Lot>(work_->rows(), key));
    rec::Lot row = found.value_or(rec::Lot());
    row.set_remaining(row.remaining() - change.amount());
    // Of a lot that was used up nothing is left, not even how large it was.
    row.set_original(std::max(row.original(), row.remaining()));
    lots_.push_back({key, std::move(row)});
    rec::LotChange* back = work_->entry().add_lots();
    *back = change;
    back->set_amount(-change.amount());
  }
  return absl::OkStatus();
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
    if (lot.row.remaining() == 0) {
      work_->Delete(lot.key);
    } else {
      work_->Save(lot.key, lot.row);
    }
  }
}

}  // namespace timebank::ledger
