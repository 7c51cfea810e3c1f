// Banks and their rules: the RPCs of BankService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_bank.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::rpc {
namespace {

absl::Status GetBank(const v1::GetBankRequest& request, Reading* reading, v1::GetBankResponse* response) {
  const std::string bank = reading->fields.Bank("name", request.name());
  TB_RETURN_IF_ERROR(reading->Open(bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::BankView view, reading->queries().Bank(bank));
  FillBank(view, response->mutable_bank());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListBanks(const v1::ListBanksRequest& request, Reading* reading, v1::ListBanksResponse* response) {
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->OpenAll());
  // A credential is of one bank, and knows of no other.
  if (!reading->caller->bank.empty()) {
    TB_ASSIGN_OR_RETURN(const queries::BankView own, reading->queries().Bank(reading->caller->bank));
    FillBank(own, response->add_banks());
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::BankView> views, reading->queries().Banks(page));
  for (const queries::BankView& view : views.rows) {
    FillBank(view, response->add_banks());
  }
  response->set_next_page_token(views.next);
  return absl::OkStatus();
}

absl::Status GetRuleSet(const v1::GetRuleSetRequest& request, Reading* reading, v1::GetRuleSetResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const model::Day day = reading->DateOrToday("date", request.date());
  TB_RETURN_IF_ERROR(reading->Open(bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::RuleSetView view, reading->queries().RuleSetOn(bank, day));
  FillRuleSet(view, response->mutable_rule_set());
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListRuleSets(const v1::ListRuleSetsRequest& request, Reading* reading, v1::ListRuleSetsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::RuleSetView> views, reading->queries().RuleSets(bank, page));
  for (const queries::RuleSetView& view : views.rows) {
    FillRuleSet(view, response->add_rule_sets());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListReasons(const v1::ListReasonsRequest& request, Reading* reading, v1::ListReasonsResponse* response) {
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->OpenAll());
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::ReasonView> views, queries::Queries::Reasons(page));
  for (const queries::ReasonView& view : views.rows) {
    v1::Reason* reason = response->add_reasons();
    reason->set_name(std::string(view.text->name));
    reason->set_precedence(static_cast<int32_t>(view.precedence));
    reason->set_code(absl::StatusCodeToString(view.text->code));
    reason->set_message_zh(std::string(view.text->zh));
    reason->set_message_en(std::string(view.text->en));
  }
  response->set_next_page_token(views.next);
  return absl::OkStatus();
}

}  // namespace

void AddBankService(Methods* methods) {
  methods->Write<v1::CreateBankResponse>(&ToCreateBank);
  methods->Read(&GetBank);
  methods->Read(&ListBanks);
  methods->Write<v1::CreateRuleSetResponse>(&ToCreateRuleSet);
  methods->Read(&GetRuleSet);
  methods->Read(&ListRuleSets);
  methods->Read(&ListReasons);
}

}  // namespace timebank::rpc
