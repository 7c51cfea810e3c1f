// Where things are and whose: what the reach of a role is held against, in one place for all kinds of things.
#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/model/order.h"
#include "service/queries/queries.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;
using model::Place;

namespace {

// Fills the place of a thing. Not thread-safe.
class Finder {
 public:
  // `today`: for who acts for whom.
  Finder(const store::Reader& reader, absl::string_view bank, model::Day today = model::Day())
      : reader_(reader), bank_(bank), today_(today) {}

  const store::Reader& reader() const { return reader_; }
  const std::string& bank() const { return bank_; }

  absl::Status AddScope(uint64_t id, Place* place) const {
    while (id != 0) {
      TB_ASSIGN_OR_RETURN(const rec::Scope row,
                          ledger::MustLoadRow<rec::Scope>(reader_, keys::Scope(bank_, model::ScopeId(id))));
      place->scopes.push_back(id);
      id = row.parent();
    }
    return absl::OkStatus();
  }

  absl::Status AddCenter(uint64_t id, Place* place) const {
    if (id == 0) {
      return absl::OkStatus();
    }
    TB_ASSIGN_OR_RETURN(const rec::Center row,
                        ledger::MustLoadRow<rec::Center>(reader_, keys::Center(bank_, model::CenterId(id))));
    return AddScope(row.scope(), place);
  }

  // Whose it is; not where.
  absl::Status AddOwner(uint64_t id, Place* place) const {
    while (id != 0) {
      place->owners.push_back(id);
      TB_ASSIGN_OR_RETURN(const rec::Member row, LoadMember(id));
      id = row.merged_into();
    }
    return absl::OkStatus();
  }

  absl::Status AddMember(uint64_t id, Place* place) const {
    TB_RETURN_IF_ERROR(AddOwner(id, place));
    if (place->owners.empty()) {
      return absl::OkStatus();
    }
    TB_ASSIGN_OR_RETURN(const rec::Member row, LoadMember(place->owners.back()));
    return AddCenter(row.center(), place);
  }

  // The proxies of a member who act for her today, as the rules have it (ledger/proxies.cc, ActsFor). What they may do, the rules decide.
  absl::Status AddAgents(uint64_t member, Place* place) const {
    const std::string prefix = keys::ProxiesOf(bank_, model::MemberId(member));
    auto it = reader_.Scan(prefix, base::PrefixEnd(prefix));
    for (; it->Valid(); it->Next()) {
      TB_ASSIGN_OR_RETURN(const rec::Proxy row, ledger::MustLoadRow<rec::Proxy>(
                                                    reader_, keys::Proxy(bank_, model::ProxyId(keys::LastId(it->key())))));
      const bool bound = row.state() == static_cast<uint32_t>(model::ProxyState::kBound);
      if (row.elder() != member || !bound || (row.until() != 0 && today_.value() > row.until())) {
        continue;
      }
      TB_ASSIGN_OR_RETURN(const rec::Member agent, LoadMember(row.agent()));
      if (agent.state() == static_cast<uint32_t>(model::MemberState::kActive)) {
        place->agents.push_back(row.agent());
      }
    }
    return it->status();
  }

 private:
  absl::StatusOr<rec::Member> LoadMember(uint64_t id) const {
    return ledger::MustLoadRow<rec::Member>(reader_, keys::Member(bank_, model::MemberId(id)));
  }

