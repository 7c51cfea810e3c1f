#include "service/rpc/thing.h"

#include <gtest/gtest.h>

#include "service/model/ids.h"

namespace timebank::rpc {
namespace {

std::string Of(const std::string& field, const std::string& value) { return ThingOf({{field, value}}); }

TEST(Thing, IsNamedByNumberOrCode) {
  const std::string number = model::MemberNumber(model::MemberId(1));
  EXPECT_EQ(Of("name", "banks/xt/members/" + number), "members/" + number);
  EXPECT_EQ(Of("volunteer", number), "members/" + number);
  EXPECT_EQ(Of("name", "banks/xt/records/17"), "records/17");
  EXPECT_EQ(Of("center", "c1"), "centers/c1");
  EXPECT_EQ(Of("scope_code", "110101001001"), "scopes/110101001001");
  EXPECT_EQ(ThingOf({{"center", "湘江社区"}, {"member", number}}), "members/" + number) << "the first that may stand there";
  EXPECT_EQ(Of("parent", "banks/xt"), "");
}

// The journal keeps it for good, and a person's numbers and names must not be there.
TEST(Thing, WhatACallerTypedIsLeftOut) {
  for (const char* const typed : {"11010519491231002X", "110105194912310021", "13800138000", "王小明", "V000000018x", "wang",
                                  "1 2", "110105491231002", "0017", "-1", "99999999999999999999"}) {
    EXPECT_EQ(Of("name", std::string("banks/xt/members/") + typed), "") << typed;
    EXPECT_EQ(Of("name", std::string("banks/xt/records/") + typed), "") << typed;
    EXPECT_EQ(Of("member", typed), "") << typed;
    EXPECT_EQ(Of("name", std::string("banks/xt/") + typed + "/1"), "") << typed;
    EXPECT_EQ(Of("name", typed), "") << typed;
  }
  for (const char* const typed :
       {"11010519491231002X", "110105194912310021", "13800138000", "王小明", "110105491231002", "", "a13800138000", "x/y"}) {
    EXPECT_EQ(Of("center", typed), "") << typed;
    EXPECT_EQ(Of("scope", typed), "") << typed;
    EXPECT_EQ(Of("name", std::string("banks/xt/centers/") + typed), "") << typed;
  }
  EXPECT_EQ(Of("name", "banks/xt/principals/wang"), "");
}

}  // namespace
}  // namespace timebank::rpc
