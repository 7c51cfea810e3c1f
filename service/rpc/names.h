// Names of resources in answers.
#ifndef TIMEBANK_RPC_NAMES_H_
#define TIMEBANK_RPC_NAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/model/command.h"

namespace timebank::rpc {

std::string BankName(absl::string_view bank);
// "banks/{bank}/{collection}/{key}".
std::string ResourceName(absl::string_view bank, absl::string_view collection, absl::string_view key);
std::string ResourceName(absl::string_view bank, absl::string_view collection, uint64_t key);
std::string MemberName(absl::string_view bank, model::MemberId id);
// Empty for 0.
std::string RecordName(absl::string_view bank, model::RecordId id);
// The member number; empty for nobody.
std::string NumberOf(model::MemberId id);

// One field of a request that is set and names something.
struct NamedField {
  std::string field;
  std::string value;  // as written
};

// What is left of a command once it is on its way: enough to name what it created or changed.
struct Subject {
  enum class Form : uint8_t {
    kBank,
    kRuleSet,
    kGivenScope,
    kGivenCenter,
    kNewCenter,
    kMember,
    kKinship,
    kRecord,
    kHold,
    kCampaign,
    kOrder,
    kProxy,
    kRecurring,
    kReward,
    kRewardOrder,
    kCalendar,
    kStarApplication,
    kStarAward,
    kReversal,
    kGrant,
    kPrincipal,
    kToken
  };
  Form form = Form::kBank;
  std::string bank;
  std::string code;  // of a scope, centre or principal, where the caller gave it
  // Of an order of the shop: the code this call made and its digest, to see whether it was this call that placed the order.
  std::string pickup_code = {};
  std::string pickup_digest = {};
  // Of a private text that is shown: the record or grant it belongs to.
  uint64_t text_of = 0;
  // Of a token: the text this call made and its digest, likewise.
  std::string token = {};
  std::string token_digest = {};
  // What the request referred to (guard.h): for the answer to a refusal.
  std::vector<NamedField> referred = {};
};

Subject SubjectOf(const model::Command& command);

// `id` is Outcome::subject.
std::string NameOf(const Subject& subject, uint64_t id);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_NAMES_H_
