#include "service/rpc/convert_proxy.h"

#include <utility>

#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;

constexpr int32_t kLastMinuteOfDay = 1439;

}  // namespace

void ToCreateProxy(const v1::CreateProxyRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::ProposeProxy>();
  command->bank = fields.Bank("parent", request.parent());
  body.elder = fields.Member("elder", request.elder());
  body.agent = fields.Member("agent", request.agent());
  body.order_minutes =
      model::Minutes(fields.Range("order_minutes", request.order_minutes(), 0, limits::kServiceMinutesMost));
  body.month_minutes = model::Minutes(fields.Range("month_minutes", request.month_minutes(), 0, limits::kAmountMost));
  body.until = fields.OptionalDate("until_date", request.until_date()).value_or(model::Day(0));
  if (static_cast<size_t>(request.categories_size()) > limits::kProxyCategories) {
    fields.Fail("categories", "最多 20 个", "has at most 20");
  }
  for (const std::string& category : request.categories()) {
    body.categories.push_back(fields.Text("categories", category, 1, limits::kCategoryChars));
  }
}

void ToChangeProxy(const v1::ChangeProxyRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::ChangeProxy>();
  Named<uint64_t> name = fields.Numbered("name", request.name(), "proxies");
  command->bank = std::move(name.bank);
  body.proxy = model::ProxyId(name.key);
  switch (request.state()) {
    case v1::PROXY_STATE_PROVED:
      body.event = model::ChangeProxy::Event::kProve;
      break;
    case v1::PROXY_STATE_BOUND:
      body.event = model::ChangeProxy::Event::kBind;
      break;
    case v1::PROXY_STATE_REVOKED:
      body.event = model::ChangeProxy::Event::kRevoke;
      break;
    default:
      fields.Fail("state", "只能改为已证明、已绑定或已解除", "must be PROVED, BOUND or REVOKED");
  }
  body.reason = fields.Reason(request.reason());
}

void ToCreateRecurringOrder(const v1::CreateRecurringOrderRequest& request, Conversion* conversion,
                            model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::StartRecurring>();
  command->bank = fields.Bank("parent", request.parent());
  body.payer = fields.Member("payer", request.payer());
  if (!request.beneficiary().empty()) {
    body.beneficiary = fields.Member("beneficiary", request.beneficiary());
  }
  if (!request.center().empty()) {
    body.center = fields.Center("center", request.center());
  }
  body.category = fields.Text("category", request.category(), 1, limits::kCategoryChars);
  body.first = fields.Date("first_date", request.first_date());
  body.until = fields.OptionalDate("until_date", request.until_date()).value_or(model::Day(0));
  body.minute_of_day = static_cast<int32_t>(fields.Range("minute_of_day", request.minute_of_day(), 0, kLastMinuteOfDay));
  body.planned = model::Minutes(fields.Range("planned_minutes", request.planned_minutes(), 1, limits::kServiceMinutesMost));
  body.note = ReadNote(request.note(), &fields);
}

void ToChangeRecurringOrder(const v1::ChangeRecurringOrderRequest& request, Conversion* conversion,
                            model::Command* command) {
  Fields& fields = conversion->fields;
  auto& body = command->body.emplace<model::ChangeRecurring>();
  Named<uint64_t> name = fields.Numbered("name", request.name(), "recurringOrders");
  command->bank = std::move(name.bank);
  body.recurring = model::RecurringId(name.key);
  switch (request.state()) {
    case v1::RECURRING_ORDER_STATE_ACTIVE:
      body.event = model::ChangeRecurring::Event::kResume;
      break;
    case v1::RECURRING_ORDER_STATE_PAUSED:
      body.event = model::ChangeRecurring::Event::kPause;
      break;
    case v1::RECURRING_ORDER_STATE_ENDED:
      body.event = model::ChangeRecurring::Event::kEnd;
      break;
    default:
      fields.Fail("state", "只能改为进行中、已暂停或已停止", "must be ACTIVE, PAUSED or ENDED");
  }
  body.reason = fields.Reason(request.reason());
}

void FillProxy(absl::string_view bank, const queries::ProxyView& view, v1::Proxy* proxy) {
  proxy->set_name(ResourceName(bank, "proxies", view.id.value()));
  proxy->set_elder(NumberOf(view.elder));
  proxy->set_agent(NumberOf(view.agent));
  proxy->set_order_minutes(view.order_minutes.value());
  proxy->set_month_minutes(view.month_minutes.value());
  if (view.until.value() != 0) {
    proxy->set_until_date(ToDate(view.until));
  }
  for (const std::string& category : view.categories) {
    proxy->add_categories(category);
  }
  proxy->set_state(static_cast<v1::ProxyState>(view.state));
}

void FillRecurring(absl::string_view bank, const queries::RecurringView& view, v1::RecurringOrder* recurring) {
  recurring->set_name(ResourceName(bank, "recurringOrders", view.id.value()));
  recurring->set_payer(NumberOf(view.payer));
  recurring->set_beneficiary(NumberOf(view.beneficiary));
  recurring->set_center_name(view.center_name);
  recurring->set_category(view.category);
  recurring->set_first_date(ToDate(view.first));
  if (view.until.value() != 0) {
    recurring->set_until_date(ToDate(view.until));
  }
  recurring->set_minute_of_day(view.minute_of_day);
  recurring->set_planned_minutes(view.planned.value());
  recurring->set_state(static_cast<v1::RecurringOrderState>(view.state));
  if (view.state == model::RecurringState::kActive) {
    recurring->set_next_date(ToDate(view.next));
    *recurring->mutable_next_time() = ToTimestamp(view.due);
  }
  if (view.skipped.value() != 0) {
    recurring->set_skipped_date(ToDate(view.skipped));
    recurring->set_skipped_reason(view.skip_reason);
  }
  for (const queries::SkippedWeekView& week : view.skipped_weeks) {
    v1::SkippedWeek* const skipped = recurring->add_skipped_weeks();
    skipped->set_date(ToDate(week.day));
    skipped->set_reason(week.reason);
    if (week.retry.has_value()) {
      *skipped->mutable_retry_time() = ToTimestamp(*week.retry);
    }
  }
  if (view.agent.value() != 0) {
    recurring->set_agent(NumberOf(view.agent));
  }
}

}  // namespace timebank::rpc
