// Calls timebankd: gRPC's asynchronous client, one completion queue, one channel, one thread. See driver.h.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/benchmark/driver.h"
#include "tests/benchmark/timebank_access.h"
#include "timebank/v1/account.grpc.pb.h"
#include "timebank/v1/bank.grpc.pb.h"
#include "timebank/v1/member.grpc.pb.h"
#include "timebank/v1/record.grpc.pb.h"
#include "timebank/v1/report.grpc.pb.h"
#include "timebank/v1/scope.grpc.pb.h"

namespace timebank::benchmark {
namespace {

constexpr int kMembersPerCall = 1000;
constexpr std::chrono::minutes kReadDeadline(10);

std::string BankName() { return std::string("banks/") + kBank; }

bool Fail(const char* what, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", what, why.c_str());
  return false;
}

bool Done(const char* what, const grpc::Status& status) { return status.ok() || Fail(what, status.error_message()); }

// One request and its answer, for what is not measured.
template <typename Stub, typename Request, typename Response>
bool Call(const TimebankAccess& access, const char* what, Stub* stub,
          grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request,
          Response* response) {
  grpc::ClientContext context;
  access.Sign(kAdministrator, &context);
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + kReadDeadline);
  return Done(what, (stub->*method)(&context, request, response));
}

// Callers that send one request after the other, all on one queue.
template <typename Request, typename Response>
class Callers {
 public:
  using Stub = v1::RecordService::Stub;
  using Prepare = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (Stub::*)(grpc::ClientContext*, const Request&,
                                                                                       grpc::CompletionQueue*);
  using Take = std::function<bool(size_t call, const Response&)>;

  Callers(const TimebankAccess& access, Stub* stub, Prepare prepare, const char* actor, const std::vector<Request>& calls,
          int in_flight)
      : access_(access),
        stub_(stub),
        prepare_(prepare),
        actor_(actor),
        calls_(calls),
        slots_(static_cast<size_t>(in_flight)) {}

  bool Run(const Take& take, Latencies* latencies) {
    for (Slot& slot : slots_) Start(&slot);
    bool all_taken = true;
    void* tag = nullptr;
    bool ok = false;
    while (running_ > 0 && queue_.Next(&tag, &ok)) {
      auto* slot = static_cast<Slot*>(tag);
      --running_;
      latencies->Add(NowNanos() - slot->started);
      all_taken = all_taken && Done("call", slot->status) && take(slot->call, slot->response);
      // After a failure the calls under way are only waited for.
      if (all_taken) Start(slot);
    }
    queue_.Shutdown();
    while (queue_.Next(&tag, &ok)) {
    }
    return all_taken;
  }

 private:
  struct Slot {
    size_t call = 0;
    int64_t started = 0;
    std::optional<grpc::ClientContext> context;
    Response response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader;
  };

  void Start(Slot* slot) {
    if (next_ == calls_.size()) return;
    slot->call = next_++;
    slot->context.emplace();
    access_.Sign(actor_, &*slot->context);
    slot->started = NowNanos();
    slot->reader = (stub_->*prepare_)(&*slot->context, calls_[slot->call], &queue_);
    slot->reader->StartCall();
    slot->reader->Finish(&slot->response, &slot->status, slot);
    ++running_;
  }

  const TimebankAccess& access_;
  Stub* stub_;
  Prepare prepare_;
  const char* actor_;
  const std::vector<Request>& calls_;
  grpc::CompletionQueue queue_;
  std::vector<Slot> slots_;
  size_t next_ = 0;
  size_t running_ = 0;
};

class TimebankDriver final : public Driver {
 public:
  explicit TimebankDriver(const DriverOptions& options) : options_(options), access_(options) {
    channel_ = access_.Connect();
    records_stub_ = v1::RecordService::NewStub(channel_);
  }

  bool Setup() override { return CreateBank() && access_.LetIn(channel_) && CreateCenters() && CreateMembers(); }

  bool Prepare(const std::vector<Service>& services) override {
    services_ = &services;
    names_.resize(services.size());
    // The first call connects.
    return Read();
  }

