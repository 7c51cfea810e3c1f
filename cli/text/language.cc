#include "cli/text/language.h"

#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "cli/text/display.h"
#include "service/base/check.h"

namespace timebank::cli {
namespace {

constexpr char kChinesePayload[] = "timebank.cli/zh";

}  // namespace

absl::StatusOr<Language> ChooseLanguage(absl::string_view flag, const Environment& environment) {
  if (flag == "zh") {
    return Language::kChinese;
  }
  if (flag == "en") {
    return Language::kEnglish;
  }
  if (!flag.empty()) {
    const std::string quoted = QuoteForMessage(flag);
    return InvalidText({"语言 " + quoted + " 不可用，请用 zh 或 en", "unknown language " + quoted + "; use zh or en"});
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = environment(name);
    if (value != nullptr && *value != '\0') {
      return absl::StartsWithIgnoreCase(value, "zh") ? Language::kChinese : Language::kEnglish;
    }
  }
  return Language::kEnglish;
}

absl::Status TextError(absl::StatusCode code, const Text& text) {
  TB_CHECK(code != absl::StatusCode::kOk);
  absl::Status status(code, text.en);
  status.SetPayload(kChinesePayload, absl::Cord(text.zh));
  return status;
}

absl::Status InvalidText(const Text& text) { return TextError(absl::StatusCode::kInvalidArgument, text); }

Text WithoutStop(Text text) {
  for (std::string* const words : {&text.zh, &text.en}) {
    absl::string_view kept = *words;
    while (absl::ConsumeSuffix(&kept, "。") || absl::ConsumeSuffix(&kept, ".")) {
    }
    words->resize(kept.size());
  }
  return text;
}

Text TextOf(const absl::Status& status) {
  const std::string english(status.message());
  const absl::optional<absl::Cord> chinese = status.GetPayload(kChinesePayload);
  return Text{chinese.has_value() ? std::string(*chinese) : english, english};
}

}  // namespace timebank::cli
