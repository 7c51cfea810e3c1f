// How a call says no: a canonical code, one English sentence, and a Refusal with both languages in grpc-status-details-bin.
//
// Besides the table of model/rejections.def, these reasons are given at the edge:
//   INVALID_FIELD      INVALID_ARGUMENT    a value that is no value; metadata `field`
//   ACTOR_MISSING      PERMISSION_DENIED   a write without the metadata key timebank-actor; metadata `permission`
//   CREDENTIAL_MISSING UNAUTHENTICATED     a call without a credential, where one is needed
//   CREDENTIAL_INVALID UNAUTHENTICATED     a credential that is none, is unknown, has expired or was revoked
//   NO_PERMISSION      PERMISSION_DENIED   none of the caller's roles may do that; metadata `permission`
//   OPERATOR_ONLY      PERMISSION_DENIED   it is about the service, which has several banks, and the caller speaks for one
//   OUT_OF_REACH       PERMISSION_DENIED   what is touched is not the caller's or not in her scope, or does not exist; with metadata `field`,
//                                          of what is only referred to: or the rules do not allow it there
//   TOO_MANY_FAILURES  RESOURCE_EXHAUSTED  too many wrong credentials from the address; metadata `retry_after_ms`
//   TOO_MANY_CALLS     RESOURCE_EXHAUSTED  more calls than one caller or one address may make; metadata `retry_after_ms`
//   NOT_FOUND          NOT_FOUND           a read of something that does not exist
//   PRIVATE            PERMISSION_DENIED   a read of what is for others alone
//   NOT_YET            UNAVAILABLE         a read that asks for a later state than there is; ask again
//   TOO_MANY_LOOK_UPS  FAILED_PRECONDITION she tried too often whether somebody is who she thinks; for an hour
//   QUEUE_FULL         RESOURCE_EXHAUSTED  nothing applied; metadata `retry_after_ms`
//   STOPPING           UNAVAILABLE         nothing applied: the service stops
//   KEYS_SILENT        UNAVAILABLE         nothing shown or applied: whoever keeps the master keys does not answer
//   DEADLINE_PASSED    DEADLINE_EXCEEDED   nothing applied: the deadline was over when the call arrived
//   OUTCOME_UNKNOWN    UNAVAILABLE         not known whether it was applied: send it again with the same request id
//   UNREADABLE         DATA_LOSS           what it needs is damaged or its key is missing; the log says which. A key whose loss was accepted is
//                                          PERSONAL_DATA_LOST, of the table
//   SERVICE_FAULT      INTERNAL            a fault of the service; its log says which
//
// Where there is `retry_after_ms`, the trailer grpc-retry-pushback-ms says the same.
#ifndef TIMEBANK_RPC_REFUSAL_H_
#define TIMEBANK_RPC_REFUSAL_H_

#include <grpcpp/support/status.h>

#include <cstdint>

#include "absl/status/status.h"
#include "service/model/rejection.h"
#include "service/rpc/fields.h"
#include "timebank/v1/common.pb.h"

namespace timebank::rpc {

// How long a caller waits before it tries again after QUEUE_FULL, and where nothing else is said.
inline constexpr int kRetryAfterMs = 50;
// For how long a failed call says to wait.
int64_t RetryAfterMs(const grpc::Status& status);

v1::Refusal RefusalOf(const model::Rejection& rejection);
v1::Refusal RefusalOf(const FieldError& error);

// A failed call with its details.
grpc::Status StatusOf(grpc::StatusCode code, const v1::Refusal& refusal);
grpc::Status StatusOf(const model::Rejection& rejection);
grpc::Status StatusOf(const FieldError& error);

// What auth::LocalPrincipal and auth::Authorize refused.
grpc::Status BadActor(const absl::Status& status);
grpc::Status ActorMissing(const absl::Status& status, absl::string_view permission);
// What the gate refused.
grpc::Status NoCredential();
grpc::Status BadCredential();
grpc::Status NoPermission(absl::string_view permission);
// `field`: of what the request only refers to; empty: it is what the request is about.
grpc::Status OutOfReach(const std::string& field = std::string());
v1::Refusal OutOfReachItem(const std::string& field = std::string());
// The same, of what is about the bank as a whole, where the caller's role is bound to a part of it.
grpc::Status OutOfReachAsWhole();
grpc::Status OperatorOnly();
// She tried too often whether somebody is who she thinks.
v1::Refusal TooManyLookUps();
grpc::Status TooManyFailures(int64_t micros);
grpc::Status TooManyCalls(int64_t micros);
// A failed read: NOT_FOUND, UNAVAILABLE (not yet, or the keys do not answer), INVALID_ARGUMENT (page token), anything else a fault, which is logged.
grpc::Status ReadFailed(const absl::Status& status, absl::string_view method);
// What Sequencer::Submit refused.
grpc::Status NotTaken(const absl::Status& status);
// The keys of members could not be made or found; nothing was submitted. Logged.
grpc::Status KeysFailed(const absl::Status& status);
// The request that let a member be seen in the clear is too old to show it again.
grpc::Status RevealTooOld();
// Too many reports wait, or the service stops.
grpc::Status ReportNotTaken();
grpc::Status OutcomeUnknown();
grpc::Status DeadlinePassed();
// Bytes that are no message.
grpc::Status NoMessage();

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_REFUSAL_H_
