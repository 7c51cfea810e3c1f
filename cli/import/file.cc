#include "cli/import/file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/text/display.h"
#include "cli/text/encoding.h"
#include "service/base/check.h"

namespace timebank::cli {
namespace {

namespace error {

absl::Status BadFile(const std::string& path, const absl::Status& why) {
  const Text text = TextOf(why);
  return WithExitCode(TextError(why.code(), {absl::StrCat(path, "：", text.zh), absl::StrCat(path, ": ", text.en)}),
                      ExitCode::kFile);
}

absl::Status Stopped(const absl::Status& why, const ImportSummary& summary) {
  const Text text = WithoutStop(TextOf(why));
  const ExitCode code = ExitCodeOf(why) == ExitCode::kUnreachable && summary.rows > 0 ? ExitCode::kUnknown : ExitCodeOf(why);
  return WithExitCode(
      TextError(why.code(), {absl::StrCat(text.zh, "。导入停在第 ", summary.rows, " 行之后：前 ", summary.rows,
                                          " 行已有结果。再导入同一个文件即可，已登记的行不会重复"),
                             absl::StrCat(text.en, ". The import stopped; the first ", summary.rows,
                                          " rows are decided. Run the same file again: nothing is recorded twice")}),
      code);
}

absl::Status Interrupted() {
  return WithExitCode(TextError(absl::StatusCode::kCancelled, {"已按要求中止", "stopped as asked"}), ExitCode::kUnknown);
}

}  // namespace error

// What the reader itself finds wrong with a row.
std::optional<RowResult> CheckForm(const CsvRow& row, size_t fields) {
  if (row.blank) {
    return RefusedRow(row.number, "EMPTY_ROW", {"这一行是空的", "the row is empty"});
  }
  if (!row.status.ok()) {
    return RefusedRow(row.number, row.fields.size() != fields ? "WRONG_FIELD_COUNT" : "MALFORMED_ROW", TextOf(row.status));
  }
  return std::nullopt;
}

// Rows between two batches, in order; those without a result wait for the next answer.
class Pending {
 public:
  explicit Pending(ImportRun* run) : run_(run) {}

  void Add(std::optional<RowResult> result) {
    waiting_ += result.has_value() ? 0 : 1;
    rows_.push_back(std::move(result));
  }

  bool Long() const { return rows_.size() >= 10 * kImportBatchRows; }

  // On an error the rows before the first unknown one are still written down.
  absl::Status Flush() {
    std::vector<RowResult> results;
    absl::Status status;
    if (waiting_ > 0) {
      absl::StatusOr<std::vector<RowResult>> sent = run_->source->Send();
      status = sent.status();
      if (sent.ok()) {
        results = *std::move(sent);
        TB_CHECK(results.size() == waiting_);
      }
    }
    size_t next = 0;
    for (std::optional<RowResult>& row : rows_) {
      if (!row.has_value() && !status.ok()) {
        break;
      }
      const RowResult& result = row.has_value() ? *row : results[next++];
      run_->report->Add(result);
      run_->summary.Count(result);
    }
    rows_.clear();
    waiting_ = 0;
    run_->progress->Update(run_->summary.rows);
    return status;
  }

 private:
  ImportRun* run_;
  std::vector<std::optional<RowResult>> rows_;
  size_t waiting_ = 0;
};

}  // namespace

absl::StatusOr<std::string> ReadList(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) {
    return error::BadFile(path, bytes.status());
  }
  absl::StatusOr<DecodedText> text = DecodeText(*bytes);
  if (!text.ok()) {
    return error::BadFile(path, text.status());
  }
  return std::move(text->text);
}

absl::Status RunImport(ImportRun* run) {
  const size_t fields = run->reader->header().size();
  Pending pending(run);
  absl::Status status;
  while (status.ok()) {
    const std::optional<CsvRow> row = run->reader->Next();
    if (!row.has_value()) {
      break;
    }
    std::optional<RowResult> result = CheckForm(*row, fields);
    pending.Add(result.has_value() ? std::move(result) : run->source->Plan(*row));
    if (run->source->Full() || pending.Long()) {
      status = pending.Flush();
      if (status.ok() && run->interrupted && run->interrupted()) {
        status = error::Interrupted();
      }
    }
  }
  if (status.ok()) {
    status = pending.Flush();
  }
  run->progress->Finish();
  if (!status.ok()) {
    return error::Stopped(status, run->summary);
  }
  if (!run->reader->status().ok()) {
    return WithExitCode(run->reader->status(), ExitCode::kFile);
  }
  return absl::OkStatus();
}

}  // namespace timebank::cli
