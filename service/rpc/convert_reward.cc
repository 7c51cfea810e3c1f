#include "service/rpc/convert_reward.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/base/check.h"
#include "service/base/fold.h"
#include "service/model/limits.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

namespace limits = model::limits;

constexpr size_t kCodeDigits = 8;
constexpr uint64_t kCodes = 100000000;

// What belongs to one request and nobody without the bank's key can guess, so that a retry, whose first answer may have been lost, gets the same
// code, and the code still stands nowhere.
std::string SecretOf(const Conversion& conversion, absl::string_view purpose, absl::string_view bank,
                     absl::string_view request_id) {
  return conversion.Digest(purpose, absl::StrCat(bank, "/", request_id));
}

// Of 64 bits: no code is noticeably more likely than another.
std::string PickupCodeOf(absl::string_view secret) {
  uint64_t bits = 0;
  std::memcpy(&bits, secret.data(), sizeof(bits));
  return absl::StrFormat("%08d", bits % kCodes);
}

// Its keyed digest, so that who sees what is stored cannot try all the codes there are.
std::string MacOf(const Conversion& conversion, absl::string_view bank, absl::string_view code) {
  return conversion.Digest("pickup", absl::StrCat(bank, "/", code));
}

// The eight digits, in whatever width and with whatever between them.
std::string ReadPickupCode(const std::string& text, Fields* fields) {
  std::string digits;
  bool other = false;
  for (const char c : base::Fold(text)) {
    const bool digit = c >= '0' && c <= '9';
    other = other || (!digit && c != '-');
    if (digit) {
      digits.push_back(c);
    }
  }
  if (other || digits.size() != kCodeDigits) {
    fields->Fail("pickup_code", "须为 8 位数字", "takes eight digits");
  }
  return digits;
}

Named<uint64_t> OrderName(Fields* fields, absl::string_view name) { return fields->Numbered("name", name, "rewardOrders"); }

}  // namespace

void ToCreateReward(const v1::CreateRewardRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CreateReward body;
  command->bank = fields.Bank("parent", request.parent());
  body.display_name = fields.Name("display_name", request.display_name());
  body.center = fields.Center("center", request.center());
  body.price = model::Points(fields.Range("price", request.price(), 1, limits::kAmountMost));
  body.stock = fields.Range("stock", request.stock(), 0, limits::kStockMost);
  body.limit = fields.Range("limit", request.limit(), 0, limits::kRewardLimitMost);
  body.from = fields.OptionalDate("from_date", request.from_date());
  body.until = fields.OptionalDate("until_date", request.until_date());
  command->body = std::move(body);
}

