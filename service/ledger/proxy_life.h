// The life of a proxy as one table: from, event, to, and whose step it is. A pair that is not in it is refused and changes nothing.
#ifndef TIMEBANK_LEDGER_PROXY_LIFE_H_
#define TIMEBANK_LEDGER_PROXY_LIFE_H_

#include "service/model/command.h"

namespace timebank::ledger {

using ProxyEvent = model::ChangeProxy::Event;
inline constexpr int kProxyEvents = 3;
inline constexpr int kProxyStates = 4;

struct ProxyStep {
  model::ProxyState from;
  ProxyEvent event;
  model::ProxyState to;
  // Who may take it beside staff.
  bool elder;
  bool agent;
};

// The step, or nullptr when the pair is not in the table.
const ProxyStep* FindProxyStep(model::ProxyState from, ProxyEvent event);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_PROXY_LIFE_H_
