// Reversals of many records: a ring of fraud undone with one reason and one decision.
#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/cover.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/hours.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/reversal.pb.h"

namespace timebank::cli {
namespace {

// What was selected: records by number, or criteria.
absl::StatusOr<v1::PreviewReversalRequest> Selection(const Arguments& arguments, Context* context) {
  v1::PreviewReversalRequest request;
  request.set_center(arguments.Get("center"));
  request.set_volunteer(NarrowTrimmed(arguments.Get("volunteer")));
  request.set_beneficiary(NarrowTrimmed(arguments.Get("beneficiary")));
  request.set_recorder(arguments.Get("recorder"));
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_to_date(), IsoDay(arguments.Get("to")));
  TB_RETURN_IF_ERROR(CheckPeriod(request.from_date(), request.to_date()));
  const bool criteria = arguments.Has("center") || arguments.Has("volunteer") || arguments.Has("beneficiary") ||
                        arguments.Has("recorder") || arguments.Has("from") || arguments.Has("to");
  if (criteria == arguments.Has("record")) {
    return InvalidText(
        {"请写出记录编号，或者写查询条件（--center --volunteer --beneficiary --recorder --from --to），二者取一",
         "give numbers of records, or criteria (--center --volunteer --beneficiary --recorder --from --to), not both"});
  }
  for (const std::string& record : arguments.All("record")) {
    TB_ASSIGN_OR_RETURN(*request.add_records(), context->Name("records", record));
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  return request;
}

Cell IdOrNone(const std::string& name) { return Cell::Word(name.empty() ? "" : IdOf(name)); }

Table RecordTable(const v1::PreviewReversalResponse& preview, const Context& context) {
  const Align right = Align::kRight;
  Table table;
  table.columns = {context.Col("record", {"记录", "Record"}, right),
                   context.Col("service_date", {"服务日期", "Service"}),
                   context.Col("volunteer", {"志愿者", "Volunteer"}),
                   context.Col("volunteer_name", {"姓名", "Name"}),
                   context.Col("category", {"类别", "Category"}),
                   context.Col("center_name", {"网点", "Centre"}),
                   context.Col("recorder", {"登记人", "Recorded by"}),
                   context.Col("state", {"状态", "State"}),
                   context.Col("credited_minutes", {"记入时长", "Credited"}, right),
                   context.Col("pool_minutes", {"入公益池", "To the pool"}, right),
                   context.Col("points", {"积分", "Points"}, right),
                   context.Col("order", {"服务订单", "Order"}, right),
                   context.Col("reversal", {"所在批次", "On the list of"}, right)};
  for (const v1::ReversalCandidate& record : preview.records()) {
    table.rows.push_back({Cell::Word(IdOf(record.record())), Cell::Word(record.service_date()),
                          Cell::Word(record.volunteer()), Cell::Word(record.volunteer_name()), Cell::Word(record.category()),
                          Cell::Word(record.center_name()), Cell::Word(record.recorder()),
                          EnumCell(record.state(), context.language()), context.Minutes(record.credited_minutes()),
                          context.Minutes(record.pool_minutes()), Cell::Number(record.points()), IdOrNone(record.order()),
                          IdOrNone(record.reversal())});
  }
  return table;
}

Table MemberTable(const v1::PreviewReversalResponse& preview, const Context& context) {
  const Align right = Align::kRight;
  Table table;
  table.columns = {context.Col("member", {"会员编号", "Member"}),
                   context.Col("display_name", {"姓名", "Name"}),
                   context.Col("record_count", {"记录数", "Records"}, right),
                   context.Col("service_minutes", {"减少服务时长", "Service less"}, right),
                   context.Col("credited_minutes", {"收回时长", "Taken back"}, right),
                   context.Col("available_minutes", {"可用时间", "Can be spent"}, right),
                   context.Col("spent_minutes", {"已用掉，须有人承担", "Spent, to be covered"}, right),
                   context.Col("points", {"收回积分", "Points back"}, right),
                   context.Col("spent_points", {"已用积分", "Points spent"}, right),
                   context.Col("stopped_application", {"停止的星级申请", "Stops application"}, right),
                   context.Col("doubted_award", {"转入复核的星级", "Reviews award"}, right)};
  for (const v1::ReversalMember& member : preview.members()) {
    table.rows.push_back(
        {Cell::Word(member.member()), Cell::Word(member.display_name()), Cell::Number(member.record_count()),
         context.Minutes(member.service_minutes()), context.Minutes(member.credited_minutes()),
         context.Minutes(member.available_minutes()), context.Minutes(member.spent_minutes()), Cell::Number(member.points()),
         Cell::Number(member.spent_points()), IdOrNone(member.stopped_application()), IdOrNone(member.doubted_award())});
  }
  return table;
}

void SaySums(const v1::PreviewReversalResponse& preview, Context* context) {
  const auto zh = [](int64_t minutes) { return FormatMinutes(minutes, Language::kChinese); };
  const auto en = [](int64_t minutes) { return FormatMinutes(minutes, Language::kEnglish); };
  context->Say({absl::StrCat("共 ", preview.records_size(), " 条记录、", preview.members_size(), " 位志愿者；收回 ",
                             zh(preview.credited_minutes()), "，其中 ", zh(preview.spent_minutes()),
                             " 已用掉，须有人承担；公益时间池减少 ", zh(preview.pool_minutes()), "，现有 ",
                             zh(preview.pool_balance_minutes())),
                absl::StrCat(preview.records_size(), " records of ", preview.members_size(), " volunteers; ",
                             en(preview.credited_minutes()), " taken back, of which ", en(preview.spent_minutes()),
                             " are spent and have to be covered; the pool gives ", en(preview.pool_minutes()), " of its ",
                             en(preview.pool_balance_minutes()))});
}

absl::Status Preview(const Arguments& arguments, Context* context) {
  TB_ASSIGN_OR_RETURN(const v1::PreviewReversalRequest request, Selection(arguments, context));
  v1::PreviewReversalResponse preview;
  TB_RETURN_IF_ERROR(context->Read(request, &preview));
  if (arguments.Has("members")) {
    TB_RETURN_IF_ERROR(context->Print(MemberTable(preview, *context)));
  } else {
    TB_RETURN_IF_ERROR(context->Print(RecordTable(preview, *context)));
    if (context->format() == Format::kTable) {
      context->Say({"", ""});
      TB_RETURN_IF_ERROR(context->Print(MemberTable(preview, *context)));
    }
  }
  SaySums(preview, context);
  return absl::OkStatus();
}

absl::Status Propose(const Arguments& arguments, Context* context) {
  if (arguments.Has("dry-run")) {
    return Preview(arguments, context);
  }
  v1::ProposeReversalRequest request;
  TB_ASSIGN_OR_RETURN(const CoverGiven cover, ReadCover(arguments, false));
  if (!arguments.Has("reason")) {
    return InvalidText({"请用 --reason 写明原因；只想看看会影响谁，请用 --dry-run",
                        "say why with --reason; to see only whom it hits, use --dry-run"});
  }
  TB_ASSIGN_OR_RETURN(const v1::PreviewReversalRequest selection, Selection(arguments, context));
  v1::PreviewReversalResponse preview;
  TB_RETURN_IF_ERROR(context->Read(selection, &preview));
  if (preview.records().empty()) {
    return InvalidText({"没有符合条件的已存入记录", "no settled record fits"});
  }
  for (const v1::ReversalCandidate& record : preview.records()) {
    request.add_records(record.record());
  }
  request.set_parent(selection.parent());
  request.set_reason(arguments.Get("reason"));
  request.set_cover(cover.cover);
  request.set_consent(cover.consent);
  v1::ProposeReversalResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  SaySums(preview, context);
  return context->PrintReceipt(response.receipt(), context->Col("reversal", {"批次编号", "Reversal"}));
}

std::vector<Column> ReversalColumns(const Context& context) {
  const Align right = Align::kRight;
  return {context.Col("reversal", {"批次", "Reversal"}, right),
          context.Col("state", {"状态", "State"}),
          context.Col("total_count", {"记录数", "Records"}, right),
          context.Col("reversed_count", {"已冲正", "Reversed"}, right),
          context.Col("skipped_count", {"跳过", "Passed over"}, right),
          context.Col("reason", {"原因", "Reason"}),
          context.Col("cover", {"已用时间的承担", "Spent hours covered by"}),
          context.Col("consent", {"本人同意", "Consent"}),
          context.Col("proposer", {"提出人", "Proposed by"}),
          context.Col("decider", {"决定人", "Decided by"}),
          context.Col("decision_reason", {"决定的理由", "Reason of the decision"}),
          context.Col("record_time", {"提出时间", "Proposed at"}),
          context.Col("decided_time", {"决定时间", "Decided at"})};
}

std::vector<Cell> ReversalRow(const v1::Reversal& reversal, const Context& context) {
  return {Cell::Word(IdOf(reversal.name())),
          EnumCell(reversal.state(), context.language()),
          Cell::Number(reversal.total_count()),
          Cell::Number(reversal.reversed_count()),
          Cell::Number(reversal.skipped_count()),
          Cell::Word(reversal.reason()),
          EnumCell(reversal.cover(), context.language()),
          Cell::Word(reversal.consent()),
          Cell::Word(reversal.proposer()),
          Cell::Word(reversal.decider()),
          Cell::Word(reversal.decision_reason()),
          Cell::Word(FormatMoment(reversal.record_time())),
          Cell::Word(FormatMoment(reversal.decided_time()))};
}

std::vector<Cell> ItemRow(const v1::ReversalItem& item, const Context& context) {
  return {Cell::Word(IdOf(item.record())),
          Cell::Word(item.service_date()),
          Cell::Word(item.volunteer()),
          Cell::Word(item.volunteer_name()),
          context.Minutes(item.credited_minutes()),
          EnumCell(item.state(), context.language()),
          item.sequence() == 0 ? Cell() : Cell::Number(item.sequence()),
          Cell::Word(item.refusal().reason()),
          Cell::Word(item.has_refusal() ? context.Pick(WordsOf(item.refusal())) : "")};
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetReversalRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("reversals", arguments.Get("reversal")));
  v1::GetReversalResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  v1::ListReversalItemsRequest items;
  items.set_parent(request.name());
  Table table;
  table.columns = {context->Col("record", {"记录", "Record"}, Align::kRight),
                   context->Col("service_date", {"服务日期", "Service"}),
                   context->Col("volunteer", {"志愿者", "Volunteer"}),
                   context->Col("volunteer_name", {"姓名", "Name"}),
                   context->Col("credited_minutes", {"记入时长", "Credited"}, Align::kRight),
                   context->Col("state", {"结果", "Outcome"}),
                   context->Col("sequence", {"账簿序号", "Journal entry"}, Align::kRight),
                   context->Col("refusal", {"跳过的原因代码", "Reason"}),
                   context->Col("message", {"说明", "Why"})};
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListReversalItemsResponse>(context->client(), items, [&](const v1::ListReversalItemsResponse& page) {
        for (const v1::ReversalItem& item : page.items()) {
          table.rows.push_back(ItemRow(item, *context));
        }
        return true;
      }));
  // Programs get one table: with the records, or, asked for the summary, with that.
  if (context->format() == Format::kTable || arguments.Has("summary")) {
    TB_RETURN_IF_ERROR(context->PrintOne({ReversalColumns(*context), {ReversalRow(response.reversal(), *context)}}));
    if (context->format() == Format::kTable) {
      context->Say({"", ""});
    }
  }
  return arguments.Has("summary") ? absl::OkStatus() : context->Print(table);
}

