// Care orders, the board, and no-shows.
#include <limits>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/order_life.h"
#include "service/ledger/reader.h"
#include "service/ledger/record_proto.h"
#include "service/ledger/rows.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/scope_tree.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

absl::StatusOr<rec::Order> LoadOrder(const Lookup& lookup, model::OrderId id) {
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(std::optional<rec::Order> row,
                      ledger::LoadRow<rec::Order>(lookup.reader(), keys::Order(lookup.bank(), id)));
  if (!row.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no order ", id.value()));
  }
  return *std::move(row);
}

absl::StatusOr<OrderView> ViewOrder(Lookup& lookup, model::OrderId id, const rec::Order& row) {
  OrderView view;
  view.id = id;
  view.state = static_cast<model::OrderState>(row.state());
  TB_ASSIGN_OR_RETURN(view.payer, lookup.Person(model::MemberId(row.payer())));
  TB_ASSIGN_OR_RETURN(view.beneficiary, lookup.Person(model::MemberId(row.beneficiary())));
  TB_ASSIGN_OR_RETURN(view.volunteer, lookup.Person(model::MemberId(row.volunteer())));
  TB_ASSIGN_OR_RETURN(const CenterView center, lookup.Center(model::CenterId(row.center())));
  view.center_code = center.code;
  view.center_name = center.display_name;
  view.category = row.category();
  view.start = model::Minute(row.start());
  view.planned = model::Minutes(row.planned());
  view.actual = model::Minutes(row.actual());
  view.paid = model::Minutes(row.consumed());
  view.surplus = model::Minutes(row.surplus());
  view.expires = model::Day(row.expires());
  const bool waits = view.state == model::OrderState::kDone;
  view.confirm_due = model::RecordTime(waits ? row.confirm_due() : 0);
  view.record = model::RecordId(row.record());
  if (row.ended_by() != 0) {
    view.ended_by = static_cast<model::OrderSide>(row.ended_by());
  }
  view.volunteer_score = row.volunteer_score();
  view.elder_score = row.elder_score();
  view.has_note = !row.note_digest().empty();
  view.requester = row.requester();
  view.reason = row.reason();
  view.record_time = model::RecordTime(row.record_time());
  view.change_time = model::RecordTime(row.change_time());
  view.recurring = model::RecurringId(row.recurring());
  view.proxy = model::ProxyId(row.proxy());
  return view;
}

std::string FilterText(absl::string_view bank, const OpenOrderFilter& filter) {
  return absl::StrCat("board/", bank, "/", filter.scope, "/", filter.distance, "/", filter.category, "/",
                      filter.from.value_or(model::Day(0)).value(), "/", filter.to.value_or(model::Day(0)).value());
}

// Where one looks from; 0 for the whole bank.
absl::StatusOr<model::ScopeId> ScopeByCode(const Lookup& lookup, const std::string& code) {
  if (code.empty()) {
    return model::ScopeId(0);
  }
  TB_ASSIGN_OR_RETURN(const uint64_t id, ledger::FindId(lookup.reader(), lookup.bank(), keys::NameKind::kScope, code));
  if (id == 0) {
    return absl::NotFoundError(absl::StrCat("there is no scope ", code));
  }
  return model::ScopeId(id);
}

// How far from there the order's centre is; nullopt when that is too far.
absl::StatusOr<std::optional<int>> DistanceTo(Lookup& lookup, ScopeTree& tree, model::ScopeId from, const rec::Order& row,
                                              int most) {
  if (from.value() == 0) {
    return std::optional<int>(0);
  }
  TB_ASSIGN_OR_RETURN(
      const rec::Center center,
      ledger::MustLoadRow<rec::Center>(lookup.reader(), keys::Center(lookup.bank(), model::CenterId(row.center()))));
  TB_ASSIGN_OR_RETURN(const std::optional<int> distance, tree.Distance(from, model::ScopeId(center.scope())));
  return distance.has_value() && *distance <= most ? distance : std::optional<int>();
}

}  // namespace

absl::StatusOr<OrderView> Queries::Order(absl::string_view bank, model::OrderId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const rec::Order row, LoadOrder(lookup, id));
  return ViewOrder(lookup, id, row);
}

absl::StatusOr<std::string> Queries::OrderNote(absl::string_view bank, model::OrderId id, model::MemberId reader) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const rec::Order row, LoadOrder(lookup, id));
  const auto state = static_cast<model::OrderState>(row.state());
  // Once it is confirmed, or ended otherwise, the volunteer has no use for the door code any more.
  const bool serves = reader.value() == row.volunteer() && !ledger::IsEnded(state);
  if (reader.value() != 0 && !serves) {
    return absl::PermissionDeniedError("The note of an order is for its volunteer and the centre alone.");
  }
  TB_ASSIGN_OR_RETURN(const std::optional<rec::Note> note,
                      ledger::LoadRow<rec::Note>(*snapshot_, keys::OrderNote(bank, id)));
  return note.has_value() ? note->sealed() : "";
}

