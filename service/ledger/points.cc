#include "service/ledger/points.h"

#include <algorithm>

#include "service/base/check.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {

using model::AccountKind;
using model::Day;

absl::StatusOr<PointsLots::Lot*> PointsLots::LotOf(Day last_day) {
  const auto found = lots_.find(last_day);
  if (found != lots_.end()) {
    return &found->second;
  }
  Lot lot;
  if (!loaded_) {
    TB_ASSIGN_OR_RETURN(std::optional<rec::PointsLot> row,
                        LoadRow<rec::PointsLot>(work_->rows(), keys::PointsLot(work_->bank_id(), member_, last_day)));
    if (row.has_value()) {
      lot.row = *std::move(row);
      lot.remaining_before = lot.row.remaining();
    }
  }
  return &lots_.emplace(last_day, std::move(lot)).first->second;
}

absl::Status PointsLots::LoadAll() {
  if (loaded_) {
    return absl::OkStatus();
  }
  const std::string prefix = keys::PointsLotsOf(work_->bank_id(), member_);
  auto it = work_->rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    Lot lot;
    if (!lot.row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::DataLossError("a stored points lot cannot be read");
    }
    lot.remaining_before = lot.row.remaining();
    // A lot that this command has changed already stays as it is.
    lots_.emplace(keys::LastDay(it->key()), std::move(lot));
  }
  TB_RETURN_IF_ERROR(it->status());
  loaded_ = true;
  return absl::OkStatus();
}

void PointsLots::Change(Day last_day, Lot* lot, int64_t remaining, int64_t expired) {
  lot->row.set_remaining(lot->row.remaining() + remaining);
  lot->row.set_expired(lot->row.expired() + expired);
  lot->changed = true;
  rec::PointsLotChange* change = work_->entry().add_points_lots();
  change->set_member(member_.value());
  change->set_expires(last_day.value());
  change->set_amount(remaining);
  change->set_expired(expired);
}

std::vector<PointsSlice> PointsLots::TakeSpendable(int64_t most) {
  std::vector<PointsSlice> slices;
  for (auto lot = lots_.lower_bound(work_->today()); lot != lots_.end() && most > 0; ++lot) {
    const int64_t taken = std::min(most, lot->second.row.remaining());
    if (taken > 0) {
      Change(lot->first, &lot->second, -taken, 0);
      slices.push_back({lot->first, taken});
      most -= taken;
    }
  }
  return slices;
}

absl::Status PointsLots::Give(int64_t amount, Day last_day) {
  if (amount == 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books_->Of(model::MemberOwner(member_)));
  const int64_t paid = std::min(amount, book->points_owed());
  book->set_points_owed(book->points_owed() - paid);
  result()->set_earned(amount);
  result()->set_owed(-paid);
  result()->set_expires(last_day.value());
  TB_RETURN_IF_ERROR(books_->Post(BankPoints(AccountKind::kIssuance), paid - amount));
  TB_RETURN_IF_ERROR(books_->Post(Account(AccountKind::kAvailable), amount - paid));
  if (amount > paid) {
    TB_ASSIGN_OR_RETURN(Lot* const lot, LotOf(last_day));
    Change(last_day, lot, amount - paid, 0);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> PointsLots::Spendable() {
  TB_RETURN_IF_ERROR(LoadAll());
  int64_t sum = 0;
  for (auto lot = lots_.lower_bound(work_->today()); lot != lots_.end(); ++lot) {
    sum += lot->second.row.remaining();
  }
  return sum;
}

absl::StatusOr<std::vector<PointsSlice>> PointsLots::Take(int64_t amount, const model::AccountId& to) {
  TB_RETURN_IF_ERROR(LoadAll());
  std::vector<PointsSlice> slices = TakeSpendable(amount);
  TB_CHECK(SumOf(slices) == amount);
  TB_RETURN_IF_ERROR(books_->Post(Account(AccountKind::kAvailable), -amount));
  TB_RETURN_IF_ERROR(books_->Post(to, amount));
  return slices;
}

absl::Status PointsLots::Return(const std::vector<PointsSlice>& slices, const model::AccountId& from) {
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books_->Of(model::MemberOwner(member_)));
  int64_t paid = 0;
  int64_t lapsed = 0;
  int64_t back = 0;
  for (const PointsSlice& slice : slices) {
    // What has lapsed comes first and pays first: what is owed costs the member nothing that could still be spent.
    const int64_t pays = std::min(slice.amount, book->points_owed() - paid);
    const int64_t rest = slice.amount - pays;
    paid += pays;
    if (rest == 0) {
      continue;
    }
    const bool over = slice.last_day < work_->today();
    (over ? lapsed : back) += rest;
    TB_ASSIGN_OR_RETURN(Lot* const lot, LotOf(slice.last_day));
    Change(slice.last_day, lot, over ? 0 : rest, over ? rest : 0);
  }
  book->set_points_owed(book->points_owed() - paid);
  if (paid != 0 || lapsed != 0) {
    result()->set_owed(-paid);
    result()->set_expired(lapsed);
  }
  TB_RETURN_IF_ERROR(books_->Post(from, -SumOf(slices)));
  TB_RETURN_IF_ERROR(books_->Post(Account(AccountKind::kAvailable), back));
  TB_RETURN_IF_ERROR(books_->Post(BankPoints(AccountKind::kIssuance), paid));
  return books_->Post(BankPoints(AccountKind::kExpired), lapsed);
}

absl::Status PointsLots::TakeBack(int64_t amount, Day last_day, const model::Rules& rules) {
  if (amount == 0) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(LoadAll());
  TB_ASSIGN_OR_RETURN(Lot* const own, LotOf(last_day));
  const int64_t from_own = std::min(amount, own->row.remaining());
  const int64_t expired = std::min(amount - from_own, own->row.expired());
  if (from_own != 0 || expired != 0) {
    Change(last_day, own, -from_own, -expired);
  }
  const int64_t from_others = SumOf(TakeSpendable(amount - from_own - expired));
  const int64_t spent = amount - from_own - expired - from_others;
  const int64_t taken = from_own + from_others;
  TB_RETURN_IF_ERROR(books_->Post(BankPoints(AccountKind::kIssuance), taken));
  TB_RETURN_IF_ERROR(books_->Post(Account(AccountKind::kAvailable), -taken));
  result()->set_earned(-amount);
  result()->set_expired(-expired);
  if (rules.points_reversal_debt == 0) {
    result()->set_let_go(-spent);
    return absl::OkStatus();
  }
  result()->set_owed(spent);
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books_->Of(model::MemberOwner(member_)));
  book->set_points_owed(book->points_owed() + spent);
  return absl::OkStatus();
}