  bool CreateAll(const std::vector<Span>& spans, Latencies* latencies) override {
    if (options_.batch == 1) {
      std::vector<v1::CreateRecordRequest> calls;
      for (const Span& span : spans) calls.push_back(CreateRequest((*services_)[span.first], true));
      return Callers<v1::CreateRecordRequest, v1::CreateRecordResponse>(access_, records_stub_.get(),
                                                                        &v1::RecordService::Stub::PrepareAsyncCreateRecord,
                                                                        kRecorder, calls, options_.in_flight)
          .Run(
              [&](size_t call, const v1::CreateRecordResponse& response) {
                names_[spans[call].first] = response.receipt().name();
                return true;
              },
              latencies);
    }
    std::vector<v1::BatchCreateRecordsRequest> calls(spans.size());
    for (size_t i = 0; i < spans.size(); ++i) {
      calls[i].set_parent(BankName());
      for (size_t s = spans[i].first; s < spans[i].first + spans[i].count; ++s) {
        *calls[i].add_requests() = CreateRequest((*services_)[s], false);
      }
    }
    return Callers<v1::BatchCreateRecordsRequest, v1::BatchCreateRecordsResponse>(
               access_, records_stub_.get(), &v1::RecordService::Stub::PrepareAsyncBatchCreateRecords, kRecorder, calls,
               options_.in_flight)
        .Run(
            [&](size_t call, const v1::BatchCreateRecordsResponse& response) {
              return TakeOutcomes(spans[call], response.outcomes(),
                                  [&](size_t service, const v1::CreateRecordResponse& taken) {
                                    names_[service] = taken.receipt().name();
                                    return true;
                                  });
            },
            latencies);
  }

  bool ConfirmAll(const std::vector<Span>& spans, Latencies* latencies) override {
    if (options_.batch == 1) {
      std::vector<v1::ConfirmRecordRequest> calls;
      for (const Span& span : spans) calls.push_back(ConfirmRequest(span.first));
      return Callers<v1::ConfirmRecordRequest, v1::ConfirmRecordResponse>(
                 access_, records_stub_.get(), &v1::RecordService::Stub::PrepareAsyncConfirmRecord, kConfirmer, calls,
                 options_.in_flight)
          .Run([&](size_t call,
                   const v1::ConfirmRecordResponse& response) { return TakeResult(spans[call].first, response.result()); },
               latencies);
    }
    std::vector<v1::BatchConfirmRecordsRequest> calls(spans.size());
    for (size_t i = 0; i < spans.size(); ++i) {
      calls[i].set_parent(BankName());
      for (size_t s = spans[i].first; s < spans[i].first + spans[i].count; ++s) *calls[i].add_requests() = ConfirmRequest(s);
    }
    return Callers<v1::BatchConfirmRecordsRequest, v1::BatchConfirmRecordsResponse>(
               access_, records_stub_.get(), &v1::RecordService::Stub::PrepareAsyncBatchConfirmRecords, kConfirmer, calls,
               options_.in_flight)
        .Run(
            [&](size_t call, const v1::BatchConfirmRecordsResponse& response) {
              return TakeOutcomes(spans[call], response.outcomes(),
                                  [&](size_t service, const v1::CreateRecordResponse& taken) {
                                    return TakeResult(service, taken.result());
                                  });
            },
            latencies);
  }

  // What ISSUANCE gave out is what was credited. Every member is asked for her balance, so that the sum is not the server's own.
  bool Sums(int64_t* credited_minutes, int64_t* settled_records) override {
    const auto accounts = v1::AccountService::NewStub(channel_);
    v1::ListBankAccountsRequest request;
    request.set_parent(BankName());
    v1::ListBankAccountsResponse response;
    if (!Call(access_, "sums", accounts.get(), &v1::AccountService::Stub::ListBankAccounts, request, &response))
      return false;
    for (const v1::Account& account : response.accounts()) {
      if (account.kind() == v1::ACCOUNT_KIND_ISSUANCE && account.asset() == v1::ASSET_HOURS) {
        *credited_minutes = -account.balance();
      }
    }
    int64_t balances = 0;
    for (int i = 0; i < options_.members; ++i) {
      v1::GetBalanceResponse balance;
      if (!ReadBalance(accounts.get(), i, &balance)) return false;
      balances += balance.available_minutes();
    }
    if (balances != *credited_minutes) return Fail("sums", "the balances are not what was issued");
    const auto reports = v1::ReportService::NewStub(channel_);
    v1::GetStatisticsRequest statistics;
    statistics.set_parent(BankName());
    statistics.set_dimension(v1::STATISTICS_DIMENSION_CATEGORY);
    v1::GetStatisticsResponse rows;
    if (!Call(access_, "statistics", reports.get(), &v1::ReportService::Stub::GetStatistics, statistics, &rows))
      return false;
    *settled_records = 0;
    for (const v1::StatisticsRow& row : rows.rows()) *settled_records += row.service_count();
    return true;
  }

  bool Read() override {
    v1::GetBalanceResponse balance;
    return ReadBalance(v1::AccountService::NewStub(channel_).get(), 1, &balance);
  }

 private:
  bool ReadBalance(v1::AccountService::Stub* accounts, int member, v1::GetBalanceResponse* balance) const {
    v1::GetBalanceRequest request;
    request.set_name(BankName() + "/members/" + ExternalNumber(member));
    return Call(access_, "balance", accounts, &v1::AccountService::Stub::GetBalance, request, balance);
  }

