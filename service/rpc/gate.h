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
#include "service/auth/token.h"
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

  // Counts a call of an address, before anything else is known of it, and sets `principal`'s origin. `open_to_all`: of such calls an
  // address has few at once. A status that is not OK is its answer; after OK, Leave() with the same has to follow.
  grpc::Status Enter(const grpc::ServerContext& context, const std::string& method, bool open_to_all,
                     auth::Principal* principal);
  void Leave(const auth::Principal& principal, bool open_to_all);

  // The principal behind a call that entered. A status that is not OK is its answer: nobody is let in.
  grpc::Status Identify(const grpc::ServerContext& context, const std::string& method, auth::Principal* principal);

  // Counts a call of a principal. A status that is not OK is its answer; after OK, LeaveAs() has to follow.
  grpc::Status EnterAs(const auth::Principal& principal);
  void LeaveAs(const auth::Principal& principal);

  // How long it holds who somebody is: until roles or tokens change, and a second at most, after which it is looked at again.
  struct Pass {
    uint64_t version = 0;
    int64_t moment = 0;
  };
  Pass PassNow() const;
  bool HasChanged(const Pass& pass) const;

  // Whether the principal may deal with what is the whole service's: the operator, and whoever is of the only bank there is.
  bool SpeaksForService(const auth::Principal& principal) const;

  // Puts a denied call on record. `bank` is what the request named, for those whose credential names none; `thing` as ThingOf() says. Any
  // thread.
  void Denied(const auth::Principal& principal, const std::string& bank, const std::string& method, std::string thing,
              absl::string_view reason);
  // Puts on record what was done that no command tells of; `thing` is its collection and key. See AccessNotes::Done. Any thread.
  void Done(const auth::Principal& principal, const std::string& bank, const std::string& method, std::string thing);

  // Roles or tokens changed: what was known of principals is forgotten. Any thread; to be called before the change is answered.
  void Forget() { ++version_; }

  // Takes the one-time credential for a call that makes a token, so that no other does. False when another holds it or it counts no more.
  // After true, one of the other two has to follow: the token was made, and it counts no more; or it was not. Any thread.
  bool ClaimSetUp();
  void SetUpDone();
  void GiveBackSetUp();

  bool trusting() const { return !edge_.access.credentials_required; }

  // Journals what was noted. REQUIRES: the sequencer still takes commands.
  void Stop() { notes_.Stop(); }

 private:
  struct Known {
    uint64_t version = 0;
    uint64_t keys =
        0;  // generation of the provider's keys that the credential was signed with; 0: it is none of the provider's
    model::RecordTime until;
    auth::Principal principal;
  };
  // Of an address from which credentials came that are none. Right ones are let in meanwhile, and change nothing here: whoever guesses may
  // sit beside honest callers, or be one.
  struct Failures {
    int count = 0;
    model::RecordTime last;
    model::RecordTime next;  // before this moment no further one is noted, and its sender told to wait
  };

  grpc::Status TrustTheName(const grpc::ServerContext& context, auth::Principal* principal) const;
  // `shown`: from where, and, of a credential that counts no more, which and whose it was.
  grpc::Status Refuse(const std::string& bank, const auth::Principal& shown, const std::string& method,
                      absl::string_view reason, model::RecordTime now);
  absl::StatusOr<bool> Load(const auth::Token& shown, const std::string& digest, const std::string& origin,
                            model::RecordTime now, uint64_t version, absl::string_view* reason, Known* known);
  // The same by a token of the outside provider; `text` is what was shown.
  absl::StatusOr<bool> LoadJwt(absl::string_view text, const std::string& origin, model::RecordTime now, uint64_t version,
                               std::string* bank, std::string* reason, Known* known);
  bool IsSetUp(absl::string_view bearer);
  grpc::Status Remember(std::string key, Known known, auth::Principal* principal);
  // What was known of the credential under the key, if it still counts.
  bool Recall(const std::string& key, uint64_t keys, const std::string& origin, model::RecordTime now,
              auth::Principal* principal) const;
  grpc::Status IdentifyJwt(absl::string_view text, const std::string& origin, const std::string& method,
                           model::RecordTime now, auth::Principal* principal);
  grpc::Status IdentifyToken(const auth::Token& token, const std::string& origin, const std::string& method,
                             model::RecordTime now, auth::Principal* principal);
  grpc::Status NobodyThere(const std::string& origin, const std::string& method, model::RecordTime now);

  const Edge& edge_;
  AccessNotes notes_;
  std::atomic<uint64_t> version_ = 1;
  std::unordered_map<std::string, Known> known_;  // by bank and digest
  std::map<std::string, Failures> failures_;      // by origin
  Throttle principals_;
  Throttle origins_;
  Throttle strangers_;      // by origin: calls without a credential that are noted
  Throttle open_;           // by origin: calls that are open to all
  Throttle verifications_;  // by origin: signatures that are looked at
  std::mutex set_up_mutex_;
  std::string set_up_;           // the one-time credential, under its mutex; empty: none
  bool set_up_claimed_ = false;  // under its mutex
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_GATE_H_
