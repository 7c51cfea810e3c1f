// Confirming one record or a day's worth of them.
#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/exit_code.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/progress.h"
#include "cli/words.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "timebank/v1/record.pb.h"

namespace timebank::cli {
namespace {

constexpr size_t kBatch = 500;
constexpr size_t kRequestIdBytes = 64;

struct Confirmation {
  std::string name;
  std::string volunteer;  // Words to recognise it by; empty when the number was typed.
  v1::RecordOutcome outcome;
};

struct Counts {
  int64_t settled = 0;
  int64_t noticed = 0;
  int64_t second = 0;
  int64_t refused = 0;
};

// The centre's records that wait. Those that this person approved already wait for somebody else: `own_approvals` counts
// them.
absl::Status FindWaiting(const Arguments& arguments, Context* context, std::vector<Confirmation>* waiting,
                         int64_t* own_approvals) {
  v1::ListRecordsRequest request;
  request.set_center(arguments.Get("center"));
  request.set_state(v1::RECORD_STATE_RECORDED);
  const bool day = arguments.Has("date");
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get(day ? "date" : "from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get(day ? "date" : "to")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  const std::string actor = base::Fold(context->actor());
  return ForEachPage<v1::ListRecordsResponse>(context->client(), request, [&](const v1::ListRecordsResponse& page) {
    for (const v1::Record& record : page.records()) {
      if (!record.first_approver().empty() && base::Fold(record.first_approver()) == actor) {
        ++*own_approvals;
        continue;
      }
      waiting->push_back(
          {record.name(),
           absl::StrCat(FormatMoment(record.start_time()), " ", record.volunteer_name(), " ", record.category()),
           {}});
    }
    return true;
  });
}

// A part of the whole run's id, within what the service takes. A long id is hashed and not cut: two that begin alike stay two.
std::string RequestIdOf(const std::string& run, const std::string& record) {
  const std::string id = IdOf(record);
  if (run.size() + 1 + id.size() <= kRequestIdBytes) {
    return absl::StrCat(run, ":", id);
  }
  uint64_t hash = 14695981039346656037U;  // FNV-1a: the same on every machine and in every version.
  for (const char c : run) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return absl::StrCat(run.substr(0, 20), ".", absl::Hex(hash, absl::kZeroPad16), ":", id);
}

absl::Status ConfirmAll(std::vector<Confirmation>* all, Context* context) {
  const std::string run = context->RequestId();
  Progress progress(context->Pick({"确认", "Confirming"}), static_cast<int64_t>(all->size()), context->language());
  for (size_t begin = 0; begin < all->size(); begin += kBatch) {
    const size_t end = std::min(begin + kBatch, all->size());
    v1::BatchConfirmRecordsRequest request;
    TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
    for (size_t i = begin; i < end; ++i) {
      v1::ConfirmRecordRequest* item = request.add_requests();
      item->set_name((*all)[i].name);
      // By the record and not by its place, so that a run with the same id and another order is the same request.
      item->set_request_id(RequestIdOf(run, (*all)[i].name));
    }
    v1::BatchConfirmRecordsResponse response;
    const absl::Status status = context->client().Call(request, &response);
    if (!status.ok() || response.outcomes_size() != request.requests_size()) {
      progress.Finish();
      const Text why =
          status.ok() ? Text{"服务器的答复不完整", "the server's answer is incomplete"} : WithoutStop(TextOf(status));
      const ExitCode code = status.ok() ? ExitCode::kUnknown : ExitCodeOf(status);
      return WithExitCode(TextError(status.ok() ? absl::StatusCode::kInternal : status.code(),
                                    {absl::StrCat(why.zh, "。已处理 ", begin, " 条；再执行一次同样的命令即可，不会重复确认"),
                                     absl::StrCat(why.en, ". ", begin,
                                                  " were handled; run the same command again, nothing is confirmed twice")}),
                          code);
    }
    for (size_t i = begin; i < end; ++i) {
      (*all)[i].outcome = response.outcomes(static_cast<int>(i - begin));
    }
    progress.Update(static_cast<int64_t>(end));
  }
  return absl::OkStatus();
}

std::vector<Cell> Row(const Confirmation& item, Counts* counts, const Context& context) {
  std::vector<Cell> row = {Cell::Word(IdOf(item.name)), Cell::Word(item.volunteer)};
  if (item.outcome.has_refusal()) {
    ++counts->refused;
    const v1::Refusal& refusal = item.outcome.refusal();
    row.insert(row.end(), {Cell::ShownWord(context.Pick({"被拒绝", "refused"}), "REFUSED"), Cell(),
                           Cell::Word(refusal.reason()), Cell::Word(context.Pick(WordsOf(refusal)))});
    return row;
  }
  const v1::RecordResult& result = item.outcome.accepted().result();
  // Confirmed, and yet where it was: the first of two approvals.
  const bool second = result.awaits_second_approval() || result.state() == v1::RECORD_STATE_RECORDED;
  ++(second ? counts->second : result.state() == v1::RECORD_STATE_SETTLED ? counts->settled : counts->noticed);
  const Text words = {"待第二人确认", "awaits a second approver"};
  row.push_back(second ? Cell::ShownWord(context.Pick(words), "AWAITS_SECOND_APPROVAL")
                       : EnumCell(result.state(), context.language()));
  row.insert(row.end(), {context.Minutes(result.credited_minutes()), Cell::Word(""), Cell::Word("")});
  return row;
}

absl::Status PrintOutcomes(const std::vector<Confirmation>& all, bool only_refused, Context* context, Counts* counts) {
  Table table;
  table.columns = {context->Col("record", {"记录", "Record"}, Align::kRight),
                   context->Col("service", {"服务", "Service"}),
                   context->Col("outcome", {"结果", "Outcome"}),
                   context->Col("credited_minutes", {"记入时长", "Credited"}, Align::kRight),
                   context->Col("reason", {"原因代码", "Reason"}),
                   context->Col("message", {"说明", "In words"})};
  for (const Confirmation& item : all) {
    std::vector<Cell> row = Row(item, counts, *context);
    if (!only_refused || item.outcome.has_refusal()) {
      table.rows.push_back(std::move(row));
    }
  }
  return table.rows.empty() && only_refused ? absl::OkStatus() : context->Print(table);
}

// What to do about the first refusal; people read one hint and not a hundred.
absl::Status RefusedStatus(const std::vector<Confirmation>& all, const Counts& counts) {
  Text hint;
  for (const Confirmation& item : all) {
    if (item.outcome.has_refusal() && hint.zh.empty()) {
      hint = NextStep(item.outcome.refusal());
    }
  }
  return WithExitCode(
      TextError(absl::StatusCode::kFailedPrecondition,
                {absl::StrCat(counts.refused, " 条被拒绝", hint.zh.empty() ? "" : "。下一步：", hint.zh),
                 absl::StrCat(counts.refused, " refused", hint.en.empty() ? "" : ". What to do: ", hint.en)}),
      ExitCode::kRefused);
}

absl::Status Confirm(const Arguments& arguments, Context* context) {
  std::vector<Confirmation> all;
  int64_t own_approvals = 0;
  const bool whole_center = arguments.Has("all");
  if (whole_center == arguments.Has("record") || (whole_center && !arguments.Has("center"))) {
    return InvalidText({"请写记录编号，或者 --center 网点 --all", "give the numbers of records, or --center NAME --all"});
  }
  if (whole_center) {
    TB_RETURN_IF_ERROR(FindWaiting(arguments, context, &all, &own_approvals));
    context->Say({absl::StrCat("待确认 ", all.size(), " 条"), absl::StrCat(all.size(), " wait for confirmation")});
  }
  std::set<std::string> seen;  // The same number twice is one record, confirmed once.
  for (const std::string& record : arguments.All("record")) {
    TB_ASSIGN_OR_RETURN(std::string name, context->Name("records", record));
    if (seen.insert(name).second) {
      all.push_back({std::move(name), "", {}});
    }
  }
  TB_RETURN_IF_ERROR(ConfirmAll(&all, context));
  Counts counts;
  const bool only_refused = whole_center && context->format() == Format::kTable;
  TB_RETURN_IF_ERROR(PrintOutcomes(all, only_refused, context, &counts));
  context->Say({absl::StrCat("已存入 ", counts.settled, "，公示中 ", counts.noticed, "，待第二人确认 ",
                             counts.second + own_approvals, "，被拒绝 ", counts.refused),
                absl::StrCat("settled ", counts.settled, ", in public notice ", counts.noticed,
                             ", awaiting a second approver ", counts.second + own_approvals, ", refused ", counts.refused)});
  return counts.refused == 0 ? absl::OkStatus() : RefusedStatus(all, counts);
}

}  // namespace

std::vector<Command> RecordConfirmCommands() {
  return {{"record",
           "confirm",
           {"确认服务（不能是登记人，也不能是志愿者本人）", "confirm records (neither the recorder nor the volunteer may)"},
           {{ArgumentKind::kPlaces, "record", {"记录编号，可写多个", "numbers of records"}},
            {ArgumentKind::kSwitch, "all", {"确认 --center 所有待确认的记录", "all that wait at --center"}},
            {ArgumentKind::kOption, "center", {"网点代码或名称", "code or name of the centre"}},
            {ArgumentKind::kOption, "date", {"只确认这一天的服务", "only services of this day"}},
            {ArgumentKind::kOption, "from", {"从哪一天的服务", "first day of service"}},
            {ArgumentKind::kOption, "to", {"到哪一天的服务（含）", "last day of service, inclusive"}}},
           true,
           &Confirm}};
}

}  // namespace timebank::cli
