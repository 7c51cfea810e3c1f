#include "cli/refusal.h"

#include <map>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "cli/exit_code.h"

namespace timebank::cli {
namespace {

constexpr char kPayload[] = "timebank.v1.Refusal";

}  // namespace

std::optional<v1::Refusal> DecodeStatusDetails(absl::string_view bytes) {
  v1::StatusDetails details;
  if (!details.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return std::nullopt;
  }
  for (const v1::DetailAny& detail : details.details()) {
    v1::Refusal refusal;
    if (absl::EndsWith(detail.type_url(), "/timebank.v1.Refusal") && refusal.ParseFromString(detail.value())) {
      return refusal;
    }
  }
  return std::nullopt;
}

absl::Status RefusalError(absl::StatusCode code, const v1::Refusal& refusal) {
  absl::Status status = TextError(code, WordsOf(refusal));
  status.SetPayload(kPayload, absl::Cord(refusal.SerializeAsString()));
  const ExitCode exit_code = refusal.reason() == "INVALID_FIELD"   ? ExitCode::kUsage
                             : code == absl::StatusCode::kNotFound ? ExitCode::kNotFound
                                                                   : ExitCode::kRefused;
  return WithExitCode(std::move(status), exit_code);
}

std::optional<v1::Refusal> RefusalOf(const absl::Status& status) {
  const absl::optional<absl::Cord> bytes = status.GetPayload(kPayload);
  v1::Refusal refusal;
  if (!bytes.has_value() || !refusal.ParseFromString(std::string(*bytes))) {
    return std::nullopt;
  }
  return refusal;
}

Text WordsOf(const v1::Refusal& refusal) {
  return Text{refusal.message_zh().empty() ? refusal.reason() : refusal.message_zh(),
              refusal.message_en().empty() ? refusal.reason() : refusal.message_en()};
}

std::string MetadataOf(const v1::Refusal& refusal, const std::string& key) {
  const auto found = refusal.metadata().find(key);
  return found == refusal.metadata().end() ? "" : found->second;
}

Text NextStep(absl::string_view reason) {
  static const auto* const steps = new std::map<std::string, Text, std::less<>>{
      {"REQUEST_ID_REUSED", {"请去掉 --request-id，让程序自动生成一个", "leave --request-id out and a new one is made"}},
      {"RECORDER_IS_CONFIRMER",
       {"请由同事确认：加上 --as 和同事的姓名", "let a colleague confirm: use --as with the colleague's name"}},
      {"VOLUNTEER_IS_CONFIRMER", {"请用 --as 指明另一位确认人", "use --as with the name of somebody else"}},
      {"FIRST_APPROVER_IS_SECOND",
       {"请由第二位人员确认：加上 --as 和其姓名", "a second person must confirm: use --as with that person's name"}},
      {"BANK_NOT_FOUND",
       {"timebank bank list 列出已有的时间银行；timebank bank create 新建",
        "timebank bank list shows the banks; timebank bank create makes one"}},
      {"BANK_EXISTS", {"timebank bank show 可以查看", "timebank bank show prints it"}},
      {"SCOPE_NOT_FOUND",
       {"timebank scope list 列出区域；timebank scope create 新建",
        "timebank scope list shows the scopes; timebank scope create makes one"}},
      {"CENTER_NOT_FOUND",
       {"timebank center list 列出网点；timebank center create 新建",
        "timebank center list shows the centres; timebank center create makes one"}},
      {"VOLUNTEER_NOT_FOUND",
       {"timebank member find 按姓名、出生年份和证件号后四位查找", "timebank member find looks a person up"}},
      {"BENEFICIARY_NOT_FOUND",
       {"timebank member find 按姓名、出生年份和证件号后四位查找", "timebank member find looks a person up"}},
      {"MEMBER_NOT_FOUND",
       {"timebank member find 按姓名、出生年份和证件号后四位查找", "timebank member find looks a person up"}},
      {"RECORD_NOT_FOUND",
       {"timebank record list --center 网点 列出服务记录", "timebank record list --center NAME shows the records"}},
      {"MEMBER_EXISTS", {"timebank member show 可以查看", "timebank member show prints the member"}},
      {"EXTERNAL_NUMBER_TAKEN", {"请核对编号，或换一个编号", "check the number, or choose another"}},
      {"RECORD_WRONG_STATE", {"timebank record show 显示当前状态", "timebank record show prints where it stands"}},
      {"RECORD_OVERLAP", {"timebank record show 可以查看那一条记录", "timebank record show prints that record"}},
      {"GUARDIAN_CONSENT_MISSING",
       {"先登记监护人同意：timebank member consent", "put the consent on file first: timebank member consent"}},
      {"MEMBER_NOT_ACTIVE", {"timebank member resume 可以恢复", "timebank member resume ends the suspension"}},
      {"NOTICE_NOT_OVER", {"公示期满后再执行 timebank record settle", "run timebank record settle once the notice is over"}},
      {"RULE_UNKNOWN", {"timebank rule show 列出全部规则", "timebank rule show lists every rule"}},
      {"RULE_OUT_OF_RANGE", {"timebank rule show 列出允许的范围", "timebank rule show lists the allowed ranges"}},
      {"BALANCE_TOO_LOW", {"timebank balance 显示余额", "timebank balance prints what there is"}},
  };
  const auto found = steps->find(reason);
  return found == steps->end() ? Text{} : found->second;
}

}  // namespace timebank::cli
