#include "service/base/coding.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace timebank::base {
namespace {

// Random values with a seed that a failing run prints.
class CodingTest : public ::testing::Test {
 protected:
  CodingTest() : seed_(std::random_device()()), random_(seed_) {}

  ::testing::Message Seed() const { return ::testing::Message() << "seed " << seed_; }

  // Few distinct bytes, so that equal prefixes and runs of 0x00, 0x01 and 0xFF are common.
  std::string AnyString() {
    static constexpr char kBytes[] = {'\x00', '\x01', 'a', '\xFE', '\xFF'};
    std::string result(random_() % 6, '\0');
    for (char& c : result) {
      c = kBytes[random_() % sizeof(kBytes)];
    }
    return result;
  }

  // All magnitudes are equally likely.
  uint64_t AnyNumber() { return random_() >> (random_() % 64); }

  const unsigned seed_;
  std::mt19937_64 random_;
};

template <typename T, typename Append>
std::string Encode(Append append, const T& value) {
  std::string out;
  append(&out, value);
  return out;
}

int Sign(int comparison) { return (comparison > 0) - (comparison < 0); }

TEST_F(CodingTest, TheBytesAreFrozen) {
  EXPECT_EQ(Encode(AppendUint32, uint32_t{0x01020304}), "\x01\x02\x03\x04");
  EXPECT_EQ(Encode(AppendUint64, uint64_t{0x0102030405060708}), "\x01\x02\x03\x04\x05\x06\x07\x08");
  EXPECT_EQ(Encode(AppendInt32, int32_t{-1}), "\x7F\xFF\xFF\xFF");
  EXPECT_EQ(Encode(AppendInt32, int32_t{0}), std::string("\x80\0\0\0", 4));
  EXPECT_EQ(Encode(AppendInt32, int32_t{1}), std::string("\x80\0\0\x01", 4));
  EXPECT_EQ(Encode(AppendString, absl::string_view("ab")), std::string("ab\0\x01", 4));
  EXPECT_EQ(Encode(AppendString, absl::string_view("a\0b", 3)), std::string("a\0\xFF\x62\0\x01", 6));
  EXPECT_EQ(Encode(AppendString, absl::string_view("")), std::string("\0\x01", 2));
}

TEST_F(CodingTest, EveryValueComesBackAndLeavesWhatFollows) {
  for (int round = 0; round < 20000; ++round) {
    const auto u32 = static_cast<uint32_t>(AnyNumber());
    const auto i32 = static_cast<int32_t>(AnyNumber());
    const uint64_t u64 = AnyNumber();
    const std::string text = AnyString();
    std::string bytes;
    AppendString(&bytes, text);
    AppendUint32(&bytes, u32);
    AppendInt32(&bytes, i32);
    AppendUint64(&bytes, u64);
    bytes += "rest";

    absl::string_view in = bytes;
    uint32_t u32_back = 0;
    int32_t i32_back = 0;
    uint64_t u64_back = 0;
    std::string text_back;
    ASSERT_TRUE(ConsumeString(&in, &text_back)) << Seed();
    ASSERT_TRUE(ConsumeUint32(&in, &u32_back)) << Seed();
    ASSERT_TRUE(ConsumeInt32(&in, &i32_back)) << Seed();
    ASSERT_TRUE(ConsumeUint64(&in, &u64_back)) << Seed();
    ASSERT_EQ(text_back, text) << Seed();
    ASSERT_EQ(u32_back, u32) << Seed();
    ASSERT_EQ(i32_back, i32) << Seed();
    ASSERT_EQ(u64_back, u64) << Seed();
    ASSERT_EQ(in, "rest") << Seed();
  }
}

TEST_F(CodingTest, TheLimitsComeBack) {
  for (int32_t value : {std::numeric_limits<int32_t>::min(), -1, 0, 1, std::numeric_limits<int32_t>::max()}) {
    const std::string bytes = Encode(AppendInt32, value);
    absl::string_view in = bytes;
    int32_t back = 7;
    ASSERT_TRUE(ConsumeInt32(&in, &back));
    EXPECT_EQ(back, value);
    EXPECT_TRUE(in.empty());
  }
  const std::string bytes = Encode(AppendUint64, std::numeric_limits<uint64_t>::max());
  absl::string_view in = bytes;
  uint64_t back = 0;
  ASSERT_TRUE(ConsumeUint64(&in, &back));
  EXPECT_EQ(back, std::numeric_limits<uint64_t>::max());
}

TEST_F(CodingTest, TheOrderOfBytesIsTheOrderOfNumbers) {
  for (int round = 0; round < 20000; ++round) {
    const uint64_t a = AnyNumber();
    const uint64_t b = AnyNumber();
    const auto a32 = static_cast<int32_t>(a);
    const auto b32 = static_cast<int32_t>(b);
    ASSERT_EQ(Encode(AppendUint64, a) < Encode(AppendUint64, b), a < b) << a << " " << b << " " << Seed();
    ASSERT_EQ(Encode(AppendUint32, static_cast<uint32_t>(a)) < Encode(AppendUint32, static_cast<uint32_t>(b)),
              static_cast<uint32_t>(a) < static_cast<uint32_t>(b))
        << a << " " << b << " " << Seed();
    ASSERT_EQ(Encode(AppendInt32, a32) < Encode(AppendInt32, b32), a32 < b32) << a32 << " " << b32 << " " << Seed();
  }
}

TEST_F(CodingTest, TheOrderOfBytesIsTheOrderOfStringsWhateverFollows) {
  for (int round = 0; round < 20000; ++round) {
    const std::string a = AnyString();
    const std::string b = AnyString();
    std::string a_bytes = Encode(AppendString, absl::string_view(a)) + AnyString();
    std::string b_bytes = Encode(AppendString, absl::string_view(b)) + AnyString();
    if (a == b) {
      continue;
    }
    ASSERT_EQ(Sign(a_bytes.compare(b_bytes)), Sign(a.compare(b)))
        << absl::CEscape(a) << " against " << absl::CEscape(b) << " " << Seed();
  }
}

TEST_F(CodingTest, RefusesWhatIsTooShort) {
  uint32_t u32 = 0;
  int32_t i32 = 0;
  uint64_t u64 = 0;
  for (size_t length = 0; length < 4; ++length) {
    const std::string bytes(length, '\x11');
    absl::string_view in = bytes;
    EXPECT_FALSE(ConsumeUint32(&in, &u32)) << length;
    in = bytes;
    EXPECT_FALSE(ConsumeInt32(&in, &i32)) << length;
  }
  for (size_t length = 0; length < 8; ++length) {
    const std::string bytes(length, '\x11');
    absl::string_view in = bytes;
    EXPECT_FALSE(ConsumeUint64(&in, &u64)) << length;
  }
}

TEST_F(CodingTest, RefusesStringsWithoutEndOrWithAnUnknownEscape) {
  const std::vector<std::string> malformed = {"",
                                              "a",
                                              "abc",
                                              std::string("\0", 1),
                                              std::string("ab\0", 3),
                                              std::string("a\0\xFF", 3),
                                              std::string("a\0\xFF\0", 4),
                                              std::string("a\0\0", 3),
                                              std::string("a\0\x02", 3),
                                              std::string("a\0\xFE z", 5)};
  for (const std::string& bytes : malformed) {
    absl::string_view in = bytes;
    std::string value;
    EXPECT_FALSE(ConsumeString(&in, &value)) << absl::CEscape(bytes);
  }
}

TEST_F(CodingTest, EveryTruncationOfAStringIsRefused) {
  for (int round = 0; round < 2000; ++round) {
    const std::string bytes = Encode(AppendString, absl::string_view(AnyString()));
    for (size_t length = 0; length < bytes.size(); ++length) {
      absl::string_view in = absl::string_view(bytes).substr(0, length);
      std::string value;
      ASSERT_FALSE(ConsumeString(&in, &value)) << absl::CEscape(bytes) << " cut to " << length << " " << Seed();
    }
  }
}

TEST_F(CodingTest, PrefixEndIsTheLeastKeyBehindThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xFF\xFF"), "b");
  EXPECT_EQ(PrefixEnd("\x7F"), "\x80");
  EXPECT_EQ(PrefixEnd(std::string("a\0", 2)), "a\x01");
  EXPECT_EQ(PrefixEnd(""), "");
  EXPECT_EQ(PrefixEnd("\xFF\xFF"), "");
  for (int round = 0; round < 20000; ++round) {
    const std::string prefix = AnyString();
    const std::string key = AnyString() + AnyString();
    const std::string end = PrefixEnd(prefix);
    const bool in_range = key >= prefix && (end.empty() || key < end);
    const bool has_prefix = key.compare(0, prefix.size(), prefix) == 0;
    ASSERT_EQ(in_range, has_prefix) << absl::CEscape(prefix) << " " << absl::CEscape(key) << " " << Seed();
  }
}

}  // namespace
}  // namespace timebank::base
