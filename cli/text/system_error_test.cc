#include "cli/text/system_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

namespace timebank::cli {
namespace {

TEST(SystemErrorTest, WhatPeopleMeetIsSaidInTheirLanguage) {
  EXPECT_EQ(SystemError(ENOSPC).zh, "磁盘已满");
  EXPECT_EQ(SystemError(ENOSPC).en, "the disk is full");
  for (const int number : {ENOENT, EACCES, EISDIR, EROFS}) {
    EXPECT_EQ(SystemError(number).zh.find(std::strerror(number)), std::string::npos) << number;
  }
}

TEST(SystemErrorTest, AnythingElseIsTheSystems) {
  EXPECT_EQ(SystemError(ELOOP).en, std::strerror(ELOOP));
  EXPECT_NE(SystemError(ELOOP).zh.find(std::strerror(ELOOP)), std::string::npos);
}

}  // namespace
}  // namespace timebank::cli
