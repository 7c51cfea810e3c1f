// The bytes of a journal as text, and their comparison with what was written down once.
#ifndef TIMEBANK_TESTS_PROPERTY_GOLDEN_H_
#define TIMEBANK_TESTS_PROPERTY_GOLDEN_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/ledger/invariants.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/ledger/test_bank.h"

namespace timebank::property {

// A line an entry (sequence, kind, bytes), then the head of the tree; the kinds that were met go to `kinds`.
inline std::string JournalLines(const store::Reader& rows, std::set<uint32_t>* kinds) {
  std::string lines;
  const std::string prefix = ledger::keys::TableOf('j', "xt");
  for (const auto& [key, value] : ledger::DumpOf(rows)) {
    if (key.substr(0, prefix.size()) == prefix) {
      ledger::rec::Entry entry;
      TB_CHECK(entry.ParseFromString(value));
      kinds->insert(entry.kind());
      absl::StrAppend(&lines, entry.sequence(), " ", entry.kind(), " ", absl::BytesToHexString(value), "\n");
    }
  }
  const auto head = ledger::MustLoadRow<ledger::rec::TreeHead>(rows, ledger::keys::Tree("xt"));
  absl::StrAppend(&lines, "root ", head->size(), " ", absl::BytesToHexString(head->root()), "\n");
  return lines;
}

// What stands in the file, which is written first when TIMEBANK_WRITE_GOLDEN is set.
inline std::string GoldenLines(const std::string& path, const std::string& lines) {
  if (std::getenv("TIMEBANK_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path) << lines;
  }
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  return golden.str();
}

// The bank of a story: sound, with an entry of every kind from `first` to `last`, and with the bytes of the file.
inline void ExpectGolden(const store::Reader& rows, model::EntryKind first, model::EntryKind last, const std::string& path) {
  ASSERT_TRUE(ledger::CheckBank(rows, "xt").ok()) << ledger::CheckBank(rows, "xt");
  std::set<uint32_t> kinds;
  const std::string lines = JournalLines(rows, &kinds);
  for (auto kind = static_cast<uint32_t>(first); kind <= static_cast<uint32_t>(last); ++kind) {
    EXPECT_TRUE(kinds.contains(kind)) << "no entry of kind " << kind;
  }
  EXPECT_EQ(lines, GoldenLines(path, lines));
}

}  // namespace timebank::property

#endif  // TIMEBANK_TESTS_PROPERTY_GOLDEN_H_
