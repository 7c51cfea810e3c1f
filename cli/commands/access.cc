// Roles of principals, tokens, and who one is oneself.
#include "cli/client/credentials.h"
#include "cli/commands/command.h"
#include "cli/commands/context.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/text/date_time.h"
#include "cli/text/width.h"
#include "cli/words.h"
#include "service/base/status.h"
#include "timebank/v1/access.pb.h"
#include "timebank/v1/bank.pb.h"

namespace timebank::cli {
namespace {

constexpr int64_t kSecondsPerDay = 24 * 60 * 60;
constexpr int64_t kSecondsPerHour = 60 * 60;
constexpr char kUsualDays[] = "90";

Column PrincipalColumn(const Context& context) { return context.Col("principal", {"账号", "Principal"}); }

Column BindingColumn(const Context& context) { return context.Col("binding", {"编号", "Number"}, Align::kRight); }

absl::StatusOr<int64_t> Lifetime(const Arguments& arguments) {
  const std::string days = arguments.Has("days") ? arguments.Get("days") : kUsualDays;
  TB_ASSIGN_OR_RETURN(const int64_t count, WholeNumber(days, 1));
  return count <= 366 ? absl::StatusOr<int64_t>(count * kSecondsPerDay)
                      : InvalidText({"--days 最多 366 天", "--days takes at most 366"});
}

// Puts a fresh token where it was asked to go: into a profile, or, this once, before the person's eyes.
absl::Status HandOver(const Arguments& arguments, const v1::Receipt& receipt, const std::string& token, Context* context) {
  if (token.empty()) {
    context->Warn({"这个令牌上次已经显示过，不再显示；没有收到就作废它，另做一个",
                   "this token was shown before and is not shown again; if it did not arrive, revoke it and make another"});
    return context->PrintReceipt(receipt, context->Col("token_id", {"令牌编号", "Token"}, Align::kRight));
  }
  if (arguments.Has("save")) {
    TB_RETURN_IF_ERROR(SaveCredential(arguments.Get("save"), token));
    context->Say(
        {"令牌已存入 --profile " + arguments.Get("save"), "the token was saved: use --profile " + arguments.Get("save")});
    return context->PrintReceipt(receipt, context->Col("token_id", {"令牌编号", "Token"}, Align::kRight));
  }
  Table more;
  more.columns = {context->Col("token", {"令牌（只显示这一次）", "Token text (shown this once)"})};
  more.rows = {{Cell::Word(token)}};
  return context->PrintReceipt(receipt, context->Col("token_id", {"令牌编号", "Token"}, Align::kRight), std::move(more));
}

absl::Status Grant(const Arguments& arguments, Context* context) {
  v1::GrantRoleRequest request;
  request.set_principal(arguments.Get("principal"));
  TB_ASSIGN_OR_RETURN(const v1::Role role, ParseEnum<v1::Role>(arguments.Get("role")));
  request.set_role(role);
  request.set_scope_code(NarrowTrimmed(arguments.Get("scope")));
  TB_ASSIGN_OR_RETURN(*request.mutable_from_date(), IsoDay(arguments.Get("from")));
  TB_ASSIGN_OR_RETURN(*request.mutable_until_date(), IsoDay(arguments.Get("until")));
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::GrantRoleResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  Table more;
  more.columns = {BindingColumn(*context)};
  more.rows = {{Cell::Number(response.binding())}};
  return context->PrintReceipt(response.receipt(), PrincipalColumn(*context), std::move(more));
}

absl::Status Revoke(const Arguments& arguments, Context* context) {
  v1::RevokeRoleRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t binding, WholeNumber(arguments.Get("binding"), 1));
  request.set_binding(binding);
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("principals", arguments.Get("principal")));
  v1::RevokeRoleResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), PrincipalColumn(*context));
}

absl::Status Link(const Arguments& arguments, Context* context) {
  v1::LinkPrincipalRequest request;
  request.set_member(NarrowTrimmed(arguments.Get("member")));
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("principals", arguments.Get("principal")));
  v1::LinkPrincipalResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), PrincipalColumn(*context));
}

std::vector<Column> BindingColumns(const Context& context) {
  return {PrincipalColumn(context),
          context.Col("member", {"会员", "Member"}),
          BindingColumn(context),
          context.Col("role", {"角色", "Role"}),
          context.Col("scope", {"区域", "Scope"}),
          context.Col("from_date", {"起", "From"}),
          context.Col("until_date", {"止", "Until"})};
}

