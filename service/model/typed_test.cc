#include "service/model/typed.h"

#include <gtest/gtest.h>

namespace timebank::model {
namespace {

Command Kin(const std::string& member, const std::string& relative) {
  Command command;
  command.body = ProposeKinship{member, relative, Relation::kSpouse};
  return command;
}

TEST(Typed, OnlyMemberNumbersStayInAnEntry) {
  const Command command = Kin("zhangwei", "m9");
  EXPECT_EQ(WithoutTyped(command, "ZHANGWEI"), "(member)");
  EXPECT_EQ(WithoutTyped(command, "M9"), "(relative)");
  EXPECT_EQ(WithoutTyped(command, "V000000017"), "V000000017");
  EXPECT_EQ(WithoutTyped(command, "ACTIVE"), "ACTIVE");
  EXPECT_EQ(WithoutTyped(Kin("v000000012", "v12"), "V000000012"), "V000000012") << "also one that is nobody's";
  EXPECT_EQ(WithoutTyped(Kin("v000000012", "v12"), "V12"), "(relative)");
}

TEST(Typed, AnAnswerHasThemAgain) {
  const Command command = Kin("zhangwei", "m9");
  for (const char* value : {"ZHANGWEI", "M9", "V000000017", "ACTIVE", ""}) {
    EXPECT_EQ(WithTyped(command, WithoutTyped(command, value)), value);
  }
}

TEST(Typed, CentresAreTypedTooAndDaysAreNot) {
  Command command;
  command.body = CreateRecord{"m1", "", "", "张三家", "陪伴", Minute(0), Minute(60), {}, RecordId(0)};
  ASSERT_EQ(TypedIn(command).size(), 2u);
  EXPECT_EQ(WithoutTyped(command, "张三家"), "(center)");
  EXPECT_EQ(WithTyped(command, "(center)"), "张三家");
  command.body = CreateCampaign();
  EXPECT_TRUE(TypedIn(command).empty());
  command.body = GiveHours{"m1", "m2", Minutes(60), "谢"};
  ASSERT_EQ(TypedIn(command).size(), 2u);
  EXPECT_EQ(TypedIn(command)[1].field, "to");
}

}  // namespace
}  // namespace timebank::model
