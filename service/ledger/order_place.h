// Placing an order, by a command or by a series.
#ifndef TIMEBANK_LEDGER_ORDER_PLACE_H_
#define TIMEBANK_LEDGER_ORDER_PLACE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/books.h"
#include "service/ledger/proxy_rows.h"
#include "service/ledger/work.h"
#include "service/model/command.h"

namespace timebank::ledger {

// An order that is asked for, and what is known of its parties.
struct OrderRequest {
  FoundMember payer;
  FoundMember beneficiary;
  model::ScopeId scope;
  std::optional<FoundProxy> proxy;  // by which somebody orders for the payer; none: herself, or staff
  rec::Order row;
  std::string note;  // sealed; empty when there is none
  ProxyCount count;
};

// Looks up payer, beneficiary and centre, and fills in what the command says. Refuses when one is missing.
absl::StatusOr<OrderRequest> RequireParties(Work& work, const model::RequestOrder& command);
// Refuses an actor who may not order for the payer; finds the proxy of one who is, as staff too: the elder's limits bind the person.
absl::Status RequireMayOrder(Work& work, OrderRequest& request);
// Refuses when the agent is the payer's proxy no more, or was not ever.
absl::Status RequireAgent(Work& work, model::MemberId agent, OrderRequest& request);
// Refuses a day further ahead than the rules allow.
absl::Status RequireNotFarAhead(Work& work, const OrderRequest& request);
// Refuses what the rules do not allow, or the elder not the proxy. Sets the days that follow from the rules.
absl::Status RequireOrderable(Work& work, OrderRequest& request);
// Reserves the hours, in `books`. Refuses with BALANCE_TOO_LOW.
absl::Status PrepareOrder(Work& work, model::OrderId id, OrderRequest& request, Books& books);
// Writes everything.
absl::Status WriteOrder(Work& work, model::OrderId id, const OrderRequest& request, Books& books);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_ORDER_PLACE_H_