void AddBindings(const std::string& name, const std::string& member,
                 const google::protobuf::RepeatedPtrField<v1::RoleBinding>& bindings, const Context& context, Table* table) {
  const Text whole = {"全行", "whole bank"};
  for (const v1::RoleBinding& binding : bindings) {
    const bool all = binding.scope_code().empty();
    table->rows.push_back({Cell::Word(name), Cell::Word(member), Cell::Number(binding.id()),
                           EnumCell(binding.role(), context.language()),
                           all ? Cell::ShownWord(context.Pick(whole), "") : Cell::Word(binding.scope_code()),
                           Cell::Word(binding.from_date()), Cell::Word(binding.until_date())});
  }
  if (bindings.empty()) {
    table->rows.push_back({Cell::Word(name), Cell::Word(member), Cell(), Cell(), Cell(), Cell(), Cell()});
  }
}

absl::Status ListRoles(const Arguments& arguments, Context* context) {
  Table table;
  table.columns = BindingColumns(*context);
  if (arguments.Has("principal")) {
    v1::GetPrincipalRequest request;
    TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("principals", arguments.Get("principal")));
    v1::GetPrincipalResponse response;
    TB_RETURN_IF_ERROR(context->Read(request, &response));
    const v1::Principal& principal = response.principal();
    AddBindings(IdOf(principal.name()), principal.member(), principal.bindings(), *context, &table);
    return context->Print(table);
  }
  v1::ListPrincipalsRequest request;
  request.set_scope_code(NarrowTrimmed(arguments.Get("scope")));
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListPrincipalsResponse>(
      context->client(), request, [&table, context](const v1::ListPrincipalsResponse& page) {
        for (const v1::Principal& principal : page.principals()) {
          AddBindings(IdOf(principal.name()), principal.member(), principal.bindings(), *context, &table);
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status CreateToken(const Arguments& arguments, Context* context) {
  v1::CreateTokenRequest request;
  request.set_principal(arguments.Get("principal"));
  request.set_purpose(arguments.Get("for"));
  TB_ASSIGN_OR_RETURN(const int64_t lifetime, Lifetime(arguments));
  request.set_lifetime_seconds(lifetime);
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  v1::CreateTokenResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return HandOver(arguments, response.receipt(), response.token(), context);
}

absl::Status RotateToken(const Arguments& arguments, Context* context) {
  v1::RotateTokenRequest request;
  TB_ASSIGN_OR_RETURN(const int64_t lifetime, Lifetime(arguments));
  request.set_lifetime_seconds(lifetime);
  const std::string hours = arguments.Has("overlap-hours") ? arguments.Get("overlap-hours") : "24";
  TB_ASSIGN_OR_RETURN(const int64_t overlap, WholeNumber(hours, 0));
  request.set_overlap_seconds(overlap * kSecondsPerHour);
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("tokens", arguments.Get("token")));
  v1::RotateTokenResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return HandOver(arguments, response.receipt(), response.token(), context);
}

absl::Status RevokeToken(const Arguments& arguments, Context* context) {
  v1::RevokeTokenRequest request;
  request.set_reason(arguments.Get("reason"));
  TB_ASSIGN_OR_RETURN(*request.mutable_name(), context->Name("tokens", arguments.Get("token")));
  v1::RevokeTokenResponse response;
  TB_RETURN_IF_ERROR(context->Write(&request, &response));
  return context->PrintReceipt(response.receipt(), context->Col("token_id", {"令牌编号", "Token"}, Align::kRight));
}

absl::Status ListTokens(const Arguments&, Context* context) {
  v1::ListTokensRequest request;
  TB_ASSIGN_OR_RETURN(*request.mutable_parent(), context->Bank());
  Table table;
  table.columns = {context->Col("token_id", {"编号", "Token"}, Align::kRight),
                   PrincipalColumn(*context),
                   context->Col("prefix", {"前缀", "Prefix"}),
                   context->Col("purpose", {"用途", "For"}),
                   context->Col("create_time", {"制作", "Made"}),
                   context->Col("expire_time", {"到期", "Expires"}),
                   context->Col("revoke_time", {"作废", "Revoked"}),
                   context->Col("last_used_date", {"最近使用", "Last used"})};
  TB_RETURN_IF_ERROR(
      ForEachPage<v1::ListTokensResponse>(context->client(), request, [&table](const v1::ListTokensResponse& page) {
        for (const v1::Token& token : page.tokens()) {
          table.rows.push_back({Cell::Word(IdOf(token.name())), Cell::Word(token.principal()), Cell::Word(token.prefix()),
                                Cell::Word(token.purpose()), Cell::Word(FormatMoment(token.create_time())),
                                Cell::Word(FormatMoment(token.expire_time())), Cell::Word(FormatMoment(token.revoke_time())),
                                Cell::Word(token.last_used_date())});
        }
        return true;
      }));
  return context->Print(table);
}

absl::Status WhoAmI(const Arguments&, Context* context) {
  v1::WhoAmIResponse response;
  TB_RETURN_IF_ERROR(context->Read(v1::WhoAmIRequest(), &response));
  if (response.trusted()) {
    context->Say({"这台服务器信任所有能连上的人，不需要令牌", "this server trusts whoever reaches it; no token is needed"});
  }
  Table table;
  table.columns = BindingColumns(*context);
  table.columns.push_back(context->Col("expire_time", {"凭证到期", "Credential expires"}));
  AddBindings(response.principal(), response.member(), response.bindings(), *context, &table);
  for (auto& row : table.rows) {
    row.push_back(Cell::Word(FormatMoment(response.expire_time())));
  }
  return context->Print(table);
}

absl::Status LogIn(const Arguments& arguments, Context* context) {
  if (!arguments.Has("file")) {
    context->Warn({"请粘贴令牌，按回车（不会显示）：", "paste the token and press Enter (it is not shown):"});
  }
  TB_ASSIGN_OR_RETURN(const std::string token, CredentialIn(arguments.Has("file") ? arguments.Get("file") : "-"));
  context->client().UseCredential(token);
  v1::WhoAmIResponse response;
  TB_RETURN_IF_ERROR(context->Read(v1::WhoAmIRequest(), &response));
  TB_RETURN_IF_ERROR(SaveCredential(context->profile(), token));
  context->Say({"已登录：" + response.principal(), "logged in as " + response.principal()});
  return absl::OkStatus();
}

absl::Status LogOut(const Arguments&, Context* context) {
  TB_ASSIGN_OR_RETURN(const bool removed, RemoveCredential(context->profile()));
  context->Say(removed ? Text{"已退出：本机不再保存令牌", "logged out: the token is no longer kept here"}
                       : Text{"没有登录", "nobody was logged in"});
  return absl::OkStatus();
}

// What the one-time credential is for: the bank, its first administrator, and her token.
absl::Status SetUp(const Arguments& arguments, Context* context) {
  TB_ASSIGN_OR_RETURN(const std::string credential, CredentialIn(arguments.Get("file")));
  context->client().UseCredential(credential);
  const std::string administrator = arguments.Get("administrator");
  if (arguments.Has("name")) {
    v1::CreateBankRequest bank;
    TB_ASSIGN_OR_RETURN(const std::string name, context->Bank());
    bank.set_bank_id(IdOf(name));
    bank.set_display_name(arguments.Get("name"));
    v1::CreateBankResponse made;
    TB_RETURN_IF_ERROR(context->Write(&bank, &made));
  }
  v1::GrantRoleRequest role;
  TB_ASSIGN_OR_RETURN(*role.mutable_parent(), context->Bank());
  role.set_principal(administrator);
  role.set_role(v1::ROLE_ADMINISTRATOR);
  role.set_reason("first administrator");
  v1::GrantRoleResponse granted;
  TB_RETURN_IF_ERROR(context->Write(&role, &granted));
  v1::CreateTokenRequest token;
  token.set_parent(role.parent());
  token.set_principal(administrator);
  token.set_purpose("first administrator");
  TB_ASSIGN_OR_RETURN(const int64_t lifetime, Lifetime(arguments));
  token.set_lifetime_seconds(lifetime);
  v1::CreateTokenResponse response;
  TB_RETURN_IF_ERROR(context->Write(&token, &response));
  TB_RETURN_IF_ERROR(SaveCredential(context->profile(), response.token()));
  context->Say({"已为 " + administrator + " 登录；一次性凭证从此无效",
                "logged in as " + administrator + "; the one-time credential counts no more"});
  return absl::OkStatus();
}

std::vector<Command> RoleCommands() {
  const Argument principal = {ArgumentKind::kPlace, "principal", {"账号", "the principal"}};
  const Argument reason = {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}};
  return {
      {"role",
       "grant",
       {"给账号一个角色", "give a principal a role"},
       {principal,
        {ArgumentKind::kPlace,
         "role",
         {"角色：center-staff confirmer shop-keeper dispatcher district-rater city-rater province-rater administrator "
          "auditor service",
          "center-staff confirmer shop-keeper dispatcher district-rater city-rater province-rater administrator auditor "
          "service"}},
        {ArgumentKind::kOption,
         "scope",
         {"区域代码，含下级；不写为全行", "scope code, narrower ones included; the whole bank when left out"}},
        {ArgumentKind::kOption, "from", {"第一天；默认今天", "first day; today when left out"}},
        {ArgumentKind::kOption, "until", {"最后一天；默认不限", "last day; no end when left out"}},
        reason},
       true,
       &Grant},
      {"role",
       "revoke",
       {"取消一个角色", "take a role away"},
       {principal, {ArgumentKind::kPlace, "binding", {"role list 中的编号", "its number in role list"}}, reason},
       true,
       &Revoke},
      {"role",
       "link",
       {"说明账号是哪位会员本人", "say which member a principal is"},
       {principal, {ArgumentKind::kPlace, "member", {"会员编号", "member number"}}, reason},
       true,
       &Link},
      {"role",
       "list",
       {"列出账号和角色", "list principals and their roles"},
       {{ArgumentKind::kOptionalPlace, "principal", {"只看这个账号", "only this principal"}},
        {ArgumentKind::kOption,
         "scope",
         {"只看此区域及其下级区域内的角色：区域代码", "only roles in this scope and narrower ones: its code"}}},
       false,
       &ListRoles},
  };
}

std::vector<Command> TokenCommands() {
  const Argument token = {ArgumentKind::kPlace, "token", {"令牌编号", "number of the token"}};
  const Argument days = {ArgumentKind::kOption, "days", {"有效天数，默认 90", "valid for so many days; 90 when left out"}};
  const Argument save = {ArgumentKind::kOption,
                         "save",
                         {"存入本机的这个 --profile，不显示", "save it as this --profile here instead of showing it"}};
  return {
      {"admin token",
       "create",
       {"制作令牌，只显示一次", "make a token, which is shown once"},
       {{ArgumentKind::kPlace, "principal", {"账号，或会员编号", "a principal, or a member number"}},
        {ArgumentKind::kNeeded, "for", {"用途", "what it is for"}},
        days,
        save},
       true,
       &CreateToken},
      {"admin token",
       "rotate",
       {"换新令牌，旧的过一段时间失效", "make a new token for an old one, which ends a while later"},
       {token,
        {ArgumentKind::kOption,
         "overlap-hours",
         {"旧的还能用多少小时，默认 24", "the old one counts so many hours more; 24 when left out"}},
        days,
        save},
       true,
       &RotateToken},
      {"admin token",
       "revoke",
       {"立即作废令牌", "end a token at once"},
       {token, {ArgumentKind::kNeeded, "reason", {"原因（不写个人信息）", "why (no personal data)"}}},
       true,
       &RevokeToken},
      {"admin token", "list", {"列出令牌", "list tokens"}, {}, false, &ListTokens},
  };
}

}  // namespace

