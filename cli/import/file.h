// Running through a list row by row: what is common to members and records.
#ifndef TIMEBANK_CLI_IMPORT_FILE_H_
#define TIMEBANK_CLI_IMPORT_FILE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/import/outcome.h"
#include "cli/text/csv.h"
#include "cli/text/language.h"
#include "cli/text/progress.h"

namespace timebank::cli {

inline constexpr size_t kImportBatchRows = 500;
inline constexpr size_t kImportBatchBytes = size_t{1} << 20;  // The service takes messages of up to 4 MiB.

// The text of a list. The error has exit code kFile.
absl::StatusOr<std::string> ReadList(const std::string& path);

// Turns rows into requests and answers into results.
class RowSource {
 public:
  virtual ~RowSource() = default;

  // A good row: decides it, or adds it to the batch and returns nothing.
  virtual std::optional<RowResult> Plan(const CsvRow& row) = 0;

  // Whether the batch is large enough to be sent.
  virtual bool Full() const = 0;

  // Sends the batch and empties it: one result for each row that Plan added, in order. On an error nothing is known of them.
  virtual absl::StatusOr<std::vector<RowResult>> Send() = 0;
};

struct ImportRun {
  CsvReader* reader = nullptr;
  RowSource* source = nullptr;
  Report* report = nullptr;
  Progress* progress = nullptr;
  std::function<bool()> interrupted;  // Asked between batches.
  ImportSummary summary;              // Of the rows that were decided.
};

// Every data row gets one result, in order, in the report and in the summary. An error tells how many rows are done, and
// that the same file can be run again: with exit code kFile when the list ends in the middle of a quote (what stands before
// is done), kUnreachable when nothing was sent at all, kUnknown when a batch may have been taken or not or the person
// stopped it, and else that of the service's answer. The report is not finished here.
absl::Status RunImport(ImportRun* run);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_IMPORT_FILE_H_
