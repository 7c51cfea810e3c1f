// What a converter of requests works with.
#ifndef TIMEBANK_RPC_CONVERT_H_
#define TIMEBANK_RPC_CONVERT_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/strings/string_view.h"
#include "service/model/command.h"
#include "service/model/outcome.h"
#include "service/privacy/sealer.h"
#include "service/rpc/fields.h"
#include "timebank/v1/common.pb.h"

namespace timebank::v1 {
class RecordResult;
class RewardOrderResult;
}  // namespace timebank::v1

namespace timebank::rpc {

// One request on its way to a command. A converter of requests is a function
//   void To...(const v1::...Request& request, Conversion* conversion, model::Command* command)
// that sets the bank and the body of the command and reads every field through `fields`; what it leaves counts only while
// they are ok.
struct Conversion {
  const privacy::Sealer& sealer;
  Fields fields;
  // Made by the converter, for the answer alone: the command has its digest. Empty where there is none.
  std::string pickup_code = {};
  std::string token = {};

  // HMAC as of Sealer::KeyedDigest, as a string of 16 bytes.
  std::string Digest(absl::string_view purpose, absl::string_view bytes) const;
};

// A note that may be personal, 0-500 characters, in the clear; it is sealed before it is submitted (command_keys.h).
model::PrivateText ReadNote(const std::string& note, Fields* fields);

// For what somebody looks at personal data; stands in the journal.
std::string ReadPurpose(const std::string& purpose, Fields* fields);

// Who stands in for hours that are spent, from the fields `cover`, `consent` and `requested_by`: the texts belong to their cover, and only to it.
model::CoverChoice ReadCover(int cover, const std::string& consent, const std::string& requested_by, Fields* fields);

google::protobuf::Timestamp ToTimestamp(model::Minute minute);
google::protobuf::Timestamp ToTimestamp(model::RecordTime time);
// "2026-03-05".
std::string ToDate(model::Day day);

// The parts of every answer to a write. REQUIRES: no rejection.
void FillReceipt(const model::Outcome& outcome, std::string name, v1::Receipt* receipt);
// For commands on records.
void FillResult(const model::Outcome& outcome, v1::RecordResult* result);
// For commands on orders of the shop.
void FillResult(const model::Outcome& outcome, v1::RewardOrderResult* result);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_H_
