// Gifts, donations, the pool, grants, and the end of memberships.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/property/random_commands.h"

namespace timebank::property {

// Those whose memberships end are mostly not the eight that everything else is about.
std::string RandomCommands::AnyGuest() {
  const uint64_t guests = model_->people().size() < 9 ? 0 : model_->people().size() - 8;
  return guests == 0 || OneIn(6) ? AnyMember()
                                 : model::MemberNumber(model::MemberId(9 + Roll(std::min<uint64_t>(guests, 6))));
}

RandomCommands::Body RandomCommands::GrantBody() {
  const int32_t today = model::DayOf(model::RecordTime(clock_)).value();
  if (model_->allowances().empty() || OneIn(3)) {
    model::ProposeGrant body;
    body.member = OneIn(4) ? AnyGuest() : Pick<std::string>({"P6", "P7", "P8"});
    body.monthly = model::Minutes(static_cast<int64_t>(1 + Roll(OneIn(4) ? 5000 : 200)));
    body.first_month =
        model::MonthsAfter(model::FirstOfMonth(model::Day(today)), static_cast<int64_t>(Roll(3)) - (OneIn(8) ? 1 : 0));
    body.review = model::Day(today - 3 + static_cast<int32_t>(Roll(90)));
    body.grounds = AnyText(body.member);
    return body;
  }
  using Event = model::ChangeGrant::Event;
  model::ChangeGrant body;
  body.grant = model::GrantId(AnyId(model_->allowances()));
  body.event = Pick<Event>({Event::kApprove, Event::kApprove, Event::kApprove, Event::kRenew, Event::kEnd});
  body.review = model::Day(today - 2 + static_cast<int32_t>(Roll(90)));
  const auto allowance = model_->allowances().find(body.grant.value());
  if (body.event != Event::kApprove && allowance != model_->allowances().end()) {
    body.reason = AnyText(model::MemberNumber(model::MemberId(allowance->second.member)));
  }
  return body;
}

RandomCommands::Body RandomCommands::MembershipBody() {
  using Event = model::ChangeMembership::Event;
  if (OneIn(6)) {
    return model::MergeMembers{AnyGuest(), OneIn(2) ? AnyGuest() : AnyMember(), "reason"};
  }
  model::ChangeMembership body;
  body.member = AnyGuest();
  body.event = Pick<Event>({Event::kClose, Event::kReopen, Event::kReopen, Event::kFinish, Event::kDeath, Event::kEstate});
  const bool gives = body.event == Event::kFinish || body.event == Event::kEstate;
  body.heir = gives && OneIn(2) ? AnyMember() : "";
  body.reason = "reason";
  // The eight would soon be gone otherwise.
  if (body.member[0] == 'P' && body.event != Event::kReopen && !OneIn(6)) {
    body.event = Event::kReopen;
    body.heir = "";
  }
  return body;
}

RandomCommands::Body RandomCommands::GivingBody() {
  const model::Minutes amount(static_cast<int64_t>(1 + Roll(OneIn(10) ? 100'000 : 120)));
  switch (Roll(12)) {
    case 0:
    case 1:
    case 2:
      return model::GiveHours{AnyMember(), OneIn(2) ? AnyGuest() : AnyMember(), amount, "reason"};
    case 3:
      return model::GiveHours{AnyGuest(), AnyMember(), amount, "reason"};
    case 4:
      return model::DonateHours{OneIn(4) ? AnyGuest() : AnyMember(), amount, "reason"};
    case 5:
      return model::GivePoolHours{OneIn(4) ? AnyGuest() : Pick<std::string>({"P6", "P7", "P8"}), amount, "reason"};
    case 6:
    case 7:
    case 8:
      return GrantBody();
    case 9:
      return OneIn(2) ? PersonalBody() : MembershipBody();
    default:
      return MembershipBody();
  }
}

model::RunDue RandomCommands::GrantDue() {
  model::RunDue body;
  body.due = model::StartOf(model::Day(20'000));
  if (OneIn(2)) {
    body.kind = model::DueKind::kGrantIssue;
    body.id = AnyId(model_->allowances());
    if (const auto found = model_->allowances().find(body.id); found != model_->allowances().end()) {
      body.due = model::StartOf(model::Day(std::max(found->second.next, 1)));
    }
    return body;
  }
  body.kind = model::DueKind::kGrantExpiry;
  body.id = AnyId(model_->allotments());
  // Mostly one that waits for its time.
  for (const auto& [id, allotment] : model_->allotments()) {
    if (allotment.due != 0 && OneIn(3)) {
      body.id = id;
    }
  }
  if (const auto found = model_->allotments().find(body.id); found != model_->allotments().end()) {
    body.due = model::RecordTime(found->second.due);
  }
  return body;
}

}  // namespace timebank::property
