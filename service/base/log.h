// One line a happening, to standard error: time, level, event, and name=value pairs. Values are escaped, so that nothing a client sends
// can forge a line or a terminal command; callers never pass names, ID numbers or phones.
#ifndef TIMEBANK_BASE_LOG_H_
#define TIMEBANK_BASE_LOG_H_

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace timebank::base {

enum class LogLevel { kInfo, kWarning, kError };

using LogField = std::pair<absl::string_view, std::string>;

// Thread-safe: a line is written with one call.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_LOG_H_
