// The two languages people are spoken to in, and errors that carry both wordings.
#ifndef TIMEBANK_CLI_TEXT_LANGUAGE_H_
#define TIMEBANK_CLI_TEXT_LANGUAGE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace timebank::cli {

enum class Language { kChinese, kEnglish };

// The same words twice. UTF-8.
struct Text {
  std::string zh;
  std::string en;

  const std::string& Pick(Language language) const { return language == Language::kChinese ? zh : en; }
};

// Looks an environment variable up; nullptr when it is not set. std::getenv fits.
using Environment = std::function<const char*(const char*)>;

// `flag` is the value of --lang: "zh", "en", or empty when it was not given. Then the first of LC_ALL, LC_MESSAGES and LANG
// that is set and not empty decides: Chinese when it begins with "zh", else English. With none of them English.
// INVALID_ARGUMENT for any other flag.
absl::StatusOr<Language> ChooseLanguage(absl::string_view flag, const Environment& environment);

// A status whose message is the English wording and which carries the Chinese one along. REQUIRES: `code` is not OK.
absl::Status TextError(absl::StatusCode code, const Text& text);

// INVALID_ARGUMENT: what the person typed, or what the file holds, cannot be used.
absl::Status InvalidText(const Text& text);

// The text without the full stop at its end, for going on in the same sentence.
Text WithoutStop(Text text);

// Both wordings of a status made by TextError; of any other status its message, twice.
Text TextOf(const absl::Status& status);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_TEXT_LANGUAGE_H_
