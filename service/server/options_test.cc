#include "service/server/options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace timebank::server {
namespace {

std::optional<Options> Read(std::vector<const char*> arguments, int* exit_code) {
  arguments.insert(arguments.begin(), "timebankd");
  return ReadOptions(static_cast<int>(arguments.size()), arguments.data(), exit_code);
}

TEST(ReadOptions, TakesFlags) {
  int exit_code = -1;
  const auto options = Read({"--data", "d", "--keys", "k", "--listen", "unix:s", "--clock", "2026-11-20"}, &exit_code);
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->data, "d");
  EXPECT_EQ(options->keys.folder, "k");
  EXPECT_EQ(options->listen, "unix:s");
  EXPECT_EQ(options->clock, "2026-11-20");
}

TEST(ReadOptions, DecidesNothingAboutKeysByItself) {
  int exit_code = -1;
  const auto plain = Read({"--data", "d"}, &exit_code);
  EXPECT_FALSE(plain->key_decisions.accept_missing || plain->key_decisions.destroy_unnamed || plain->debuggable);
  EXPECT_TRUE(Read({"--data", "d", "--accept-missing-keys"}, &exit_code)->key_decisions.accept_missing);
  EXPECT_TRUE(Read({"--data", "d", "--destroy-unnamed-keys"}, &exit_code)->key_decisions.destroy_unnamed);
  EXPECT_TRUE(Read({"--data", "d", "--debuggable"}, &exit_code)->debuggable);
}

TEST(ReadOptions, TakesATokenWholeOrNotAtAll) {
  int exit_code = -1;
  EXPECT_EQ(Read({"--data", "d"}, &exit_code)->keys.token.module, "");
  const auto whole =
      Read({"--data", "d", "--pkcs11-module", "m", "--pkcs11-token", "t", "--pkcs11-pin-file", "p"}, &exit_code);
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole->keys.token.module, "m");
  EXPECT_EQ(whole->keys.token.token, "t");
  EXPECT_EQ(whole->keys.token.pin_file, "p");
  EXPECT_FALSE(Read({"--data", "d", "--pkcs11-module", "m", "--pkcs11-token", "t"}, &exit_code).has_value());
  EXPECT_FALSE(Read({"--data", "d", "--pkcs11-pin-file", "p"}, &exit_code).has_value());
  setenv("TIMEBANK_PKCS11_MODULE", "m", 1);
  EXPECT_FALSE(Read({"--data", "d"}, &exit_code).has_value()) << "half a place is no place";
  setenv("TIMEBANK_PKCS11_TOKEN", "t", 1);
  setenv("TIMEBANK_PKCS11_PIN_FILE", "p", 1);
  const auto from_variables = Read({"--data", "d"}, &exit_code);
  for (const char* name : {"TIMEBANK_PKCS11_MODULE", "TIMEBANK_PKCS11_TOKEN", "TIMEBANK_PKCS11_PIN_FILE"}) {
    unsetenv(name);
  }
  ASSERT_TRUE(from_variables.has_value());
  EXPECT_EQ(from_variables->keys.token.pin_file, "p");
}

TEST(ReadOptions, TakesVariablesWhereThereIsNoFlag) {
  setenv("TIMEBANK_DATA", "from-variable", 1);
  setenv("TIMEBANK_LISTEN", "127.0.0.1:1", 1);
  int exit_code = -1;
  EXPECT_EQ(Read({}, &exit_code)->data, "from-variable");
  EXPECT_EQ(Read({}, &exit_code)->listen, "127.0.0.1:1");
  EXPECT_EQ(Read({"--data", "d"}, &exit_code)->data, "d");
  unsetenv("TIMEBANK_DATA");
  unsetenv("TIMEBANK_LISTEN");
}

TEST(ReadOptions, EndsWithHelpVersionAndErrors) {
  int exit_code = -1;
  EXPECT_FALSE(Read({"--help"}, &exit_code).has_value());
  EXPECT_EQ(exit_code, 0);
  exit_code = -1;
  EXPECT_FALSE(Read({"--version"}, &exit_code).has_value());
  EXPECT_EQ(exit_code, 0);
  exit_code = 0;
  EXPECT_FALSE(Read({}, &exit_code).has_value());
  EXPECT_NE(exit_code, 0);
  exit_code = 0;
  EXPECT_FALSE(Read({"--data", "d", "--bogus"}, &exit_code).has_value());
  EXPECT_NE(exit_code, 0);
}

TEST(ParseClock, TakesAMomentOrTheEveningOfADay) {
  EXPECT_EQ(*ParseClock("2026-11-20T18:00:00+08:00"), absl::FromUnixSeconds(1795168800));
  EXPECT_EQ(*ParseClock("2026-11-20T10:00:00Z"), absl::FromUnixSeconds(1795168800));
  EXPECT_EQ(*ParseClock("2026-11-20"), absl::FromUnixSeconds(1795168800));
  for (const char* bad : {"", "now", "2026-11-31", "2026-11-20 18:00", "2026-11-20T18:00", "1795168800", "1989-01-01",
                          "2201-01-01", "infinite-future", "99999-01-01T00:00:00Z"}) {
    EXPECT_EQ(ParseClock(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace timebank::server
