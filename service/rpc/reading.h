// One read: its fields, and the one snapshot it sees.
#ifndef TIMEBANK_RPC_READING_H_
#define TIMEBANK_RPC_READING_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message_lite.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/auth.h"
#include "service/privacy/sealer.h"
#include "service/queries/queries.h"
#include "service/rpc/edge.h"
#include "service/rpc/fields.h"

namespace timebank::rpc {

// A handler of a read is a function
//   absl::Status Name(const v1::...Request& request, Reading* reading, v1::...Response* response)
// that reads all its fields, calls Open(), and only then asks the queries. Its errors are those of the queries and of
// Open().
class Reading {
 public:
  // No page gets more than `rows_most` rows.
  Reading(const Edge& edge, size_t rows_most) : edge_(edge), rows_most_(rows_most) {}

  Fields fields;
  // For long walks: false once the caller's deadline has passed or the service stops.
  queries::GoOn go_on = [] { return true; };
  // Who asks; the name is empty when that was not told, which only some reads allow.
  const auth::Principal* caller = nullptr;

  // Takes the snapshot. INVALID_ARGUMENT when a field was bad, NOT_FOUND when there is no such bank, UNAVAILABLE when the
  // snapshot does not contain `at_least` yet.
  absl::Status Open(const std::string& bank, int64_t at_least = 0);
  // The same for a read that is about no single bank.
  absl::Status OpenAll();

  // REQUIRES: opened.
  const queries::Queries& queries() const { return *queries_; }
  // Of the bank's journal in the snapshot. REQUIRES: opened for a bank.
  int64_t sequence() const { return sequence_; }

  queries::PageRequest Page(int32_t size, const std::string& token);
  // The day that is meant by a date or by none, which is today. A report is not about days to come.
  model::Day PastDateOrToday(absl::string_view field, const std::string& date);
  // The day that is meant by a date or by none, which is today.
  model::Day DateOrToday(absl::string_view field, const std::string& date);
  // By the service's clock.
  model::RecordTime Now() const;
  // What a response may show of a person: every name, ID number and phone that leaves the service goes through here, and so is masked.
  // Nothing for nobody, and for one whose key is destroyed; nor for one who cannot be read, so that others can: the log says so.
  absl::StatusOr<privacy::Person> Masked(const std::string& sealed) const;
  // The same in the clear: for an answer that stands in the journal with its purpose. DATA_LOSS when the person cannot be read.
  absl::StatusOr<privacy::Person> InTheClear(const std::string& sealed) const;
  // A text; empty for no text, and one whose key is destroyed. DATA_LOSS when it cannot be read. For an answer that stands in the journal with
  // its purpose.
  absl::StatusOr<std::string> TextInTheClear(const std::string& sealed) const;
  // Likewise, of one among others: empty as Masked() is. For an answer that stands in the journal with its purpose.
  absl::StatusOr<std::string> Text(const std::string& sealed) const;
  // The same two of a text that is a message.
  absl::Status TextInTheClear(const std::string& sealed, google::protobuf::MessageLite* message) const;
  absl::Status Text(const std::string& sealed, google::protobuf::MessageLite* message) const;
  // Puts on record that the caller was shown something private, or did something to the service as a whole: `bank` empty. `thing` is its
  // collection and key. The journal has it within a second.
  void Done(const std::string& bank, const google::protobuf::Descriptor& request, std::string thing) const;
  const Edge& edge() const { return edge_; }
  privacy::MemberKeys& keys() const { return edge_.sealer->keys(); }
  std::string Digest(absl::string_view purpose, absl::string_view bytes) const;

 private:
  // Logs it once a call when `status` says that what is sealed cannot be read, and whether it does.
  bool CannotBeRead(const absl::Status& status, const std::string& sealed) const;

  const Edge& edge_;
  size_t rows_most_;
  std::optional<queries::Queries> queries_;
  int64_t sequence_ = 0;
  mutable bool logged_ = false;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_READING_H_
