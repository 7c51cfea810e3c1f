// For tests: commands applied to a store in groups of a given size, and a look behind the ledger's back.
#ifndef TIMEBANK_LEDGER_TEST_BANK_H_
#define TIMEBANK_LEDGER_TEST_BANK_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "service/base/check.h"
#include "service/base/civil.h"
#include "service/ledger/ledger.h"
#include "service/model/command.h"
#include "service/model/outcome.h"
#include "service/store/memory_store.h"
#include "service/store/store.h"

namespace timebank::ledger {

// The moment in micros of a local time; an hour may be above 23 and a minute above 59.
inline model::RecordTime LocalTime(int year, int month, int day, int hour = 12, int minute = 0) {
  return model::RecordTime(
      absl::ToUnixMicros(absl::FromCivil(absl::CivilMinute(year, month, day, hour, minute), base::BankTimeZone())));
}
inline model::Minute LocalMinute(int year, int month, int day, int hour = 12, int minute = 0) {
  return model::Minute(LocalTime(year, month, day, hour, minute).value() / 60'000'000);
}
inline model::Day LocalDate(int year, int month, int day) {
  return model::Day(base::DayNumber(absl::CivilDay(year, month, day)));
}

// A command as the edge would make it. `content` stands for what the caller wrote: equal numbers give equal fingerprints.
template <typename Body>
model::Command MakeCommand(std::string request_id, std::string actor, Body body, uint64_t content = 0,
                           std::string bank = "xt") {
  model::Command command;
  command.bank = std::move(bank);
  command.request_id = std::move(request_id);
  for (size_t i = 0; i < 8; ++i) {
    command.fingerprint[i] = static_cast<uint8_t>(content >> (8 * i));
  }
  command.actor = std::move(actor);
  command.role = "staff";
  command.body = std::move(body);
  return command;
}

// Every row of a store, those of the engine left out.
using Dump = std::map<std::string, std::string>;
inline Dump DumpOf(const store::Reader& reader) {
  Dump dump;
  auto it = reader.Scan("", "");
  for (; it->Valid(); it->Next()) {
    dump.emplace(it->key(), it->value());
  }
  TB_CHECK(it->status().ok());
  return dump;
}

// Not thread-safe. A fault of the store stops the process.
class TestBank {
 public:
  // Few, so that rows are forgotten and read again.
  static constexpr size_t kRowsBytes = 20'000;

  // On a store of its own in memory, one command a commit.
  TestBank() : own_(store::MakeMemoryStore()), store_(own_.get()), group_size_(1), fence_(*store_->Acquire()) {}
  // On a store that outlives it.
  TestBank(store::Store* store, size_t group_size) : store_(store), group_size_(group_size), fence_(*store_->Acquire()) {}
  ~TestBank() { Commit(); }

  // Commits by itself once the group is full.
  model::Outcome Apply(const model::Command& command, model::RecordTime time) {
    if (group_ == nullptr) {
      base_ = store_->TakeSnapshot();
      rows_->Begin(base_.get(), store_->applied().position + 1);
      group_ = std::make_unique<Group>(rows_.get());
    }
    absl::StatusOr<model::Outcome> outcome = group_->Apply(command, time);
    TB_CHECK(outcome.ok());
    if (++in_group_ == group_size_) {
      Commit();
    }
    return *std::move(outcome);
  }

  void Commit() {
    if (group_ == nullptr) {
      return;
    }
    group_->Finish();
    group_.reset();
    in_group_ = 0;
    if (!rows_->written()) {
      return;
    }
    store::WriteBatch batch = rows_->Finish(fence_.epoch);
    last_written_.clear();
    for (size_t i = 0; i < batch.size(); ++i) {
      const store::WriteBatch::Operation operation = batch.operation(i);
      std::optional<std::string>& value = last_written_[operation.key];
      if (operation.value.has_value()) {
        value.emplace(*operation.value);
      }
    }
    TB_CHECK(store_->Commit(std::move(batch), fence_).ok());
  }

  // Writes rows past the rules.
  void Write(const store::WriteBatch::Operations& operations) {
    Commit();
    rows_ = std::make_unique<store::WorkingRows>(kRowsBytes);  // what it remembers may be what is written over
    TB_CHECK(store_->Commit({fence_.epoch, store_->applied().position + 1, operations}, fence_).ok());
  }

  // Commits that were not empty, and what the last of them wrote.
  uint64_t commits() const { return store_->applied().position; }
  const store::WriteBatch::Operations& last_written() const { return last_written_; }

  // All that was committed. Must not outlive this.
  std::unique_ptr<store::Snapshot> Rows() const { return store_->TakeSnapshot(); }

 private:
  std::unique_ptr<store::Store> own_;
  store::Store* const store_;
  const size_t group_size_;
  const store::Fence fence_;
  std::unique_ptr<store::Snapshot> base_;
  std::unique_ptr<store::WorkingRows> rows_ = std::make_unique<store::WorkingRows>(kRowsBytes);
  std::unique_ptr<Group> group_;
  size_t in_group_ = 0;
  store::WriteBatch::Operations last_written_;
};

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_TEST_BANK_H_
