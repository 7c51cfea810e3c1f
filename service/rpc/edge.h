// What every call works with.
#ifndef TIMEBANK_RPC_EDGE_H_
#define TIMEBANK_RPC_EDGE_H_

#include "service/base/clock.h"
#include "service/commands/sequencer.h"
#include "service/privacy/sealer.h"
#include "service/queries/queries.h"

namespace timebank::rpc {

class ReportThread;

// Nothing is owned; everything must outlive the calls and is thread-safe.
struct Edge {
  commands::Sequencer* sequencer = nullptr;
  const store::Store* store = nullptr;
  const privacy::Sealer* sealer = nullptr;
  const base::Clock* clock = nullptr;
  ReportThread* reports = nullptr;  // the API's own
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_EDGE_H_
