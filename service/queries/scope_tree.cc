#include "service/queries/scope_tree.h"

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/queries/walk.h"

namespace timebank::queries {

absl::StatusOr<const std::vector<model::ScopeId>*> ScopeTree::Ancestors(model::ScopeId id) {
  const auto known = ancestors_.find(id);
  if (known != ancestors_.end()) {
    return &known->second;
  }
  std::vector<model::ScopeId> path;
  for (model::ScopeId scope = id; scope.value() != 0;) {
    path.push_back(scope);
    TB_ASSIGN_OR_RETURN(const ledger::rec::Scope row,
                        ledger::MustLoadRow<ledger::rec::Scope>(reader_, ledger::keys::Scope(bank_, scope)));
    scope = model::ScopeId(row.parent());
  }
  return &ancestors_.emplace(id, std::move(path)).first->second;
}

absl::StatusOr<std::optional<int>> ScopeTree::Distance(model::ScopeId from, model::ScopeId to) {
  TB_ASSIGN_OR_RETURN(const std::vector<model::ScopeId>* const ups, Ancestors(from));
  TB_ASSIGN_OR_RETURN(const std::vector<model::ScopeId>* const downs, Ancestors(to));
  for (size_t up = 0; up < ups->size(); ++up) {
    for (size_t down = 0; down < downs->size(); ++down) {
      if ((*ups)[up] == (*downs)[down]) {
        return std::optional<int>(static_cast<int>(up + down));
      }
    }
  }
  return std::optional<int>();
}

absl::StatusOr<std::set<uint64_t>> ScopesBelow(const store::Reader& reader, absl::string_view bank, absl::string_view code) {
  std::set<uint64_t> scopes;
  const std::string prefix = ledger::keys::TableOf('s', bank);
  auto it = reader.Scan(prefix, base::PrefixEnd(prefix));
  // Parents are created before their children.
  for (; it->Valid(); it->Next()) {
    TB_ASSIGN_OR_RETURN(const ledger::rec::Scope row, ParseRow<ledger::rec::Scope>(it->value()));
    if (row.code() == code || scopes.count(row.parent()) > 0) {
      scopes.insert(ledger::keys::LastId(it->key()));
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return scopes.empty() ? absl::StatusOr<std::set<uint64_t>>(absl::NotFoundError(absl::StrCat("there is no scope ", code)))
                        : scopes;
}

}  // namespace timebank::queries
