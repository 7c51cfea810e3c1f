#include "service/ledger/proxy_life.h"

#include <gtest/gtest.h>

#include <set>

namespace timebank::ledger {
namespace {

using model::ProxyState;

TEST(ProxyLifeTest, EveryPairLeadsForwardAndNobodyBindsHimself) {
  std::set<ProxyState> reached = {ProxyState::kProposed};
  for (int from = 1; from <= kProxyStates; ++from) {
    const auto state = static_cast<ProxyState>(from);
    for (int number = 0; number < kProxyEvents; ++number) {
      const auto event = static_cast<ProxyEvent>(number);
      const ProxyStep* step = FindProxyStep(state, event);
      // All but the revoked ones can be revoked; nothing follows on that.
      EXPECT_EQ(step != nullptr && event == ProxyEvent::kRevoke,
                event == ProxyEvent::kRevoke && state != ProxyState::kRevoked);
      if (step == nullptr) {
        continue;
      }
      EXPECT_EQ(step->from, state);
      EXPECT_EQ(step->event, event);
      EXPECT_GT(static_cast<int>(step->to), from);
      // Who would act for the elder can only end it.
      EXPECT_EQ(step->agent, event == ProxyEvent::kRevoke);
      EXPECT_EQ(step->to == ProxyState::kBound, event == ProxyEvent::kBind);
      // Without a document seen by staff nothing comes into force.
      EXPECT_TRUE(step->to != ProxyState::kBound || step->from == ProxyState::kProved);
      EXPECT_TRUE(step->to != ProxyState::kProved || (!step->elder && !step->agent));
      reached.insert(step->to);
    }
  }
  EXPECT_EQ(reached.size(), static_cast<size_t>(kProxyStates));
}

}  // namespace
}  // namespace timebank::ledger
