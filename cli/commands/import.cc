#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/exit_code.h"
#include "cli/import/centers.h"
#include "cli/import/file.h"
#include "cli/import/member_source.h"
#include "cli/import/record_source.h"
#include "cli/names.h"
#include "cli/text/display.h"
#include "service/base/status.h"

namespace timebank::cli {
namespace {

// A report in the place of the list would be the end of the list.
absl::Status CheckReportPath(const Arguments& arguments) {
  std::error_code ignored;  // Set where one of the two is not there, and then they are not the same.
  if (arguments.Has("report") && std::filesystem::equivalent(arguments.Get("file"), arguments.Get("report"), ignored)) {
    return InvalidText({"--report 不能是要导入的文件本身", "--report must not be the list itself"});
  }
  return absl::OkStatus();
}

// The error of a text that is no list: the file's name before what is wrong.
absl::Status BadList(const std::string& path, const absl::Status& why) {
  const Text text = TextOf(why);
  return WithExitCode(TextError(why.code(), {absl::StrCat(path, "：", text.zh), absl::StrCat(path, ": ", text.en)}),
                      ExitCode::kFile);
}

void TellIgnored(const std::vector<std::string>& ignored, Context* context) {
  if (!ignored.empty()) {
    const std::string names = absl::StrJoin(
        ignored, ", ", [](std::string* out, const std::string& name) { absl::StrAppend(out, QuoteForMessage(name)); });
    context->Warn({absl::StrCat("没有使用的列：", names), absl::StrCat("columns that are not used: ", names)});
  }
}

int64_t CountRows(absl::string_view text) {
  int64_t rows = 0;
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  while (reader.ok() && reader->Next().has_value()) {
    ++rows;
  }
  return rows;
}

absl::Status PrintSummary(const ImportSummary& summary, const Text& noun, bool complete, Context* context) {
  if (context->format() == Format::kTable) {
    const Text words = summary.Words(noun, complete);
    for (const absl::string_view line : absl::StrSplit(context->Pick(words), '\n', absl::SkipEmpty())) {
      context->Say({std::string(line), std::string(line)});
    }
    return absl::OkStatus();
  }
  Table table;
  table.columns = {
      context->Col("rows", {"行", "Rows"}),         context->Col("accepted", {"接受", "Accepted"}),
      context->Col("late", {"逾期", "Late"}),       context->Col("duplicate", {"重复", "Duplicates"}),
      context->Col("refused", {"拒绝", "Refused"}), context->Col("refused_by_reason", {"拒绝原因", "By reason"})};
  table.rows.push_back({Cell::Number(summary.rows), Cell::Number(summary.accepted), Cell::Number(summary.late),
                        Cell::Number(summary.duplicate), Cell::Number(summary.refused),
                        Cell::Word(absl::StrJoin(summary.refused_by_reason, " ", absl::PairFormatter("=")))});
  return context->Print(table);
}

// Runs, writes the report whatever happened, says what came of it.
absl::Status Finish(const Arguments& arguments, absl::string_view text, CsvReader* reader, RowSource* source, Report report,
                    const Text& noun, Context* context) {
  Progress progress(context->Pick({"导入", "Importing"}), CountRows(text), context->language());
  ImportRun run;
  run.reader = reader;
  run.source = source;
  run.report = &report;
  run.progress = &progress;
  run.interrupted = [context] { return context->Interrupted(); };
  const absl::Status status = RunImport(&run);
  const absl::Status written = report.Finish();
  TB_RETURN_IF_ERROR(PrintSummary(run.summary, noun, status.ok(), context));
  if (!status.ok()) {
    if (!written.ok()) {
      context->Warn(TextOf(written));
    } else if (arguments.Has("report")) {
      const std::string path = arguments.Get("report");
      context->Warn({absl::StrCat("报告 ", path, " 只含已有结果的 ", run.summary.rows, " 行"),
                     absl::StrCat("the report ", path, " holds only the ", run.summary.rows, " rows that are decided")});
    }
    return status;
  }
  TB_RETURN_IF_ERROR(written);
  if (arguments.Has("strict") && run.summary.refused > 0) {
    return WithExitCode(TextError(absl::StatusCode::kFailedPrecondition,
                                  {absl::StrCat("有 ", run.summary.refused, " 行被拒绝（--strict）"),
                                   absl::StrCat(run.summary.refused, " rows were refused (--strict)")}),
                        ExitCode::kStrict);
  }
  return absl::OkStatus();
}

absl::Status ImportRecords(const Arguments& arguments, Context* context) {
  const std::string& path = arguments.Get("file");
  TB_RETURN_IF_ERROR(CheckReportPath(arguments));
  TB_ASSIGN_OR_RETURN(const std::string text, ReadList(path));
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  if (!reader.ok()) {
    return BadList(path, reader.status());
  }
  const absl::StatusOr<ColumnMap<RecordColumn>> columns = MatchRecordColumns(reader->header());
  if (!columns.ok()) {
    return BadList(path, columns.status());
  }
  TellIgnored(columns->ignored(), context);
  TB_ASSIGN_OR_RETURN(Report report, Report::Create(arguments.Get("report"), "record", context->language()));
  TB_ASSIGN_OR_RETURN(const std::string bank, context->Bank());
  RecordSource source({&context->client(), bank, arguments.Get("center"), NewRequestId()}, *columns);
  return Finish(arguments, text, &*reader, &source, std::move(report), {"服务记录", "service records"}, context);
}

absl::Status CreateCenters(absl::string_view text, const ColumnMap<MemberColumn>& columns, const std::string& center,
                           const std::string& bank, const std::string& run_id, Context* context) {
  const std::vector<std::string> names = CentersOf(text, columns, center);
  TB_ASSIGN_OR_RETURN(const std::vector<std::string> created, CreateMissingCenters(names, bank, run_id, &context->client()));
  for (const std::string& name : created) {
    context->Say({absl::StrCat("*** 新建服务网点：", name), absl::StrCat("*** new centre created: ", name)});
  }
  return absl::OkStatus();
}

absl::Status ImportMembers(const Arguments& arguments, Context* context) {
  const std::string& path = arguments.Get("file");
  TB_RETURN_IF_ERROR(CheckReportPath(arguments));
  TB_ASSIGN_OR_RETURN(const std::string text, ReadList(path));
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  if (!reader.ok()) {
    return BadList(path, reader.status());
  }
  const absl::StatusOr<ColumnMap<MemberColumn>> columns = MatchMemberColumns(reader->header());
  if (!columns.ok()) {
    return BadList(path, columns.status());
  }
  TellIgnored(columns->ignored(), context);
  TB_ASSIGN_OR_RETURN(Report report, Report::Create(arguments.Get("report"), "member", context->language()));
  TB_ASSIGN_OR_RETURN(const std::string bank, context->Bank());
  const std::string run_id = NewRequestId();
  if (!arguments.Has("known-centers-only")) {
    TB_RETURN_IF_ERROR(CreateCenters(text, *columns, arguments.Get("center"), bank, run_id, context));
  }
  MemberSource source({&context->client(), bank, arguments.Get("center"), run_id}, *columns);
  return Finish(arguments, text, &*reader, &source, std::move(report), {"会员", "members"}, context);
}

std::vector<Argument> Common(const Text& file, const Text& center) {
  return {{ArgumentKind::kPlace, "file", file},
          {ArgumentKind::kOption,
           "report",
           {"把每一行的结果写入这个 CSV 文件", "write what became of each row to this CSV file"}},
          {ArgumentKind::kOption, "center", center},
          {ArgumentKind::kSwitch, "strict", {"有被拒绝的行时退出码为 7", "exit with 7 when any row was refused"}}};
}

}  // namespace

std::vector<Command> ImportCommands() {
  std::vector<Argument> members = Common({"会员名单（CSV；UTF-8、GBK 等）", "the list of members (CSV; UTF-8, GBK, …)"},
                                         {"没有写网点的行属于哪个网点", "centre of rows that name none"});
  members.push_back({ArgumentKind::kSwitch,
                     "known-centers-only",
                     {"不新建网点；网点未知的行被拒绝", "create no centres; rows of unknown centres are refused"}});
  return {{"import", "members", {"导入会员名单", "load a list of members"}, members, false, &ImportMembers},
          {"import",
           "records",
           {"导入服务清单；同一个文件导入两次不会重复", "load a list of services; the same list twice changes nothing"},
           Common({"服务清单（CSV；UTF-8、GBK 等）", "the list of services (CSV; UTF-8, GBK, …)"},
                  {"没有写网点的行属于哪个网点", "centre of rows that name none"}),
           false,
           &ImportRecords}};
}

}  // namespace timebank::cli
