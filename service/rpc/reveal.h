// What is shown in the clear once the entry that says so is durable.
#ifndef TIMEBANK_RPC_REVEAL_H_
#define TIMEBANK_RPC_REVEAL_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/model/outcome.h"
#include "service/rpc/edge.h"
#include "service/rpc/reading.h"

namespace timebank::rpc {

// Opens the reading and fills the answer. False when there is nothing left to show: a retry, and the member was erased meanwhile.
using ReadInTheClear = std::function<absl::StatusOr<bool>(Reading* reading)>;

// The end of a call whose `outcome` is an entry about a look at a member; its retries show the same for ten minutes.
grpc::Status Reveal(const Edge& edge, const model::Outcome& outcome, absl::string_view method, const ReadInTheClear& read);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_REVEAL_H_
