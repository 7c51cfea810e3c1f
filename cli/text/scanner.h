// Reading a short text from its front.
#ifndef TIMEBANK_CLI_TEXT_SCANNER_H_
#define TIMEBANK_CLI_TEXT_SCANNER_H_

#include <cstddef>
#include <initializer_list>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace timebank::cli {

// Takes tokens off the front of a text; spaces before a token are passed over, spaces within a number are not.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  bool AtEnd() {
    SkipSpaces();
    return rest_.empty();
  }
  bool NextIsSpace() const { return !rest_.empty() && rest_.front() == ' '; }
  // A run of digits; empty, and nothing taken, when there is none.
  absl::string_view Digits() {
    SkipSpaces();
    size_t length = 0;
    while (length < rest_.size() && absl::ascii_isdigit(static_cast<unsigned char>(rest_[length]))) {
      ++length;
    }
    const absl::string_view digits = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return digits;
  }
  // A number of `min` to `max` digits (at most 9).
  std::optional<int> Number(size_t min, size_t max) {
    const absl::string_view digits = Digits();
    int value = 0;
    if (digits.size() < min || digits.size() > max || !absl::SimpleAtoi(digits, &value)) {
      return std::nullopt;
    }
    return value;
  }
  bool Take(absl::string_view token) {
    SkipSpaces();
    return absl::ConsumePrefix(&rest_, token);
  }
  bool TakeAny(std::initializer_list<absl::string_view> tokens) {
    for (const absl::string_view token : tokens) {
      if (Take(token)) {
        return true;
      }
    }
    return false;
  }

 private:
  void SkipSpaces() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  absl::string_view rest_;
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_SCANNER_H_
