// What must never happen, as functions: the rules call the cheap ones before they write, the tests call all of them after
// every step.
#ifndef TIMEBANK_LEDGER_INVARIANTS_H_
#define TIMEBANK_LEDGER_INVARIANTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/ledger/record_proto.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"
#include "service/store/store.h"

namespace timebank::ledger {

// The postings of an entry sum to zero per asset, without overflow.
bool SumsToZero(const rec::Entry& entry);

// Every account but ISSUANCE is at least zero, and so are the running numbers.
bool AboveFloors(model::Owner owner, const rec::Book& book);

// What is compared each time a store is opened, in a few reads a bank: the bank, its tree and its journal end at the same
// entry, the root is that of the tree's edge, and no entry lies behind the last one. DATA_LOSS naming the bank otherwise.
absl::Status CheckHeads(const store::Reader& reader);

// The latest record time of any bank; 0 when there is none. A clock that is behind it has gone back.
absl::StatusOr<model::RecordTime> LatestRecordTime(const store::Reader& reader);

// Walks a whole bank: derives the state again from the journal, entry by entry, and compares. OK, or INTERNAL naming the
// first thing that does not hold:
//   journal    sequences from 1 without gaps; record times never go back; every entry sums to zero per asset; the tree head is
//              that of the stored bytes; no entry is reversed twice, no reversal reversed; one answered request per entry,
//              and the other way round
//   registry   rule sets, scopes, centres, members and kinships are those of the journal, and so is every name and index by which
//              they are found
//   balances   every book equals the sum of the postings; every line's balance the running sum; floors hold
//   lots       of every member: remaining lots equal available plus held
//   holds      the open ones of every member sum to the HELD account; every hold is closed at most once
//   orders     each takes only steps that there are; its hold is open until it ends and closed for ever then; a confirmed one consumed
//              its actual minutes; board, duties and indexes agree with the orders; no-shows, evaluations and proxies' months are
//              counted right; recurring orders are as the journal says
//   records    settled minutes equal postings; one volunteer is never in two places at once; days and indexes agree with the
//              records; recorder, first approver and confirmer differ; nobody serves oneself; no service ends after it was
//              recorded
//   stars      applications, awards, standings and the calendar are those of the journal; nobody has a level twice, two stars in
//              force or two open applications; no award came before the end of its notice; open applications keep their hours
//   due        what waits for its time has its row in the due index, and every row there has what waits for it
//   points     lots are those of the entries and sum to the AVAILABLE account; each that has points waits in the due index, and
//              nothing else; what is owed is what the entries say; entries about points post no hours
//   reversals  hours that are owed are what the entries say, and who stood in for spent hours agreed, was asked, or is the pool; lists of many
//              are those of the journal, decided by a second person, each record on at most one open list and dealt with once
//   rewards    stock is what was created and counted less what was ordered and not given back, never below nothing; an order ends at most
//              once; open ones hold their points, wait at their centre and in the due index
//   giving     what left one side came to the other; nobody gave on what must not be; grants take only steps that there are and had two
//              people; granted hours that end wait for that, or are reserved; members are in the state that the journal says, and who
//              has left or was merged has nothing
// Costs one pass over the bank's rows.
absl::Status CheckBank(const store::Reader& reader, absl::string_view bank);

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_INVARIANTS_H_