void ToUpdateReward(const v1::UpdateRewardRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::ChangeReward body;
  Named<uint64_t> name = fields.Numbered("name", request.name(), "rewards");
  command->bank = std::move(name.bank);
  body.reward = model::RewardId(name.key);
  if (request.has_display_name()) {
    body.display_name = fields.Name("display_name", request.display_name());
  }
  if (request.has_price()) {
    body.price = model::Points(fields.Range("price", request.price(), 1, limits::kAmountMost));
  }
  if (request.has_limit()) {
    body.limit = fields.Range("limit", request.limit(), 0, limits::kRewardLimitMost);
  }
  if (request.has_from_date()) {
    body.from = fields.Date("from_date", request.from_date());
  }
  body.no_end = request.has_until_date() && request.until_date().empty();
  body.until = fields.OptionalDate("until_date", request.until_date());
  if (request.has_withdrawn()) {
    body.withdrawn = request.withdrawn();
  }
  if (!request.has_display_name() && !request.has_price() && !request.has_limit() && !request.has_from_date() &&
      !request.has_until_date() && !request.has_withdrawn()) {
    fields.Fail("changes", "没有写明", "are missing: say what is to change");
  }
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void ToCountStock(const v1::CountStockRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CountStock body;
  Named<uint64_t> name = fields.Numbered("name", request.name(), "rewards");
  command->bank = std::move(name.bank);
  body.reward = model::RewardId(name.key);
  body.counted = fields.Range("counted", request.counted(), 0, limits::kStockMost);
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void ToCreateRewardOrder(const v1::CreateRewardOrderRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::PlaceRewardOrder body;
  Named<uint64_t> reward = fields.Numbered("reward", request.reward(), "rewards");
  command->bank = std::move(reward.bank);
  body.reward = model::RewardId(reward.key);
  body.member = fields.Member("member", request.member());
  body.quantity = std::max<int64_t>(1, fields.Range("quantity", request.quantity(), 0, limits::kOrderQuantityMost));
  conversion->pickup_code = PickupCodeOf(SecretOf(*conversion, "pickup-code", command->bank, request.request_id()));
  body.code_salt = SecretOf(*conversion, "pickup-salt", command->bank, request.request_id());
  const auto digest =
      privacy::Sealer::SaltedDigest(body.code_salt, MacOf(*conversion, command->bank, conversion->pickup_code));
  body.code_digest.assign(digest.begin(), digest.end());
  command->body = std::move(body);
}

void ToCollectRewardOrder(const v1::CollectRewardOrderRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CollectRewardOrder body;
  Named<uint64_t> name = OrderName(&fields, request.name());
  command->bank = std::move(name.bank);
  body.order = model::RewardOrderId(name.key);
  body.code_mac = MacOf(*conversion, command->bank, ReadPickupCode(request.pickup_code(), &fields));
  command->body = std::move(body);
}

void ToCancelRewardOrder(const v1::CancelRewardOrderRequest& request, Conversion* conversion, model::Command* command) {
  Fields& fields = conversion->fields;
  model::CancelRewardOrder body;
  Named<uint64_t> name = OrderName(&fields, request.name());
  command->bank = std::move(name.bank);
  body.order = model::RewardOrderId(name.key);
  body.reason = fields.Reason(request.reason());
  command->body = std::move(body);
}

void FillResult(const model::Outcome& outcome, v1::RewardOrderResult* result) {
  TB_CHECK(outcome.reward_order.has_value());
  result->set_state(static_cast<v1::RewardOrderState>(outcome.reward_order->state));
  result->set_points(outcome.reward_order->points.value());
  result->set_attempts_left(static_cast<int32_t>(outcome.reward_order->attempts_left));
  result->set_wrong_code(outcome.reward_order->wrong_code);
}

void FillReward(absl::string_view bank, const queries::RewardView& view, v1::Reward* reward) {
  reward->set_name(ResourceName(bank, "rewards", view.id.value()));
  reward->set_display_name(view.display_name);
  reward->set_center_code(view.center_code);
  reward->set_center_name(view.center_name);
  reward->set_price(view.price.value());
  reward->set_stock(view.stock);
  reward->set_limit(view.limit);
  reward->set_from_date(ToDate(view.from));
  if (view.until.value() != std::numeric_limits<int32_t>::max()) {
    reward->set_until_date(ToDate(view.until));
  }
  reward->set_withdrawn(view.withdrawn);
}

void FillRewardOrder(absl::string_view bank, const queries::RewardOrderView& view, v1::RewardOrder* order) {
  order->set_name(ResourceName(bank, "rewardOrders", view.id.value()));
  order->set_reward(ResourceName(bank, "rewards", view.reward.value()));
  order->set_reward_name(view.reward_name);
  order->set_center_name(view.center_name);
  order->set_member(MemberName(bank, view.member.id));
  order->set_quantity(view.quantity);
  order->set_points(view.points.value());
  order->set_state(static_cast<v1::RewardOrderState>(view.state));
  order->set_order_date(ToDate(view.day));
  order->set_collect_until_date(ToDate(view.collect_until));
  order->set_attempts_left(static_cast<int32_t>(view.attempts_left));
}

}  // namespace timebank::rpc
