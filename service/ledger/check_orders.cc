#include "service/ledger/check_orders.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_life.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/rows.h"

namespace timebank::ledger {
namespace {

using model::OrderState;

absl::Status Wrong(uint64_t id, absl::string_view what) {
  return absl::InternalError(absl::StrCat("order ", id, ": ", what));
}

// The keys of a table.
absl::StatusOr<std::set<std::string>> KeysOf(const store::Reader& reader, absl::string_view bank, char table) {
  const std::string prefix = keys::TableOf(table, bank);
  std::set<std::string> found;
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    found.insert(std::string(it->key()));
  }
  TB_RETURN_IF_ERROR(it->status());
  return found;
}

absl::Status CheckHold(uint64_t id, const rec::Order& order, const JournalFacts& facts) {
  const auto hold = facts.holds.find(id);
  if (hold == facts.holds.end() || hold->second.order() != id || hold->second.member() != order.payer() ||
      hold->second.amount() != order.planned()) {
    return Wrong(id, "its hold is not its own");
  }
  const auto state = static_cast<OrderState>(order.state());
  if (hold->second.closed() != IsEnded(state)) {
    return Wrong(id, "its hold is open after its end, or closed before");
  }
  const bool paid = state == OrderState::kConfirmed || state == OrderState::kReversed;
  if (hold->second.consumed() != order.consumed() || order.consumed() != (paid ? order.actual() : 0) ||
      order.actual() > order.planned()) {
    return Wrong(id, "its hold paid for other minutes than were served");
  }
  return absl::OkStatus();
}

absl::Status CheckParties(uint64_t id, const rec::Order& order, const JournalFacts& facts) {
  if (order.volunteer() == order.payer() || order.volunteer() == order.beneficiary()) {
    return Wrong(id, "somebody serves oneself");
  }
  if (order.record() == 0) {
    return absl::OkStatus();
  }
  const auto record = facts.records.find(order.record());
  if (record == facts.records.end() || record->second.order != id ||
      record->second.service.volunteer() != order.volunteer() ||
      record->second.service.beneficiary() != order.beneficiary()) {
    return Wrong(id, "its record is another's");
  }
  const bool confirmed = static_cast<OrderState>(order.state()) == OrderState::kConfirmed;
  if (confirmed != (record->second.state == model::RecordState::kSettled)) {
    return Wrong(id, "it is confirmed and its record is not settled, or the other way round");
  }
  return absl::OkStatus();
}

// What a proxy ordered in a month: what is held or was consumed.
std::map<std::string, int64_t> ProxyMonths(absl::string_view bank, const JournalFacts& facts) {
  std::map<std::string, int64_t> months;
  for (const auto& [id, order] : facts.orders) {
    if (order.proxy() != 0) {
      const auto state = static_cast<OrderState>(order.state());
      const int64_t kept = state == OrderState::kReversed ? 0 : order.consumed();
      months[keys::ProxyMonth(bank, model::ProxyId(order.proxy()), MonthOf(order))] +=
          IsEnded(state) ? kept : order.planned();
    }
  }
  return months;
}

// Calls `visit(key, row)` for every row under a prefix.
template <typename Row, typename Visit>
absl::Status ForEachRow(const store::Reader& reader, const std::string& prefix, const Visit& visit) {
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    Row row;
    if (!row.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return absl::InternalError("a row cannot be read");
    }
    TB_RETURN_IF_ERROR(visit(std::string(it->key()), row));
  }
  return it->status();
}

absl::Status CheckProxies(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  size_t count = 0;
  TB_RETURN_IF_ERROR(ForEachRow<rec::Proxy>(reader, keys::Proxies(bank), [&](const std::string& key, const rec::Proxy& row) {
    ++count;
    const auto found = facts.proxies.find(keys::LastId(key));
    const bool same = found != facts.proxies.end() && found->second.SerializeAsString() == row.SerializeAsString();
    return same ? absl::OkStatus() : absl::InternalError("a proxy differs from the journal");
  }));
  if (count != facts.proxies.size()) {
    return absl::InternalError("a proxy of the journal is missing");
  }
  std::map<std::string, int64_t> months = ProxyMonths(bank, facts);
  TB_RETURN_IF_ERROR(
      ForEachRow<rec::ProxyMonth>(reader, keys::ProxyMonths(bank), [&](const std::string& key, const rec::ProxyMonth& row) {
        const auto expected = months.find(key);
        const bool same = expected != months.end() && expected->second == row.minutes();
        months.erase(key);
        return same ? absl::OkStatus() : absl::InternalError("a proxy's month differs from its orders");
      }));
  return months.empty() ? absl::OkStatus() : absl::InternalError("a proxy's month is missing");
}