absl::Status List(const Arguments& arguments, Context* context) {
  v1::ListReversalsRequest request;
  if (arguments.Has("state")) {
    TB_ASSIGN_OR_RETURN(const v1::ReversalState state, ParseEnum<v1::ReversalState>(arguments.Get("state")));
    request.set_state(state);
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = ReversalColumns(*context);
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListReversalsResponse>(context->client(), request, [&](const v1::ListReversalsResponse& page) {
        for (const v1::Reversal& reversal : page.reversals()) {
          table.rows.push_back(ReversalRow(reversal, *context));
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status Decide(const Arguments& arguments, Context* context) {
  v1::DecideReversalRequest request;
  const std::string decision = NarrowTrimmed(arguments.Get("decision"));
  if (decision != "approve" && decision != "reject") {
    return InvalidText({"决定须为 approve（同意）或 reject（不同意）", "the decision is approve or reject"});
  }
  request.set_approve(decision == "approve");
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("reversals", arguments.Get("reversal")));
  v1::DecideReversalResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  TB_RETURN_IF_ERROR(context->PrintReceipt(response.receipt(), context->Col("reversal", {"批次编号", "Reversal"})));
  if (request.approve()) {
    const std::string id = IdOf(response.receipt().name());
    context->Say(
        {absl::StrCat("系统随即逐条冲正；timebank reversal show ", id, " 查看进度"),
         absl::StrCat("the service now reverses record after record; timebank reversal show ", id, " tells how far it is")});
  }
  return absl::OkStatus();
}

absl::Status Withdraw(const Arguments& arguments, Context* context) {
  v1::WithdrawReversalRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("reversals", arguments.Get("reversal")));
  v1::WithdrawReversalResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("reversal", {"批次编号", "Reversal"}));
}

std::vector<Argument> SelectionArguments() {
  return {{ArgumentKind::kPlaces,
           "record",
           {"记录编号，最多 1000 个；或改用下面的条件", "numbers of records, at most 1,000; or the criteria below"}},
          {ArgumentKind::kOption, "center", {"条件：网点", "criterion: centre"}},
          {ArgumentKind::kOption, "volunteer", {"条件：志愿者", "criterion: volunteer"}},
          {ArgumentKind::kOption, "beneficiary", {"条件：服务对象", "criterion: who was served"}},
          {ArgumentKind::kOption, "recorder", {"条件：登记人", "criterion: who recorded it"}},
          {ArgumentKind::kOption, "from", {"条件：服务日期从", "criterion: first day of service"}},
          {ArgumentKind::kOption, "to", {"条件：服务日期到（含）", "criterion: last day of service, inclusive"}},
          {ArgumentKind::kSwitch, "dry-run", {"只看会影响哪些记录和哪些人，不提出", "only show what and whom it would hit"}},
          {ArgumentKind::kSwitch, "members", {"与 --dry-run 同用：只列会员", "with --dry-run: list the members alone"}},
          {ArgumentKind::kOption, "reason", {"原因（不写个人信息）", "why (no personal data)"}}};
}

}  // namespace

std::vector<Command> ReversalCommands() {
  const Argument reversal = {ArgumentKind::kPlace, "reversal", {"批次编号", "number of the reversal"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"理由（不写个人信息）", "why (no personal data)"}};
  std::vector<Argument> propose = SelectionArguments();
  for (Argument& argument : CoverArguments(false)) {
    propose.push_back(std::move(argument));
  }
  return {
      {"reversal",
       "propose",
       {"提出批量冲正：先用 --dry-run 看会影响谁；名单提出后固定，由另一人决定",
        "propose to reverse many records: see with --dry-run whom it hits; the list is frozen, and another person decides"},
       propose,
       true,
       &Propose},
      {"reversal",
       "show",
       {"一批冲正的进度和每条记录的结果", "how far a reversal is, and what became of each record"},
       {reversal, {ArgumentKind::kSwitch, "summary", {"不列记录", "without the records"}}},
       false,
       &Show},
      {"reversal",
       "list",
       {"列出批量冲正", "list reversals"},
       {{ArgumentKind::kOption,
         "state",
         {"状态：proposed、decided、done、rejected、withdrawn", "proposed, decided, done, rejected or withdrawn"}}},
       false,
       &List},
      {"reversal",
       "decide",
       {"决定一批冲正（不能是提出人，也不能是名单上的志愿者）",
        "decide a reversal (neither the proposer nor a volunteer on the list)"},
       {reversal, {ArgumentKind::kPlace, "decision", {"approve 同意、reject 不同意", "approve or reject"}}, reason},
       true,
       &Decide},
      {"reversal",
       "withdraw",
       {"在决定之前收回", "take a proposal back before it is decided"},
       {reversal, reason},
       true,
       &Withdraw},
  };
}

}  // namespace timebank::cli
