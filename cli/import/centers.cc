#include "cli/import/centers.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/commands/pages.h"
#include "cli/names.h"
#include "cli/refusal.h"
#include "cli/text/csv.h"
#include "cli/text/display.h"
#include "cli/text/language.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "timebank/v1/bank.pb.h"
#include "timebank/v1/scope.pb.h"

namespace timebank::cli {
namespace {

constexpr size_t kNameBytes = 300;  // 100 Chinese characters; the service counts exactly.
constexpr size_t kPersonalDigits = 11;

bool LooksLikeAName(absl::string_view text) {
  return !text.empty() && text.size() <= kNameBytes && MaskLongNumbers(text, kPersonalDigits) == text;
}

// The code of the scope below which new centres go.
absl::StatusOr<std::string> WidestScope(const std::string& bank, const std::string& run_id, Client* client) {
  v1::ListScopesRequest request;
  request.set_parent(bank);
  v1::Scope widest;
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListScopesResponse>(*client, request, [&widest](const v1::ListScopesResponse& page) {
    for (const v1::Scope& scope : page.scopes()) {
      if (scope.level() > widest.level()) {
        widest = scope;
      }
    }
    return true;
  }));
  if (!widest.name().empty()) {
    return IdOf(widest.name());
  }
  v1::GetBankRequest get;
  get.set_name(bank);
  v1::GetBankResponse found;
  TB_RETURN_IF_ERROR(client->Call(get, &found));
  v1::CreateScopeRequest create;
  create.set_request_id(absl::StrCat(run_id, ":scope"));
  create.set_parent(bank);
  create.set_scope_code("root");
  create.set_display_name(found.bank().display_name());
  create.set_level(v1::SCOPE_LEVEL_DISTRICT);
  v1::CreateScopeResponse created;
  TB_RETURN_IF_ERROR(client->Call(create, &created));
  return std::string("root");
}

absl::StatusOr<std::set<std::string>> KnownCenters(const std::string& bank, Client* client) {
  v1::ListCentersRequest request;
  request.set_parent(bank);
  std::set<std::string> known;
  TB_RETURN_IF_ERROR(ForEachPage<v1::ListCentersResponse>(*client, request, [&known](const v1::ListCentersResponse& page) {
    for (const v1::Center& center : page.centers()) {
      known.insert(base::Fold(IdOf(center.name())));
      known.insert(base::Fold(center.display_name()));
    }
    return true;
  }));
  return known;
}

}  // namespace

std::vector<std::string> CentersOf(absl::string_view text, const ColumnMap<MemberColumn>& columns,
                                   const std::string& fallback) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text);
  while (reader.ok()) {
    const std::optional<CsvRow> row = reader->Next();
    if (!row.has_value()) {
      break;
    }
    std::string name(columns.Get(row->fields, MemberColumn::kCenter));
    name = name.empty() ? fallback : name;
    if (row->status.ok() && !row->blank && LooksLikeAName(name) && seen.insert(base::Fold(name)).second) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

absl::StatusOr<std::vector<std::string>> CreateMissingCenters(const std::vector<std::string>& names, const std::string& bank,
                                                              const std::string& run_id, Client* client) {
  TB_ASSIGN_OR_RETURN(const std::set<std::string> known, KnownCenters(bank, client));
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    if (!known.contains(base::Fold(name))) {
      missing.push_back(name);
    }
  }
  if (missing.empty()) {
    return missing;
  }
  if (missing.size() > kNewCentersMost) {
    return InvalidText({absl::StrCat("名单里有 ", missing.size(),
                                     " 个新网点，多半是列对错了；请先用 timebank center create 建立，"
                                     "或加上 --known-centers-only"),
                        absl::StrCat("the list names ", missing.size(),
                                     " new centres, most likely a shifted column; create them "
                                     "first with timebank center create, or use --known-centers-only")});
  }
  TB_ASSIGN_OR_RETURN(const std::string scope, WidestScope(bank, run_id, client));
  std::vector<std::string> created;
  for (size_t i = 0; i < missing.size(); ++i) {
    v1::CreateCenterRequest request;
    request.set_request_id(absl::StrCat(run_id, ":center:", i));
    request.set_parent(bank);
    request.set_display_name(missing[i]);
    request.set_scope_code(scope);
    v1::CreateCenterResponse response;
    const absl::Status status = client->Call(request, &response);
    if (status.ok()) {
      created.push_back(missing[i]);
    } else if (!RefusalOf(status).has_value()) {
      return status;
    }  // A name that the service refuses makes its rows refused, each with the reason.
  }
  return created;
}

}  // namespace timebank::cli
