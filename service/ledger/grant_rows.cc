#include "service/ledger/grant_rows.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"

namespace timebank::ledger {
namespace {

std::string DueKey(const Work& work, model::Sequence issue, const rec::GrantIssue& row) {
  return keys::Due(work.bank_id(), model::RecordTime(row.due()), model::DueKind::kGrantExpiry, issue.value());
}

// Later than every time at which something was done already, so that no row of the due index comes twice: its key is what the scheduler
// calls the request.
model::RecordTime SoonAfter(const Work& work) { return work.time() + model::RecordTime(1); }

int64_t DueOf(const std::optional<rec::GrantIssue>& row) { return row.has_value() ? row->due() : 0; }

}  // namespace

void FollowIssue(Work& work, model::Sequence issue, const std::optional<rec::GrantIssue>& before,
                 const std::optional<rec::GrantIssue>& after) {
  if (DueOf(before) != DueOf(after)) {
    if (DueOf(before) != 0) {
      work.Delete(DueKey(work, issue, *before));
    }
    if (DueOf(after) != 0) {
      work.Put(DueKey(work, issue, *after), "");
    }
  }
  const std::string key = keys::GrantIssue(work.bank_id(), issue);
  if (!after.has_value()) {
    if (before.has_value()) {
      work.Delete(key);
    }
  } else if (!before.has_value() || before->due() != after->due() || before->member() != after->member()) {
    work.Save(key, *after);
  }
}

absl::StatusOr<std::optional<rec::GrantIssue>> IssueOfReturned(Work& work, model::MemberId member, model::Sequence issue,
                                                               const std::optional<rec::GrantIssue>& before) {
  std::optional<rec::GrantIssue> row = before;
  if (!row.has_value()) {
    TB_ASSIGN_OR_RETURN(const rec::Entry entry, MustLoadRow<rec::Entry>(work.rows(), keys::Entry(work.bank_id(), issue)));
    const rec::GrantChanged& issued = entry.grant_changed();
    if (issued.expires() == 0) {
      return row;
    }
    row.emplace();
    row->set_grant(entry.subject());
    row->set_member(member.value());
    row->set_expires(issued.expires());
    row->set_to_pool(issued.to_pool());
  }
  if (row->due() == 0) {
    row->set_due(std::max(model::StartOf(model::Day(row->expires() + 1)), SoonAfter(work)).value());
  }
  return row;
}

absl::Status WakeGrantedHours(Work& work, model::MemberId member) {
  std::vector<std::pair<model::Sequence, rec::GrantIssue>> waiting;
  const std::string prefix = keys::LotsFrom(work.bank_id(), member, model::Provenance::kGranted);
  auto it = work.rows().Scan(prefix, base::PrefixEnd(prefix));
  for (; it->Valid(); it->Next()) {
    const model::Sequence issue(keys::LastId(it->key()));
    TB_ASSIGN_OR_RETURN(std::optional<rec::GrantIssue> row,
                        LoadRow<rec::GrantIssue>(work.rows(), keys::GrantIssue(work.bank_id(), issue)));
    if (row.has_value() && row->due() == 0) {
      waiting.emplace_back(issue, *std::move(row));
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  for (const auto& [issue, row] : waiting) {
    rec::GrantIssue after = row;
    after.set_due(SoonAfter(work).value());
    FollowIssue(work, issue, row, after);
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
