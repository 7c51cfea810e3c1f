// Charts for a terminal.
#ifndef TIMEBANK_CLI_TEXT_CHART_H_
#define TIMEBANK_CLI_TEXT_CHART_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace timebank::cli {

// A bar of block characters as long to `width` columns as `value` is to `most`, to an eighth of a column; a value above zero
// shows at least an eighth. Empty when either is not above zero. REQUIRES: value <= most.
std::string Bar(int64_t value, int64_t most, size_t width);

// One block character a value, of eight heights; the largest value is the highest. Negative values count as zero.
std::string Sparkline(const std::vector<int64_t>& values);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_CHART_H_
