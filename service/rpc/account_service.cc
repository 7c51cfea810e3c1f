// Balances, statements, holds and the journal: the RPCs of AccountService.
#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/base/status.h"
#include "service/rpc/convert_account.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/account.pb.h"

namespace timebank::rpc {
namespace {

absl::Status GetBalance(const v1::GetBalanceRequest& request, Reading* reading, v1::GetBalanceResponse* response) {
  const Named<model::MemberRef> name = reading->fields.MemberName("name", request.name());
  const model::Day today = reading->DateOrToday("date", "");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::BalanceView view, reading->queries().Balance(name.bank, name.key));
  TB_ASSIGN_OR_RETURN(const queries::RuleSetView rules, reading->queries().RuleSetOn(name.bank, today));
  TB_ASSIGN_OR_RETURN(const privacy::Person person, reading->Masked(view.member.sealed_person));
  FillBalance(name.bank, view, response);
  response->set_coins_per_hour(rules.rules.coins_per_hour);
  response->set_display_name(person.name);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status GetStatement(const v1::GetStatementRequest& request, Reading* reading, v1::GetStatementResponse* response) {
  Fields& fields = reading->fields;
  Named<model::MemberRef> name = fields.MemberName("name", request.name());
  queries::StatementFilter filter;
  filter.member = std::move(name.key);
  if (request.asset() != v1::ASSET_UNSPECIFIED) {
    filter.asset = static_cast<model::Asset>(fields.Choice("asset", request.asset(), v1::Asset_MAX));
  }
  filter.from = fields.OptionalDate("from_date", request.from_date());
  filter.to = fields.OptionalDate("to_date", request.to_date());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  const model::Day today = reading->DateOrToday("date", "");
  TB_RETURN_IF_ERROR(reading->Open(name.bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const queries::RuleSetView rules, reading->queries().RuleSetOn(name.bank, today));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::StatementView> views,
                      reading->queries().Statement(name.bank, filter, page));
  if (views.rows.size() != 1) {
    return absl::InternalError("a statement is one row");
  }
  const queries::StatementView& view = views.rows[0];
  TB_ASSIGN_OR_RETURN(privacy::Person person, reading->Masked(view.member.sealed_person));
  response->set_name(MemberName(name.bank, view.member.id));
  response->set_display_name(std::move(person.name));
  response->set_opening_balance(view.opening);
  response->set_closing_balance(view.closing);
  response->set_owed_minutes(view.owed.value());
  response->set_coins_per_hour(rules.rules.coins_per_hour);
  for (const queries::StatementLineView& line : view.lines) {
    FillLine(name.bank, line, response->add_lines());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListBankAccounts(const v1::ListBankAccountsRequest& request, Reading* reading,
                              v1::ListBankAccountsResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  TB_RETURN_IF_ERROR(reading->Open(bank, request.at_least_sequence()));
  TB_ASSIGN_OR_RETURN(const std::vector<queries::AccountView> views, reading->queries().BankAccounts(bank));
  for (const queries::AccountView& view : views) {
    FillAccount(view, response->add_accounts());
  }
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListLots(const v1::ListLotsRequest& request, Reading* reading, v1::ListLotsResponse* response) {
  const Named<model::MemberRef> parent = reading->fields.MemberName("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(parent.bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::LotView> views, reading->queries().Lots(parent.bank, parent.key, page));
  for (const queries::LotView& view : views.rows) {
    FillLot(parent.bank, view, response->add_lots());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListHolds(const v1::ListHoldsRequest& request, Reading* reading, v1::ListHoldsResponse* response) {
  const Named<model::MemberRef> parent = reading->fields.MemberName("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  TB_RETURN_IF_ERROR(reading->Open(parent.bank));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::HoldView> views, reading->queries().Holds(parent.bank, parent.key, page));
  for (const queries::HoldView& view : views.rows) {
    FillHold(parent.bank, view, response->add_holds());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

absl::Status ListEntries(const v1::ListEntriesRequest& request, Reading* reading, v1::ListEntriesResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const queries::PageRequest page = reading->Page(request.page_size(), request.page_token());
  const int64_t from =
      reading->fields.Range("from_sequence", request.from_sequence(), 0, std::numeric_limits<int64_t>::max());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  const model::Sequence first(static_cast<uint64_t>(std::max<int64_t>(from, 1)));
  TB_ASSIGN_OR_RETURN(const queries::Page<queries::EntryView> views, reading->queries().Entries(bank, first, page));
  for (const queries::EntryView& view : views.rows) {
    FillEntry(bank, view, response->add_entries());
  }
  response->set_next_page_token(views.next);
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace

void AddAccountService(Methods* methods) {
  methods->Read(&GetBalance);
  methods->Read(&GetStatement);
  methods->Read(&ListBankAccounts);
  methods->Read(&ListLots);
  methods->Write<v1::CreateHoldResponse>(&ToCreateHold);
  methods->Write<v1::CloseHoldResponse>(&ToCloseHold);
  methods->Read(&ListHolds);
  methods->Read(&ListEntries);
}

}  // namespace timebank::rpc