absl::Status CheckRecurring(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::set<std::string> wanted;
  std::set<std::string> indexed;
  for (const auto& [number, expected] : facts.recurring) {
    const model::RecurringId id(number);
    TB_ASSIGN_OR_RETURN(const rec::Recurring row, MustLoadRow<rec::Recurring>(reader, keys::Recurring(bank, id)));
    if (row.SerializeAsString() != expected.SerializeAsString()) {
      return absl::InternalError("a recurring order differs from the journal");
    }
    wanted.insert(keys::Recurring(bank, id));
    indexed.insert(keys::RecurringOf(bank, model::MemberId(row.payer()), id));
    indexed.insert(keys::RecurringOf(bank, model::MemberId(row.beneficiary()), id));
  }
  for (const auto& [number, row] : facts.proxies) {
    indexed.insert(keys::ProxyOf(bank, model::MemberId(row.elder()), model::ProxyId(number)));
    indexed.insert(keys::ProxyOf(bank, model::MemberId(row.agent()), model::ProxyId(number)));
  }
  TB_ASSIGN_OR_RETURN(const std::set<std::string> rows, KeysOf(reader, bank, 'F'));
  TB_ASSIGN_OR_RETURN(const std::set<std::string> index, KeysOf(reader, bank, 'E'));
  return rows == wanted && index == indexed ? absl::OkStatus()
                                            : absl::InternalError("the index of proxies and recurring orders is wrong");
}

absl::Status CheckNoShows(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  TB_ASSIGN_OR_RETURN(const std::set<std::string> stored, KeysOf(reader, bank, 'C'));
  for (const auto& [key, expected] : facts.no_shows) {
    TB_ASSIGN_OR_RETURN(const rec::NoShows row, MustLoadRow<rec::NoShows>(reader, key));
    if (row.SerializeAsString() != expected.SerializeAsString()) {
      return absl::InternalError("no-shows are not counted as the journal says");
    }
  }
  return stored.size() == facts.no_shows.size() ? absl::OkStatus()
                                                : absl::InternalError("there are no-shows that the journal has none of");
}

}  // namespace

absl::Status CheckOrders(const store::Reader& reader, absl::string_view bank, const JournalFacts& facts) {
  std::map<char, std::set<std::string>> expected = {{'O', {}}, {'B', {}}, {'g', {}}, {'G', {}}};
  for (const auto& [number, order] : facts.orders) {
    const model::OrderId id(number);
    TB_ASSIGN_OR_RETURN(const rec::Order row, MustLoadRow<rec::Order>(reader, keys::Order(bank, id)));
    if (row.SerializeAsString() != order.SerializeAsString()) {
      return Wrong(number, "differs from the journal");
    }
    TB_RETURN_IF_ERROR(CheckHold(number, order, facts));
    TB_RETURN_IF_ERROR(CheckParties(number, order, facts));
    const auto state = static_cast<OrderState>(order.state());
    expected['O'].insert(keys::Order(bank, id));
    for (const uint64_t member : {order.payer(), order.beneficiary(), order.volunteer()}) {
      if (member != 0) {
        expected['g'].insert(keys::OrderOf(bank, model::MemberId(member), id));
      }
    }
    if (state == OrderState::kRequested) {
      expected['B'].insert(keys::BoardOrder(bank, model::DayOf(model::Minute(order.start())), id));
    }
    if (state == OrderState::kDispatched || state == OrderState::kAccepted || state == OrderState::kInService) {
      expected['G'].insert(keys::DutyOf(bank, model::MemberId(order.volunteer()), id));
    }
  }
  for (const auto& [table, wanted] : expected) {
    TB_ASSIGN_OR_RETURN(const std::set<std::string> stored, KeysOf(reader, bank, table));
    if (stored != wanted) {
      return absl::InternalError(absl::StrCat("table ", std::string(1, table), " differs from the orders"));
    }
  }
  TB_RETURN_IF_ERROR(CheckProxies(reader, bank, facts));
  TB_RETURN_IF_ERROR(CheckRecurring(reader, bank, facts));
  return CheckNoShows(reader, bank, facts);
}

void SumOrders(const JournalFacts& facts, std::map<uint64_t, rec::Book>& sums) {
  const auto judge = [&sums](uint64_t member, uint32_t score) {
    if (score != 0) {
      rec::Book& sum = sums[member];
      sum.set_evaluations(sum.evaluations() + 1);
      sum.set_evaluation_sum(sum.evaluation_sum() + score);
    }
  };
  for (const auto& [id, order] : facts.orders) {
    if (order.reversed() == 0) {
      judge(order.volunteer(), order.volunteer_score());
      judge(order.beneficiary(), order.elder_score());
    } else {
      rec::Book& sum = sums[order.payer()];
      sum.set_received(sum.received() - order.consumed());
    }
  }
}

}  // namespace timebank::ledger
