#include "service/model/access.h"

#include <iterator>

namespace timebank::model {
namespace {

// By value, from kMember on.
constexpr absl::string_view kNames[] = {"member",        "center-staff",   "confirmer",  "shop-keeper",
                                        "dispatcher",    "district-rater", "city-rater", "province-rater",
                                        "administrator", "auditor",        "service"};
static_assert(std::size(kNames) == kRoles);

}  // namespace

absl::string_view NameOf(Role role) { return kNames[static_cast<size_t>(role) - 1]; }

bool RoleFromName(absl::string_view name, Role* role) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) {
      *role = static_cast<Role>(i + 1);
      return true;
    }
  }
  return false;
}

}  // namespace timebank::model
