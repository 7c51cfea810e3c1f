// Who calls: from the credential of a call to the principal behind it, what becomes of those who have none, and what is put on record.
#ifndef TIMEBANK_RPC_GATE_H_
#define TIMEBANK_RPC_GATE_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "absl/strings/string_view.h"
#include "service/auth/auth.h"
#include "service/rpc/access_notes.h"
#include "service/rpc/edge.h"
#include "service/rpc/throttle.h"

namespace timebank::rpc {

// "unix", or the IP address of gRPC's name of a peer.
std::string OriginOf(absl::string_view peer);

// Thread of the queue, except where said otherwise.
class Gate {
 public:
  // What `edge` points to must outlive this.
  explicit Gate(const Edge& edge);

  // The principal behind a call. A status that is not OK is its answer: nobody is let in.
  grpc::Status Identify(const grpc::ServerContext& context, const std::string& method, auth::Principal* principal);

  // Counts a call that was let in. A status that is not OK is its answer; after OK, Leave() has to follow.
  grpc::Status Enter(const auth::Principal& principal);
  void Leave(const auth::Principal& principal);

  // Puts a denied call on record. `bank` is what the request named, for those whose credential names none. Any thread.
  void Denied(const auth::Principal& principal, const std::string& bank, const std::string& method,
              absl::string_view reason);

  // Puts on record that the caller was shown something private; `thing` is its collection and key. Any thread.
  void Shown(const auth::Principal& principal, const std::string& bank, const std::string& method, std::string thing);

  // Roles or tokens changed: what was known of principals is forgotten. Any thread; to be called before the change is answered.
  void Forget() { ++version_; }

  // The first token was made with the one-time credential, which counts no more. Any thread.
  void SetUpDone();

  bool trusting() const { return !edge_.access.credentials_required; }

  // Journals what was noted. REQUIRES: the sequencer still takes commands.
  void Stop() { notes_.Stop(); }

 private:
  struct Known {
    uint64_t version = 0;
    model::RecordTime until;
    auth::Principal principal;
  };
  // Of an address from which credentials came that are none.
  struct Failures {
    int count = 0;
    model::RecordTime next;  // before this moment no further one is looked at
  };

  grpc::Status TrustTheName(const grpc::ServerContext& context, auth::Principal* principal) const;
  grpc::Status Refuse(const std::string& bank, const std::string& origin, const std::string& method,
                      absl::string_view reason, model::RecordTime now);
  absl::StatusOr<bool> Load(const std::string& bank, const std::string& digest, const std::string& origin,
                            model::RecordTime now, uint64_t version, absl::string_view* reason, Known* known);
  // The same by a token of the outside provider; `text` is what was shown.
  absl::StatusOr<bool> LoadJwt(absl::string_view text, const std::string& origin, model::RecordTime now, uint64_t version,
                               std::string* bank, std::string* reason, Known* known);
  bool IsSetUp(absl::string_view bearer);
  grpc::Status Remember(std::string key, Known known, auth::Principal* principal);
  // What was known of the credential under the key, if it still counts.
  bool Recall(const std::string& key, const std::string& origin, model::RecordTime now, auth::Principal* principal) const;
  grpc::Status IdentifyJwt(absl::string_view text, const std::string& origin, const std::string& method,
                           model::RecordTime now, auth::Principal* principal);
  // Whether the address has to wait; the status is its answer.
  grpc::Status BackOff(const std::string& origin, model::RecordTime now) const;

  const Edge& edge_;
  AccessNotes notes_;
  std::atomic<uint64_t> version_ = 1;
  std::unordered_map<std::string, Known> known_;  // by bank and digest
  std::map<std::string, Failures> failures_;      // by origin
  Throttle principals_;
  Throttle origins_;
  std::mutex set_up_mutex_;
  std::string set_up_;  // the one-time credential, under its mutex; empty: none
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_GATE_H_
