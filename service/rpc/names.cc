#include "service/rpc/names.h"

#include <variant>

#include "absl/strings/str_cat.h"

namespace timebank::rpc {
namespace {

using Form = Subject::Form;

// Fills form and code by the kind of command.
struct Namer {
  Subject* subject;

  void operator()(const model::CreateBank&) const { subject->form = Form::kBank; }
  void operator()(const model::CreateRuleSet&) const { subject->form = Form::kRuleSet; }
  void operator()(const model::CreateScope& body) const {
    subject->form = Form::kGivenScope;
    subject->code = body.code;
  }
  void operator()(const model::CreateCenter& body) const {
    subject->form = body.code.empty() ? Form::kNewCenter : Form::kGivenCenter;
    subject->code = body.code;
  }
  void operator()(const model::RegisterMember&) const { subject->form = Form::kMember; }
  void operator()(const model::ChangeMember&) const { subject->form = Form::kMember; }
  void operator()(const model::ProposeKinship&) const { subject->form = Form::kKinship; }
  void operator()(const model::ChangeKinship&) const { subject->form = Form::kKinship; }
  void operator()(const model::CreateRecord&) const { subject->form = Form::kRecord; }
  void operator()(const model::CheckIn&) const { subject->form = Form::kRecord; }
  void operator()(const model::ChangeRecord&) const { subject->form = Form::kRecord; }
  void operator()(const model::PlaceHold&) const { subject->form = Form::kHold; }
  void operator()(const model::CloseHold&) const { subject->form = Form::kHold; }
  void operator()(const model::AwardPoints&) const { subject->form = Form::kMember; }
  void operator()(const model::DeductPoints&) const { subject->form = Form::kMember; }
  void operator()(const model::CreateCampaign&) const { subject->form = Form::kCampaign; }
  void operator()(const model::EndCampaign&) const { subject->form = Form::kCampaign; }
  void operator()(const model::RequestOrder&) const { subject->form = Form::kOrder; }
  void operator()(const model::ChangeOrder&) const { subject->form = Form::kOrder; }
  void operator()(const model::EvaluateOrder&) const { subject->form = Form::kOrder; }
  void operator()(const model::ProposeProxy&) const { subject->form = Form::kProxy; }
  void operator()(const model::ChangeProxy&) const { subject->form = Form::kProxy; }
  void operator()(const model::StartRecurring&) const { subject->form = Form::kRecurring; }
  void operator()(const model::ChangeRecurring&) const { subject->form = Form::kRecurring; }
  void operator()(const model::CreateReward&) const { subject->form = Form::kReward; }
  void operator()(const model::ChangeReward&) const { subject->form = Form::kReward; }
  void operator()(const model::CountStock&) const { subject->form = Form::kReward; }
  void operator()(const model::PlaceRewardOrder& body) const {
    subject->form = Form::kRewardOrder;
    subject->pickup_digest = body.code_digest;
  }
  void operator()(const model::CollectRewardOrder&) const { subject->form = Form::kRewardOrder; }
  void operator()(const model::CancelRewardOrder&) const { subject->form = Form::kRewardOrder; }
  void operator()(const model::SetCalendar&) const { subject->form = Form::kCalendar; }
  void operator()(const model::SubmitStar&) const { subject->form = Form::kStarApplication; }
  void operator()(const model::ChangeStar&) const { subject->form = Form::kStarApplication; }
  void operator()(const model::AwardStar&) const { subject->form = Form::kStarAward; }
  void operator()(const model::ChangeAward&) const { subject->form = Form::kStarAward; }
  void operator()(const model::ProposeReversal&) const { subject->form = Form::kReversal; }
  void operator()(const model::ChangeReversal&) const { subject->form = Form::kReversal; }
  void operator()(const model::GiveHours&) const { subject->form = Form::kMember; }
  void operator()(const model::DonateHours&) const { subject->form = Form::kMember; }
  void operator()(const model::GivePoolHours&) const { subject->form = Form::kMember; }
  void operator()(const model::ProposeGrant&) const { subject->form = Form::kGrant; }
  void operator()(const model::ChangeGrant&) const { subject->form = Form::kGrant; }
  void operator()(const model::ChangeMembership&) const { subject->form = Form::kMember; }
  void operator()(const model::MergeMembers&) const { subject->form = Form::kMember; }
  void operator()(const model::RevealMember&) const { subject->form = Form::kMember; }
  void operator()(const model::ExportMember&) const { subject->form = Form::kMember; }
  void operator()(const model::EraseMember&) const { subject->form = Form::kMember; }
  void operator()(const model::RevealText& body) const {
    subject->form = Form::kMember;
    subject->text_of = body.record.value() != 0 ? body.record.value() : body.grant.value();
  }
  void operator()(const model::GrantRole& body) const { OfPrincipal(body.principal); }
  void operator()(const model::RevokeRole& body) const { OfPrincipal(body.principal); }
  void operator()(const model::LinkPrincipal& body) const { OfPrincipal(body.principal); }
  void operator()(const model::CreateToken& body) const {
    subject->form = Form::kToken;
    subject->token_digest.assign(body.digest.begin(), body.digest.end());
  }
  void operator()(const model::RevokeToken&) const { subject->form = Form::kToken; }
  // The service's own; nobody is answered.
  void operator()(const model::UseToken&) const {}
  void operator()(const model::NoteAttempt&) const {}
  void operator()(const model::RunDue&) const {}

