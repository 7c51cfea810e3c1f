#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/import/outcome.h"
#include "cli/text/csv.h"
#include "cli/text/system_error.h"

namespace timebank::cli {
namespace {

constexpr size_t kBuffer = size_t{1} << 18;

absl::Status WriteError(const std::string& path, int number) {
  const Text why = SystemError(number);
  return WithExitCode(
      TextError(absl::StatusCode::kUnavailable, {absl::StrCat("无法写入报告 ", path, "：", why.zh),
                                                 absl::StrCat("cannot write the report ", path, ": ", why.en)}),
      ExitCode::kFile);
}

}  // namespace

absl::StatusOr<Report> Report::Create(const std::string& path, const std::string& subject, Language language) {
  if (path.empty()) {
    return Report("", "", -1, language);
  }
  std::string temporary = absl::StrCat(path, ".partial-", getpid());
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (file < 0) {
    return WriteError(path, errno);
  }
  Report report(path, std::move(temporary), file, language);
  AppendCsvRow({"row", "outcome", "reason", subject, "message"}, &report.buffer_);
  return report;
}

Report::Report(Report&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      file_(std::exchange(other.file_, -1)),
      language_(other.language_),
      buffer_(std::move(other.buffer_)),
      failed_(other.failed_) {}

Report::~Report() {
  if (file_ >= 0) {
    close(file_);
    unlink(temporary_.c_str());
  }
}

void Report::Add(const RowResult& result) {
  if (file_ < 0) {
    return;
  }
  AppendCsvRow(
      {absl::StrCat(result.row), NameOf(result.outcome), result.reason, result.subject, result.message.Pick(language_)},
      &buffer_);
  if (buffer_.size() >= kBuffer) {
    failed_ = !Flush().ok() || failed_;  // Told at the end; the import itself goes on.
  }
}

absl::Status Report::Flush() {
  size_t written = 0;
  while (written < buffer_.size()) {
    const ssize_t count = write(file_, buffer_.data() + written, buffer_.size() - written);
    if (count < 0 && errno != EINTR) {
      buffer_.clear();
      return WriteError(path_, errno);
    }
    written += count > 0 ? static_cast<size_t>(count) : 0;
  }
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status Report::Finish() {
  if (file_ < 0) {
    return absl::OkStatus();
  }
  absl::Status status = failed_ ? WriteError(path_, EIO) : Flush();
  if (status.ok() && (fsync(file_) != 0 || rename(temporary_.c_str(), path_.c_str()) != 0)) {
    status = WriteError(path_, errno);
  }
  if (!status.ok()) {
    unlink(temporary_.c_str());
  }
  close(std::exchange(file_, -1));
  return status;
}

}  // namespace timebank::cli
