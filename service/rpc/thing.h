// What a call would have touched, as it may stand in the journal for good.
#ifndef TIMEBANK_RPC_THING_H_
#define TIMEBANK_RPC_THING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/rpc/guard.h"

namespace timebank::rpc {

// The first of what is touched that names a thing by a right member number, by a number of the service's own, or by a code:
// "members/V000000017", "records/5", "centers/c1". Whatever else a caller may have typed there is left out, for it may be a name, an ID
// number or a phone; empty when nothing is left.
std::string ThingOf(const std::vector<NamedField>& touched);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_THING_H_
