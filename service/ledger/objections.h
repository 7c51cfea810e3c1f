// Who objects to a record, an order or a star application. While one objection is open others may join it, each by a person of his or
// her own; one decision is about all of them, and none of those who objected takes it.
#ifndef TIMEBANK_LEDGER_OBJECTIONS_H_
#define TIMEBANK_LEDGER_OBJECTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "service/ledger/work.h"

namespace timebank::ledger {

using Objectors = google::protobuf::RepeatedPtrField<std::string>;

// Whether the actor is one of them.
absl::StatusOr<bool> ActorObjected(Work& work, const std::string& first, const Objectors& more);

// Refuses who objected already, and when there are too many.
absl::Status RequireNewObjection(Work& work, const std::string& first, const Objectors& more);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_OBJECTIONS_H_
