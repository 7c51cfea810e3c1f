// Proxies: who acts for an elder, within the limits the elder set. A proxy never owns the hours.
#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_rows.h"
#include "service/ledger/person.h"
#include "service/ledger/proxy_life.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/reader.h"
#include "service/ledger/work.h"
#include "service/model/limits.h"

namespace timebank::ledger {
namespace {

using model::MemberId;
using model::ProxyId;
using model::ProxyState;
using model::Reason;

// A side of it takes the steps that are hers, under her own number; staff all others, and does not put in force what she is a side of.
absl::Status RequireSide(Work& work, const rec::Proxy& row, const ProxyStep& step) {
  TB_ASSIGN_OR_RETURN(const MemberId actor, ActingMember(work));
  if (actor.value() == 0) {
    const bool ends = step.to == ProxyState::kRevoked;
    return ends ? absl::OkStatus() : RequireNotParty(work, {MemberId(row.elder()), MemberId(row.agent())});
  }
  const bool elder = actor.value() == row.elder() && step.elder;
  const bool agent = actor.value() == row.agent() && step.agent;
  return elder || agent ? absl::OkStatus() : work.Refuse(Reason::kProxyNotYours);
}

// Calls `visit(id, row)` for every proxy in which the member is either side, until it returns false.
template <typename Visit>
absl::Status ForEachProxy(Work& work, MemberId member, const Visit& visit) {
  const std::string prefix = keys::ProxiesOf(work.bank_id(), member);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const ProxyId id(keys::LastId(it->key()));
    TB_ASSIGN_OR_RETURN(const rec::Proxy row, MustLoadRow<rec::Proxy>(work.rows(), keys::Proxy(work.bank_id(), id)));
    if (!visit(id, row)) {
      return absl::OkStatus();
    }
  }
  return it->status();
}

// A bounded number of rows, because nothing takes one away again.
absl::Status RequireRoomForProxy(Work& work, MemberId member) {
  size_t count = 0;
  TB_RETURN_IF_ERROR(ForEachProxy(work, member, [&count](ProxyId, const rec::Proxy&) {
    ++count;
    return true;
  }));
  constexpr size_t kMost = model::limits::kProxiesOfMember;
  return count < kMost ? absl::OkStatus() : work.Refuse(Reason::kTooManyProxies, {{"maximum", absl::StrCat(kMost)}});
}

}  // namespace

absl::StatusOr<std::optional<FoundProxy>> FindBoundProxy(Work& work, MemberId elder, MemberId agent) {
  std::optional<FoundProxy> found;
  TB_RETURN_IF_ERROR(ForEachProxy(work, agent, [&](ProxyId id, const rec::Proxy& row) {
    if (row.elder() == elder.value() && row.agent() == agent.value() &&
        row.state() == static_cast<uint32_t>(ProxyState::kBound)) {
      found = FoundProxy{id, row};
    }
    return !found.has_value();
  }));
  return found;
}

absl::StatusOr<std::optional<FoundProxy>> FindProxyOfActor(Work& work, MemberId elder) {
  std::optional<FoundProxy> found;
  TB_ASSIGN_OR_RETURN(const MemberId person, PersonNamed(work, work.actor()));
  if (person.value() == 0) {
    return found;
  }
  TB_ASSIGN_OR_RETURN(const std::vector<MemberId> numbers, NumbersOf(work.rows(), work.bank_id(), person));
  for (const MemberId number : numbers) {
    if (!found.has_value()) {
      TB_ASSIGN_OR_RETURN(found, FindBoundProxy(work, elder, number));
    }
  }
  return found;
}

absl::Status RequireNotAgent(Work& work, MemberId elder) {
  TB_ASSIGN_OR_RETURN(const std::optional<FoundProxy> proxy, FindProxyOfActor(work, elder));
  return proxy.has_value() ? work.Refuse(Reason::kActorIsParty) : absl::OkStatus();
}

absl::StatusOr<bool> ActsFor(Work& work, MemberId elder, MemberId agent) {
  TB_ASSIGN_OR_RETURN(const std::optional<FoundProxy> proxy, FindBoundProxy(work, elder, agent));
  if (!proxy.has_value() || (proxy->row.until() != 0 && work.today().value() > proxy->row.until())) {
    return false;
  }
  TB_ASSIGN_OR_RETURN(const rec::Member member, MustLoadRow<rec::Member>(work.rows(), keys::Member(work.bank_id(), agent)));
  return member.state() == static_cast<uint32_t>(model::MemberState::kActive);
}

