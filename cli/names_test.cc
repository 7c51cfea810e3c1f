#include "cli/names.h"

#include <gtest/gtest.h>

#include <set>

namespace timebank::cli {
namespace {

TEST(NamesTest, BankIsTakenBareOrInFull) {
  EXPECT_EQ(*BankName("xt"), "banks/xt");
  EXPECT_EQ(*BankName(" banks/xt "), "banks/xt");
  EXPECT_FALSE(BankName("").ok());
  EXPECT_FALSE(BankName("banks/").ok());
  EXPECT_FALSE(BankName("banks/xt/records/1").ok());
}

TEST(NamesTest, ResourceIsTakenBareOrInFull) {
  EXPECT_EQ(*ResourceName("banks/xt", "records", "17"), "banks/xt/records/17");
  EXPECT_EQ(*ResourceName("banks/xt", "records", " １７ "), "banks/xt/records/17");
  EXPECT_EQ(*ResourceName("banks/xt", "records", "banks/other/records/17"), "banks/other/records/17");
  EXPECT_EQ(*ResourceName("banks/xt", "centers", "宁康养护院"), "banks/xt/centers/宁康养护院");
  EXPECT_FALSE(ResourceName("banks/xt", "records", "").ok());
  EXPECT_FALSE(ResourceName("banks/xt", "records", "banks/xt/members/17").ok());
  EXPECT_FALSE(ResourceName("banks/xt", "records", "banks/xt/records/").ok());
}

TEST(NamesTest, FullNamesNameTheirBank) {
  EXPECT_FALSE(IsFullName("17"));
  EXPECT_FALSE(IsFullName("banks/xt"));
  EXPECT_FALSE(IsFullName("banks//records/1"));
  ASSERT_TRUE(IsFullName("banks/xt/records/17"));
  EXPECT_EQ(BankOf("banks/xt/records/17"), "banks/xt");
}

TEST(NamesTest, IdIsWhatFollowsTheCollection) {
  EXPECT_EQ(IdOf("banks/xt/records/17"), "17");
  EXPECT_EQ(IdOf("banks/xt/members/A/7"), "A/7");
  EXPECT_EQ(IdOf("banks/xt"), "xt");
  EXPECT_EQ(IdOf("17"), "17");
  EXPECT_EQ(IdOf(""), "");
}

TEST(NamesTest, ActorIsPercentEncoded) {
  EXPECT_EQ(PercentEncode("li-ming_1.~"), "li-ming_1.~");
  EXPECT_EQ(PercentEncode("李 %\n"), "%E6%9D%8E%20%25%0A");
}

TEST(NamesTest, RequestIdsAreVersionFourAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string id = NewRequestId();
    ASSERT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

}  // namespace
}  // namespace timebank::cli