  bool CreateBank() const {
    const auto banks = v1::BankService::NewStub(channel_);
    v1::CreateBankRequest request;
    request.set_request_id("setup/bank");
    request.set_bank_id(kBank);
    request.set_display_name("Benchmark");
    v1::Rule* late = request.add_rules();
    late->set_name("late_entry_days");
    late->set_value(kLateEntryDays);
    v1::Rule* cap = request.add_rules();
    cap->set_name("daily_cap_minutes");
    cap->set_value(kDailyCapMinutes);
    v1::CreateBankResponse response;
    return Call(access_, "create bank", banks.get(), &v1::BankService::Stub::CreateBank, request, &response);
  }

  bool CreateCenters() const {
    const auto scopes = v1::ScopeService::NewStub(channel_);
    v1::CreateScopeRequest scope;
    scope.set_request_id("setup/scope");
    scope.set_parent(BankName());
    scope.set_scope_code("city");
    scope.set_display_name("City");
    scope.set_level(v1::SCOPE_LEVEL_CITY);
    v1::CreateScopeResponse scope_response;
    if (!Call(access_, "create scope", scopes.get(), &v1::ScopeService::Stub::CreateScope, scope, &scope_response))
      return false;
    for (int i = 0; i < options_.centers; ++i) {
      v1::CreateCenterRequest center;
      center.set_request_id("setup/" + CenterCode(i));
      center.set_parent(BankName());
      center.set_center_code(CenterCode(i));
      center.set_display_name("Centre " + std::to_string(i + 1));
      center.set_scope_code("city");
      v1::CreateCenterResponse response;
      if (!Call(access_, "create centre", scopes.get(), &v1::ScopeService::Stub::CreateCenter, center, &response))
        return false;
    }
    return true;
  }

  bool CreateMembers() const {
    const auto members = v1::MemberService::NewStub(channel_);
    for (int first = 0; first < options_.members; first += kMembersPerCall) {
      v1::BatchCreateMembersRequest request;
      request.set_parent(BankName());
      for (int i = first; i < std::min(first + kMembersPerCall, options_.members); ++i) {
        v1::CreateMemberRequest* member = request.add_requests();
        member->set_request_id("setup/" + ExternalNumber(i));
        member->set_external_number(ExternalNumber(i));
        member->set_display_name("Member " + std::to_string(i + 1));
        member->set_birth_date(kBirthDate);
        member->set_center(CenterCode(i % options_.centers));
      }
      v1::BatchCreateMembersResponse response;
      if (!Call(access_, "create members", members.get(), &v1::MemberService::Stub::BatchCreateMembers, request, &response))
        return false;
      for (const v1::CreateMemberOutcome& outcome : response.outcomes()) {
        if (outcome.has_refusal()) return Fail("create members", outcome.refusal().message_en());
      }
    }
    return true;
  }

  static v1::CreateRecordRequest CreateRequest(const Service& service, bool alone) {
    v1::CreateRecordRequest request;
    request.set_request_id(service.create_id);
    if (alone) request.set_parent(BankName());
    request.set_volunteer(ExternalNumber(service.volunteer));
    request.set_beneficiary(ExternalNumber(service.beneficiary));
    request.set_center(CenterCode(service.center));
    request.set_category(service.category);
    request.mutable_start_time()->set_seconds(int64_t{service.start_minute} * 60);
    request.mutable_end_time()->set_seconds(int64_t{service.end_minute} * 60);
    return request;
  }

  v1::ConfirmRecordRequest ConfirmRequest(size_t service) const {
    v1::ConfirmRecordRequest request;
    request.set_request_id((*services_)[service].confirm_id);
    request.set_name(names_[service]);
    return request;
  }

  template <typename Outcomes, typename Take>
  static bool TakeOutcomes(const Span& span, const Outcomes& outcomes, Take take) {
    if (outcomes.size() != static_cast<int>(span.count))
      return Fail("batch", "has another number of outcomes than of requests");
    for (int i = 0; i < outcomes.size(); ++i) {
      if (!outcomes[i].has_accepted()) return Fail("batch: refused", outcomes[i].refusal().message_en());
      if (!take(span.first + static_cast<size_t>(i), outcomes[i].accepted())) return false;
    }
    return true;
  }

  bool TakeResult(size_t service, const v1::RecordResult& result) const {
    const Service& expected = (*services_)[service];
    return result.credited_minutes() == expected.end_minute - expected.start_minute ||
           Fail("confirm", "not all minutes were credited");
  }

  const DriverOptions& options_;
  TimebankAccess access_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RecordService::Stub> records_stub_;
  const std::vector<Service>* services_ = nullptr;
  std::vector<std::string> names_;
};

}  // namespace
}  // namespace timebank::benchmark

int main(int argc, char** argv) {
  return timebank::benchmark::RunDriver(
      argc, argv, [](const timebank::benchmark::DriverOptions& options) -> timebank::benchmark::Driver* {
        return new timebank::benchmark::TimebankDriver(options);
      });
}