absl::Status RequireWithinLimits(Work& work, const FoundProxy& proxy, const rec::Order& order) {
  const model::Day day = model::DayOf(model::Minute(order.start()));
  if (proxy.row.until() != 0 && std::max(day, work.today()).value() > proxy.row.until()) {
    return work.Refuse(Reason::kProxyEnded, {{"until", DayText(model::Day(proxy.row.until()))}});
  }
  const auto& categories = proxy.row.categories();
  if (!categories.empty() && std::find(categories.begin(), categories.end(), order.category()) == categories.end()) {
    return work.Refuse(Reason::kProxyCategory, {{"category", order.category()}});
  }
  if (proxy.row.order_minutes() != 0 && order.planned() > proxy.row.order_minutes()) {
    return work.Refuse(Reason::kProxyOrderTooLong, {{"maximum", absl::StrCat(proxy.row.order_minutes())}});
  }
  TB_ASSIGN_OR_RETURN(const std::optional<rec::ProxyMonth> month,
                      LoadRow<rec::ProxyMonth>(work.rows(), keys::ProxyMonth(work.bank_id(), proxy.id, MonthOf(order))));
  const int64_t used = month.has_value() ? month->minutes() : 0;
  if (proxy.row.month_minutes() != 0 && used + order.planned() > proxy.row.month_minutes()) {
    return work.Refuse(Reason::kProxyMonthTooLong,
                       {{"left", absl::StrCat(std::max<int64_t>(0, proxy.row.month_minutes() - used))}});
  }
  return absl::OkStatus();
}

uint32_t MonthOf(const rec::Order& order) {
  const absl::CivilDay day = base::DayFromNumber(model::DayOf(model::Minute(order.start())).value());
  return static_cast<uint32_t>(day.year() * 100 + day.month());
}

absl::Status CountProxyMinutes(Work& work, const rec::Order& order, int64_t minutes, ProxyCount* count) {
  if (order.proxy() == 0 || minutes == 0) {
    return absl::OkStatus();
  }
  count->key = keys::ProxyMonth(work.bank_id(), ProxyId(order.proxy()), MonthOf(order));
  TB_ASSIGN_OR_RETURN(const std::optional<rec::ProxyMonth> found, LoadRow<rec::ProxyMonth>(work.rows(), count->key));
  count->row = found.value_or(rec::ProxyMonth());
  count->row.set_minutes(count->row.minutes() + minutes);
  return absl::OkStatus();
}

void SaveProxyCount(Work& work, const ProxyCount& count) {
  if (!count.key.empty()) {
    work.Save(count.key, count.row);
  }
}

absl::Status Decide(Work& work, const model::ProposeProxy& command) {
  TB_ASSIGN_OR_RETURN(const FoundMember elder, RequireMember(work, command.elder, Reason::kMemberNotFound));
  TB_ASSIGN_OR_RETURN(const FoundMember agent, RequireMember(work, command.agent, Reason::kMemberNotFound));
  if (elder.id == agent.id) {
    return work.Refuse(Reason::kProxyToOneself);
  }
  TB_RETURN_IF_ERROR(RequireActive(work, elder));
  TB_RETURN_IF_ERROR(RequireActive(work, agent));
  ProxyId existing;
  TB_RETURN_IF_ERROR(ForEachProxy(work, elder.id, [&](ProxyId id, const rec::Proxy& row) {
    const bool in_force = row.state() != static_cast<uint32_t>(ProxyState::kRevoked);
    if (in_force && row.elder() == elder.id.value() && row.agent() == agent.id.value()) {
      existing = id;
    }
    return true;
  }));
  if (existing.value() != 0) {
    return work.Refuse(Reason::kProxyExists, {{"proxy", IdText(existing.value())}});
  }
  TB_RETURN_IF_ERROR(RequireRoomForProxy(work, elder.id));
  TB_RETURN_IF_ERROR(RequireRoomForProxy(work, agent.id));

  const ProxyId id(work.sequence().value());
  work.Describe(model::EntryKind::kProxyProposed, id.value(), work.today());
  rec::Proxy* row = work.entry().mutable_proxy();
  row->set_elder(elder.id.value());
  row->set_agent(agent.id.value());
  row->set_order_minutes(command.order_minutes.value());
  row->set_month_minutes(command.month_minutes.value());
  row->set_until(command.until.value());
  for (const std::string& category : command.categories) {
    row->add_categories(category);
  }
  row->set_state(static_cast<uint32_t>(ProxyState::kProposed));
  work.Save(keys::Proxy(work.bank_id(), id), *row);
  work.Put(keys::ProxyOf(work.bank_id(), elder.id, id), "");
  work.Put(keys::ProxyOf(work.bank_id(), agent.id, id), "");
  return absl::OkStatus();
}

absl::Status Decide(Work& work, const model::ChangeProxy& command) {
  const std::string key = keys::Proxy(work.bank_id(), command.proxy);
  const std::string id = IdText(command.proxy.value());
  TB_ASSIGN_OR_RETURN(std::optional<rec::Proxy> row, LoadRow<rec::Proxy>(work.rows(), key));
  if (!row.has_value()) {
    return work.Refuse(Reason::kProxyNotFound, {{"proxy", id}});
  }
  const auto state = static_cast<ProxyState>(row->state());
  const ProxyStep* const step = FindProxyStep(state, command.event);
  if (step == nullptr) {
    return work.Refuse(Reason::kProxyWrongState, {{"proxy", id}, {"state", std::string(model::NameOf(state))}});
  }
  TB_RETURN_IF_ERROR(RequireSide(work, *row, *step));

  work.Describe(model::EntryKind::kProxyChanged, command.proxy.value(), work.today());
  work.entry().set_reason(command.reason);
  row->set_state(static_cast<uint32_t>(step->to));
  *work.entry().mutable_proxy() = *row;
  work.Save(key, *row);
  return absl::OkStatus();
}

}  // namespace timebank::ledger
