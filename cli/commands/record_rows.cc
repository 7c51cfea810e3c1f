#include "cli/commands/record_rows.h"

#include "absl/strings/str_join.h"
#include "cli/names.h"
#include "cli/words.h"

namespace timebank::cli {
namespace {

// A date stands before the begin, so the end of a service within one day needs only its time.
std::string EndShown(const v1::Record& record) {
  const std::string start = FormatMoment(record.start_time());
  const std::string end = FormatMoment(record.end_time());
  return start.substr(0, 10) == end.substr(0, 10) && end.size() > 11 ? end.substr(11) : end;
}

Cell Moment(const google::protobuf::Timestamp& moment) { return Cell::Word(FormatMoment(moment)); }

}  // namespace

std::vector<Column> RecordColumns(const Context& context) {
  const Align right = Align::kRight;
  std::vector<Column> columns = {context.Col("record", {"记录", "Record"}, right),
                                 context.Col("start", {"开始", "From"}),
                                 context.Col("end", {"结束", "To"}),
                                 context.Col("volunteer", {"志愿者", "Volunteer"}),
                                 context.Col("volunteer_name", {"姓名", "Name"}),
                                 context.Col("beneficiary_name", {"服务对象", "For"}),
                                 context.Col("category", {"类别", "Category"}),
                                 context.Col("center_name", {"网点", "Centre"}),
                                 context.Col("state", {"状态", "State"}),
                                 context.Col("late", {"逾期补登", "Late"}),
                                 context.Col("measured_minutes", {"登记时长", "Measured"}, right),
                                 context.Col("credited_minutes", {"记入时长", "Credited"}, right)};
  for (Column& column : columns) {
    column.max_width = column.key == "center_name" || column.key == "category" || column.key == "volunteer_name" ? 20 : 0;
  }
  return columns;
}

std::vector<Cell> RecordRow(const v1::Record& record, const Context& context) {
  const Language language = context.language();
  return {Cell::Word(IdOf(record.name())),
          Moment(record.start_time()),
          Cell::ShownWord(EndShown(record), FormatMoment(record.end_time())),
          Cell::Word(record.volunteer()),
          Cell::Word(record.volunteer_name()),
          Cell::Word(record.beneficiary_name()),
          Cell::Word(record.category()),
          Cell::Word(record.center_name()),
          EnumCell(record.state(), language),
          FlagCell(record.late(), language),
          context.Minutes(record.measured_minutes()),
          context.Minutes(record.credited_minutes())};
}

std::vector<Column> RecordDetailColumns(const Context& context) {
  return {context.Col("record", {"记录", "Record"}),
          context.Col("state", {"状态", "State"}),
          context.Col("volunteer", {"志愿者编号", "Volunteer"}),
          context.Col("volunteer_external_number", {"志愿者原编号", "Volunteer's own number"}),
          context.Col("volunteer_name", {"志愿者姓名", "Volunteer's name"}),
          context.Col("beneficiary", {"服务对象编号", "Beneficiary"}),
          context.Col("beneficiary_external_number", {"服务对象原编号", "Beneficiary's own number"}),
          context.Col("beneficiary_name", {"服务对象姓名", "Beneficiary's name"}),
          context.Col("center_code", {"网点代码", "Centre code"}),
          context.Col("center_name", {"网点", "Centre"}),
          context.Col("category", {"类别", "Category"}),
          context.Col("start", {"开始", "From"}),
          context.Col("end", {"结束", "To"}),
          context.Col("evidence", {"计时方式", "Evidence"}),
          context.Col("measured_minutes", {"登记时长", "Measured"}),
          context.Col("credited_minutes", {"记入时长", "Credited"}),
          context.Col("pool_minutes", {"入公益时间池", "To the pool"}),
          context.Col("late", {"逾期补登", "Late"}),
          context.Col("rule_set_version", {"规则版本", "Rules version"}),
          context.Col("recorder", {"登记人", "Recorded by"}),
          context.Col("first_approver", {"第一确认人", "First approver"}),
          context.Col("confirmer", {"确认人", "Confirmed by"}),
          context.Col("disputers", {"异议人", "Disputed by"}),
          context.Col("reason", {"原因", "Reason"}),
          context.Col("notice_until", {"公示至", "In notice until"}),
          context.Col("replaces", {"更正的记录", "Replaces"}),
          context.Col("record_time", {"登记时间", "Recorded at"}),
          context.Col("settled_sequence", {"存入的账簿序号", "Settled by entry"}),
          context.Col("reversed_sequence", {"冲正的账簿序号", "Reversed by entry"}),
          context.Col("has_note", {"有备注", "Has a note"})};
}

std::vector<Cell> RecordDetailRow(const v1::Record& record, const Context& context) {
  const Language language = context.language();
  // A sequence of 0 says that there is none, which is nothing to show.
  const auto sequence = [](int64_t value) { return value == 0 ? Cell() : Cell::Number(value); };
  return {Cell::Word(IdOf(record.name())),
          EnumCell(record.state(), language),
          Cell::Word(record.volunteer()),
          Cell::Word(record.volunteer_external_number()),
          Cell::Word(record.volunteer_name()),
          Cell::Word(record.beneficiary()),
          Cell::Word(record.beneficiary_external_number()),
          Cell::Word(record.beneficiary_name()),
          Cell::Word(record.center_code()),
          Cell::Word(record.center_name()),
          Cell::Word(record.category()),
          Moment(record.start_time()),
          Moment(record.end_time()),
          EnumCell(record.evidence(), language),
          context.Minutes(record.measured_minutes()),
          context.Minutes(record.credited_minutes()),
          context.Minutes(record.pool_minutes()),
          FlagCell(record.late(), language),
          Cell::Number(record.rule_set_version()),
          Cell::Word(record.recorder()),
          Cell::Word(record.first_approver()),
          Cell::Word(record.confirmer()),
          Cell::Word(absl::StrJoin(record.disputers(), ", ")),
          Cell::Word(record.reason()),
          Cell::Word(record.notice_until()),
          Cell::Word(IdOf(record.replaces())),
          Moment(record.record_time()),
          sequence(record.settled_sequence()),
          sequence(record.reversed_sequence()),
          FlagCell(record.has_note(), language)};
}

absl::Status PrintRecordResult(const v1::Receipt& receipt, const v1::RecordResult& result, Context* context) {
  const Language language = context->language();
  Table more;
  more.columns = {context->Col("state", {"状态", "State"}),
                  context->Col("awaits_second_approval", {"待第二人确认", "Awaits a second approver"}),
                  context->Col("credited_minutes", {"记入时长", "Credited"}),
                  context->Col("pool_minutes", {"入公益时间池", "To the pool"}),
                  context->Col("debt_paid_minutes", {"其中还欠账", "Of that, paid a debt"})};
  // For people nothing is said where nothing was owed.
  more.rows.push_back(
      {EnumCell(result.state(), language), FlagCell(result.awaits_second_approval(), language),
       context->Minutes(result.credited_minutes()), context->Minutes(result.pool_minutes()),
       result.debt_paid_minutes() == 0 ? Cell::ShownNumber("", 0) : context->Minutes(result.debt_paid_minutes())});
  return context->PrintReceipt(receipt, context->Col("record", {"记录", "Record"}), std::move(more));
}

}  // namespace timebank::cli
