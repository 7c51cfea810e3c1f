// Grants to elders in need.
#include "absl/strings/str_cat.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::Day;

namespace {

absl::StatusOr<GrantView> ViewGrant(const Lookup& lookup, model::GrantId id, const rec::Grant& row) {
  GrantView view;
  view.id = id;
  TB_ASSIGN_OR_RETURN(view.member, lookup.Person(model::MemberId(row.member())));
  view.monthly = model::Minutes(row.monthly());
  view.first_month = Day(row.first_month());
  view.review = Day(row.review());
  view.state = static_cast<model::GrantState>(row.state());
  view.maker = row.maker();
  view.checker = row.checker();
  if (view.state == model::GrantState::kActive && row.next_month() <= row.review()) {
    view.next_month = Day(row.next_month());
  }
  view.issued = model::Minutes(row.issued());
  view.months = row.months();
  view.skipped = row.skipped();
  view.last_skip = static_cast<model::GrantSkip>(row.last_skip());
  view.reasoned = model::Sequence(row.reasoned());
  return view;
}

bool Wanted(const GrantFilter& filter, const rec::Grant& row) {
  const auto state = static_cast<model::GrantState>(row.state());
  const bool to_review = !filter.review_before.has_value() ||
                         (state == model::GrantState::kActive && Day(row.review()) < *filter.review_before);
  return to_review && (!filter.state.has_value() || state == *filter.state);
}

}  // namespace

absl::StatusOr<GrantView> Queries::Grant(absl::string_view bank, model::GrantId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Grant> row, ledger::LoadRow<rec::Grant>(*snapshot_, keys::Grant(bank, id)));
  if (!row.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no grant ", id.value()));
  }
  return ViewGrant(lookup, id, *row);
}

absl::StatusOr<Page<GrantView>> Queries::Grants(absl::string_view bank, const GrantFilter& filter,
                                                const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  std::string prefix = keys::TableOf('e', bank);
  uint64_t of = 0;
  if (!filter.member.empty()) {
    TB_ASSIGN_OR_RETURN(const model::MemberId member, lookup.MemberByRef(filter.member));
    prefix = keys::GrantsOf(bank, member);
    of = member.value();
  }
  const std::string text =
      absl::StrCat("grants/", bank, "/", of, "/", filter.state.has_value() ? static_cast<int>(*filter.state) : 0, "/",
                   filter.review_before.value_or(Day(0)).value());
  return WalkPrefix<GrantView>(*snapshot_, prefix, text, page,
                               [&](absl::string_view key, absl::string_view, std::vector<GrantView>& rows) -> absl::Status {
                                 const model::GrantId id(keys::LastId(key));
                                 TB_ASSIGN_OR_RETURN(const rec::Grant row,
                                                     ledger::MustLoadRow<rec::Grant>(*snapshot_, keys::Grant(bank, id)));
                                 if (Wanted(filter, row)) {
                                   TB_ASSIGN_OR_RETURN(GrantView view, ViewGrant(lookup, id, row));
                                   rows.push_back(std::move(view));
                                 }
                                 return absl::OkStatus();
                               });
}

}  // namespace timebank::queries
