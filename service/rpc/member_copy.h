// A copy of everything about one member, page by page.
#ifndef TIMEBANK_RPC_MEMBER_COPY_H_
#define TIMEBANK_RPC_MEMBER_COPY_H_

#include <string>

#include "absl/status/status.h"
#include "service/rpc/reading.h"
#include "timebank/v1/personal.pb.h"

namespace timebank::rpc {

// As of PersonalService.ListExportRows. NOT_FOUND when the copy was never begun, by somebody else, or too long ago.
absl::Status ListExportRows(const v1::ListExportRowsRequest& request, Reading* reading,
                            v1::ListExportRowsResponse* response);

// All of a person in the clear. REQUIRES: the reading is open.
absl::Status ReadIdentity(const Reading& reading, const std::string& bank, const std::string& number,
                          v1::Identity* identity);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_MEMBER_COPY_H_
