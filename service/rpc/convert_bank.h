// Banks and rules: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_BANK_H_
#define TIMEBANK_RPC_CONVERT_BANK_H_

#include "service/queries/views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::rpc {

using RuleChanges = std::vector<std::pair<std::string, int64_t>>;

// Names and values, `least` to limits::kRuleChanges of them; whether there is such a rule, and whether it may have the value, the ledger says.
RuleChanges ReadRules(const google::protobuf::RepeatedPtrField<v1::Rule>& rules, int least, Fields* fields);

void ToCreateBank(const v1::CreateBankRequest& request, Conversion* conversion, model::Command* command);
void ToCreateRuleSet(const v1::CreateRuleSetRequest& request, Conversion* conversion, model::Command* command);

void FillBank(const queries::BankView& view, v1::Bank* bank);
// Every rule, those of the table first.
void FillRuleSet(const queries::RuleSetView& view, v1::RuleSet* rule_set);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_BANK_H_
