#include "cli/text/progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "cli/text/display.h"

namespace timebank::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class ProgressTest : public testing::Test {
 protected:
  ProgressSettings Settings(size_t columns = 80) {
    return {&out_, columns, [this] { return now_; }};
  }
  // What stands on the terminal's lines after all carriage returns: the last drawing of each line.
  std::string LastDrawing() const {
    const std::string text = out_.str();
    const std::string last = text.substr(text.rfind('\r') + 1);
    return last.substr(0, last.find_last_not_of(" \n") + 1);
  }
  int64_t Drawings() const {
    const std::string text = out_.str();
    return std::count(text.begin(), text.end(), '\r');
  }

  std::ostringstream out_;
  steady_clock::time_point now_;
};

TEST_F(ProgressTest, ShowsCountRateAndRemainingTime) {
  Progress progress("导入", 3000, Language::kEnglish, Settings());
  now_ += milliseconds(2000);
  progress.Update(1000);
  EXPECT_EQ(LastDrawing(), "导入 [########................] 1000/3000  500/s  ETA 0:04");
  now_ += milliseconds(4000);
  progress.Update(3000);
  progress.Finish();
  EXPECT_EQ(LastDrawing(), "导入 [########################] 3000/3000  500/s  took 0:06");
  EXPECT_EQ(out_.str().back(), '\n');
}

TEST_F(ProgressTest, SpeaksChinese) {
  Progress progress("导入", 100, Language::kChinese, Settings());
  now_ += milliseconds(10'000);
  progress.Update(1);
  EXPECT_EQ(LastDrawing(), "导入 [........................] 1/100  每秒 0  还需 16:30");
}

TEST_F(ProgressTest, DrawsAtMostTenTimesASecond) {
  Progress progress("x", 10'000, Language::kEnglish, Settings());
  for (int i = 1; i <= 10'000; ++i) {
    now_ += std::chrono::microseconds(100);
    progress.Update(i);
  }
  EXPECT_GE(Drawings(), 9);
  EXPECT_LE(Drawings(), 10);
  progress.Finish();
  EXPECT_EQ(LastDrawing().find("10000/10000") != std::string::npos, true)
      << "the end is shown though it came within a tenth";
}

TEST_F(ProgressTest, LinesStayNarrowerThanTheTerminal) {
  Progress progress("一个很长很长很长的题目", 1'000'000, Language::kChinese, Settings(30));
  now_ += milliseconds(500);
  progress.Update(5);
  EXPECT_LE(DisplayWidth(LastDrawing()), 29U);
}

TEST_F(ProgressTest, FinishesOnceAndByItself) {
  {
    Progress progress("x", 10, Language::kEnglish, Settings());
    progress.Update(1);
    progress.Finish();
    progress.Finish();
    progress.Update(5);
  }
  const std::string text = out_.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST_F(ProgressTest, SaysNothingWithoutTerminalOrWork) {
  { Progress unused("x", 10, Language::kEnglish, Settings()); }
  EXPECT_EQ(out_.str(), "");
  Progress silent("x", 10, Language::kEnglish, ProgressSettings{});
  silent.Update(1);
  silent.Finish();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ProgressTest, UnknownTotalCountsUp) {
  Progress progress("x", 0, Language::kEnglish, Settings());
  now_ += milliseconds(1000);
  progress.Update(7);
  EXPECT_EQ(LastDrawing(), "x 7  7/s  took 0:01");
}

}  // namespace
}  // namespace timebank::cli
