#include "service/rpc/refusal.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/base/log.h"
#include "service/privacy/master_keys.h"
#include "service/privacy/member_keys.h"

namespace timebank::rpc {
namespace {

v1::Refusal Refusal(absl::string_view reason, absl::string_view zh, absl::string_view en) {
  v1::Refusal refusal;
  refusal.set_reason(reason.data(), reason.size());
  refusal.set_domain("timebank");
  refusal.set_message_zh(zh.data(), zh.size());
  refusal.set_message_en(en.data(), en.size());
  return refusal;
}

// The numbers of canonical codes are the same on both sides.
grpc::StatusCode CodeOf(absl::StatusCode code) { return static_cast<grpc::StatusCode>(static_cast<int>(code)); }

// The Chinese sentence for what the queries did not find; theirs is the English one, which ends in what was asked for.
std::string NotFoundZh(absl::string_view message) {
  static constexpr std::pair<absl::string_view, absl::string_view> kKinds[] = {
      {"bank ", "时间银行 "},   {"member ", "会员 "},         {"centre ", "服务网点 "},
      {"record ", "服务记录 "}, {"reward order ", "兑换单 "}, {"reward ", "商品 "},
      {"order ", "服务订单 "},  {"scope ", "区域 "},          {"star application ", "星级申请 "},
      {"star award ", "星级 "}};
  absl::string_view rest = absl::StripSuffix(message, ".");
  if (absl::ConsumePrefix(&rest, "There is no ") || absl::ConsumePrefix(&rest, "there is no ")) {
    for (const auto& [english, chinese] : kKinds) {
      if (absl::ConsumePrefix(&rest, english)) {
        return absl::StrCat("没有找到", chinese, rest, "，请核对编号或名称。");
      }
    }
  }
  return "没有找到所查的内容，请核对编号或名称。";
}

grpc::Status QueueFull() {
  v1::Refusal refusal =
      Refusal("QUEUE_FULL", "系统繁忙，没有执行，请稍后用同一请求编号重试。",
              "The service is busy; nothing was applied. Send the request again in a moment, with the same request_id.");
  (*refusal.mutable_metadata())["retry_after_ms"] = absl::StrCat(kRetryAfterMs);
  return StatusOf(grpc::StatusCode::RESOURCE_EXHAUSTED, refusal);
}

grpc::Status WaitFor(int64_t micros, v1::Refusal refusal) {
  (*refusal.mutable_metadata())["retry_after_ms"] = absl::StrCat(micros / 1000 + 1);
  return StatusOf(grpc::StatusCode::RESOURCE_EXHAUSTED, refusal);
}

}  // namespace

v1::Refusal RefusalOf(const model::Rejection& rejection) {
  v1::Refusal refusal =
      Refusal(model::TextOf(rejection.reason).name, model::MessageZh(rejection), model::MessageEn(rejection));
  for (const auto& [name, value] : rejection.metadata) {
    (*refusal.mutable_metadata())[name] = value;
  }
  return refusal;
}

v1::Refusal RefusalOf(const FieldError& error) {
  v1::Refusal refusal = Refusal("INVALID_FIELD", error.zh, error.en);
  (*refusal.mutable_metadata())["field"] = error.field;
  return refusal;
}

grpc::Status StatusOf(grpc::StatusCode code, const v1::Refusal& refusal) {
  v1::StatusDetails details;
  details.set_code(code);
  details.set_message(refusal.message_en());
  v1::DetailAny* any = details.add_details();
  any->set_type_url("type.googleapis.com/timebank.v1.Refusal");
  {
    google::protobuf::io::StringOutputStream text(any->mutable_value());
    google::protobuf::io::CodedOutputStream stream(&text);
    // The same bytes for a retry; the order of a map's entries is otherwise up to chance.
    stream.SetSerializationDeterministic(true);
    refusal.SerializeToCodedStream(&stream);
  }
  return grpc::Status(code, refusal.message_en(), details.SerializeAsString());
}

int64_t RetryAfterMs(const grpc::Status& status) {
  constexpr char kKey[] = "retry_after_ms";
  v1::StatusDetails details;
  v1::Refusal refusal;
  int64_t wait = 0;
  const bool said = details.ParseFromString(status.error_details()) && details.details_size() == 1 &&
                    refusal.ParseFromString(details.details(0).value()) && refusal.metadata().count(kKey) > 0 &&
                    absl::SimpleAtoi(refusal.metadata().at(kKey), &wait);
  return said ? wait : kRetryAfterMs;
}

grpc::Status StatusOf(const model::Rejection& rejection) {
  return StatusOf(CodeOf(model::TextOf(rejection.reason).code), RefusalOf(rejection));
}

grpc::Status StatusOf(const FieldError& error) { return StatusOf(grpc::StatusCode::INVALID_ARGUMENT, RefusalOf(error)); }

grpc::Status BadActor(const absl::Status& status) {
  return StatusOf(FieldError{"timebank-actor", "操作人须为 1 到 64 字节的文字，按百分号编码，不能只有空格。",
                             absl::StrCat(status.message(), "; it takes 1 to 64 bytes of UTF-8, percent-encoded.")});
}

grpc::Status ActorMissing(const absl::Status& status, absl::string_view permission) {
  v1::Refusal refusal = Refusal("ACTOR_MISSING", "没有说明操作人，不能进行此操作。", status.message());
  (*refusal.mutable_metadata())["permission"] = std::string(permission);
  return StatusOf(grpc::StatusCode::PERMISSION_DENIED, refusal);
}

grpc::Status NoCredential() {
  return StatusOf(grpc::StatusCode::UNAUTHENTICATED,
                  Refusal("CREDENTIAL_MISSING", "请先登录：这里只接待出示令牌的人。",
                          "Log in first: this service takes calls only with a credential."));
}

grpc::Status BadCredential() {
  return StatusOf(
      grpc::StatusCode::UNAUTHENTICATED,
      Refusal("CREDENTIAL_INVALID", "登录凭证无效：可能已经到期或作废，请向管理员要新的。",
              "The credential is not valid: it may have expired or been revoked. Ask an administrator for a new one."));
}

grpc::Status NoPermission(absl::string_view permission) {
  v1::Refusal refusal = Refusal("NO_PERMISSION", "您的角色不能办理这件事。", "None of your roles may do this.");
  (*refusal.mutable_metadata())["permission"] = std::string(permission);
  return StatusOf(grpc::StatusCode::PERMISSION_DENIED, refusal);
}

v1::Refusal OutOfReachItem(const std::string& field) {
  if (field.empty()) {
    return Refusal("OUT_OF_REACH", "没有这一项，或者不归您办理。",
                   "There is no such thing, or it is not yours to deal with.");
  }
  v1::Refusal refusal = Refusal(
      "OUT_OF_REACH",
      absl::StrCat("没有办理：", field, " 所写的编号不存在，或者不归您管而又不符合办理条件；请核对编号和姓名。"),
      absl::StrCat("Nothing was done: what ", field,
                   " names is not there, or it is not yours and does not fit the rules. Check the number and the name."));
  (*refusal.mutable_metadata())["field"] = field;
  return refusal;
}

grpc::Status OutOfReach(const std::string& field) {
  return StatusOf(grpc::StatusCode::PERMISSION_DENIED, OutOfReachItem(field));
}

grpc::Status OutOfReachAsWhole() {
  return StatusOf(
      grpc::StatusCode::PERMISSION_DENIED,
      Refusal("OUT_OF_REACH", "这件事涉及整个时间银行，而您的角色只管其中一部分；请指明您所管的区域、服务网点或会员。",
              "This is about the bank as a whole; your role is bound to a part of it. Name a scope, a centre or a "
              "member of yours."));
}

grpc::Status OperatorOnly() {
  return StatusOf(
      grpc::StatusCode::PERMISSION_DENIED,
      Refusal("OPERATOR_ONLY", "这件事涉及本系统的所有时间银行，只能由系统维护人员用 --set-up 的一次性凭证办理。",
              "This is about every bank of the service: only its operator may do it, with the one-time credential "
              "of --set-up."));
}

v1::Refusal TooManyLookUps() {
  return Refusal("TOO_MANY_LOOK_UPS", "查错的次数太多：没有找到人，或者姓名与编号不符。请核对后一小时再试。",
                 "Too many of your look-ups found nobody, or names did not fit numbers. Check them, and try again in an "
                 "hour.");
}

grpc::Status TooManyFailures(int64_t micros) {
  return WaitFor(micros, Refusal("TOO_MANY_FAILURES", "错误的凭证太多，请稍候再试。",
                                 "Too many wrong credentials came from your address; wait a moment."));
}

grpc::Status TooManyCalls(int64_t micros) {
  return WaitFor(micros, Refusal("TOO_MANY_CALLS", "请求太多，没有执行，请稍候再试。",
                                 "That is more than one caller may ask at once; nothing was applied. Wait a moment."));
}

namespace {

// What DATA_LOSS says to callers.
grpc::Status Unreadable(const absl::Status& status, absl::string_view event, absl::string_view method) {
  if (privacy::IsLost(status)) {
    return StatusOf(model::Rejection{model::Reason::kPersonalDataLost, {}});
  }
  base::Log(base::LogLevel::kError, event, {{"method", std::string(method)}, {"status", status.ToString()}});
  return StatusOf(grpc::StatusCode::DATA_LOSS,
                  Refusal("UNREADABLE", "有关内容已经损坏，或者它的密钥不见了，读不出来，请联系系统维护人员。",
                          "What this needs is damaged, or its key is missing; the service's log says which."));
}

grpc::Status KeysSilent(const absl::Status& status, absl::string_view method) {
  base::Log(base::LogLevel::kError, "keys_silent", {{"method", std::string(method)}, {"status", status.ToString()}});
  return StatusOf(
      grpc::StatusCode::UNAVAILABLE,
      Refusal("KEYS_SILENT", "保管个人信息密钥的设备没有应答，没有显示或改变任何内容，请稍后用同一请求编号重试。",
              "The keys of personal data do not answer; nothing was shown or changed. Send the request again "
              "later, with the same request_id."));
}

}  // namespace

grpc::Status ReadFailed(const absl::Status& status, absl::string_view method) {
  if (privacy::IsSilent(status)) {
    return KeysSilent(status, method);
  }
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      return Unreadable(status, "read_failed", method);
    case absl::StatusCode::kNotFound:
      return StatusOf(grpc::StatusCode::NOT_FOUND, Refusal("NOT_FOUND", NotFoundZh(status.message()), status.message()));
    case absl::StatusCode::kPermissionDenied:
      return StatusOf(grpc::StatusCode::PERMISSION_DENIED,
                      Refusal("PRIVATE", "这项内容只供当事志愿者和服务网点查看。", status.message()));
    case absl::StatusCode::kUnavailable:
      return StatusOf(grpc::StatusCode::UNAVAILABLE,
                      Refusal("NOT_YET", "所要的最新内容还没有写入，请稍后再查。", status.message()));
    case absl::StatusCode::kInvalidArgument: {
      Fields fields;
      fields.Fail("page_token", "不是本次查询的翻页标记，请从第一页重新查询",
                  "is not a token of this list; begin again with the first page");
      return StatusOf(fields.error());
    }
    case absl::StatusCode::kDeadlineExceeded:
      return StatusOf(grpc::StatusCode::DEADLINE_EXCEEDED,
                      Refusal("REPORT_TOO_LONG", "报表没有在规定的时间内算完，请缩小范围，或给它更多时间。",
                              "The report did not end in the time it was given; narrow it, or give it more time."));
    case absl::StatusCode::kAborted:
      return QueueFull();
    case absl::StatusCode::kResourceExhausted:
      // Of a kind that no client sends again by itself.
      return StatusOf(grpc::StatusCode::FAILED_PRECONDITION, TooManyLookUps());
    case absl::StatusCode::kFailedPrecondition:
      return StatusOf(grpc::StatusCode::FAILED_PRECONDITION,
                      Refusal("REPORT_TOO_LARGE", "内容太多，一次算不了，请按日期、区域或网点缩小范围。",
                              "That is too much at once; narrow it by days, by scope or by centre."));
    default:
      base::Log(base::LogLevel::kError, "read_failed", {{"method", std::string(method)}, {"status", status.ToString()}});
      return StatusOf(grpc::StatusCode::INTERNAL, Refusal("SERVICE_FAULT", "系统读取数据时出错，请联系系统维护人员。",
                                                          "The service failed to read; its log says why."));
  }
}

