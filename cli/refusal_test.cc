#include "cli/refusal.h"

#include <gtest/gtest.h>

#include "cli/exit_code.h"

namespace timebank::cli {
namespace {

v1::Refusal Example(const std::string& reason) {
  v1::Refusal refusal;
  refusal.set_reason(reason);
  refusal.set_domain("timebank");
  refusal.set_message_zh("登记人不能自己确认。");
  refusal.set_message_en("Somebody else must confirm.");
  (*refusal.mutable_metadata())["record"] = "17";
  return refusal;
}

std::string Packed(const v1::Refusal& refusal, const std::string& type) {
  v1::StatusDetails details;
  v1::DetailAny* const any = details.add_details();
  any->set_type_url(type);
  any->set_value(refusal.SerializeAsString());
  return details.SerializeAsString();
}

TEST(RefusalTest, IsFoundInTheDetails) {
  const auto refusal =
      DecodeStatusDetails(Packed(Example("RECORDER_IS_CONFIRMER"), "type.googleapis.com/timebank.v1.Refusal"));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason(), "RECORDER_IS_CONFIRMER");
  EXPECT_EQ(MetadataOf(*refusal, "record"), "17");
  EXPECT_EQ(MetadataOf(*refusal, "other"), "");
}

TEST(RefusalTest, OtherBytesHoldNone) {
  EXPECT_FALSE(DecodeStatusDetails("").has_value());
  EXPECT_FALSE(DecodeStatusDetails("\xff\xfe nonsense").has_value());
  EXPECT_FALSE(DecodeStatusDetails(Packed(Example("X"), "type.googleapis.com/google.rpc.ErrorInfo")).has_value());
}

TEST(RefusalTest, BothWordingsAndTheRefusalTravelInTheStatus) {
  const absl::Status status = RefusalError(absl::StatusCode::kFailedPrecondition, Example("RECORDER_IS_CONFIRMER"));
  EXPECT_EQ(TextOf(status).zh, "登记人不能自己确认。");
  EXPECT_EQ(TextOf(status).en, "Somebody else must confirm.");
  ASSERT_TRUE(RefusalOf(status).has_value());
  EXPECT_EQ(RefusalOf(status)->reason(), "RECORDER_IS_CONFIRMER");
  EXPECT_FALSE(RefusalOf(absl::InternalError("x")).has_value());
}

TEST(RefusalTest, ExitCodesTellFieldsFromRules) {
  EXPECT_EQ(ExitCodeOf(RefusalError(absl::StatusCode::kInvalidArgument, Example("INVALID_FIELD"))), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(RefusalError(absl::StatusCode::kInvalidArgument, Example("RULE_OUT_OF_RANGE"))), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(RefusalError(absl::StatusCode::kAlreadyExists, Example("BANK_EXISTS"))), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(RefusalError(absl::StatusCode::kNotFound, Example("RECORD_NOT_FOUND"))), ExitCode::kNotFound);
}

TEST(RefusalTest, AReasonWithoutWordsIsItsOwn) {
  v1::Refusal refusal;
  refusal.set_reason("BRAND_NEW");
  EXPECT_EQ(WordsOf(refusal).zh, "BRAND_NEW");
  EXPECT_EQ(NextStep(refusal).en, "");
  EXPECT_NE(NextStep(Example("RECORDER_IS_CONFIRMER")).en.find("--as"), std::string::npos);
}

TEST(RefusalTest, ADuplicateOfAnUndoneRecordMayReplaceIt) {
  v1::Refusal refusal = Example("RECORD_DUPLICATE");
  EXPECT_EQ(NextStep(refusal).zh, "");
  for (const char* state : {"REVERSED", "REJECTED", "WITHDRAWN", "VOIDED"}) {
    (*refusal.mutable_metadata())["state"] = state;
    EXPECT_NE(NextStep(refusal).zh.find("record add 加上 --replaces 17"), std::string::npos) << state;
    EXPECT_NE(NextStep(refusal).en.find("--replaces 17"), std::string::npos) << state;
  }
  (*refusal.mutable_metadata())["state"] = "SETTLED";
  EXPECT_EQ(NextStep(refusal).en, "");
}

TEST(RefusalTest, StepsNameWhatTheySpeakOf) {
  EXPECT_NE(NextStep(Example("RECORD_OVERLAP")).en.find("record show 17"), std::string::npos);
  for (const char* reason : {"RECORD_TO_ONESELF", "RECORD_ENDS_BEFORE_START", "KINSHIP_NOT_FOUND", "KINSHIP_WRONG_STATE",
                             "KINSHIP_TO_ONESELF", "KINSHIP_EXISTS", "TOO_MANY_KINSHIPS", "HOLD_NOT_FOUND", "HOLD_CLOSED",
                             "HOLD_EXPIRED", "HOLD_EXPIRES_BEFORE_TODAY", "HOLD_TOO_SMALL", "HOURS_ALREADY_SPENT"}) {
    EXPECT_NE(NextStep(Example(reason)).zh, "") << reason;
    EXPECT_NE(NextStep(Example(reason)).en, "") << reason;
  }
  EXPECT_NE(NextStep(Example("GUARDIAN_CONSENT_MISSING")).zh.find("--guardian "), std::string::npos);
}

TEST(RefusalTest, AnIdNumberInTheWordingIsMasked) {
  v1::Refusal refusal = Example("VOLUNTEER_NOT_FOUND");
  refusal.set_message_zh("没有编号为 11010519491231002X 的志愿者。");
  refusal.set_message_en("There is no volunteer １１０１０５１９４９１２３１００２１.");
  EXPECT_EQ(WordsOf(refusal).zh, "没有编号为 ***X 的志愿者。");
  EXPECT_EQ(WordsOf(refusal).en, "There is no volunteer ***.");
}

TEST(ExitCodeTest, CanonicalCodes) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kDone);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), ExitCode::kNotFound);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("")), ExitCode::kUnknown);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(WithExitCode(absl::NotFoundError(""), ExitCode::kFile)), ExitCode::kFile);
}

TEST(ExitCodeTest, HelpNamesEveryCodeInBothLanguages) {
  for (const char* code : {"  0 ", "  2 ", "  3 ", "  4 ", "  5 ", "  6 ", "  7 ", "  8 "}) {
    EXPECT_NE(ExitCodeHelp().zh.find(code), std::string::npos) << code;
    EXPECT_NE(ExitCodeHelp().en.find(code), std::string::npos) << code;
  }
}

}  // namespace
}  // namespace timebank::cli
