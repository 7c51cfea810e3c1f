// The messages on disk, under a short name.
#ifndef TIMEBANK_LEDGER_RECORD_PROTO_H_
#define TIMEBANK_LEDGER_RECORD_PROTO_H_

#include "timebank/record/v1/record.pb.h"

namespace timebank::ledger {
namespace rec = ::timebank::record::v1;
}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_RECORD_PROTO_H_
