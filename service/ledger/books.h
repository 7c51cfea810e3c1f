// Effects on accounts and lots: collected and checked while a command may still be refused, then written at once.
#ifndef TIMEBANK_LEDGER_BOOKS_H_
#define TIMEBANK_LEDGER_BOOKS_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/ledger/work.h"
#include "service/model/ids.h"
#include "service/model/nouns.h"

namespace timebank::ledger {

// Whether the account has statement lines: what members can use, which is what a passbook shows. All other accounts can be told from the
// journal.
bool InPassbook(const model::AccountId& account);

// Of one command. Not thread-safe.
class Books {
 public:
  explicit Books(Work* work) : work_(work) {}

  // The book of an owner as it will be written; the running numbers may be changed through it. The pointer lives as long as
  // this.
  absl::StatusOr<rec::Book*> Of(model::Owner owner);

  // Adds one posting; zero is left out. Refuses when the balance would not fit (AMOUNT_OVERFLOW). REQUIRES: the caller has
  // checked that the account stays above its floor.
  absl::Status Post(const model::AccountId& account, int64_t amount);

  // Gives an account of a passbook a line for this entry also when nothing is posted to it, so that the statement tells of an entry that changes only what
  // is owed. After the postings.
  absl::Status Mark(const model::AccountId& account);

  // Hours that come to a member: a lot whose origin is this entry.
  void AddLot(model::MemberId member, model::Provenance provenance, model::Minutes amount);
  // Hours that go: first from the lot earned by the entry `earned_by` (if there is one and some of it remains), then in the order of
  // spending. REQUIRES: the lots of the member hold at least `amount`; DATA_LOSS when they do not, since lots equal available plus held.
  absl::Status TakeLots(model::MemberId member, model::Minutes amount, model::Sequence earned_by = model::Sequence(0));

  // Hours that go out of lots of certain provenances alone, in the order of spending. REQUIRES: these hold at least `amount`.
  using ProvenanceTest = bool (*)(model::Provenance provenance);
  absl::Status TakeLotsOf(model::MemberId member, model::Minutes amount, ProvenanceTest wanted);

  // Gives hours back that the entry `taken` took, to the lots it took them from, which are those of `member` now. Granted hours whose time
  // is over meanwhile end as soon as the scheduler comes round.
  absl::Status ReturnLots(model::MemberId member, const rec::Entry& taken);

  // The time of granted hours is over: what is not reserved leaves their lot, the rest waits until it is released. Says how much leaves.
  absl::StatusOr<model::Minutes> EndGrantedLot(model::MemberId member, model::Sequence issue, model::Minutes held);

  // Everything that `from` has goes to `to`, in lots of the same origin.
  absl::Status MoveLots(model::MemberId from, model::MemberId to);

  // Writes everything, and the postings and lots on the entry. The postings sum to zero per asset: checked.
  void Write();

 private:
  struct LotRow {
    std::string key;
    rec::Lot row;
    // Of granted hours that end: their row as it is, and as it will be.
    std::optional<rec::GrantIssue> issue_before;
    std::optional<rec::GrantIssue> issue_after;
  };

  // Takes up to `amount`, and lowers it by what the lot gave.
  absl::Status TakeFrom(model::MemberId member, LotRow lot, model::Minutes* amount);
  void NoteChange(model::MemberId member, const LotRow& lot, int64_t amount);
  // Whether lots are spent by provenance today; notes the version of the rules where they are not.
  absl::StatusOr<bool> SpendsByProvenance();
  absl::Status LoadIssue(LotRow* lot);
  void WriteLot(const LotRow& lot);

  Work* work_;
  std::map<model::Owner, rec::Book> books_;
  std::vector<std::pair<model::AccountId, rec::Line>> lines_;
  std::vector<LotRow> lots_;
};

}  // namespace timebank::ledger

#endif  // TIMEBANK_LEDGER_BOOKS_H_
