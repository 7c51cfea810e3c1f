#include "tests/crash/checks.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <set>

#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/store/rocksdb_store.h"

namespace timebank::crash {
namespace {

using Entries = std::map<std::string, const v1::Entry*>;

void ExpectTaken(const Entries& entries, const std::string& request_id, const v1::Receipt& receipt) {
  const auto found = entries.find(request_id);
  ASSERT_TRUE(found != entries.end()) << request_id << " was acknowledged and is lost";
  EXPECT_NE(found->second->kind(), v1::ENTRY_KIND_REFUSED) << request_id;
  EXPECT_EQ(found->second->sequence(), receipt.sequence()) << request_id;
  EXPECT_EQ(found->second->record_time().SerializeAsString(), receipt.record_time().SerializeAsString()) << request_id;
}

void ExpectRefused(const Entries& entries, const std::string& request_id, const std::string& reason) {
  const auto found = entries.find(request_id);
  ASSERT_TRUE(found != entries.end()) << request_id << " was refused and that is lost";
  EXPECT_EQ(found->second->kind(), v1::ENTRY_KIND_REFUSED) << request_id;
  EXPECT_EQ(found->second->reason(), reason) << request_id;
}

void CheckAttempt(const Entries& entries, const Attempt& attempt) {
  if (!attempt.first->ok()) {
    ExpectRefused(entries, attempt.request_ids.front(), attempt.first->Reason());
  } else if (attempt.batch) {
    v1::BatchCreateRecordsResponse response;
    ASSERT_TRUE(response.ParseFromString(attempt.first->bytes));
    ASSERT_EQ(static_cast<size_t>(response.outcomes_size()), attempt.request_ids.size());
    for (int i = 0; i < response.outcomes_size(); ++i) {
      const v1::RecordOutcome& outcome = response.outcomes(i);
      const std::string& request_id = attempt.request_ids[static_cast<size_t>(i)];
      if (outcome.has_refusal()) {
        ExpectRefused(entries, request_id, outcome.refusal().reason());
      } else {
        ExpectTaken(entries, request_id, outcome.accepted().receipt());
      }
    }
  } else {
    // In every answer to a write the receipt is the first field; what follows differs and is not needed.
    v1::CreateHoldResponse response;
    ASSERT_TRUE(response.ParseFromString(attempt.first->bytes));
    ExpectTaken(entries, attempt.request_ids.front(), response.receipt());
  }
}

}  // namespace

void CheckAnswers(const std::vector<std::unique_ptr<LoadClient>>& clients, const std::vector<v1::Entry>& journal,
                  size_t others) {
  Entries entries;
  for (const v1::Entry& entry : journal) {
    EXPECT_TRUE(entries.emplace(entry.request_id(), &entry).second) << entry.request_id() << " had two effects";
  }
  size_t sent = 0;
  for (const std::unique_ptr<LoadClient>& client : clients) {
    for (const Attempt& attempt : client->history().attempts()) {
      for (const std::string& request_id : attempt.request_ids) {
        sent += entries.count(request_id);
      }
      if (attempt.first.has_value()) {
        CheckAttempt(entries, attempt);
      }
    }
  }
  EXPECT_EQ(sent + others, journal.size()) << "the journal holds what nobody sent";
}

void CheckRecords(const e2e::Client& client, const std::string& bank, const std::vector<v1::Entry>& journal) {
  std::set<std::string> recorded;
  for (const v1::Entry& entry : journal) {
    if (entry.kind() == v1::ENTRY_KIND_SERVICE_RECORDED) {
      EXPECT_TRUE(recorded.insert(entry.subject()).second) << entry.subject();
    }
  }
  std::multiset<std::string> listed;
  v1::ListRecordsRequest list;
  list.set_parent(bank);
  list.set_center("c");
  list.set_page_size(1000);
  for (bool first = true; first || !list.page_token().empty(); first = false) {
    const auto page = client.Get<v1::ListRecordsResponse>(list);
    for (const v1::Record& record : page.records()) {
      listed.insert(record.name());
    }
    list.set_page_token(page.next_page_token());
  }
  EXPECT_EQ(listed.size(), recorded.size());
  EXPECT_TRUE(std::set<std::string>(listed.begin(), listed.end()) == recorded);
}

int CheckStore(const std::string& data, const std::string& scratch) {
  const std::filesystem::path copy = std::filesystem::path(scratch) / "copy";
  std::filesystem::remove_all(copy);
  std::filesystem::copy(std::filesystem::path(data) / "store", copy, std::filesystem::copy_options::recursive);
  int banks = 0;
  {
    const auto store = store::OpenRocksDbStore(copy.string());
    EXPECT_TRUE(store.ok()) << store.status();
    if (!store.ok()) {
      return 0;
    }
    const std::unique_ptr<store::Snapshot> snapshot = (*store)->TakeSnapshot();
    const std::string prefix = ledger::keys::AllBanks();
    for (auto row = snapshot->Scan(prefix, ""); row->Valid(); row->Next()) {
      const std::string bank(ledger::keys::BankOf(row->key()));
      if (bank.empty()) {
        break;
      }
      ++banks;
      const absl::Status whole = ledger::CheckBank(*snapshot, bank);
      EXPECT_TRUE(whole.ok()) << bank << ": " << whole;
    }
  }
  std::filesystem::remove_all(copy);
  return banks;
}

}  // namespace timebank::crash
