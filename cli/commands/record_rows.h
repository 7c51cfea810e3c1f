// Service records as rows of a table.
#ifndef TIMEBANK_CLI_COMMANDS_RECORD_ROWS_H_
#define TIMEBANK_CLI_COMMANDS_RECORD_ROWS_H_

#include <vector>

#include "cli/commands/context.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {

// Few columns for a list, all of them for one record.
std::vector<Column> RecordColumns(const Context& context);
std::vector<Cell> RecordRow(const v1::Record& record, const Context& context);
std::vector<Column> RecordDetailColumns(const Context& context);
std::vector<Cell> RecordDetailRow(const v1::Record& record, const Context& context);

// Prints where a write left a record.
absl::Status PrintRecordResult(const v1::Receipt& receipt, const v1::RecordResult& result, Context* context);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_RECORD_ROWS_H_
