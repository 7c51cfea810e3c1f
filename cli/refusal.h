// Refusals as the service sends them, and what a person can do about them.
#ifndef TIMEBANK_CLI_REFUSAL_H_
#define TIMEBANK_CLI_REFUSAL_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/text/language.h"
#include "timebank/v1/common.pb.h"

namespace timebank::cli {

// The first Refusal in the bytes of `grpc-status-details-bin`; nothing when there is none or the bytes are something else.
std::optional<v1::Refusal> DecodeStatusDetails(absl::string_view bytes);

// A status with the wording of the refusal in both languages that carries the refusal along. An INVALID_FIELD has exit code
// kUsage, a NOT_FOUND kNotFound, all else kRefused. REQUIRES: `code` is not OK.
absl::Status RefusalError(absl::StatusCode code, const v1::Refusal& refusal);

// The refusal that RefusalError put into it.
std::optional<v1::Refusal> RefusalOf(const absl::Status& status);

// The wording, long numbers masked: a refusal may repeat what was typed, and that may have been an ID number in the wrong
// place. The reason's name when the service sent no words.
Text WordsOf(const v1::Refusal& refusal);

// A value of the refusal's metadata; empty when there is none.
std::string MetadataOf(const v1::Refusal& refusal, const std::string& key);

// What to do next, one sentence; empty when the wording says it already.
Text NextStep(const v1::Refusal& refusal);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_REFUSAL_H_
