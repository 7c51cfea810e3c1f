// Rows as views, and the look-ups that turn what people write into ids; NOT_FOUND where there is nothing.
#ifndef TIMEBANK_QUERIES_LOOKUP_H_
#define TIMEBANK_QUERIES_LOOKUP_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/queries/views.h"
#include "service/store/store.h"

namespace timebank::queries {

// One bank in one snapshot, with a memory of the centres it showed. Not thread-safe.
class Lookup {
 public:
  Lookup(const store::Reader& reader, absl::string_view bank) : reader_(reader), bank_(bank) {}

  const store::Reader& reader() const { return reader_; }
  absl::string_view bank() const { return bank_; }

  // NOT_FOUND when there is no such bank.
  absl::Status RequireBank() const;
  absl::StatusOr<model::MemberId> MemberByRef(absl::string_view ref) const;
  absl::StatusOr<model::CenterId> CenterByRef(absl::string_view ref) const;

  // DATA_LOSS when the row is missing: another row named it.
  absl::StatusOr<CenterView> Center(model::CenterId id);
  absl::StatusOr<std::string> ScopeCode(model::ScopeId id) const;
  absl::StatusOr<PersonView> Person(model::MemberId id) const;
  absl::StatusOr<MemberView> Member(model::MemberId id);
  absl::StatusOr<RecordView> Record(model::RecordId id);

 private:
  const store::Reader& reader_;
  const std::string bank_;
  std::map<model::CenterId, CenterView> centers_;
};

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_LOOKUP_H_