  void OfPrincipal(const std::string& name) const {
    subject->form = Form::kPrincipal;
    subject->code = name;
  }
};

}  // namespace

std::string BankName(absl::string_view bank) { return absl::StrCat("banks/", bank); }

std::string ResourceName(absl::string_view bank, absl::string_view collection, absl::string_view key) {
  return absl::StrCat("banks/", bank, "/", collection, "/", key);
}

std::string ResourceName(absl::string_view bank, absl::string_view collection, uint64_t key) {
  return absl::StrCat("banks/", bank, "/", collection, "/", key);
}

std::string MemberName(absl::string_view bank, model::MemberId id) { return ResourceName(bank, "members", NumberOf(id)); }

std::string RecordName(absl::string_view bank, model::RecordId id) {
  return id.value() == 0 ? std::string() : ResourceName(bank, "records", id.value());
}

std::string NumberOf(model::MemberId id) { return id.value() == 0 ? std::string() : model::MemberNumber(id); }

Subject SubjectOf(const model::Command& command) {
  Subject subject;
  subject.bank = command.bank;
  std::visit(Namer{&subject}, command.body);
  return subject;
}

std::string NameOf(const Subject& subject, uint64_t id) {
  switch (subject.form) {
    case Form::kBank:
      return BankName(subject.bank);
    case Form::kRuleSet:
      return ResourceName(subject.bank, "ruleSets", id);
    case Form::kGivenScope:
      return ResourceName(subject.bank, "scopes", subject.code);
    case Form::kGivenCenter:
      return ResourceName(subject.bank, "centers", subject.code);
    case Form::kNewCenter:
      return ResourceName(subject.bank, "centers", absl::StrCat("c", id));
    case Form::kMember:
      return MemberName(subject.bank, model::MemberId(id));
    case Form::kKinship:
      return ResourceName(subject.bank, "kinships", id);
    case Form::kRecord:
      return ResourceName(subject.bank, "records", id);
    case Form::kHold:
      return ResourceName(subject.bank, "holds", id);
    case Form::kReward:
      return ResourceName(subject.bank, "rewards", id);
    case Form::kRewardOrder:
      return ResourceName(subject.bank, "rewardOrders", id);
    case Form::kCampaign:
      return ResourceName(subject.bank, "campaigns", id);
    case Form::kOrder:
      return ResourceName(subject.bank, "orders", id);
    case Form::kCalendar:
      return absl::StrCat(BankName(subject.bank), "/calendar");
    case Form::kStarApplication:
      return ResourceName(subject.bank, "starApplications", id);
    case Form::kStarAward:
      return ResourceName(subject.bank, "starAwards", id);
    case Form::kGrant:
      return ResourceName(subject.bank, "grants", id);
    case Form::kProxy:
      return ResourceName(subject.bank, "proxies", id);
    case Form::kRecurring:
      return ResourceName(subject.bank, "recurringOrders", id);
    case Form::kPrincipal:
      return ResourceName(subject.bank, "principals", subject.code);
    case Form::kToken:
      return ResourceName(subject.bank, "tokens", id);
    case Form::kReversal:
      return ResourceName(subject.bank, "reversals", id);
  }
  return std::string();
}

}  // namespace timebank::rpc
