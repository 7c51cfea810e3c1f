#include "service/ledger/order_rows.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/person.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/reader.h"

namespace timebank::ledger {
namespace {

using model::AccountKind;
using model::Asset;
using model::MemberId;
using model::OrderId;
using model::Reason;

// Every key beside the row itself that an order in this condition has. Empty values, all of them.
std::set<std::string> KeysBeside(const std::string& bank, OrderId id, const rec::Order& row) {
  std::set<std::string> found;
  const model::OrderState state = StateOf(row);
  for (const uint64_t member : {row.payer(), row.beneficiary(), row.volunteer()}) {
    if (member != 0) {
      found.insert(keys::OrderOf(bank, MemberId(member), id));
    }
  }
  if (IsOnBoard(state)) {
    found.insert(keys::BoardOrder(bank, model::DayOf(model::Minute(row.start())), id));
  }
  if (IsDuty(state)) {
    found.insert(keys::DutyOf(bank, MemberId(row.volunteer()), id));
  }
  if (CanExpire(state)) {
    found.insert(keys::Due(bank, ExpiryOf(row), model::DueKind::kOrderExpiry, id.value()));
  }
  if (state == model::OrderState::kDone && row.confirm_due() != 0) {
    found.insert(keys::Due(bank, model::RecordTime(row.confirm_due()), model::DueKind::kOrderAutoConfirm, id.value()));
  }
  return found;
}

// Staff who is of a side herself may take its steps, which are hers anyway, and no others.
absl::Status RequireOtherSide(Work& work, const rec::Order& row, const OrderActors& actors) {
  std::vector<MemberId> others;
  if (!actors.elder) {
    TB_ASSIGN_OR_RETURN(others, EldersSide(work, row));
    const bool hers = actors.volunteer && row.volunteer() != 0;
    TB_ASSIGN_OR_RETURN(const bool serves,
                        hers ? ActorIsMember(work, MemberId(row.volunteer())) : absl::StatusOr<bool>(false));
    if (!serves) {
      TB_RETURN_IF_ERROR(RequireNotAgent(work, MemberId(row.payer())));
    }
  }
  if (!actors.volunteer) {
    others.emplace_back(row.volunteer());
  }
  return RequireNotParty(work, others);
}

}  // namespace

model::RecordTime ExpiryOf(const rec::Order& row) { return model::StartOf(model::Day(row.expires() + 1)); }

absl::StatusOr<rec::Order> RequireOrder(Work& work, OrderId id) {
  TB_ASSIGN_OR_RETURN(std::optional<rec::Order> row, LoadRow<rec::Order>(work.rows(), keys::Order(work.bank_id(), id)));
  if (!row.has_value()) {
    return work.Refuse(Reason::kOrderNotFound, {{"order", IdText(id.value())}});
  }
  return *std::move(row);
}

absl::StatusOr<std::vector<MemberId>> EldersSide(Work& work, const rec::Order& row) {
  std::vector<MemberId> side = {MemberId(row.payer()), MemberId(row.beneficiary())};
  if (row.proxy() != 0) {
    TB_ASSIGN_OR_RETURN(const rec::Proxy proxy,
                        MustLoadRow<rec::Proxy>(work.rows(), keys::Proxy(work.bank_id(), model::ProxyId(row.proxy()))));
    side.emplace_back(proxy.agent());
  }
  return side;
}

absl::Status RequireActor(Work& work, const rec::Order& row, const OrderActors& actors) {
  TB_ASSIGN_OR_RETURN(const MemberId actor, ActingMember(work));
  if (actor.value() == 0) {
    return actors.staff ? RequireOtherSide(work, row, actors) : work.Refuse(Reason::kOrderNotYours);
  }
  bool elder = actor.value() == row.payer() || actor.value() == row.beneficiary();
  const bool volunteer = actor.value() == row.volunteer();
  // Who serves is on the volunteer's side alone: as the elder's proxy too he would confirm his own service.
  if (!elder && !volunteer && actors.elder) {
    TB_ASSIGN_OR_RETURN(elder, ActsFor(work, MemberId(row.payer()), actor));
  }
  const bool allowed = (elder && actors.elder) || (volunteer && actors.volunteer);
  return allowed ? absl::OkStatus() : work.Refuse(Reason::kOrderNotYours);
}

void SaveOrder(Work& work, OrderId id, const std::optional<rec::Order>& before, const rec::Order& after) {
  const std::set<std::string> old_keys =
      before.has_value() ? KeysBeside(work.bank_id(), id, *before) : std::set<std::string>();
  const std::set<std::string> new_keys = KeysBeside(work.bank_id(), id, after);
  for (const std::string& key : old_keys) {
    if (!new_keys.contains(key)) {
      work.Delete(key);
    }
  }
  for (const std::string& key : new_keys) {
    if (!old_keys.contains(key)) {
      work.Put(key, "");
    }
  }
  *work.entry().mutable_order()->mutable_order() = after;
  work.Save(keys::Order(work.bank_id(), id), after);
}

absl::Status PlaceOrderHold(Work& work, OrderId id, const rec::Order& row, Books& books) {
  const model::Owner owner = model::MemberOwner(MemberId(row.payer()));
  TB_ASSIGN_OR_RETURN(const rec::Book* const book, books.Of(owner));
  const int64_t available = BalanceIn(*book, Asset::kHours, AccountKind::kAvailable);
  if (available < row.planned()) {
    return work.Refuse(Reason::kBalanceTooLow, {{"available", absl::StrCat(available)}});
  }
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kAvailable}, -row.planned()));
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kHeld}, row.planned()));
  rec::Hold* hold = work.entry().mutable_order()->mutable_hold();
  hold->set_member(row.payer());
  hold->set_amount(row.planned());
  hold->set_expires(row.expires());
  hold->set_order(id.value());
  return absl::OkStatus();
}

absl::Status CloseOrderHold(Work& work, OrderId id, model::Minutes consumed, Books& books) {
  TB_ASSIGN_OR_RETURN(rec::Hold hold,
                      MustLoadRow<rec::Hold>(work.rows(), keys::Hold(work.bank_id(), model::HoldId(id.value()))));
  const MemberId payer(hold.member());
  const model::Owner owner = model::MemberOwner(payer);
  TB_RETURN_IF_ERROR(books.TakeLots(payer, consumed));
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kHeld}, -hold.amount()));
  TB_RETURN_IF_ERROR(books.Post({owner, Asset::kHours, AccountKind::kAvailable}, hold.amount() - consumed.value()));
  TB_ASSIGN_OR_RETURN(rec::Book* const book, books.Of(owner));
  book->set_received(book->received() + consumed.value());
  hold.set_closed(true);
  hold.set_consumed(consumed.value());
  *work.entry().mutable_order()->mutable_hold() = std::move(hold);
  return absl::OkStatus();
}

void SaveOrderHold(Work& work, OrderId id) {
  const model::HoldId hold_id(id.value());
  const rec::Hold& hold = work.entry().order().hold();
  const std::string open = keys::HoldOf(work.bank_id(), MemberId(hold.member()), hold_id);
  work.Save(keys::Hold(work.bank_id(), hold_id), hold);
  if (hold.closed()) {
    work.Delete(open);
  } else {
    work.Put(open, "");
  }
}

}  // namespace timebank::ledger
