// What waits for its time: views to messages.
#ifndef TIMEBANK_RPC_CONVERT_ADMIN_H_
#define TIMEBANK_RPC_CONVERT_ADMIN_H_

#include "service/queries/views.h"
#include "service/rpc/convert.h"
#include "timebank/v1/admin.pb.h"

namespace timebank::rpc {

// `now` by the service's clock.
void FillDue(absl::string_view bank, const queries::DueView& view, model::RecordTime now, v1::Due* due);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_CONVERT_ADMIN_H_
