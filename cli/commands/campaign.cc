// Points campaigns.
#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "service/base/status.h"
#include "timebank/v1/points.pb.h"

namespace timebank::cli {
namespace {

absl::Status Create(const Arguments& arguments, Context* context) {
  v1::CreateCampaignRequest request;
  request.set_display_name(arguments.Get("name"));
  request.set_category(arguments.Get("category"));
  TB_ASSIGN_OR_RETURN(const int64_t percent, WholeNumber(arguments.Get("percent"), 0));
  request.set_percent(static_cast<int32_t>(std::min<int64_t>(percent, INT32_MAX)));
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_until_date(), IsoDay(arguments.Get("until")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateCampaignResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("campaign", {"活动编号", "Campaign"}));
}

absl::Status End(const Arguments& arguments, Context* context) {
  v1::EndCampaignRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("campaigns", arguments.Get("campaign")));
  v1::EndCampaignResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("campaign", {"活动编号", "Campaign"}));
}

absl::Status List(const Arguments&, Context* context) {
  v1::ListCampaignsRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {
      context->Col("campaign", {"编号", "Campaign"}),     context->Col("display_name", {"名称", "Name"}),
      context->Col("category", {"服务类别", "Category"}), context->Col("percent", {"倍数", "Percent"}, Align::kRight),
      context->Col("from_date", {"第一天", "First day"}), context->Col("until_date", {"最后一天", "Last day"})};
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListCampaignsResponse>(
      context->client(), request, [&table, context](const v1::ListCampaignsResponse& page) {
        for (const v1::Campaign& campaign : page.campaigns()) {
          const bool never = campaign.until_date() < campaign.from_date();
          table.rows.push_back(
              {Cell::Word(IdOf(campaign.name())), Cell::Word(campaign.display_name()),
               Cell::ShownWord(campaign.category().empty() ? context->Pick({"全部", "all"}) : campaign.category(),
                               campaign.category()),
               Cell::ShownNumber(absl::StrCat(campaign.percent(), "%"), campaign.percent()),
               Cell::Word(campaign.from_date()),
               Cell::ShownWord(never ? context->Pick({"已取消", "cancelled"}) : campaign.until_date(),
                               campaign.until_date())});
        }
        return true;
      }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> CampaignCommands() {
  return {
      {"campaign",
       "create",
       {"建立积分活动：一段时间内的服务多得积分", "announce a period in which services earn more points"},
       {{ArgumentKind::kNeeded, "name", {"活动名称", "what people call it"}},
        {ArgumentKind::kNeeded,
         "percent",
         {"平时积分的百分之几，200 为双倍", "points in percent of the usual ones; 200 doubles"}},
        {ArgumentKind::kNeeded, "from", {"第一天（服务日期），最早今天", "the first day of service, today at the earliest"}},
        {ArgumentKind::kNeeded, "until", {"最后一天（含）", "the last day, inclusive"}},
        {ArgumentKind::kOption, "category", {"只限这一类服务", "only for this kind of service"}}},
       true,
       &Create},
      {"campaign",
       "end",
       {"提前结束积分活动：今天为最后一天，未开始的取消", "end a campaign: today is its last day; cancel one not begun"},
       {{ArgumentKind::kPlace, "campaign", {"活动编号", "number of the campaign"}},
        {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}}},
       true,
       &End},
      {"campaign", "list", {"列出积分活动，最新的在前", "list the campaigns, the newest first"}, {}, false, &List},
  };
}

}  // namespace timebank::cli
