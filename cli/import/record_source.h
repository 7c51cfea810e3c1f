// A list of services: rows to CreateRecordRequest, answers to results.
#ifndef TIMEBANK_CLI_IMPORT_RECORD_SOURCE_H_
#define TIMEBANK_CLI_IMPORT_RECORD_SOURCE_H_

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/client/client.h"
#include "cli/import/file.h"
#include "cli/text/columns.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {

struct RecordSourceSettings {
  Client* client = nullptr;  // Not owned.
  std::string bank;          // "banks/xt"
  std::string center;        // For rows that name none; may be empty.
  std::string run_id;        // Each row's request id is this, ":" and its number; at most 40 characters.
};

// A row that says the same as an earlier one of the list (volunteer and name, date, begin, end, beneficiary, category and
// centre, however they are written) is a duplicate and not sent, also when the earlier one was refused. One that differs in
// the name or the centre alone may be the correction of a row that was refused for it: the service judges.
class RecordSource final : public RowSource {
 public:
  RecordSource(RecordSourceSettings settings, ColumnMap<RecordColumn> columns)
      : settings_(std::move(settings)), columns_(std::move(columns)) {}

  std::optional<RowResult> Plan(const CsvRow& row) override;
  bool Full() const override;
  absl::StatusOr<std::vector<RowResult>> Send() override;

 private:
  // What is remembered of each different row until the end of the list.
  struct Earlier {
    int64_t row = 0;
    bool refused = false;
    std::string record;
  };

  // A row that waits for the answer: it was sent, or it repeats one that may still be in the batch.
  struct Waiting {
    int64_t row = 0;
    std::string key;
    bool sent = false;
  };

  // When the service ended, in minutes after midnight: the end, the duration, or both when they agree.
  absl::StatusOr<int64_t> ReadEnd(const CsvRow& row, int start) const;

  // Checks the fields and fills the request. `key` is set in any case.
  std::optional<RowResult> Read(const CsvRow& row, v1::CreateRecordRequest* request, std::string* key) const;
  RowResult FromOutcome(int64_t row, const v1::RecordOutcome& outcome) const;
  RowResult FromEarlier(int64_t row, const Earlier& earlier) const;

  const RecordSourceSettings settings_;
  const ColumnMap<RecordColumn> columns_;
  std::unordered_map<std::string, Earlier> earlier_;
  v1::BatchCreateRecordsRequest batch_;
  size_t batch_bytes_ = 0;
  std::vector<Waiting> waiting_;
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_IMPORT_RECORD_SOURCE_H_
