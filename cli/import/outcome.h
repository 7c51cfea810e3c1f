// What became of each row of a list, and where that is written down.
#ifndef TIMEBANK_CLI_IMPORT_OUTCOME_H_
#define TIMEBANK_CLI_IMPORT_OUTCOME_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/text/language.h"
#include "timebank/v1/common.pb.h"

namespace timebank::cli {

enum class RowOutcome { kAccepted, kDuplicate, kRefused };

// "accepted", "duplicate" or "refused".
const char* NameOf(RowOutcome outcome);

struct RowResult {
  int64_t row = 0;  // Data rows from 1.
  RowOutcome outcome = RowOutcome::kRefused;
  std::string reason;   // UPPER_SNAKE; empty for an accepted row with nothing to say about it.
  std::string subject;  // Id of the record or the member; empty when there is none.
  Text message;         // One sentence; may be empty.
};

// A row refused because of a failed check of this program.
RowResult RefusedRow(int64_t row, std::string reason, const Text& message);

// A row that the service refused.
RowResult RefusedRow(int64_t row, const v1::Refusal& refusal);

// What a whole file came to.
struct ImportSummary {
  int64_t rows = 0;
  int64_t accepted = 0;
  int64_t late = 0;  // Of the accepted ones.
  int64_t duplicate = 0;
  int64_t refused = 0;
  std::map<std::string, int64_t> refused_by_reason;

  void Count(const RowResult& result);

  // Several lines for people. `noun` is what a row holds: {"服务记录", "service records"}. Only of a whole file can it be
  // said that nothing changed; of one that stopped half way `complete` is false.
  Text Words(const Text& noun, bool complete) const;
};

// A reason in a few words for a summary; the reason itself when it is not known.
Text ReasonWords(const std::string& reason);

// The report, written beside its place and moved there at the end, so that nobody reads half of one.
class Report {
 public:
  // An empty path is a report that nobody wants. `subject` heads the column of the ids: "record" or "member".
  // UNAVAILABLE, with exit code kFile, when the file cannot be made.
  static absl::StatusOr<Report> Create(const std::string& path, const std::string& subject, Language language);
  Report(Report&& other) noexcept;
  Report& operator=(Report&&) = delete;
  // Removes the file when Finish was not called.
  ~Report();

  void Add(const RowResult& result);

  // Moves the report to its place. UNAVAILABLE, with exit code kFile, when it cannot be written.
  absl::Status Finish();

 private:
  Report(std::string path, std::string temporary, int file, Language language)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(file), language_(language) {}

  absl::Status Flush();
  absl::Status CannotWrite();

  std::string path_;
  std::string temporary_;
  int file_ = -1;  // Owned; -1 when there is none.
  Language language_;
  std::string buffer_;
  bool failed_ = false;
};

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_IMPORT_OUTCOME_H_
