#include "service/ledger/proxy_life.h"

#include <algorithm>
#include <array>

namespace timebank::ledger {
namespace {

using S = model::ProxyState;
using V = ProxyEvent;

// Staff sees the document; the elder or staff puts the proxy in force, never who would act; each of them may end it.
constexpr std::array kSteps = {
    ProxyStep{S::kProposed, V::kProve, S::kProved, false, false}, ProxyStep{S::kProved, V::kBind, S::kBound, true, false},
    ProxyStep{S::kProposed, V::kRevoke, S::kRevoked, true, true}, ProxyStep{S::kProved, V::kRevoke, S::kRevoked, true, true},
    ProxyStep{S::kBound, V::kRevoke, S::kRevoked, true, true},
};

}  // namespace

const ProxyStep* FindProxyStep(model::ProxyState from, ProxyEvent event) {
  const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                   [&](const ProxyStep& step) { return step.from == from && step.event == event; });
  return found == kSteps.end() ? nullptr : found;
}

}  // namespace timebank::ledger
