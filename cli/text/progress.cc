#include "cli/text/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/text/display.h"

namespace timebank::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery(100);
constexpr int64_t kBarWidth = 24;

std::string ClockText(double seconds) {
  const auto whole = static_cast<int64_t>(std::clamp(seconds, 0.0, 359'999.0));
  return whole < 3600 ? absl::StrFormat("%d:%02d", whole / 60, whole % 60)
                      : absl::StrFormat("%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

ProgressSettings ProgressOnTerminal() {
  ProgressSettings settings;
  if (isatty(STDERR_FILENO) == 0) {
    return settings;
  }
  settings.out = &std::cerr;
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    settings.columns = size.ws_col;
  }
  return settings;
}

Progress::Progress(std::string title, int64_t total, Language language, ProgressSettings settings)
    : title_(Sanitize(title)), total_(total), language_(language), settings_(std::move(settings)), start_(settings_.now()) {}

Progress::~Progress() { Finish(); }

void Progress::Update(int64_t done) {
  done_ = done;
  if (settings_.out == nullptr || finished_) {
    return;
  }
  const auto now = settings_.now();
  if (!drawn_.has_value() || now - *drawn_ >= kRedrawEvery) {
    Draw(now);
  }
}

void Progress::Finish() {
  if (settings_.out == nullptr || finished_ || !drawn_.has_value()) {
    finished_ = true;
    return;
  }
  Draw(settings_.now());
  *settings_.out << '\n' << std::flush;
  finished_ = true;
}

std::string Progress::Line(std::chrono::steady_clock::time_point now) const {
  const bool chinese = language_ == Language::kChinese;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
  std::string line = title_;
  if (total_ > 0) {
    const int64_t done = std::clamp<int64_t>(done_, 0, total_);
    const auto filled = static_cast<size_t>(static_cast<double>(done) / static_cast<double>(total_) * kBarWidth);
    absl::StrAppend(&line, " [", std::string(filled, '#'), std::string(kBarWidth - filled, '.'), "] ", done_, "/", total_);
  } else {
    absl::StrAppend(&line, " ", done_);
  }
  if (done_ > 0 && elapsed > 0) {
    const std::string number = absl::StrFormat("%.0f", rate);
    absl::StrAppend(&line, "  ", chinese ? "每秒 " : "", number, chinese ? "" : "/s");
  }
  if (done_ > 0 && done_ < total_ && rate > 0) {
    absl::StrAppend(&line, chinese ? "  还需 " : "  ETA ", ClockText(static_cast<double>(total_ - done_) / rate));
  } else {
    absl::StrAppend(&line, chinese ? "  用时 " : "  took ", ClockText(elapsed));
  }
  return line;
}

// Spaces wipe the rest of a longer line before; terminals that know no escape sequences draw it right as well.
void Progress::Draw(std::chrono::steady_clock::time_point now) {
  const std::string line = Truncate(Line(now), settings_.columns > 1 ? settings_.columns - 1 : 1);
  const size_t width = DisplayWidth(line);
  *settings_.out << '\r' << Pad(line, drawn_width_, Align::kLeft) << std::flush;
  drawn_width_ = width;
  drawn_ = now;
}

}  // namespace timebank::cli