grpc::Status NotTaken(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kResourceExhausted) {
    return QueueFull();
  }
  return StatusOf(
      grpc::StatusCode::UNAVAILABLE,
      Refusal("STOPPING", "系统正在停止，没有执行，请稍后用同一请求编号重试。",
              "The service stops; nothing was applied. Send the request again later, with the same request_id."));
}

grpc::Status KeysFailed(const absl::Status& status) {
  if (absl::IsDataLoss(status)) {
    return Unreadable(status, "keys_failed", "");
  }
  if (privacy::IsSilent(status)) {
    return KeysSilent(status, "");
  }
  base::Log(base::LogLevel::kError, "keys_failed", {{"status", status.ToString()}});
  return StatusOf(grpc::StatusCode::INTERNAL,
                  Refusal("SERVICE_FAULT", "系统保存密钥时出错，没有执行，请联系系统维护人员。",
                          "The service failed to keep a key; nothing was applied. Its log says why."));
}

grpc::Status RevealTooOld() {
  return StatusOf(grpc::StatusCode::FAILED_PRECONDITION,
                  Refusal("REVEAL_TOO_OLD", "这次查看已经过了十分钟，要再看请重新提交并说明用途。",
                          "This request is more than ten minutes old; to look again, send a new one with its purpose."));
}

grpc::Status ReportNotTaken() {
  return StatusOf(grpc::StatusCode::RESOURCE_EXHAUSTED, Refusal("REPORTS_BUSY", "正在计算的报表太多，请稍后再试。",
                                                                "Too many reports are being made; try again later."));
}

grpc::Status OutcomeUnknown() {
  return StatusOf(grpc::StatusCode::UNAVAILABLE,
                  Refusal("OUTCOME_UNKNOWN", "系统出错，无法确定是否已经执行，请用同一请求编号重试。",
                          "It is not known whether the request was applied. Send it again with the same request_id."));
}

grpc::Status DeadlinePassed() {
  return StatusOf(grpc::StatusCode::DEADLINE_EXCEEDED,
                  Refusal("DEADLINE_PASSED", "请求到达时已经超时，没有执行。",
                          "The deadline was over when the request arrived; nothing was applied."));
}

grpc::Status NoMessage() {
  return StatusOf(
      FieldError{"request", "请求内容已损坏，或其中的文字不是有效的 UTF-8。",
                 "The request is no message of this method: it is damaged, or a text in it is not valid UTF-8."});
}

}  // namespace timebank::rpc
