// A line on a terminal that says how far a long work is.
#ifndef TIMEBANK_CLI_TEXT_PROGRESS_H_
#define TIMEBANK_CLI_TEXT_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "cli/text/language.h"

namespace timebank::cli {

// Where and how a Progress draws.
struct ProgressSettings {
  std::ostream* out = nullptr;  // Not owned; nothing is drawn when it is null.
  size_t columns = 80;          // Of the terminal; a line is kept shorter, since a wrapped one stays behind.
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

// Standard error when it is a terminal, with its width; else nowhere, so that logs and pipes hold no progress.
ProgressSettings ProgressOnTerminal();

// Draws at the first Update and then at most ten times a second. Not thread-safe.
class Progress {
 public:
  // `title` is what is being done, for people. `total` is the count at the end; 0 or less when it is not known.
  Progress(std::string title, int64_t total, Language language, ProgressSettings settings = ProgressOnTerminal());
  // Finishes, if nobody did.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of the total are done.
  void Update(int64_t done);

  // Draws the last state and ends the line, so that what is printed next starts on a line of its own. Later calls do
  // nothing; nothing is printed when nothing was drawn.
  void Finish();

 private:
  std::string Line(std::chrono::steady_clock::time_point now) const;
  void Draw(std::chrono::steady_clock::time_point now);

  const std::string title_;
  const int64_t total_;
  const Language language_;
  const ProgressSettings settings_;
  const std::chrono::steady_clock::time_point start_;
  std::optional<std::chrono::steady_clock::time_point> drawn_;
  int64_t done_ = 0;
  size_t drawn_width_ = 0;
  bool finished_ = false;
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_PROGRESS_H_
