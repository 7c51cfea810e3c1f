// How far two scopes of a bank are from each other.
#ifndef TIMEBANK_QUERIES_SCOPE_TREE_H_
#define TIMEBANK_QUERIES_SCOPE_TREE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/model/ids.h"
#include "service/store/store.h"

namespace timebank::queries {

// With a memory of the scopes it saw. Not thread-safe.
class ScopeTree {
 public:
  ScopeTree(const store::Reader& reader, absl::string_view bank) : reader_(reader), bank_(bank) {}

  // Steps up and down the tree from one to the other; nullopt when they have no common root. DATA_LOSS when a row is missing.
  absl::StatusOr<std::optional<int>> Distance(model::ScopeId from, model::ScopeId to);

 private:
  // The scope and all above it, up to its root.
  absl::StatusOr<const std::vector<model::ScopeId>*> Ancestors(model::ScopeId id);

  const store::Reader& reader_;
  const std::string bank_;
  std::map<model::ScopeId, std::vector<model::ScopeId>> ancestors_;
};

// The ids of the scope of a code and of all below it. NOT_FOUND when there is none.
absl::StatusOr<std::set<uint64_t>> ScopesBelow(const store::Reader& reader, absl::string_view bank, absl::string_view code);

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_SCOPE_TREE_H_
