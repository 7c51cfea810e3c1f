#include "cli/commands/star_rows.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/names.h"
#include "cli/words.h"

namespace timebank::cli {

std::vector<Column> ApplicationColumns(const Context& context) {
  return {context.Col("application", {"申请编号", "Application"}, Align::kRight),
          context.Col("member", {"会员编号", "Member"}),
          context.Col("display_name", {"姓名", "Name"}),
          context.Col("level", {"星级", "Star"}, Align::kRight),
          context.Col("state", {"状态", "State"}),
          context.Col("service_minutes", {"计入时长", "Counted"}, Align::kRight),
          context.Col("center_name", {"服务网点", "Centre"}),
          context.Col("submit_date", {"申请日期", "Submitted"}),
          context.Col("notice_until", {"公示至", "Notice until"}),
          context.Col("days_left", {"剩余工作日", "Days left"}, Align::kRight),
          context.Col("submitter", {"提交人", "Submitted by"}),
          context.Col("reviewer", {"审核人", "Reviewed by"}),
          context.Col("objector", {"异议人", "Objected by"}),
          context.Col("reason", {"原因", "Reason"}),
          context.Col("award", {"星级编号", "Award"})};
}

namespace {

// All who wait for a decision on what they objected.
std::string Objectors(const v1::StarApplication& application) {
  std::string names = application.objector();
  for (const std::string& name : application.more_objectors()) {
    absl::StrAppend(&names, ", ", name);
  }
  return names;
}

}  // namespace

std::vector<Cell> ApplicationRow(const v1::StarApplication& application, const Context& context) {
  return {Cell::Word(IdOf(application.name())),
          Cell::Word(application.member()),
          Cell::Word(application.display_name()),
          Cell::Number(application.level()),
          EnumCell(application.state(), context.language()),
          context.Minutes(application.service_minutes()),
          Cell::Word(application.center_name()),
          Cell::Word(application.submit_date()),
          Cell::Word(application.notice_until()),
          application.days_left() == 0 ? Cell::Word("") : Cell::Number(application.days_left()),
          Cell::Word(application.submitter()),
          Cell::Word(application.reviewer()),
          Cell::Word(Objectors(application)),
          Cell::Word(application.reason()),
          Cell::Word(application.award().empty() ? "" : IdOf(application.award()))};
}

std::vector<Column> AwardColumns(const Context& context) {
  return {context.Col("award", {"编号", "Award"}, Align::kRight),
          context.Col("number", {"星级证号", "Number"}),
          context.Col("member", {"会员编号", "Member"}),
          context.Col("display_name", {"姓名", "Name"}),
          context.Col("level", {"星级", "Star"}, Align::kRight),
          context.Col("state", {"状态", "State"}),
          context.Col("award_date", {"授予日期", "Awarded"}),
          context.Col("authority_scope_code", {"授予区域", "Authority"}),
          context.Col("service_minutes", {"计入时长", "Counted"}, Align::kRight),
          context.Col("review_opener", {"要求复核的人", "Review asked by"}),
          context.Col("review_sequence", {"复核起因（账簿序号）", "Review by entry"}, Align::kRight),
          context.Col("reason", {"原因", "Reason"})};
}

std::vector<Cell> AwardRow(const v1::StarAward& award, const Context& context) {
  const bool by_reversal = award.review_sequence() != 0 && award.review_opener().empty();
  return {Cell::Word(IdOf(award.name())),
          Cell::Word(award.number()),
          Cell::Word(award.member()),
          Cell::Word(award.display_name()),
          Cell::Number(award.level()),
          EnumCell(award.state(), context.language()),
          Cell::Word(award.award_date()),
          Cell::Word(award.authority_scope_code()),
          context.Minutes(award.service_minutes()),
          by_reversal ? Cell::ShownWord(context.Pick({"冲正", "a reversal"}), "") : Cell::Word(award.review_opener()),
          award.review_sequence() == 0 ? Cell() : Cell::Number(award.review_sequence()),
          Cell::Word(award.reason())};
}

std::string Evaluation(int32_t hundredths) { return absl::StrFormat("%d.%02d", hundredths / 100, hundredths % 100); }

std::vector<Column> NeedsColumns(const Context& context) {
  return {context.Col("member", {"会员编号", "Member"}),
          context.Col("display_name", {"姓名", "Name"}),
          context.Col("center_name", {"服务网点", "Centre"}),
          context.Col("level", {"现有星级", "Star now"}, Align::kRight),
          context.Col("service_minutes", {"服务时长", "Service"}, Align::kRight),
          context.Col("next_level", {"下一星级", "Next star"}, Align::kRight),
          context.Col("needed_minutes", {"需要", "Needs"}, Align::kRight),
          context.Col("missing_minutes", {"还差", "Missing"}, Align::kRight),
          context.Col("reached_level", {"可申请星级", "May apply for"}, Align::kRight),
          context.Col("mean_evaluation", {"平均评价", "Evaluation"}, Align::kRight),
          context.Col("apply_from", {"最早申请日期", "From"}),
          context.Col("open_application", {"办理中的申请", "Open application"}),
          context.Col("review", {"复核中的星级", "Under review"})};
}

std::vector<Cell> NeedsRow(const v1::StarNeeds& needs, const Context& context) {
  const auto level = [](int32_t value) { return value == 0 ? Cell::ShownNumber("-", 0) : Cell::Number(value); };
  return {Cell::Word(needs.member()),
          Cell::Word(needs.display_name()),
          Cell::Word(needs.center_name()),
          level(needs.level()),
          context.Minutes(needs.service_minutes()),
          level(needs.next_level()),
          context.Minutes(needs.needed_minutes()),
          context.Minutes(needs.missing_minutes()),
          level(needs.reached_level()),
          needs.mean_evaluation() == 0 ? Cell() : Cell::Word(Evaluation(needs.mean_evaluation())),
          Cell::Word(needs.apply_from()),
          Cell::Word(needs.open_application().empty() ? "" : IdOf(needs.open_application())),
          Cell::Word(needs.review().empty() ? "" : IdOf(needs.review()))};
}

}  // namespace timebank::cli