std::vector<Command> AccessCommands() {
  std::vector<Command> commands = {
      {"",
       "login",
       {"登录：把令牌存入本机的 --profile", "log in: keep a token on this machine, as --profile"},
       {{ArgumentKind::kOption,
         "file",
         {"从文件读令牌；不写则从键盘", "read the token from a file; from the keyboard when left out"}}},
       false,
       &LogIn},
      {"", "logout", {"退出：删除本机保存的令牌", "log out: forget the token on this machine"}, {}, false, &LogOut},
      {"", "whoami", {"我是谁，有哪些角色", "who one is, and with which roles"}, {}, false, &WhoAmI},
      {"admin",
       "set-up",
       {"首次启动：用一次性凭证建立时间银行和第一位管理员",
        "first start: make a bank and its first administrator with the one-time credential"},
       {{ArgumentKind::kNeeded,
         "file",
         {"服务数据目录中的 first-administrator.token", "first-administrator.token in the service's data folder"}},
        {ArgumentKind::kNeeded, "administrator", {"管理员账号", "principal of the administrator"}},
        {ArgumentKind::kOption,
         "name",
         {"新建时间银行的名称（代码用 --bank）", "name of the bank to make (its id is --bank)"}},
        {ArgumentKind::kOption, "days", {"令牌有效天数，默认 90", "the token is valid for so many days; 90 when left out"}}},
       false,
       &SetUp},
  };
  for (const auto& part : {RoleCommands(), TokenCommands()}) {
    commands.insert(commands.end(), part.begin(), part.end());
  }
  return commands;
}

}  // namespace timebank::cli
