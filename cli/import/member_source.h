// A list of members: rows to CreateMemberRequest, answers to results.
#ifndef TIMEBANK_CLI_IMPORT_MEMBER_SOURCE_H_
#define TIMEBANK_CLI_IMPORT_MEMBER_SOURCE_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/client/client.h"
#include "cli/import/file.h"
#include "cli/text/columns.h"
#include "timebank/v1/member.pb.h"

namespace timebank::cli {

struct MemberSourceSettings {
  Client* client = nullptr;  // Not owned.
  std::string bank;          // "banks/xt"
  std::string center;        // For rows that name none; may be empty.
  std::string run_id;        // Each row's request id is this, ":" and its number; at most 40 characters.
};

// A person who is registered already is a duplicate: by ID number, by the centre's own number with the same name and date of
// birth, and without either number by name and date of birth.
class MemberSource final : public RowSource {
 public:
  MemberSource(MemberSourceSettings settings, ColumnMap<MemberColumn> columns)
      : settings_(std::move(settings)), columns_(std::move(columns)) {}

  std::optional<RowResult> Plan(const CsvRow& row) override;
  bool Full() const override;
  absl::StatusOr<std::vector<RowResult>> Send() override;

 private:
  std::optional<RowResult> Read(const CsvRow& row, v1::CreateMemberRequest* request) const;
  static RowResult FromOutcome(int64_t row, const v1::CreateMemberOutcome& outcome);

  const MemberSourceSettings settings_;
  const ColumnMap<MemberColumn> columns_;
  v1::BatchCreateMembersRequest batch_;
  std::vector<int64_t> rows_;  // Of the requests of the batch.
  size_t batch_bytes_ = 0;
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_IMPORT_MEMBER_SOURCE_H_
