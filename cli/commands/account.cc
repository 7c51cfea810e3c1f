#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/text/hours.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/account.pb.h"

namespace timebank::cli {
namespace {

absl::Status Balance(const Arguments& arguments, Context* context) {
  v1::GetBalanceRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("members", arguments.Get("member")));
  v1::GetBalanceResponse balance;
  TB_RETURN_IF_ERROR(context->Read(request, &balance));
  Table table;
  table.columns = {context->Col("member", {"会员编号", "Member"}),
                   context->Col("display_name", {"姓名", "Name"}),
                   context->Col("available_minutes", {"可用时间", "Can be spent"}),
                   context->Col("held_minutes", {"已预留", "Reserved"}),
                   context->Col("service_minutes", {"服务时长（累计）", "Service hours (never lowered by spending)"}),
                   context->Col("pending_minutes", {"待存入", "Recorded, not settled yet"}),
                   context->Col("pool_minutes", {"超出上限，入公益时间池", "Above a cap, to the community pool"}),
                   context->Col("received_minutes", {"已接受服务", "Care received"}),
                   context->Col("available_points", {"可用积分", "Points"}),
                   context->Col("owed_minutes", {"欠账时间（以后的服务先还）", "Owed (later services pay it first)"}),
                   context->Col("available_coins", {"可用时间币", "Time coins"}),
                   context->Col("granted_minutes", {"其中：困难发放", "Of it: granted"}),
                   context->Col("donated_minutes", {"其中：公益池", "Of it: from the pool"}),
                   context->Col("gifted_minutes", {"其中：受赠", "Of it: gifts"}),
                   context->Col("sequence", {"账簿序号", "As of journal entry"})};
  table.rows.push_back({Cell::Word(IdOf(balance.name())), Cell::Word(balance.display_name()),
                        context->Minutes(balance.available_minutes()), context->Minutes(balance.held_minutes()),
                        context->Minutes(balance.service_minutes()), context->Minutes(balance.pending_minutes()),
                        context->Minutes(balance.pool_minutes()), context->Minutes(balance.received_minutes()),
                        Cell::Number(balance.available_points()),
                        balance.owed_minutes() == 0 ? Cell::ShownNumber("", 0) : context->Minutes(balance.owed_minutes()),
                        CoinsCell(balance.available_minutes(), balance.coins_per_hour()),
                        context->Minutes(balance.granted_minutes()), context->Minutes(balance.donated_minutes()),
                        context->Minutes(balance.gifted_minutes()), Cell::Number(balance.sequence())});
  return context->PrintOne(table);
}

// "records/17" of "banks/xt/records/17".
std::string ShortName(const std::string& name) { return IsFullName(name) ? name.substr(BankOf(name).size() + 1) : name; }

absl::Status Lots(const Arguments& arguments, Context* context) {
  v1::ListLotsRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Name("members", arguments.Get("member")));
  Table table;
  table.columns = {context->Col("sequence", {"账簿序号", "Journal entry"}, Align::kRight),
                   context->Col("provenance", {"来源", "Origin"}),
                   context->Col("original_minutes", {"存入", "Came in"}, Align::kRight),
                   context->Col("remaining_minutes", {"剩余", "Left"}, Align::kRight),
                   context->Col("from", {"来自", "From"}),
                   context->Col("expire_date", {"可用到", "Last day"})};
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListLotsResponse>(context->client(), request, [&table, context](const v1::ListLotsResponse& page) {
        for (const v1::Lot& lot : page.lots()) {
          table.rows.push_back({Cell::Number(lot.sequence()), EnumCell(lot.provenance(), context->language()),
                                context->Minutes(lot.original_minutes()), context->Minutes(lot.remaining_minutes()),
                                lot.origin().empty() ? Cell::ShownWord(context->Pick({"公益时间池", "community pool"}), "")
                                                     : Cell::Word(ShortName(lot.origin())),
                                Cell::Word(lot.expire_date())});
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status Accounts(const Arguments&, Context* context) {
  v1::ListBankAccountsRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::ListBankAccountsResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  Table table;
  table.columns = {context->Col("kind", {"账户", "Account"}), context->Col("asset", {"种类", "Counts"}),
                   context->Col("balance", {"余额", "Balance"}, Align::kRight)};
  const Language language = context->language();
  for (const v1::Account& account : response.accounts()) {
    table.rows.push_back(
        {EnumCell(account.kind(), language), EnumCell(account.asset(), language),
         account.asset() == v1::ASSET_HOURS ? context->Minutes(account.balance()) : Cell::Number(account.balance())});
  }
  return context->Print(table);
}

// "members/V000000017 AVAILABLE +60; bank ISSUANCE -60": for people and programs alike.
std::string PostingsText(const v1::Entry& entry) {
  return absl::StrJoin(entry.postings(), "; ", [](std::string* out, const v1::Posting& posting) {
    absl::StrAppend(out, posting.owner(), " ", StableName(*v1::AccountKind_descriptor(), posting.kind()),
                    posting.asset() == v1::ASSET_POINTS ? " POINTS " : " ", posting.amount() > 0 ? "+" : "",
                    posting.amount());
  });
}

// "DEBT 60; consent: signed, file 17" or "AUTHORITY 60; asked by wang, decided by li": the same for people and programs.
std::string CoverText(const v1::Entry& entry) {
  std::string text;
  if (entry.has_cover()) {
    const v1::HoursCover& cover = entry.cover();
    absl::StrAppend(&text, StableName(*v1::Cover_descriptor(), cover.cover()), " ",
                    cover.member_minutes() + cover.pool_minutes());
    absl::StrAppend(&text, cover.consent().empty() ? "" : "; consent: ", cover.consent());
    if (!cover.requested_by().empty()) {
      absl::StrAppend(&text, "; asked by ", cover.requested_by(), ", decided by ", cover.decided_by());
    }
  }
  if (entry.owed_change_minutes() != 0) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", "owed ", entry.owed_change_minutes() > 0 ? "+" : "",
                    entry.owed_change_minutes());
  }
  return text;
}

std::vector<Column> EntryColumns(const Context& context) {
  std::vector<Column> columns = {context.Col("sequence", {"序号", "Entry"}, Align::kRight),
                                 context.Col("record_time", {"入账时间", "Booked at"}),
                                 context.Col("effective_date", {"服务日期", "Effective"}),
                                 context.Col("kind", {"种类", "Kind"}),
                                 context.Col("subject", {"对象", "About"}),
                                 context.Col("actor", {"经办", "By"}),
                                 context.Col("rule_set_version", {"规则", "Rules"}, Align::kRight),
                                 context.Col("reason", {"原因", "Reason"}),
                                 context.Col("reverses_sequence", {"冲正", "Reverses"}, Align::kRight),
                                 context.Col("postings", {"分录", "Postings"}),
                                 context.Col("cover", {"承担", "Covered by"}),
                                 context.Col("reversal", {"批次", "Reversal"}, Align::kRight),
                                 context.Col("request_id", {"请求编号", "Request"}),
                                 context.Col("leaf_hash", {"校验值", "Leaf hash"})};
  columns.back().max_width = 16;
  return columns;
}

std::vector<Cell> EntryRow(const v1::Entry& entry, Language language) {
  return {Cell::Number(entry.sequence()),
          Cell::Word(FormatMoment(entry.record_time())),
          Cell::Word(entry.effective_date()),
          EnumCell(entry.kind(), language),
          Cell::Word(entry.subject()),
          Cell::Word(entry.actor()),
          Cell::Number(entry.rule_set_version()),
          Cell::Word(entry.reason()),
          entry.reverses_sequence() == 0 ? Cell() : Cell::Number(entry.reverses_sequence()),
          Cell::Word(PostingsText(entry)),
          Cell::Word(CoverText(entry)),
          Cell::Word(entry.reversal().empty() ? "" : IdOf(entry.reversal())),
          Cell::Word(entry.request_id()),
          Cell::Word(Hexadecimal(entry.leaf_hash()))};
}

// The sequence of the newest entry.
absl::StatusOr<int64_t> NewestSequence(const std::string& bank, Context* context) {
  v1::ListEntriesRequest request;
  request.set_parent(bank);
  request.set_page_size(1);
  v1::ListEntriesResponse response;
  TB_RETURN_IF_ERROR(context->Read(request, &response));
  return response.sequence();
}

absl::Status Journal(const Arguments& arguments, Context* context) {
  v1::ListEntriesRequest request;
  int64_t limit = 100;
  if (arguments.Has("last") && (arguments.Has("from-sequence") || arguments.Has("limit"))) {
    return InvalidText(
        {"--last 不能与 --from-sequence 或 --limit 同时使用", "--last goes with neither --from-sequence nor --limit"});
  }
  if (arguments.Has("from-sequence")) {
    TB_ASSIGN_OR_RETURN(const int64_t from, WholeNumber(arguments.Get("from-sequence"), 1));
    request.set_from_sequence(from);
  }
  if (arguments.Has("limit") || arguments.Has("last")) {
    TB_ASSIGN_OR_RETURN(limit, WholeNumber(arguments.Get(arguments.Has("last") ? "last" : "limit"), 1));
  }
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  if (arguments.Has("last")) {
    TB_ASSIGN_OR_RETURN(const int64_t newest, NewestSequence(request.parent(), context));
    request.set_from_sequence(newest > limit ? newest - limit + 1 : 1);
  }
  const Language language = context->language();
  Table table;
  table.columns = EntryColumns(*context);
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListEntriesResponse>(context->client(), request,
                                                          [&table, language, limit](const v1::ListEntriesResponse& page) {
                                                            for (const v1::Entry& entry : page.entries()) {
                                                              if (static_cast<int64_t>(table.rows.size()) >= limit) {
                                                                return false;
                                                              }
                                                              table.rows.push_back(EntryRow(entry, language));
                                                            }
                                                            return static_cast<int64_t>(table.rows.size()) < limit;
                                                          }));
  return context->Print(table);
}

}  // namespace

std::vector<Command> AccountCommands() {
  const Argument member = {
      ArgumentKind::kPlace, "member", {"会员编号或网点自己的编号", "member number, or the centre's own number"}};
  return {
      {"", "balance", {"会员的余额", "a member's numbers"}, {member}, false, &Balance},
      {"",
       "lots",
       {"会员的时间从哪里来，按使用顺序", "where a member's hours come from, in the order of spending"},
       {member},
       false,
       &Lots},
      {"account", "list", {"列出时间银行的账户", "list the bank's accounts"}, {}, false, &Accounts},
      {"journal",
       "list",
       {"列出账簿，包括被拒绝的操作", "list the entries, refusals included"},
       {{ArgumentKind::kOption, "from-sequence", {"从哪个序号开始，默认 1", "first entry; 1 when left out"}},
        {ArgumentKind::kOption, "limit", {"最多多少条，默认 100", "at most so many; 100 when left out"}},
        {ArgumentKind::kOption, "last", {"只列最新的多少条", "only so many of the newest"}}},
       false,
       &Journal},
  };
}

}  // namespace timebank::cli
