// Balances, statements, holds and entries: requests to commands, views to messages.
#ifndef TIMEBANK_RPC_CONVERT_ACCOUNT_H_
#define TIMEBANK_RPC_CONVERT_ACCOUNT_H_

#include "service/queries/views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/account.pb.h"

namespace timebank::rpc {

void ToCreateHold(const v1::CreateHoldRequest& request, Conversion* conversion, model::Command* command);
void ToCloseHold(const v1::CloseHoldRequest& request, Conversion* conversion, model::Command* command);

void FillBalance(absl::string_view bank, const queries::BalanceView& view, v1::GetBalanceResponse* response);
void FillLine(absl::string_view bank, const queries::StatementLineView& view, v1::StatementLine* line);
void FillAccount(const queries::AccountView& view, v1::Account* account);
void FillLot(absl::string_view bank, const queries::LotView& view, v1::Lot* lot);
void FillHold(absl::string_view bank, const queries::HoldView& view, v1::Hold* hold);
void FillEntry(absl::string_view bank, const queries::EntryView& view, v1::Entry* entry);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_ACCOUNT_H_
