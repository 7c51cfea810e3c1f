#include "service/base/log.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace timebank::base {
namespace {

using ::testing::EndsWith;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

std::string Line(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  CaptureStderr();
  Log(level, event, fields);
  return GetCapturedStderr();
}

std::string LineWithValue(const std::string& value) { return Line(LogLevel::kInfo, "request", {{"value", value}}); }

TEST(LogTest, ALineHasTimeLevelEventAndFields) {
  const std::string line = Line(LogLevel::kWarning, "queue_full", {{"depth", "4096"}, {"limit", "4096"}});
  EXPECT_THAT(line, EndsWith("Z WARNING queue_full depth=\"4096\" limit=\"4096\"\n"));
  EXPECT_THAT(line, ::testing::ContainsRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z "));
  EXPECT_THAT(Line(LogLevel::kInfo, "started", {}), EndsWith("Z INFO started\n"));
  EXPECT_THAT(Line(LogLevel::kError, "stopped", {}), EndsWith("Z ERROR stopped\n"));
}

TEST(LogTest, AValueCannotForgeALine) {
  const std::string line = LineWithValue("x\" level=\"y\n2026-01-01T00:00:00.000Z INFO forged\r\n");
  EXPECT_THAT(line, EndsWith(R"( value="x\" level=\"y\n2026-01-01T00:00:00.000Z INFO forged\r\n")"
                             "\n"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_THAT(LineWithValue("ends with \\"), EndsWith("value=\"ends with \\\\\"\n"));
}

TEST(LogTest, AValueCannotCommandATerminal) {
  // Escape, the C1 control sequence introducer in UTF-8 and as a bare byte, NUL, delete, and the override of reading
  // direction.
  const std::vector<std::string> hostile = {
      "\033[2J", "\302\23331m", "\23331m", std::string("a\0b", 3), "\177", "\342\200\256gpj",
  };
  for (const std::string& value : hostile) {
    const std::string line = LineWithValue(value);
    for (size_t i = 0; i + 1 < line.size(); ++i) {
      EXPECT_TRUE(line[i] >= ' ' && line[i] <= '~') << "byte " << static_cast<int>(line[i]) << " in " << line;
    }
    EXPECT_TRUE(absl::StrContains(line, "\\")) << line;
  }
}

TEST(LogTest, LinesOfManyThreadsDoNotMix) {
  constexpr int kThreads = 4;
  constexpr int kLines = 200;
  CaptureStderr();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < kLines; ++i) {
        Log(LogLevel::kInfo, "tick", {{"thread", absl::StrCat(t)}, {"text", std::string(200, 'x')}});
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const std::string output = GetCapturedStderr();
  const std::vector<absl::string_view> lines = absl::StrSplit(output, '\n', absl::SkipEmpty());
  EXPECT_EQ(lines.size(), static_cast<size_t>(kThreads * kLines));
  for (absl::string_view line : lines) {
    ASSERT_TRUE(absl::EndsWith(line, absl::StrCat("text=\"", std::string(200, 'x'), "\""))) << line;
    ASSERT_TRUE(absl::StrContains(line, "Z INFO tick thread=\"")) << line;
  }
}

}  // namespace
}  // namespace timebank::base
