// Members and kinship.
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

absl::StatusOr<MemberView> Queries::Member(absl::string_view bank, absl::string_view member) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  return lookup.Member(id);
}

absl::StatusOr<Page<MemberView>> Queries::Members(absl::string_view bank, absl::string_view center,
                                                  const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  model::CenterId only;
  if (!center.empty()) {
    TB_ASSIGN_OR_RETURN(only, lookup.CenterByRef(center));
  }
  return WalkPrefix<MemberView>(
      *snapshot_, keys::TableOf('m', bank), absl::StrCat("members/", bank, "/", only.value()), page,
      [&](absl::string_view key, absl::string_view value, std::vector<MemberView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::Member row, ParseRow<rec::Member>(value));
        if (only.value() != 0 && row.center() != only.value()) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(MemberView view, lookup.Member(model::MemberId(keys::LastId(key))));
        rows.push_back(std::move(view));
        return absl::OkStatus();
      });
}

absl::StatusOr<std::vector<MemberView>> Queries::MembersByPerson(absl::string_view bank,
                                                                 absl::string_view person_index) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  const PageRequest all{model::limits::kPageMost, ""};
  TB_ASSIGN_OR_RETURN(
      Page<MemberView> found,
      WalkPrefix<MemberView>(*snapshot_, keys::PersonIndexAll(bank, person_index), "person", all,
                             [&](absl::string_view key, absl::string_view, std::vector<MemberView>& rows) -> absl::Status {
                               TB_ASSIGN_OR_RETURN(MemberView view, lookup.Member(model::MemberId(keys::LastId(key))));
                               rows.push_back(std::move(view));
                               return absl::OkStatus();
                             }));
  return std::move(found.rows);
}

absl::StatusOr<std::vector<MemberView>> Queries::MembersByNationalId(absl::string_view bank,
                                                                     absl::string_view id_index) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const uint64_t id, ledger::FindId(*snapshot_, bank, keys::NameKind::kNationalId, id_index));
  std::vector<MemberView> found;
  if (id != 0) {
    TB_ASSIGN_OR_RETURN(MemberView view, lookup.Member(model::MemberId(id)));
    found.push_back(std::move(view));
  }
  return found;
}

absl::StatusOr<Page<KinshipView>> Queries::Kinships(absl::string_view bank, absl::string_view member,
                                                    const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  return WalkPrefix<KinshipView>(
      *snapshot_, keys::KinshipsOf(bank, id), absl::StrCat("kinships/", bank, "/", id.value()), page,
      [&](absl::string_view key, absl::string_view, std::vector<KinshipView>& rows) -> absl::Status {
        const model::KinshipId kinship(keys::LastId(key));
        TB_ASSIGN_OR_RETURN(const rec::Kinship row,
                            ledger::MustLoadRow<rec::Kinship>(*snapshot_, keys::Kinship(bank, kinship)));
        rows.push_back({kinship, model::MemberId(row.member()), model::MemberId(row.relative()),
                        static_cast<model::Relation>(row.relation()), static_cast<model::KinshipState>(row.state())});
        return absl::OkStatus();
      });
}

}  // namespace timebank::queries
