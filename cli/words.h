// The enumerations of timebank.v1 in words, and the values of its messages as cells of a table.
#ifndef TIMEBANK_CLI_WORDS_H_
#define TIMEBANK_CLI_WORDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/text/language.h"
#include "cli/text/table.h"

namespace timebank::cli {

// The value in words; its stable name, twice, for values that this program does not know yet.
Text WordsOf(const google::protobuf::EnumDescriptor& type, int value);

// "SETTLED" of RECORD_STATE_SETTLED: the value's name without the prefix that all values of the type share; the number for a
// value that this program does not know.
std::string StableName(const google::protobuf::EnumDescriptor& type, int value);

// The number of a value by its stable name, in any letter case and with "-" for "_", or by its words in either language.
// INVALID_ARGUMENT names the values there are. The UNSPECIFIED value is never found.
absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor& type, absl::string_view text);

template <typename Enum>
Text WordsOf(Enum value) {
  return WordsOf(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

// Words for people, the stable name for programs; empty for UNSPECIFIED.
Cell EnumCell(const google::protobuf::EnumDescriptor& type, int value, Language language);

template <typename Enum>
Cell EnumCell(Enum value, Language language) {
  return EnumCell(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value), language);
}

template <typename Enum>
absl::StatusOr<Enum> ParseEnum(absl::string_view text) {
  const absl::StatusOr<int> value = ParseEnum(*google::protobuf::GetEnumDescriptor<Enum>(), text);
  if (!value.ok()) {
    return value.status();
  }
  return static_cast<Enum>(*value);
}

// "2026-03-05 09:05", the local time in China; empty when it is not set.
std::string FormatMoment(const google::protobuf::Timestamp& moment);

// "是"/"yes" or "否"/"no" for people.
Cell FlagCell(bool value, Language language);

// Lower-case hexadecimal digits.
std::string Hexadecimal(absl::string_view bytes);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_WORDS_H_