absl::StatusOr<Page<OrderView>> Queries::Orders(absl::string_view bank, absl::string_view member,
                                                std::optional<model::OrderState> state, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const model::MemberId id, lookup.MemberByRef(member));
  const std::string filter =
      absl::StrCat("orders/", bank, "/", id.value(), "/", state.has_value() ? static_cast<int>(*state) : 0);
  return WalkPrefix<OrderView>(*snapshot_, keys::OrdersOf(bank, id), filter, page,
                               [&](absl::string_view key, absl::string_view, std::vector<OrderView>& rows) -> absl::Status {
                                 const model::OrderId order(keys::LastId(key));
                                 TB_ASSIGN_OR_RETURN(const rec::Order row,
                                                     ledger::MustLoadRow<rec::Order>(*snapshot_, keys::Order(bank, order)));
                                 if (state.has_value() && row.state() != static_cast<uint32_t>(*state)) {
                                   return absl::OkStatus();
                                 }
                                 TB_ASSIGN_OR_RETURN(OrderView view, ViewOrder(lookup, order, row));
                                 rows.push_back(std::move(view));
                                 return absl::OkStatus();
                               });
}

absl::StatusOr<Page<OpenOrderView>> Queries::OpenOrders(absl::string_view bank, const OpenOrderFilter& filter,
                                                        const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  TB_ASSIGN_OR_RETURN(const model::ScopeId from, ScopeByCode(lookup, filter.scope));
  ScopeTree tree(*snapshot_, bank);
  const model::Day first = filter.from.value_or(model::Day(std::numeric_limits<int32_t>::min()));
  const model::Day last = filter.to.value_or(model::Day(std::numeric_limits<int32_t>::max() - 1));
  const KeyRange range{keys::BoardDay(bank, first), keys::BoardDay(bank, model::Day(last.value() + 1))};
  return WalkRanges<OpenOrderView>(
      *snapshot_, {range}, FilterText(bank, filter), page,
      [&](absl::string_view key, absl::string_view, std::vector<OpenOrderView>& rows) -> absl::Status {
        const model::OrderId id(keys::LastId(key));
        TB_ASSIGN_OR_RETURN(const rec::Order row, ledger::MustLoadRow<rec::Order>(*snapshot_, keys::Order(bank, id)));
        if (row.start() + row.planned() < filter.now.value() ||
            (!filter.category.empty() && row.category() != filter.category)) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(const std::optional<int> distance, DistanceTo(lookup, tree, from, row, filter.distance));
        if (!distance.has_value()) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(OrderView view, ViewOrder(lookup, id, row));
        rows.push_back({std::move(view), *distance});
        return absl::OkStatus();
      });
}

absl::StatusOr<Page<NoShowView>> Queries::NoShows(absl::string_view bank, uint32_t year, uint32_t this_year,
                                                  bool review_only, const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  return WalkPrefix<NoShowView>(
      *snapshot_, keys::NoShowsIn(bank, year), absl::StrCat("noshows/", bank, "/", year, "/", review_only ? 1 : 0), page,
      [&](absl::string_view key, absl::string_view value, std::vector<NoShowView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(const rec::NoShows row, ParseRow<rec::NoShows>(value));
        const bool review = row.review() != 0 && year >= this_year;
        if (review_only && !review) {
          return absl::OkStatus();
        }
        TB_ASSIGN_OR_RETURN(PersonView person, lookup.Person(model::MemberId(keys::LastId(key))));
        rows.push_back({std::move(person), row.volunteer(), row.elder(), review, row.judged()});
        return absl::OkStatus();
      });
}

absl::StatusOr<std::optional<NoShowView>> Queries::NoShowsOf(absl::string_view bank, model::MemberId member,
                                                             uint32_t year) const {
  Lookup lookup(*snapshot_, bank);
  TB_ASSIGN_OR_RETURN(const std::optional<rec::NoShows> row,
                      ledger::LoadRow<rec::NoShows>(*snapshot_, keys::NoShows(bank, year, member)));
  if (!row.has_value()) {
    return std::nullopt;
  }
  TB_ASSIGN_OR_RETURN(PersonView person, lookup.Person(member));
  return NoShowView{std::move(person), row->volunteer(), row->elder(), row->review() != 0, row->judged()};
}

}  // namespace timebank::queries
