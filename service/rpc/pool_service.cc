// Gifts and the community pool: the RPCs of PoolService.
#include <memory>
#include <string>

#include "service/base/status.h"
#include "service/rpc/convert_giving.h"
#include "service/rpc/methods.h"
#include "service/rpc/services.h"
#include "timebank/v1/pool.grpc.pb.h"

namespace timebank::rpc {
namespace {

using v1::PoolService;
using Raw = PoolService::WithRawMethod_GiveHours<PoolService::WithRawMethod_DonateHours<
    PoolService::WithRawMethod_GivePoolHours<PoolService::WithRawMethod_GetPool<PoolService::Service>>>>;

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

std::unique_ptr<grpc::Service> AddPoolService(Methods* methods) {
  auto service = std::make_unique<Raw>();
  Raw* const raw = service.get();
  methods->Write<v1::GiveHoursResponse>(raw, &Raw::RequestGiveHours, &ToGiveHours);
  methods->Write<v1::DonateHoursResponse>(raw, &Raw::RequestDonateHours, &ToDonateHours);
  methods->Write<v1::GivePoolHoursResponse>(raw, &Raw::RequestGivePoolHours, &ToGivePoolHours);
  methods->Report(raw, &Raw::RequestGetPool, &GetPool);
  return service;
}

}  // namespace timebank::rpc
