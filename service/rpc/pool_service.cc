// Gifts and the community pool: the RPCs of PoolService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_giving.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/pool.pb.h"

namespace timebank::rpc {
namespace {

absl::Status GetPool(const v1::GetPoolRequest& request, Reading* reading, v1::GetPoolResponse* response) {
  const std::string bank = reading->fields.Bank("parent", request.parent());
  const model::Day as_of = reading->PastDateOrToday("as_of_date", request.as_of_date());
  TB_RETURN_IF_ERROR(reading->Open(bank));
  TB_ASSIGN_OR_RETURN(const queries::PoolView view, reading->queries().Pool(bank, as_of, reading->go_on));
  FillPool(view, response);
  response->set_as_of_date(ToDate(as_of));
  return absl::OkStatus();
}

}  // namespace

void AddPoolService(Methods* methods) {
  methods->Write<v1::GiveHoursResponse>(&ToGiveHours);
  methods->Write<v1::DonateHoursResponse>(&ToDonateHours);
  methods->Write<v1::GivePoolHoursResponse>(&ToGivePoolHours);
  methods->Report(&GetPool);
}

}  // namespace timebank::rpc
