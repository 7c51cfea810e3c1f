// The centres that a list of members names.
#ifndef TIMEBANK_CLI_IMPORT_CENTERS_H_
#define TIMEBANK_CLI_IMPORT_CENTERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/client/client.h"
#include "cli/text/columns.h"

namespace timebank::cli {

// More new centres than this are a shifted column and not a list of members.
inline constexpr size_t kNewCentersMost = 100;

// The different centre names in a list, in the order in which they appear and as they are written first; names are compared
// folded (base::Fold), as the service does. A row that names none counts as `fallback`. Names
// longer than 100 characters and those that hold 11 or more digits (a telephone or ID number in a shifted column) are left
// out. Rows that cannot be read do not count.
std::vector<std::string> CentersOf(absl::string_view text, const ColumnMap<MemberColumn>& columns,
                                   const std::string& fallback);

// Creates those of `names` that are neither the code nor the name of a centre of the bank, folded, below its widest scope, or below
// a new root scope when it has none; returns the created ones. INVALID_ARGUMENT when there would be more than
// kNewCentersMost; else errors as in Client::Call.
absl::StatusOr<std::vector<std::string>> CreateMissingCenters(const std::vector<std::string>& names, const std::string& bank,
                                                              const std::string& run_id, Client* client);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_IMPORT_CENTERS_H_
