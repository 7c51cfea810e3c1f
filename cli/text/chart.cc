#include "cli/text/chart.h"

#include <algorithm>

namespace timebank::cli {
namespace {

constexpr int64_t kEighths = 8;
// From the left, U+258F to U+2588, and from below, U+2581 to U+2588.
constexpr const char* kLeft[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr const char* kBelow[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

// value * parts / most without overflow, to the nearest, at least 1.
int64_t Share(int64_t value, int64_t most, int64_t parts) {
  const double share = static_cast<double>(value) / static_cast<double>(most) * static_cast<double>(parts);
  return std::clamp<int64_t>(static_cast<int64_t>(share + 0.5), 1, parts);
}

}  // namespace

std::string Bar(int64_t value, int64_t most, size_t width) {
  std::string bar;
  if (value <= 0 || most <= 0 || width == 0) {
    return bar;
  }
  int64_t eighths = Share(value, most, static_cast<int64_t>(width) * kEighths);
  for (; eighths >= kEighths; eighths -= kEighths) {
    bar += kLeft[kEighths];
  }
  return bar + kLeft[eighths];
}

std::string Sparkline(const std::vector<int64_t>& values) {
  std::string line;
  const int64_t most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  for (const int64_t value : values) {
    line += kBelow[value <= 0 || most <= 0 ? 0 : Share(value, most, kEighths) - 1];
  }
  return line;
}

}  // namespace timebank::cli
