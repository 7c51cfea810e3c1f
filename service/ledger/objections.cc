#include "service/ledger/objections.h"

#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/person.h"
#include "service/model/limits.h"

namespace timebank::ledger {

absl::StatusOr<bool> ActorObjected(Work& work, const std::string& first, const Objectors& more) {
  TB_ASSIGN_OR_RETURN(bool objected, ActorIsPerson(work, first));
  for (const std::string& name : more) {
    TB_ASSIGN_OR_RETURN(const bool one_of_them, ActorIsPerson(work, name));
    objected = objected || one_of_them;
  }
  return objected;
}

absl::Status RequireNewObjection(Work& work, const std::string& first, const Objectors& more) {
  TB_ASSIGN_OR_RETURN(const bool objected, ActorObjected(work, first, more));
  if (objected) {
    return work.Refuse(model::Reason::kObjectedAlready);
  }
  constexpr int kMost = model::limits::kObjections;
  return more.size() + 1 >= kMost ? work.Refuse(model::Reason::kTooManyObjections, {{"maximum", absl::StrCat(kMost)}})
                                  : absl::OkStatus();
}

}  // namespace timebank::ledger
