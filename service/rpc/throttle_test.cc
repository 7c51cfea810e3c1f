#include "service/rpc/throttle.h"

#include <gtest/gtest.h>

namespace timebank::rpc {
namespace {

constexpr int64_t kSecond = 1000000;

TEST(ThrottleTest, ABurstIsTwoSecondsWorthAndThenItFills) {
  Throttle throttle({10, 0});
  int let_in = 0;
  while (throttle.Enter("a", kSecond) == 0) {
    ++let_in;
  }
  EXPECT_EQ(let_in, 20);
  const int64_t wait = throttle.Enter("a", kSecond);
  EXPECT_GT(wait, 0);
  EXPECT_EQ(throttle.Enter("a", kSecond + wait), 0);
  EXPECT_NE(throttle.Enter("a", kSecond + wait), 0);
  EXPECT_EQ(throttle.Enter("b", kSecond), 0) << "another caller has her own";
}

TEST(ThrottleTest, OnlySoManyAtOnce) {
  Throttle throttle({0, 2});
  EXPECT_EQ(throttle.Enter("a", 1), 0);
  EXPECT_EQ(throttle.Enter("a", 1), 0);
  EXPECT_NE(throttle.Enter("a", 1), 0);
  throttle.Leave("a");
  EXPECT_EQ(throttle.Enter("a", 1), 0);
}

TEST(ThrottleTest, WhoIsGoneIsForgotten) {
  Throttle throttle({1, 0});
  for (int i = 0; i < 20000; ++i) {
    ASSERT_EQ(throttle.Enter("caller-" + std::to_string(i), 1), 0);
    throttle.Leave("caller-" + std::to_string(i));
  }
  EXPECT_NE(throttle.Enter("one more", 2), 0) << "no more are remembered";
  EXPECT_EQ(throttle.Enter("one more", 10 * kSecond), 0);
  EXPECT_EQ(throttle.callers(), 1u);
}

TEST(ThrottleTest, AClockThatGoesBackTakesNothing) {
  Throttle throttle({10, 0});
  EXPECT_EQ(throttle.Enter("a", 10 * kSecond), 0);
  EXPECT_EQ(throttle.Enter("a", 1 * kSecond), 0);
}

TEST(ThrottleTest, WithoutLimitsNobodyIsCounted) {
  Throttle throttle({0, 0});
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(throttle.Enter("a", 1), 0);
  }
  EXPECT_EQ(throttle.callers(), 0u);
}

}  // namespace
}  // namespace timebank::rpc