  const store::Reader& reader_;
  const std::string bank_;
  const model::Day today_;
};

absl::Status Locate(const Finder& finder, const rec::Record& row, Place* place) {
  TB_RETURN_IF_ERROR(finder.AddOwner(row.service().volunteer(), place));
  TB_RETURN_IF_ERROR(finder.AddOwner(row.service().beneficiary(), place));
  return finder.AddCenter(row.service().center(), place);
}

absl::Status Locate(const Finder& finder, const rec::Order& row, Place* place) {
  TB_RETURN_IF_ERROR(finder.AddMember(row.payer(), place));
  TB_RETURN_IF_ERROR(finder.AddOwner(row.beneficiary(), place));
  TB_RETURN_IF_ERROR(finder.AddOwner(row.volunteer(), place));
  TB_RETURN_IF_ERROR(finder.AddAgents(row.payer(), place));
  return finder.AddCenter(row.center(), place);
}

absl::Status Locate(const Finder& finder, const rec::Recurring& row, Place* place) {
  TB_RETURN_IF_ERROR(finder.AddMember(row.payer(), place));
  TB_RETURN_IF_ERROR(finder.AddOwner(row.beneficiary(), place));
  TB_RETURN_IF_ERROR(finder.AddAgents(row.payer(), place));
  return finder.AddCenter(row.center(), place);
}

absl::Status Locate(const Finder& finder, const rec::Hold& row, Place* place) {
  return finder.AddMember(row.member(), place);
}

absl::Status Locate(const Finder& finder, const rec::Kinship& row, Place* place) {
  TB_RETURN_IF_ERROR(finder.AddOwner(row.relative(), place));
  return finder.AddMember(row.member(), place);
}

absl::Status Locate(const Finder& finder, const rec::Proxy& row, Place* place) {
  TB_RETURN_IF_ERROR(finder.AddOwner(row.agent(), place));
  return finder.AddMember(row.elder(), place);
}

absl::Status Locate(const Finder& finder, const rec::Reward& row, Place* place) {
  return finder.AddCenter(row.center(), place);
}

absl::Status Locate(const Finder& finder, const rec::RewardOrder& row, Place* place) {
  TB_ASSIGN_OR_RETURN(
      const rec::Reward reward,
      ledger::MustLoadRow<rec::Reward>(finder.reader(), keys::Reward(finder.bank(), model::RewardId(row.reward()))));
  TB_RETURN_IF_ERROR(finder.AddOwner(row.member(), place));
  TB_RETURN_IF_ERROR(finder.AddAgents(row.member(), place));
  return finder.AddCenter(reward.center(), place);
}

absl::Status Locate(const Finder& finder, const rec::StarApplication& row, Place* place) {
  TB_RETURN_IF_ERROR(finder.AddOwner(row.member(), place));
  return finder.AddScope(row.scope(), place);
}

absl::Status Locate(const Finder& finder, const rec::StarAward& row, Place* place) {
  TB_RETURN_IF_ERROR(finder.AddOwner(row.member(), place));
  return finder.AddScope(row.scope(), place);
}

absl::Status Locate(const Finder& finder, const rec::Grant& row, Place* place) {
  return finder.AddMember(row.member(), place);
}

template <typename Row>
absl::StatusOr<std::optional<Place>> Find(const Finder& finder, const std::string& key) {
  TB_ASSIGN_OR_RETURN(const std::optional<Row> row, ledger::LoadRow<Row>(finder.reader(), key));
  if (!row.has_value()) {
    return std::nullopt;
  }
  Place place;
  TB_RETURN_IF_ERROR(Locate(finder, *row, &place));
  return place;
}

// A copy of everything about a member is named by the entry that tells of it.
absl::StatusOr<std::optional<Place>> FindExport(const Finder& finder, model::Sequence entry) {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Entry> row,
                      ledger::LoadRow<rec::Entry>(finder.reader(), keys::Entry(finder.bank(), entry)));
  if (!row.has_value() || row->kind() != static_cast<uint32_t>(model::EntryKind::kMemberExported)) {
    return std::nullopt;
  }
  Place place;
  TB_RETURN_IF_ERROR(finder.AddMember(row->subject(), &place));
  return place;
}

}  // namespace

