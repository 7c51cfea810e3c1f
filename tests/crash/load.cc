#include "tests/crash/load.h"

#include <thread>
#include <utility>

#include "tests/e2e/small_bank.h"
#include "timebank/v1/account.pb.h"

namespace timebank::crash {
namespace {

constexpr int kSlotsPerDay = 20;  // Half hours from 8:00 on: more than the cap of a day, so that the pool gets its part.
constexpr int kBatchItems = 12;
constexpr int kWrongItem = 5;  // Of a batch: it repeats the one before.

}  // namespace

LoadClient::LoadClient(std::string bank, int index, unsigned seed)
    : bank_(std::move(bank)), index_(index), seed_(seed), random_(seed + static_cast<unsigned>(index)) {}

void LoadClient::Run(const e2e::Client& client, const std::atomic<bool>& stop) {
  run_begin_ = history_.attempts().size();
  bool answered = true;
  while (answered && !stop) {
    const unsigned dice = random_() % 100;
    if (dice < 35) {
      answered = Record(client);
    } else if (dice < 45) {
      answered = WrongRecord(client);
    } else if (dice < 55) {
      answered = Batch(client);
    } else if (dice < 80) {
      answered = Confirm(client);
    } else if (dice < 92) {
      answered = PlaceHold(client);
    } else {
      answered = CloseHold(client);
    }
  }
}

std::string LoadClient::NextId() {
  return "s" + std::to_string(seed_) + ":" + std::to_string(index_) + ":" + std::to_string(++requests_);
}

v1::CreateRecordRequest LoadClient::NextRecord() {
  const int volunteer = 2 + index_ * kVolunteersPerClient + records_ % kVolunteersPerClient;
  const int slot = records_ / kVolunteersPerClient;
  ++records_;
  v1::CreateRecordRequest request = e2e::RecordRequest(bank_, NextId(), volunteer, 1, 1);
  const int64_t start = e2e::LocalSeconds(1 + slot / kSlotsPerDay, 8, 0) + int64_t{slot % kSlotsPerDay} * 1800;
  request.mutable_start_time()->set_seconds(start);
  request.mutable_end_time()->set_seconds(start + 1800);
  return request;
}

void LoadClient::Note(const v1::CreateRecordResponse& response) {
  waiting_.push_back({response.receipt().name(), response.result().awaits_second_approval()});
}

bool LoadClient::Record(const e2e::Client& client) {
  const v1::CreateRecordRequest request = NextRecord();
  const e2e::Answer& answer = history_.Send(client, MakeAttempt(request, "wang", {request.request_id()}, false));
  v1::CreateRecordResponse response;
  if (answer.ok() && response.ParseFromString(answer.bytes)) {
    Note(response);
  }
  return !answer.Unknown();
}

bool LoadClient::WrongRecord(const e2e::Client& client) {
  v1::CreateRecordRequest request = NextRecord();
  switch (random_() % 3) {
    case 0:
      request.set_volunteer("STRANGER");
      break;
    case 1:
      request.set_beneficiary(request.volunteer());
      break;
    default:
      request.mutable_end_time()->set_seconds(request.start_time().seconds() + 600);
  }
  return !history_.Send(client, MakeAttempt(request, "wang", {request.request_id()}, false)).Unknown();
}

bool LoadClient::Batch(const e2e::Client& client) {
  v1::BatchCreateRecordsRequest batch;
  batch.set_parent(bank_);
  std::vector<std::string> request_ids;
  for (int i = 0; i < kBatchItems; ++i) {
    *batch.add_requests() = NextRecord();
    if (i == kWrongItem) {
      const std::string id = batch.requests(i).request_id();
      *batch.mutable_requests(i) = batch.requests(i - 1);
      batch.mutable_requests(i)->set_request_id(id);
    }
    request_ids.push_back(batch.requests(i).request_id());
  }
  const e2e::Answer& answer = history_.Send(client, MakeAttempt(batch, "wang", std::move(request_ids), true));
  v1::BatchCreateRecordsResponse response;
  if (answer.ok() && response.ParseFromString(answer.bytes)) {
    for (const v1::RecordOutcome& outcome : response.outcomes()) {
      if (outcome.has_accepted()) {
        Note(outcome.accepted());
      }
    }
  }
  return !answer.Unknown();
}

bool LoadClient::Confirm(const e2e::Client& client) {
  if (waiting_.empty()) {
    return Record(client);
  }
  std::swap(waiting_[random_() % waiting_.size()], waiting_.back());
  const Waiting record = waiting_.back();
  waiting_.pop_back();
  v1::ConfirmRecordRequest request;
  request.set_request_id(NextId());
  request.set_name(record.name);
  // Now and then somebody who may not: it stays refused when the record is confirmed later.
  const bool wrong = random_() % 8 == 0;
  const e2e::Answer& answer = history_.Send(client, MakeAttempt(request,
                                                                wrong         ? "wang"
                                                                : record.late ? "li"
                                                                              : "zhao",
                                                                {request.request_id()}, false));
  if (wrong || record.late) {
    waiting_.push_back({record.name, wrong && record.late});
  }
  return !answer.Unknown();
}

bool LoadClient::PlaceHold(const e2e::Client& client) {
  v1::CreateHoldRequest request;
  request.set_request_id(NextId());
  request.set_parent(bank_ + "/members/E" +
                     std::to_string(2 + index_ * kVolunteersPerClient + static_cast<int>(random_() % 4)));
  request.set_minutes(1 + static_cast<int64_t>(random_() % 90));
  request.set_expire_date(e2e::LocalDate(-30));
  request.set_reason("陪诊");
  const e2e::Answer& answer = history_.Send(client, MakeAttempt(request, "wang", {request.request_id()}, false));
  v1::CreateHoldResponse response;
  if (answer.ok() && response.ParseFromString(answer.bytes)) {
    holds_.push_back(response.receipt().name());
  }
  return !answer.Unknown();
}

bool LoadClient::CloseHold(const e2e::Client& client) {
  if (holds_.empty()) {
    return PlaceHold(client);
  }
  v1::CloseHoldRequest request;
  request.set_request_id(NextId());
  // One that is closed already is refused.
  request.set_name(holds_[random_() % holds_.size()]);
  request.set_consumed_minutes(static_cast<int64_t>(random_() % 2));
  request.set_reason("完成");
  return !history_.Send(client, MakeAttempt(request, "li", {request.request_id()}, false)).Unknown();
}

struct Load::Threads {
  std::vector<std::unique_ptr<e2e::Client>> connections;
  std::vector<std::thread> threads;
};

Load::Load(std::vector<std::unique_ptr<LoadClient>>* clients, const std::string& address)
    : threads_(std::make_unique<Threads>()) {
  for (const std::unique_ptr<LoadClient>& client : *clients) {
    threads_->connections.push_back(std::make_unique<e2e::Client>(address));
    e2e::Client* const connection = threads_->connections.back().get();
    LoadClient* const running = client.get();
    threads_->threads.emplace_back([this, running, connection] { running->Run(*connection, stop_); });
  }
}

Load::~Load() {
  stop_ = true;
  for (std::thread& thread : threads_->threads) {
    thread.join();
  }
}

void RepeatAll(std::vector<std::unique_ptr<LoadClient>>* clients, const std::string& address, bool all) {
  std::vector<std::thread> threads;
  for (const std::unique_ptr<LoadClient>& client : *clients) {
    LoadClient* const repeating = client.get();
    threads.emplace_back([repeating, address, all] { repeating->Repeat(e2e::Client(address), all); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace timebank::crash
