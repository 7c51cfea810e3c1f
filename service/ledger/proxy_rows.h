// What orders need to know of proxies.
#ifndef TIMEBANK_LEDGER_PROXY_ROWS_H_
#define TIMEBANK_LEDGER_PROXY_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/work.h"

namespace timebank::ledger {

struct FoundProxy {
  model::ProxyId id;
  rec::Proxy row;
};

// The proxy by which the one may act for the other; nullopt when there is none in force.
absl::StatusOr<std::optional<FoundProxy>> FindBoundProxy(Work& work, model::MemberId elder, model::MemberId agent);

// The proxy in force by which the actor, whoever she is, acts for the elder under any of her numbers; nullopt when there is none, or she is
// no member. As staff too she is who the elder set limits to.
absl::StatusOr<std::optional<FoundProxy>> FindProxyOfActor(Work& work, model::MemberId elder);

// Refuses with ACTOR_IS_PARTY when the actor is a proxy of the elder, under whichever name.
absl::Status RequireNotAgent(Work& work, model::MemberId elder);

// Whether the one may take the other's steps today: bound, not over, and the agent is active.
absl::StatusOr<bool> ActsFor(Work& work, model::MemberId elder, model::MemberId agent);

// Refuses what the elder did not allow: too late, another kind of care, too long, too much in the month.
absl::Status RequireWithinLimits(Work& work, const FoundProxy& proxy, const rec::Order& order);

// Year and month of an order's day: 202611.
uint32_t MonthOf(const rec::Order& order);

// A month's minutes as they will be written.
struct ProxyCount {
  std::string key;  // empty: nothing changes
  rec::ProxyMonth row;
};
// Adds to the minutes of the order's month, if a proxy ordered it.
absl::Status CountProxyMinutes(Work& work, const rec::Order& order, int64_t minutes, ProxyCount* count);
void SaveProxyCount(Work& work, const ProxyCount& count);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_PROXY_ROWS_H_
