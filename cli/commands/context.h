// What a command works with: the server, the bank, who acts, and where to print.
#ifndef TIMEBANK_CLI_COMMANDS_CONTEXT_H_
#define TIMEBANK_CLI_COMMANDS_CONTEXT_H_

#include <google/protobuf/message.h>

#include <functional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client/client.h"
#include "cli/text/language.h"
#include "cli/text/table.h"
#include "timebank/v1/common.pb.h"

namespace timebank::cli {

struct ContextSettings {
  std::string bank;        // As typed; empty: the only one there is.
  std::string actor;       // Who acts.
  std::string profile;     // Under which credentials are kept.
  std::string request_id;  // As typed; empty: each write gets a new one.
  Format format = Format::kTable;
  Language language = Language::kEnglish;
  std::ostream* out = nullptr;  // Not owned, like `err` and `client`.
  std::ostream* err = nullptr;
  Client* client = nullptr;
  std::function<bool()> interrupted;  // Whether the person wants long work to stop; may be empty.
};

// Not thread-safe.
class Context {
 public:
  explicit Context(ContextSettings settings) : settings_(std::move(settings)) {}

  Language language() const { return settings_.language; }
  Format format() const { return settings_.format; }
  const std::string& actor() const { return settings_.actor; }
  const std::string& profile() const { return settings_.profile; }
  Client& client() { return *settings_.client; }
  bool Interrupted() const { return settings_.interrupted && settings_.interrupted(); }

  // In the chosen language.
  const std::string& Pick(const Text& text) const { return text.Pick(settings_.language); }

  // "banks/{id}". Without --bank the only bank of the server; INVALID_ARGUMENT when it has none or several.
  absl::StatusOr<std::string> Bank();

  // The full name of something of a collection ("records"), from what was typed. A full name decides which bank is meant.
  absl::StatusOr<std::string> Name(absl::string_view collection, const std::string& typed);

  // See Client::Call.
  absl::Status Read(const google::protobuf::Message& request, google::protobuf::Message* response);

  // The same for a request with a request id, which is set here: --request-id, or a new one. When the outcome is unknown,
  // the error says with which id to try again.
  absl::Status Write(google::protobuf::Message* request, google::protobuf::Message* response);

  // --request-id, or a new one.
  std::string RequestId() const;

  // One line as it is.
  absl::Status PrintLine(const std::string& line);

  // Rows, one below the other.
  absl::Status Print(const Table& table);

  // One thing with many properties: for people a line each, for programs a table with one row. REQUIRES: exactly one row.
  absl::Status PrintOne(const Table& table);

  // The same of what is personal, and that the look is on record.
  absl::Status PrintLook(const Table& table);

  // One thing that was written: its id under the key `key`, the sequence and time of the entry, then `more`.
  absl::Status PrintReceipt(const v1::Receipt& receipt, const Column& key, Table more = {});

  // A sentence for people. Among results it would spoil CSV and JSON, so there it goes to the errors' stream.
  void Say(const Text& text);

  // A sentence about the work, on the errors' stream.
  void Warn(const Text& text);

  // A column with its heading in the chosen language.
  Column Col(std::string key, const Text& title, Align align = Align::kLeft) const;

  Cell Minutes(int64_t minutes) const;

 private:
  ContextSettings settings_;
  std::string bank_;  // Full name, once known.
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_CONTEXT_H_
