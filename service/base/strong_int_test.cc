#include "service/base/strong_int.h"

#include <cstdint>
#include <limits>
#include <sstream>
#include <type_traits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "gtest/gtest.h"

namespace timebank::base {
namespace {

using Minutes = StrongInt<struct MinutesTag, int64_t>;
using Points = StrongInt<struct PointsTag, int64_t>;

template <typename A, typename B, typename = void>
struct CanAdd : std::false_type {};
template <typename A, typename B>
struct CanAdd<A, B, std::void_t<decltype(std::declval<A>() + std::declval<B>())>> : std::true_type {};

template <typename A, typename B, typename = void>
struct CanCompare : std::false_type {};
template <typename A, typename B>
struct CanCompare<A, B, std::void_t<decltype(std::declval<A>() < std::declval<B>())>> : std::true_type {};

TEST(StrongIntTest, DifferentMeaningsDoNotMix) {
  EXPECT_TRUE((CanAdd<Minutes, Minutes>::value));
  EXPECT_FALSE((CanAdd<Minutes, Points>::value));
  EXPECT_FALSE((CanAdd<Minutes, int64_t>::value));
  EXPECT_TRUE((CanCompare<Points, Points>::value));
  EXPECT_FALSE((CanCompare<Minutes, Points>::value));
  EXPECT_FALSE((std::is_convertible_v<int64_t, Minutes>));
  EXPECT_FALSE((std::is_convertible_v<Minutes, int64_t>));
  EXPECT_FALSE((std::is_constructible_v<Minutes, Points>));
}

TEST(StrongIntTest, CountsLikeItsNumber) {
  Minutes sum;
  EXPECT_EQ(sum, Minutes(0));
  sum += Minutes(90);
  sum -= Minutes(30);
  EXPECT_EQ(sum, Minutes(60));
  EXPECT_EQ(sum + Minutes(5), Minutes(65));
  EXPECT_EQ(sum - Minutes(65), Minutes(-5));
  EXPECT_EQ((-sum).value(), -60);
  EXPECT_LT(Minutes(-1), Minutes(0));
  EXPECT_GE(Minutes(3), Minutes(3));
  EXPECT_NE(Minutes(3), Minutes(4));
}

TEST(StrongIntTest, CheckedAddRefusesWhatDoesNotFit) {
  constexpr Minutes kMost(std::numeric_limits<int64_t>::max());
  constexpr Minutes kLeast(std::numeric_limits<int64_t>::min());
  Minutes sum(7);
  EXPECT_FALSE(CheckedAdd(kMost, Minutes(1), &sum));
  EXPECT_EQ(sum, Minutes(7));
  EXPECT_FALSE(CheckedAdd(kLeast, Minutes(-1), &sum));
  EXPECT_EQ(sum, Minutes(7));
  EXPECT_TRUE(CheckedAdd(kMost, Minutes(0), &sum));
  EXPECT_EQ(sum, kMost);
  EXPECT_TRUE(CheckedAdd(kMost, kLeast, &sum));
  EXPECT_EQ(sum, Minutes(-1));
  EXPECT_TRUE(CheckedAdd(sum, Minutes(-1), &sum));
  EXPECT_EQ(sum, Minutes(-2));
}

TEST(StrongIntTest, CheckedAddKeepsToANarrowType) {
  using Small = StrongInt<struct SmallTag, int8_t>;
  Small sum;
  EXPECT_TRUE(CheckedAdd(Small(100), Small(27), &sum));
  EXPECT_EQ(sum, Small(127));
  EXPECT_FALSE(CheckedAdd(Small(100), Small(28), &sum));
}

TEST(StrongIntTest, PrintsAndHashes) {
  std::ostringstream out;
  out << Minutes(-45);
  EXPECT_EQ(out.str(), "-45");
  absl::flat_hash_map<Minutes, int> map;
  map[Minutes(1)] = 10;
  map[Minutes(2)] = 20;
  EXPECT_EQ(map.at(Minutes(2)), 20);
  EXPECT_FALSE(map.contains(Minutes(3)));
}

}  // namespace
}  // namespace timebank::base
