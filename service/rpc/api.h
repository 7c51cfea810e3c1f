// The API on gRPC: every service of timebank.v1, and grpc.health.v1, on one completion queue, served by one thread.
#ifndef TIMEBANK_RPC_API_H_
#define TIMEBANK_RPC_API_H_

#include <memory>

#include "absl/status/statusor.h"
#include "service/rpc/edge.h"

namespace grpc {
class ServerBuilder;
}

namespace timebank::rpc {

// Make(), then AddTo() a builder, then build and start the gRPC server, then Serve(). To stop: Server::Shutdown, which waits
// for the calls that are under way, then FinishNotes(), then Sequencer::Stop, so that nobody answers any more, then Stop().
class Api {
 public:
  // What `edge` points to must outlive the Api. FAILED_PRECONDITION when an RPC has no permission or is not served; the
  // message names it.
  static absl::StatusOr<std::unique_ptr<Api>> Make(const Edge& edge);

  // Stops, as Stop() does.
  virtual ~Api() = default;

  // Adds services, queue and limits. The Api must outlive the server.
  virtual void AddTo(grpc::ServerBuilder* builder) = 0;
  // Begins to take calls. Starts the thread. REQUIRES: the server was started.
  virtual void Serve() = 0;
  // What grpc.health.v1 answers from now on; SERVING to begin with. Any thread.
  virtual void SetServing(bool serving) = 0;
  // Journals what was noted of denied calls. REQUIRES: the server was shut down, the sequencer still takes commands.
  virtual void FinishNotes() = 0;
  // Ends the queue and the thread. REQUIRES: the server was shut down and nobody answers calls any more. May be called more
  // than once.
  virtual void Stop() = 0;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_API_H_
