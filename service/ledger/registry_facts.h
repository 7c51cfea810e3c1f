// What a bank's journal alone says of its rule sets, scopes, centres, members and kinships, and of the names by which they are found.
#ifndef TIMEBANK_LEDGER_REGISTRY_FACTS_H_
#define TIMEBANK_LEDGER_REGISTRY_FACTS_H_

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/ledger/record_proto.h"
#include "service/store/store.h"

namespace timebank::ledger {

struct RegistryFacts {
  std::map<uint32_t, rec::RuleSet> rule_sets;
  std::map<uint64_t, rec::Scope> scopes;
  std::map<uint64_t, rec::Center> centers;
  // As far as the journal knows them: what is personal (birth, name) is not in it.
  std::map<uint64_t, rec::Member> members;
  std::map<uint64_t, rec::Kinship> kinships;
  std::map<uint64_t, std::vector<uint64_t>> merged;  // by the number that remained
  // By member and entry: the private texts of entries that must be there, since nobody erased them.
  std::set<std::pair<uint64_t, uint64_t>> texts;
};

// Every number of the person for whom that number remained, as far as the journal was read.
std::vector<uint64_t> NumbersOf(const RegistryFacts& facts, uint64_t member);

// Takes one entry, in the order of the journal. INTERNAL, naming the entry, when it gives an id out of turn or changes what is not there.
absl::Status TakeRegistry(const rec::Entry& entry, RegistryFacts& facts);

// The rows, and every way to find them, against the facts: no row too few, none too many, no name that leads elsewhere.
absl::Status CheckRegistry(const store::Reader& reader, absl::string_view bank, const RegistryFacts& facts);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_REGISTRY_FACTS_H_