absl::Status PointsLots::Expire(Day last_day) {
  TB_ASSIGN_OR_RETURN(Lot* const lot, LotOf(last_day));
  const int64_t rest = lot->row.remaining();
  if (rest == 0) {
    return absl::DataLossError("a points lot that is due is empty");
  }
  Change(last_day, lot, -rest, rest);
  TB_RETURN_IF_ERROR(books_->Post(Account(AccountKind::kAvailable), -rest));
  return books_->Post(BankPoints(AccountKind::kExpired), rest);
}

absl::StatusOr<int64_t> PointsLots::ExpireAll() {
  TB_RETURN_IF_ERROR(LoadAll());
  int64_t sum = 0;
  for (auto& [last_day, lot] : lots_) {
    const int64_t rest = lot.row.remaining();
    if (rest != 0) {
      Change(last_day, &lot, -rest, rest);
      sum += rest;
    }
  }
  TB_RETURN_IF_ERROR(books_->Post(Account(AccountKind::kAvailable), -sum));
  TB_RETURN_IF_ERROR(books_->Post(BankPoints(AccountKind::kExpired), sum));
  return sum;
}

absl::Status PointsLots::MoveAll(PointsLots* to) {
  TB_RETURN_IF_ERROR(LoadAll());
  TB_RETURN_IF_ERROR(to->LoadAll());
  int64_t sum = 0;
  for (auto& [last_day, lot] : lots_) {
    const int64_t remaining = lot.row.remaining();
    const int64_t expired = lot.row.expired();
    sum += remaining;
    Change(last_day, &lot, -remaining, -expired);
    TB_ASSIGN_OR_RETURN(Lot* const other, to->LotOf(last_day));
    to->Change(last_day, other, remaining, expired);
  }
  TB_RETURN_IF_ERROR(books_->Post(Account(AccountKind::kAvailable), -sum));
  TB_RETURN_IF_ERROR(books_->Post(to->Account(AccountKind::kAvailable), sum));
  TB_ASSIGN_OR_RETURN(rec::Book* const from_book, books_->Of(model::MemberOwner(member_)));
  TB_ASSIGN_OR_RETURN(rec::Book* const to_book, books_->Of(model::MemberOwner(to->member_)));
  to_book->set_points_owed(to_book->points_owed() + from_book->points_owed());
  from_book->set_points_owed(0);
  return absl::OkStatus();
}

void PointsLots::Write() {
  for (const auto& [last_day, lot] : lots_) {
    if (!lot.changed) {
      continue;
    }
    const std::string key = keys::PointsLot(work_->bank_id(), member_, last_day);
    const int64_t remaining = lot.row.remaining();
    if (remaining != 0 || lot.row.expired() != 0) {
      work_->Save(key, lot.row);
    } else {
      work_->Delete(key);
    }
    if ((remaining != 0) == (lot.remaining_before != 0) || last_day == model::kPointsForEver) {
      continue;
    }
    const std::string due = keys::Due(work_->bank_id(), model::StartOf(Day(last_day.value() + 1)),
                                      model::DueKind::kPointsExpiry, member_.value());
    if (remaining != 0) {
      work_->Put(due, "");
    } else {
      work_->Delete(due);
    }
  }
}

model::AccountId BankPoints(AccountKind kind) { return {model::BankOwner(), model::Asset::kPoints, kind}; }

int64_t SumOf(const std::vector<PointsSlice>& slices) {
  int64_t sum = 0;
  for (const PointsSlice& slice : slices) {
    sum += slice.amount;
  }
  return sum;
}

int64_t CampaignPercent(const rec::Bank& bank, Day day, absl::string_view category) {
  int64_t best = 0;
  bool any = false;
  for (const rec::Campaign& campaign : bank.campaigns()) {
    const bool in_force = campaign.first_day() <= day.value() && day.value() <= campaign.last_day();
    if (in_force && (campaign.category().empty() || campaign.category() == category)) {
      best = std::max(best, campaign.percent());
      any = true;
    }
  }
  return any ? best : 100;
}

}  // namespace timebank::ledger
