#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/commands/rule_values.h"
#include "cli/names.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::cli {
namespace {

std::vector<Column> BankColumns(const Context& context) {
  return {context.Col("id", {"代码", "Id"}), context.Col("display_name", {"名称", "Name"}),
          context.Col("member_count", {"会员数", "Members"}, Align::kRight),
          context.Col("entry_count", {"账簿条数", "Journal entries"}, Align::kRight),
          context.Col("tree_root", {"账簿校验根", "Root of the journal"})};
}

std::vector<Cell> BankRow(const v1::Bank& bank) {
  return {Cell::Word(IdOf(bank.name())), Cell::Word(bank.display_name()), Cell::Number(bank.member_count()),
          Cell::Number(bank.entry_count()), Cell::Word(Hexadecimal(bank.tree_root()))};
}

absl::Status Create(const Arguments& arguments, Context* context) {
  v1::CreateBankRequest request;
  TB_ASSIGN_OR_RETURN(const std::string name, BankName(arguments.Get("id")));
  request.set_bank_id(IdOf(name));
  request.set_display_name(arguments.Get("name"));
  for (const std::string& change : arguments.All("rule")) {
    TB_ASSIGN_OR_RETURN(*request.add_rules(), ParseRuleChange(change));
  }
  v1::CreateBankResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("bank", {"时间银行", "Bank"}));
}

absl::Status List(const Arguments&, Context* context) {
  Table table;
  table.columns = BankColumns(*context);
  table.columns.pop_back();
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListBanksResponse>(context->client(), v1::ListBanksRequest(),
                                                        [&table](const v1::ListBanksResponse& page) {
                                                          for (const v1::Bank& bank : page.banks()) {
                                                            table.rows.push_back(BankRow(bank));
                                                            table.rows.back().pop_back();
                                                          }
                                                          return true;
                                                        }));
  return context->Print(table);
}

absl::Status Show(const Arguments& arguments, Context* context) {
  v1::GetBankRequest request;
  if (arguments.Has("id")) {
    TB_ASSIGN_OR_RETURN(*request.mutable_name(), BankName(arguments.Get("id")));
  } else {
    TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Bank());
  }
  v1::GetBankResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  return context->PrintOne({BankColumns(*context), {BankRow(response.bank())}});
}

}  // namespace

std::vector<Command> BankCommands() {
  return {
      {"bank",
       "create",
       {"新建时间银行", "create a bank"},
       {{ArgumentKind::kPlace,
         "id",
         {"代码：小写字母开头，2 到 20 个字符 a-z 0-9 -", "id: 2-20 characters a-z 0-9 -, a letter first"}},
        {ArgumentKind::kNeeded, "name", {"名称", "what people call it"}},
        {ArgumentKind::kPlaces,
         "rule",
         {"与默认规则的差别，如 spending_age=65", "differences to the shipped rules, as spending_age=65"}}},
       true,
       &Create},
      {"bank", "list", {"列出时间银行", "list the banks"}, {}, false, &List},
      {"bank",
       "show",
       {"查看一家时间银行", "show one bank"},
       {{ArgumentKind::kOptionalPlace, "id", {"代码", "id"}}},
       false,
       &Show},
  };
}

}  // namespace timebank::cli
