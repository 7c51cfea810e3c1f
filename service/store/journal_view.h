// What a reader of the journal store sees: the rows in memory, and below them the tables.
#ifndef TIMEBANK_STORE_JOURNAL_VIEW_H_
#define TIMEBANK_STORE_JOURNAL_VIEW_H_

#include <cstdint>
#include <memory>

#include "service/store/memory_table.h"
#include "service/store/rocksdb_tables.h"
#include "service/store/store.h"

namespace timebank::store {

// The parts, newest first. A key that an earlier part knows is looked for in no later one.
struct JournalParts {
  std::shared_ptr<MemoryTable> active;        // being written to
  std::shared_ptr<const MemoryTable> frozen;  // on its way to the tables; nullptr when there is none
  std::shared_ptr<const RocksDbTables::View> tables;
};

// The parts as of a position. Keeps them, so that it costs nothing when one of them makes way for another.
std::unique_ptr<Snapshot> MakeJournalSnapshot(std::shared_ptr<const JournalParts> parts, uint64_t position);

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_JOURNAL_VIEW_H_
