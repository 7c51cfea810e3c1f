#include "cli/text/chart.h"

#include <limits>

#include "cli/text/display.h"
#include "gtest/gtest.h"

namespace timebank::cli {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

TEST(Bar, IsAsLongAsItsShare) {
  EXPECT_EQ(Bar(10, 10, 4), "████");
  EXPECT_EQ(Bar(5, 10, 4), "██");
  EXPECT_EQ(Bar(1, 32, 4), "▏");
  EXPECT_EQ(Bar(3, 32, 4), "▍");
  EXPECT_EQ(Bar(kMost, kMost, 3), "███");
  EXPECT_EQ(Bar(kMost / 2, kMost, 3), "█▌");
}

TEST(Bar, ShowsThatThereIsSomethingAndThatThereIsNothing) {
  EXPECT_EQ(Bar(1, kMost, 10), "▏");
  EXPECT_EQ(Bar(0, 10, 10), "");
  EXPECT_EQ(Bar(-5, 10, 10), "");
  EXPECT_EQ(Bar(0, 0, 10), "");
  EXPECT_EQ(Bar(5, 10, 0), "");
}

TEST(Bar, IsNeverWiderThanItsWidth) {
  for (int64_t value = 1; value <= 100; ++value) {
    EXPECT_LE(DisplayWidth(Bar(value, 100, 20)), 20u) << value;
  }
}

TEST(Sparkline, HasOneBlockAValue) {
  EXPECT_EQ(Sparkline({}), "");
  EXPECT_EQ(Sparkline({0, 0}), "▁▁");
  EXPECT_EQ(Sparkline({-1, 0, 4, 8}), "▁▁▄█");
  EXPECT_EQ(Sparkline({kMost, 1}), "█▁");
}

}  // namespace
}  // namespace timebank::cli
