#include "service/rpc/member_copy.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/rpc/convert_access.h"
#include "service/rpc/convert_account.h"
#include "service/rpc/convert_giving.h"
#include "service/rpc/convert_member.h"
#include "service/rpc/convert_order.h"
#include "service/rpc/convert_personal.h"
#include "service/rpc/convert_points.h"
#include "service/rpc/convert_proxy.h"
#include "service/rpc/convert_record.h"
#include "service/rpc/convert_reward.h"
#include "service/rpc/convert_star.h"
#include "service/rpc/names.h"

namespace timebank::rpc {
namespace {

// One page of one section.
struct Copy {
  std::string bank;
  model::MemberId id;
  std::string number;
  Reading* reading;
  queries::PageRequest page;
  const char* section;
  v1::ListExportRowsResponse* response;

  absl::Status Add(const google::protobuf::Message& message) {
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    v1::ExportRow* row = response->add_rows();
    row->set_section(section);
    return google::protobuf::util::MessageToJsonString(message, row->mutable_json(), options).ok()
               ? absl::OkStatus()
               : absl::InternalError("a message has no JSON");
  }
  absl::StatusOr<std::string> NameOf(const queries::PersonView& person) const {
    TB_ASSIGN_OR_RETURN(privacy::Person masked, reading->Masked(person.sealed_person));
    return std::move(masked.name);
  }
  const queries::Queries& queries() const { return reading->queries(); }
};

// Adds a page of its section; where that goes on, empty for nowhere.
using Section = absl::StatusOr<std::string> (*)(Copy& copy);

// Adds every row of a page as the message that `fill` makes of it.
template <typename Message, typename View, typename Fill>
absl::StatusOr<std::string> AddAll(Copy& copy, absl::StatusOr<queries::Page<View>> page, const Fill& fill) {
  TB_RETURN_IF_ERROR(page.status());
  for (const View& view : page->rows) {
    Message message;
    TB_RETURN_IF_ERROR(fill(view, &message));
    TB_RETURN_IF_ERROR(copy.Add(message));
  }
  return std::move(page->next);
}

absl::StatusOr<std::string> AddIdentity(Copy& copy) {
  v1::Identity identity;
  const absl::Status status = ReadIdentity(*copy.reading, copy.bank, copy.number, &identity);
  if (privacy::IsLost(status)) {
    return std::string();  // there is none any more, but the rest is the member's all the same
  }
  TB_RETURN_IF_ERROR(status);
  TB_RETURN_IF_ERROR(copy.Add(identity));
  return std::string();
}

absl::StatusOr<std::string> AddMembership(Copy& copy) {
  TB_ASSIGN_OR_RETURN(const queries::MemberView view, copy.queries().Member(copy.bank, copy.number));
  TB_ASSIGN_OR_RETURN(const privacy::Person person, copy.reading->Masked(view.sealed_person));
  v1::Member member;
  FillMember(copy.bank, view, person, &member);
  TB_RETURN_IF_ERROR(copy.Add(member));
  return std::string();
}

absl::StatusOr<std::string> AddBalance(Copy& copy) {
  TB_ASSIGN_OR_RETURN(const queries::BalanceView view, copy.queries().Balance(copy.bank, copy.number));
  v1::GetBalanceResponse balance;
  FillBalance(copy.bank, view, &balance);
  TB_RETURN_IF_ERROR(copy.Add(balance));
  return std::string();
}

absl::StatusOr<std::string> AddKinships(Copy& copy) {
  return AddAll<v1::Kinship>(copy, copy.queries().Kinships(copy.bank, copy.number, copy.page),
                             [&](const queries::KinshipView& view, v1::Kinship* kinship) {
                               FillKinship(copy.bank, view, kinship);
                               return absl::OkStatus();
                             });
}

absl::StatusOr<std::string> AddProxies(Copy& copy) {
  return AddAll<v1::Proxy>(copy, copy.queries().Proxies(copy.bank, copy.number, copy.page),
                           [&](const queries::ProxyView& view, v1::Proxy* proxy) {
                             FillProxy(copy.bank, view, proxy);
                             return absl::OkStatus();
                           });
}

// Without its note, which stands in the section of notes when it is about the member, and is nobody's copy otherwise.
absl::StatusOr<std::string> AddRecords(Copy& copy, absl::StatusOr<queries::Page<queries::RecordView>> page) {
  return AddAll<v1::Record>(copy, std::move(page), [&](const queries::RecordView& view, v1::Record* record) -> absl::Status {
    TB_ASSIGN_OR_RETURN(const privacy::Person volunteer, copy.reading->Masked(view.volunteer.sealed_person));
    TB_ASSIGN_OR_RETURN(const privacy::Person beneficiary, copy.reading->Masked(view.beneficiary.sealed_person));
    FillRecord(copy.bank, view, volunteer, beneficiary, record);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> AddServed(Copy& copy) {
  queries::RecordFilter filter;
  filter.volunteer = copy.number;
  return AddRecords(copy, copy.queries().Records(copy.bank, filter, copy.page));
}

absl::StatusOr<std::string> AddReceived(Copy& copy) {
  return AddRecords(copy, copy.queries().RecordsFor(copy.bank, copy.id, copy.page));
}

absl::Status FillNote(const Copy& copy, const queries::NoteView& view, v1::ExportNote* note) {
  using Of = queries::NoteView::Of;
  switch (view.of) {
    case Of::kRecord:
    case Of::kOrder: {
      note->set_name(ResourceName(copy.bank, view.of == Of::kOrder ? "orders" : "records", view.id));
      TB_ASSIGN_OR_RETURN(*note->mutable_note(), copy.reading->Text(view.sealed));
      return absl::OkStatus();
    }
    case Of::kGrant:
      note->set_name(ResourceName(copy.bank, "grants", view.id));
      return copy.reading->Text(view.sealed, note->mutable_grounds());
    case Of::kConsent:
      note->set_name(MemberName(copy.bank, model::MemberId(view.id)));
      return copy.reading->Text(view.sealed, note->mutable_consent());
  }
  return absl::InternalError("a text of no kind");
}

absl::StatusOr<std::string> AddNotes(Copy& copy) {
  return AddAll<v1::ExportNote>(
      copy, copy.queries().Notes(copy.bank, copy.id, copy.page),
      [&](const queries::NoteView& view, v1::ExportNote* note) -> absl::Status { return FillNote(copy, view, note); });
}

absl::StatusOr<std::string> AddOrders(Copy& copy) {
  return AddAll<v1::Order>(copy, copy.queries().Orders(copy.bank, copy.number, std::nullopt, copy.page),
                           [&](const queries::OrderView& view, v1::Order* order) {
                             FillOrder(copy.bank, view, order);
                             return absl::OkStatus();
                           });
}

absl::StatusOr<std::string> AddRecurring(Copy& copy) {
  return AddAll<v1::RecurringOrder>(copy, copy.queries().RecurringOrders(copy.bank, copy.number, copy.page),
                                    [&](const queries::RecurringView& view, v1::RecurringOrder* recurring) {
                                      FillRecurring(copy.bank, view, recurring);
                                      return absl::OkStatus();
                                    });
}

absl::StatusOr<std::string> AddHolds(Copy& copy) {
  return AddAll<v1::Hold>(copy, copy.queries().Holds(copy.bank, copy.number, copy.page),
                          [&](const queries::HoldView& view, v1::Hold* hold) {
                            FillHold(copy.bank, view, hold);
                            return absl::OkStatus();
                          });
}

absl::StatusOr<std::string> AddLots(Copy& copy) {
  return AddAll<v1::Lot>(copy, copy.queries().Lots(copy.bank, copy.number, copy.page),
                         [&](const queries::LotView& view, v1::Lot* lot) {
                           FillLot(copy.bank, view, lot);
                           return absl::OkStatus();
                         });
}

absl::StatusOr<std::string> AddLines(Copy& copy, model::Asset asset) {
  queries::StatementFilter filter;
  filter.member = copy.number;
  filter.asset = asset;
  TB_ASSIGN_OR_RETURN(queries::Page<queries::StatementView> page, copy.queries().Statement(copy.bank, filter, copy.page));
  for (const queries::StatementView& view : page.rows) {
    for (const queries::StatementLineView& line : view.lines) {
      v1::StatementLine message;
      FillLine(copy.bank, line, &message);
      TB_RETURN_IF_ERROR(copy.Add(message));
    }
  }
  return std::move(page.next);
}

absl::StatusOr<std::string> AddHours(Copy& copy) { return AddLines(copy, model::Asset::kHours); }
absl::StatusOr<std::string> AddPoints(Copy& copy) { return AddLines(copy, model::Asset::kPoints); }

absl::StatusOr<std::string> AddPointsBalance(Copy& copy) {
  const model::Day today = model::DayOf(copy.reading->Now());
  TB_ASSIGN_OR_RETURN(const queries::PointsBalanceView view, copy.queries().PointsBalance(copy.bank, copy.number, today));
  v1::GetPointsBalanceResponse balance;
  FillPointsBalance(copy.bank, view, today, &balance);
  TB_RETURN_IF_ERROR(copy.Add(balance));
  return std::string();
}

absl::StatusOr<std::string> AddRewardOrders(Copy& copy) {
  queries::RewardOrderFilter filter;
  filter.member = copy.number;
  return AddAll<v1::RewardOrder>(copy, copy.queries().RewardOrders(copy.bank, filter, copy.page),
                                 [&](const queries::RewardOrderView& view, v1::RewardOrder* order) {
                                   FillRewardOrder(copy.bank, view, order);
                                   return absl::OkStatus();
                                 });
}

absl::StatusOr<std::string> AddStarNeeds(Copy& copy) {
  const model::Day today = model::DayOf(copy.reading->Now());
  TB_ASSIGN_OR_RETURN(const queries::StarNeedsView view, copy.queries().StarNeeds(copy.bank, copy.number, today));
  TB_ASSIGN_OR_RETURN(std::string name, copy.NameOf(view.member));
  v1::StarNeeds needs;
  FillStarNeeds(copy.bank, view, std::move(name), &needs);
  TB_RETURN_IF_ERROR(copy.Add(needs));
  return std::string();
}

absl::StatusOr<std::string> AddStarAwards(Copy& copy) {
  queries::StarAwardFilter filter;
  filter.member = copy.number;
  return AddAll<v1::StarAward>(copy, copy.queries().StarAwards(copy.bank, filter, copy.page),
                               [&](const queries::StarAwardView& view, v1::StarAward* award) -> absl::Status {
                                 TB_ASSIGN_OR_RETURN(std::string name, copy.NameOf(view.member));
                                 FillStarAward(copy.bank, view, std::move(name), award);
                                 return absl::OkStatus();
                               });
}

absl::StatusOr<std::string> AddGrants(Copy& copy) {
  queries::GrantFilter filter;
  filter.member = copy.number;
  return AddAll<v1::Grant>(copy, copy.queries().Grants(copy.bank, filter, copy.page),
                           [&](const queries::GrantView& view, v1::Grant* grant) {
                             FillGrant(copy.bank, view, grant);
                             return absl::OkStatus();
                           });
}

// One of the states of an application; the sections of all of them follow each other under one name.
template <model::StarState S>
absl::StatusOr<std::string> AddStars(Copy& copy) {
  queries::StarFilter filter;
  filter.member = copy.number;
  filter.state = S;
  return AddAll<v1::StarApplication>(
      copy, copy.queries().StarApplications(copy.bank, filter, copy.page),
      [&](const queries::StarApplicationView& view, v1::StarApplication* application) -> absl::Status {
        TB_ASSIGN_OR_RETURN(std::string name, copy.NameOf(view.member));
        FillStarApplication(copy.bank, view, std::move(name), application);
        return absl::OkStatus();
      });
}

// Of this year; those of earlier years are told by the orders.
absl::StatusOr<std::string> AddNoShows(Copy& copy) {
  const auto year = static_cast<uint32_t>(base::DayFromNumber(model::DayOf(copy.reading->Now()).value()).year());
  TB_ASSIGN_OR_RETURN(const std::optional<queries::NoShowView> view, copy.queries().NoShowsOf(copy.bank, copy.id, year));
  if (view.has_value()) {
    v1::NoShowCount count;
    FillNoShows(*view, &count);
    TB_ASSIGN_OR_RETURN(*count.mutable_display_name(), copy.NameOf(view->member));
    TB_RETURN_IF_ERROR(copy.Add(count));
  }
  return std::string();
}

absl::StatusOr<std::string> AddHistory(Copy& copy) {
  return AddAll<v1::Entry>(copy, copy.queries().EntriesAbout(copy.bank, copy.id, copy.page),
                           [&](const queries::EntryView& view, v1::Entry* entry) {
                             FillEntry(copy.bank, view, entry);
                             return absl::OkStatus();
                           });
}

// Accounts that are linked to the member. They are staff's, and few.
absl::StatusOr<std::string> AddPrincipals(Copy& copy) {
  TB_ASSIGN_OR_RETURN(queries::Page<queries::PrincipalView> page, copy.queries().Principals(copy.bank, "", copy.page));
  for (const queries::PrincipalView& view : page.rows) {
    if (view.member == copy.id) {
      v1::Principal principal;
      FillPrincipal(copy.bank, view, &principal);
      TB_RETURN_IF_ERROR(copy.Add(principal));
    }
  }
  return std::move(page.next);
}

absl::StatusOr<std::string> AddTokens(Copy& copy) {
  return AddAll<v1::Token>(copy, copy.queries().TokensOf(copy.bank, copy.number, copy.page),
                           [&](const queries::TokenView& view, v1::Token* token) {
                             FillToken(copy.bank, view, token);
                             return absl::OkStatus();
                           });
}

// More than anybody's numbers that were merged.
constexpr size_t kNumbersMost = 1000;

struct NamedSection {
  const char* name;
  Section add;
};
// Their places stand in page tokens, which live an hour.
constexpr std::array kSections = {
    NamedSection{"identity", &AddIdentity},
    NamedSection{"membership", &AddMembership},
    NamedSection{"balance", &AddBalance},
    NamedSection{"points_balance", &AddPointsBalance},
    NamedSection{"kinships", &AddKinships},
    NamedSection{"proxies", &AddProxies},
    NamedSection{"records", &AddServed},
    NamedSection{"records_received", &AddReceived},
    NamedSection{"notes", &AddNotes},
    NamedSection{"orders", &AddOrders},
    NamedSection{"recurring_orders", &AddRecurring},
    NamedSection{"holds", &AddHolds},
    NamedSection{"lots", &AddLots},
    NamedSection{"hours_entries", &AddHours},
    NamedSection{"points_entries", &AddPoints},
    NamedSection{"reward_orders", &AddRewardOrders},
    NamedSection{"star_needs", &AddStarNeeds},
    NamedSection{"star_applications", &AddStars<model::StarState::kSubmitted>},
    NamedSection{"star_applications", &AddStars<model::StarState::kReviewed>},
    NamedSection{"star_applications", &AddStars<model::StarState::kNoticed>},
    NamedSection{"star_applications", &AddStars<model::StarState::kObjected>},
    NamedSection{"star_applications", &AddStars<model::StarState::kPassed>},
    NamedSection{"star_applications", &AddStars<model::StarState::kAwarded>},
    NamedSection{"star_applications", &AddStars<model::StarState::kRejected>},
    NamedSection{"star_applications", &AddStars<model::StarState::kWithdrawn>},
    NamedSection{"star_applications", &AddStars<model::StarState::kStopped>},
    NamedSection{"star_awards", &AddStarAwards},
    NamedSection{"grants", &AddGrants},
    NamedSection{"no_shows", &AddNoShows},
    NamedSection{"history", &AddHistory},
    NamedSection{"accounts", &AddPrincipals},
    NamedSection{"tokens", &AddTokens},
};

}  // namespace

absl::Status ReadIdentity(const Reading& reading, const std::string& bank, const std::string& number,
                          v1::Identity* identity) {
  TB_ASSIGN_OR_RETURN(const queries::MemberView view, reading.queries().Member(bank, number));
  TB_ASSIGN_OR_RETURN(const privacy::Person person, reading.InTheClear(view.sealed_person));
  FillIdentity(view, person, identity);
  if (view.consented.value() == 0) {
    return absl::OkStatus();
  }
  TB_ASSIGN_OR_RETURN(const std::string consent, reading.queries().EntryText(bank, view.id, view.consented));
  return reading.Text(consent, identity->mutable_consent());
}

absl::Status ListExportRows(const v1::ListExportRowsRequest& request, Reading* reading,
                            v1::ListExportRowsResponse* response) {
  const Named<uint64_t> name = reading->fields.Numbered("name", request.name(), "exports");
  // A token is the place of the section and the number of the person, a dot, and the token of its list.
  const absl::string_view token = request.page_token();
  const size_t dot = token.find('.');
  size_t place = 0;
  if (!token.empty() &&
      (dot == token.npos || !absl::SimpleAtoi(token.substr(0, dot), &place) || place >= kSections.size() * kNumbersMost)) {
    reading->fields.Fail("page_token", "不是翻页标记", "is not a page token");
    place = 0;
  }
  const queries::PageRequest page =
      reading->Page(request.page_size(), std::string(token.empty() ? "" : token.substr(dot + 1)));
  TB_RETURN_IF_ERROR(reading->Open(name.bank));
  TB_ASSIGN_OR_RETURN(const model::MemberId id, reading->queries().ExportedMember(name.bank, model::Sequence(name.key),
                                                                                  reading->caller->name, reading->Now()));
  // Numbers that were merged belong to the same person.
  TB_ASSIGN_OR_RETURN(const std::vector<queries::PersonView> numbers,
                      reading->queries().NumbersOfPerson(name.bank, NumberOf(id)));
  const size_t section = place / kNumbersMost;
  const size_t turn = place % kNumbersMost;
  if (turn >= numbers.size()) {
    return absl::InvalidArgumentError("the page token names no number of the person");
  }
  const model::MemberId number = numbers[turn].id;
  Copy copy{name.bank, number, NumberOf(number), reading, page, kSections[section].name, response};
  TB_ASSIGN_OR_RETURN(const std::string next, kSections[section].add(copy));
  if (!next.empty()) {
    response->set_next_page_token(absl::StrCat(place, ".", next));
  } else if (turn + 1 < std::min(numbers.size(), kNumbersMost)) {
    response->set_next_page_token(absl::StrCat(place + 1, "."));
  } else if (section + 1 < kSections.size()) {
    response->set_next_page_token(absl::StrCat((section + 1) * kNumbersMost, "."));
  }
  response->set_sequence(reading->sequence());
  return absl::OkStatus();
}

}  // namespace timebank::rpc
