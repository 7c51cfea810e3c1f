#include "cli/exit_code.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/base/check.h"

namespace timebank::cli {
namespace {

constexpr char kPayload[] = "timebank.cli/exit-code";

}  // namespace

absl::Status WithExitCode(absl::Status status, ExitCode code) {
  TB_CHECK(!status.ok());
  status.SetPayload(kPayload, absl::Cord(absl::StrCat(static_cast<int>(code))));
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  int number = 0;
  const absl::optional<absl::Cord> fixed = status.GetPayload(kPayload);
  if (fixed.has_value() && absl::SimpleAtoi(std::string(*fixed), &number)) {
    return static_cast<ExitCode>(number);
  }
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kDone;
    case absl::StatusCode::kInvalidArgument:
      return ExitCode::kUsage;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnimplemented:
      return ExitCode::kUnreachable;
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return ExitCode::kUnknown;
    default:
      return ExitCode::kRefused;
  }
}

const Text& ExitCodeHelp() {
  static const auto* const text = new Text{
      "退出码：\n"
      "  0  已完成\n"
      "  2  用法不对，或填写的内容无效\n"
      "  3  被规则拒绝，没有任何改动（多项操作时：至少一项被拒绝）\n"
      "  4  找不到\n"
      "  5  连不上服务器或服务器太忙，没有任何改动\n"
      "  6  结果不明（超时或连接中断）：用同一个 --request-id 再执行一次即可，不会重复\n"
      "  7  导入完成，但有被拒绝的行（仅在使用 --strict 时）\n"
      "  8  文件无法读取或写入\n"
      "\n每个选项都有对应的环境变量：TIMEBANK_ 加上大写的选项名，例如 --request-id 对应 TIMEBANK_REQUEST_ID。",
      "Exit codes:\n"
      "  0  done\n"
      "  2  wrong usage, or a value that cannot be used\n"
      "  3  refused by the rules, nothing changed (of several items: at least one was refused)\n"
      "  4  not found\n"
      "  5  server unreachable or too busy, nothing changed\n"
      "  6  outcome unknown (timed out, connection lost): run it again with the same --request-id; it will not happen "
      "twice\n"
      "  7  import finished with refused rows (with --strict only)\n"
      "  8  a file cannot be read or written\n"
      "\nEvery option has an environment variable: TIMEBANK_ and the name in capitals, as TIMEBANK_REQUEST_ID for "
      "--request-id."};
  return *text;
}

}  // namespace timebank::cli