absl::StatusOr<std::optional<Place>> Queries::PlaceOfMember(absl::string_view bank, absl::string_view ref,
                                                            model::Day today) const {
  TB_ASSIGN_OR_RETURN(const model::MemberId id, ledger::FindMember(*snapshot_, bank, ref));
  TB_ASSIGN_OR_RETURN(const std::optional<std::string> row, snapshot_->Get(keys::Member(bank, id)));
  if (!row.has_value()) {
    return std::nullopt;
  }
  const Finder finder(*snapshot_, bank, today);
  Place place;
  TB_RETURN_IF_ERROR(finder.AddMember(id.value(), &place));
  TB_RETURN_IF_ERROR(finder.AddAgents(id.value(), &place));
  return place;
}

absl::StatusOr<std::optional<Place>> Queries::PlaceOfCenter(absl::string_view bank, absl::string_view ref) const {
  TB_ASSIGN_OR_RETURN(const uint64_t id, ledger::FindId(*snapshot_, bank, keys::NameKind::kCenter, ref));
  if (id == 0) {
    return std::nullopt;
  }
  Place place;
  TB_RETURN_IF_ERROR(Finder(*snapshot_, bank).AddCenter(id, &place));
  return place;
}

absl::StatusOr<std::optional<Place>> Queries::PlaceOfScope(absl::string_view bank, absl::string_view code) const {
  TB_ASSIGN_OR_RETURN(const uint64_t id, ledger::FindId(*snapshot_, bank, keys::NameKind::kScope, code));
  if (id == 0) {
    return std::nullopt;
  }
  Place place;
  TB_RETURN_IF_ERROR(Finder(*snapshot_, bank).AddScope(id, &place));
  return place;
}

absl::StatusOr<std::optional<Place>> Queries::PlaceOfBinding(absl::string_view bank, absl::string_view principal,
                                                             model::BindingId id) const {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Principal> row,
                      ledger::LoadRow<rec::Principal>(*snapshot_, keys::Principal(bank, principal)));
  if (row.has_value()) {
    for (const rec::Binding& binding : row->bindings()) {
      if (binding.id() == id.value()) {
        Place place;
        TB_RETURN_IF_ERROR(Finder(*snapshot_, bank).AddScope(binding.scope(), &place));
        return place;
      }
    }
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Place>> Queries::PlaceOfThing(absl::string_view bank, absl::string_view collection, uint64_t id,
                                                           model::Day today) const {
  const Finder finder(*snapshot_, bank, today);
  if (collection == "records") {
    return Find<rec::Record>(finder, keys::Record(bank, model::RecordId(id)));
  }
  if (collection == "orders") {
    return Find<rec::Order>(finder, keys::Order(bank, model::OrderId(id)));
  }
  if (collection == "holds") {
    return Find<rec::Hold>(finder, keys::Hold(bank, model::HoldId(id)));
  }
  if (collection == "kinships") {
    return Find<rec::Kinship>(finder, keys::Kinship(bank, model::KinshipId(id)));
  }
  if (collection == "proxies") {
    return Find<rec::Proxy>(finder, keys::Proxy(bank, model::ProxyId(id)));
  }
  if (collection == "recurringOrders") {
    return Find<rec::Recurring>(finder, keys::Recurring(bank, model::RecurringId(id)));
  }
  if (collection == "rewards") {
    return Find<rec::Reward>(finder, keys::Reward(bank, model::RewardId(id)));
  }
  if (collection == "rewardOrders") {
    return Find<rec::RewardOrder>(finder, keys::RewardOrder(bank, model::RewardOrderId(id)));
  }
  if (collection == "starApplications") {
    return Find<rec::StarApplication>(finder, keys::StarApplication(bank, model::StarApplicationId(id)));
  }
  if (collection == "starAwards") {
    return Find<rec::StarAward>(finder, keys::StarAward(bank, model::StarAwardId(id)));
  }
  if (collection == "grants") {
    return Find<rec::Grant>(finder, keys::Grant(bank, model::GrantId(id)));
  }
  if (collection == "exports") {
    return FindExport(finder, model::Sequence(id));
  }
  return Place();
}

}  // namespace timebank::queries
