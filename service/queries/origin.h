// Where hours come from and go to, in the eyes of one member.
#ifndef TIMEBANK_QUERIES_ORIGIN_H_
#define TIMEBANK_QUERIES_ORIGIN_H_

#include <cstdint>

#include "service/ledger/record_proto.h"
#include "service/model/ids.h"

namespace timebank::queries {

struct Origin {
  uint64_t id = 0;       // of a record, hold, order, grant, or of the other member, by the kind of the entry
  bool of_pool = false;  // it is the pool, and no id
};

// Of a line of `member`.
Origin OriginOf(const ledger::rec::Entry& entry, model::MemberId member);

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_ORIGIN_H_
