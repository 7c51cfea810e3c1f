// Whole requests: what becomes of each field, and which field is named when it is bad.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "service/rpc/convert_account.h"
#include "service/rpc/convert_bank.h"
#include "service/rpc/convert_member.h"
#include "service/rpc/convert_record.h"
#include "service/rpc/convert_scope.h"
#include "service/rpc/sealer_for_test.h"

namespace timebank::rpc {
namespace {

const privacy::Sealer& TestSealer() {
  static const store::TestFolder folder;
  static const auto* const sealer = MakeTestSealer(folder).release();
  return *sealer;
}

// A change to a good request and the field that must be named; empty: it stays good.
template <typename Request>
struct Change {
  std::function<void(Request*)> change;
  std::string field;
};

template <typename Request>
void ExpectFields(const Request& good, void (*convert)(const Request&, Conversion*, model::Command*),
                  const std::vector<Change<Request>>& changes) {
  for (size_t i = 0; i < changes.size(); ++i) {
    Request request = good;
    changes[i].change(&request);
    Conversion conversion{TestSealer(), {}};
    model::Command command;
    convert(request, &conversion, &command);
    EXPECT_EQ(conversion.fields.ok() ? "" : conversion.fields.error().field, changes[i].field)
        << Request::descriptor()->name() << " change " << i << ": " << request.ShortDebugString().substr(0, 300);
  }
}

template <typename Body, typename Request>
Body Convert(const Request& request, void (*convert)(const Request&, Conversion*, model::Command*)) {
  Conversion conversion{TestSealer(), {}};
  model::Command command;
  convert(request, &conversion, &command);
  EXPECT_TRUE(conversion.fields.ok());
  EXPECT_EQ(command.bank, "xt");
  return std::get<Body>(command.body);
}

v1::CreateMemberRequest GoodMember() {
  v1::CreateMemberRequest request;
  request.set_parent("banks/xt");
  request.set_external_number("M00001");
  request.set_display_name("张三");
  request.set_gender(v1::GENDER_MALE);
  request.set_birth_date("1949-12-31");
  request.set_national_id("11010519491231002x");
  request.set_phone("13800005678");
  request.set_center("嵩山社区");
  request.mutable_consent()->set_guardian("张大");
  request.mutable_consent()->set_relation(v1::GUARDIAN_RELATION_PARENT);
  request.mutable_consent()->set_document(v1::CONSENT_DOCUMENT_SIGNED_FORM);
  request.mutable_consent()->set_date("2026-11-01");
  return request;
}

TEST(ToCreateMember, ChecksEveryField) {
  using R = v1::CreateMemberRequest;
  ExpectFields<R>(GoodMember(), &ToCreateMember,
                  {{[](R*) {}, ""},
                   {[](R* r) { r->clear_external_number(); }, ""},
                   {[](R* r) { r->clear_national_id(); }, ""},
                   {[](R* r) { r->clear_phone(); }, ""},
                   {[](R* r) { r->clear_gender(); }, ""},
                   {[](R* r) { r->set_display_name("👵🏻 奶奶"); }, ""},
                   {[](R* r) { r->clear_parent(); }, "parent"},
                   {[](R* r) { r->set_external_number("V000000017"); }, "external_number"},
                   {[](R* r) { r->set_external_number("110105194912310021"); }, "external_number"},
                   {[](R* r) { r->set_display_name("\xE2\x80\x8B"); }, "display_name"},
                   {[](R* r) { r->set_center("110105194912310021"); }, "center"},
                   {[](R* r) { r->set_display_name(" 　"); }, "display_name"},
                   {[](R* r) { r->set_gender(static_cast<v1::Gender>(9)); }, "gender"},
                   {[](R* r) { r->clear_birth_date(); }, "birth_date"},
                   {[](R* r) { r->set_birth_date("1949-12-32"); }, "birth_date"},
                   {[](R* r) { r->set_birth_date("1949-12-30"); }, "national_id"},
                   {[](R* r) { r->set_national_id("110105194912310021"); }, "national_id"},
                   {[](R* r) { r->set_national_id(std::string(1000000, '1')); }, "national_id"},
                   {[](R* r) { r->set_phone("call me"); }, "phone"},
                   {[](R* r) { r->clear_consent(); }, ""},
                   {[](R* r) { r->mutable_consent()->clear_guardian(); }, "guardian"},
                   {[](R* r) { r->mutable_consent()->clear_relation(); }, "relation"},
                   {[](R* r) { r->mutable_consent()->clear_document(); }, "document"},
                   {[](R* r) { r->mutable_consent()->set_date("2026-11"); }, "date"},
                   {[](R* r) { r->clear_center(); }, "center"}});
}

TEST(ToCreateMember, SealsThePersonAndIndexesIt) {
  const auto body = Convert<model::RegisterMember>(GoodMember(), &ToCreateMember);
  EXPECT_EQ(*TestSealer().Unseal(body.sealed_person), (privacy::Person{"张三", 2, "11010519491231002X", "13800005678"}));
  EXPECT_EQ(*TestSealer().DigestOf(body.sealed_person), body.person_digest);
  Conversion conversion{TestSealer(), {}};
  EXPECT_EQ(body.id_index, conversion.Digest("id", "11010519491231002X"));
  EXPECT_EQ(body.name_index, conversion.Digest("name", "张三"));
  EXPECT_EQ(body.person_index, conversion.Digest("person", std::string("张三\0"
                                                                       "1949\0"
                                                                       "002X",
                                                                       16)));
  EXPECT_EQ(body.person_index.size(), 16u);
  EXPECT_EQ(body.consent.text, GoodMember().consent().SerializeAsString());
  EXPECT_EQ(ToDate(body.birth), "1949-12-31");
}

TEST(ToCreateMember, ASpellingIsTheSamePerson) {
  const auto body = Convert<model::RegisterMember>(GoodMember(), &ToCreateMember);
  v1::CreateMemberRequest request = GoodMember();
  request.set_display_name(" 张　三");
  request.set_center("嵩山 社区");
  const auto spelt = Convert<model::RegisterMember>(request, &ToCreateMember);
  EXPECT_EQ(spelt.name_index, body.name_index);
  EXPECT_EQ(spelt.person_index, body.person_index);
  EXPECT_EQ(spelt.center, "嵩山社区");
  EXPECT_EQ(TestSealer().Unseal(spelt.sealed_person)->name, "张　三");
}

TEST(ToCreateMember, WithoutAnyNumberNameAndBirthTellThePerson) {
  v1::CreateMemberRequest request = GoodMember();
  request.clear_national_id();
  request.clear_external_number();
  const std::string index = Convert<model::RegisterMember>(request, &ToCreateMember).id_index;
  EXPECT_EQ(index.size(), 16u);
  request.set_display_name("张 三");
  EXPECT_EQ(Convert<model::RegisterMember>(request, &ToCreateMember).id_index, index);
  request.set_birth_date("1949-12-30");
  EXPECT_NE(Convert<model::RegisterMember>(request, &ToCreateMember).id_index, index);
}

TEST(ToCreateMember, APersonWithoutAnIdHasOnlyTheNameIndex) {
  v1::CreateMemberRequest request = GoodMember();
  request.clear_national_id();
  const auto body = Convert<model::RegisterMember>(request, &ToCreateMember);
  EXPECT_EQ(body.id_index, "");
  EXPECT_EQ(body.person_index, "");
  EXPECT_EQ(body.name_index.size(), 16u);
}

v1::CreateRecordRequest GoodRecord() {
  v1::CreateRecordRequest request;
  request.set_parent("banks/xt");
  request.set_volunteer("M00001");
  request.set_volunteer_name("张三 ");
  request.set_beneficiary("V000000017");
  request.set_center("嵩山社区");
  request.set_category("陪伴");
  request.mutable_start_time()->set_seconds(60 * 60);
  request.mutable_end_time()->set_seconds(2 * 60 * 60);
  request.set_note("第一次上门,\n老人很高兴😀");
  request.set_replaces("banks/xt/records/9");
  return request;
}

TEST(ToCreateRecord, ChecksEveryField) {
  using R = v1::CreateRecordRequest;
  ExpectFields<R>(GoodRecord(), &ToCreateRecord,
                  {{[](R*) {}, ""},
                   {[](R* r) { r->clear_volunteer_name(); }, ""},
                   {[](R* r) { r->clear_beneficiary(); }, ""},
                   {[](R* r) { r->clear_note(); }, ""},
                   {[](R* r) { r->clear_replaces(); }, ""},
                   {[](R* r) { r->set_parent("banks/XT"); }, "parent"},
                   {[](R* r) { r->clear_volunteer(); }, "volunteer"},
                   {[](R* r) { r->set_volunteer("张三"); }, "volunteer"},
                   {[](R* r) { r->set_volunteer_name("　"); }, "volunteer_name"},
                   {[](R* r) { r->set_beneficiary("a b"); }, ""},
                   {[](R* r) { r->set_note("11010519491231002X"); }, ""},
                   {[](R* r) { r->set_volunteer_name("11010519491231002X"); }, ""},
                   {[](R* r) { r->set_volunteer("110105194912310021"); }, "volunteer"},
                   {[](R* r) { r->set_beneficiary("110105194912310021"); }, "beneficiary"},
                   {[](R* r) { r->set_center("110105194912310021"); }, "center"},
                   {[](R* r) { r->set_category("110105194912310021"); }, "category"},
                   {[](R* r) { r->set_replaces("banks/xt/records/110105194912310021"); }, "replaces"},
                   {[](R* r) { r->set_beneficiary("李四"); }, "beneficiary"},
                   {[](R* r) { r->clear_center(); }, "center"},
                   {[](R* r) { r->clear_category(); }, "category"},
                   {[](R* r) { r->set_category(std::string(33, 'a')); }, "category"},
                   {[](R* r) { r->clear_start_time(); }, "start_time"},
                   {[](R* r) { r->mutable_start_time()->set_seconds(61); }, "start_time"},
                   {[](R* r) { r->mutable_end_time()->set_seconds(int64_t{60} * 1000000000000000); }, "end_time"},
                   {[](R* r) { r->set_note(std::string(501, 'a')); }, "note"},
                   {[](R* r) { r->set_replaces("banks/zz/records/9"); }, "replaces"},
                   {[](R* r) { r->set_replaces("9"); }, "replaces"}});
}

TEST(ToCreateRecord, LeavesToTheRulesWhatIsTheirs) {
  using R = v1::CreateRecordRequest;
  ExpectFields<R>(GoodRecord(), &ToCreateRecord,
                  {{[](R* r) { r->mutable_end_time()->set_seconds(0); }, ""},             // ends before it starts
                   {[](R* r) { r->mutable_end_time()->set_seconds(60 * 60); }, ""},       // takes no time
                   {[](R* r) { r->mutable_end_time()->set_seconds(60 * 60 * 30); }, ""},  // longer than a day
                   {[](R* r) { r->mutable_end_time()->set_seconds(int64_t{86400} * 365 * 200); }, ""},  // in the future
                   {[](R* r) { r->set_beneficiary("M00001"); }, ""}});                                  // to oneself
}

TEST(ToCreateRecord, TakesTheNoteAndDigestsTheName) {
  const auto body = Convert<model::CreateRecord>(GoodRecord(), &ToCreateRecord);
  EXPECT_EQ(body.note.text, GoodRecord().note());
  EXPECT_EQ(body.note.sealed, "");  // that comes once all is known to be well
  // The same as of the member's registration, or no list would ever fit.
  EXPECT_EQ(body.volunteer_name_index, Convert<model::RegisterMember>(GoodMember(), &ToCreateMember).name_index);
  EXPECT_EQ(body.start, model::Minute(60));
  EXPECT_EQ(body.volunteer, "m00001");
  EXPECT_EQ(body.replaces, model::RecordId(9));
  v1::CreateRecordRequest bare = GoodRecord();
  bare.clear_note();
  bare.clear_volunteer_name();
  EXPECT_EQ(Convert<model::CreateRecord>(bare, &ToCreateRecord).note.text, "");
  EXPECT_EQ(Convert<model::CreateRecord>(bare, &ToCreateRecord).volunteer_name_index, "");
}

TEST(ToDecideRecord, MinutesGoWithAnAmendmentOnly) {
  using R = v1::DecideRecordRequest;
  R good;
  good.set_name("banks/xt/records/9");
  good.set_decision(v1::DECISION_AMEND);
  good.set_measured_minutes(30);
  good.set_reason("只服务了半小时");
  ExpectFields<R>(good, &ToDecideRecord,
                  {{[](R*) {}, ""},
                   {[](R* r) { r->set_measured_minutes(0); }, "measured_minutes"},
                   {[](R* r) { r->set_measured_minutes(1441); }, "measured_minutes"},
                   {[](R* r) { r->set_measured_minutes(1000000000000000000); }, "measured_minutes"},
                   {[](R* r) { r->set_decision(v1::DECISION_VOID); }, "measured_minutes"},
                   {[](R* r) { r->clear_decision(); }, "decision"},
                   {[](R* r) { r->clear_reason(); }, "reason"},
                   {[](R* r) { r->set_name("banks/xt/records/0"); }, "name"}});
  EXPECT_EQ(Convert<model::ChangeRecord>(good, &ToDecideRecord).amended, model::Minutes(30));
}

TEST(Steps, EachHasItsEvent) {
  using Event = model::ChangeRecord::Event;
  v1::ConfirmRecordRequest confirm;
  confirm.set_name("banks/xt/records/9");
  EXPECT_EQ(Convert<model::ChangeRecord>(confirm, &ToConfirmRecord).event, Event::kConfirm);
  v1::ReverseRecordRequest reverse;
  reverse.set_name("banks/xt/records/9");
  reverse.set_reason("录入错误");
  const auto body = Convert<model::ChangeRecord>(reverse, &ToReverseRecord);
  EXPECT_EQ(body.event, Event::kReverse);
  EXPECT_EQ(body.reason, "录入错误");
  EXPECT_EQ(body.record, model::RecordId(9));
  using R = v1::ReverseRecordRequest;
  ExpectFields<R>(reverse, &ToReverseRecord, {{[](R* r) { r->clear_reason(); }, "reason"}});
}

TEST(ToCreateBank, ChecksEveryField) {
  using R = v1::CreateBankRequest;
  R good;
  good.set_bank_id("xt");
  good.set_display_name("湘潭时间银行");
  good.add_rules()->set_name("category_weight_percent.助浴");
  ExpectFields<R>(good, &ToCreateBank,
                  {{[](R*) {}, ""},
                   {[](R* r) { r->clear_rules(); }, ""},
                   {[](R* r) { r->set_bank_id("x"); }, "bank_id"},
                   {[](R* r) { r->clear_display_name(); }, "display_name"},
                   {[](R* r) { r->set_display_name("110105194912310021"); }, "display_name"},
                   {[](R* r) { r->add_rules(); }, "rules"},
                   {[](R* r) { r->add_rules()->set_name("category_weight_percent.110105194912310021"); }, "rules"},
                   {[](R* r) { r->add_rules()->set_name(std::string(57, 'a')); }, "rules"},
                   {[](R* r) {
                      for (int i = 0; i < 100; ++i) {
                        r->add_rules()->set_name("notice_days");
                      }
                    },
                    "rules"}});
}

TEST(ToCreateCenter, IsFoundByItsFoldedName) {
  v1::CreateCenterRequest request;
  request.set_parent("banks/xt");
  request.set_scope_code("xt");
  request.set_display_name(" 宁康　养护院（Ａ） ");
  const auto body = Convert<model::CreateCenter>(request, &ToCreateCenter);
  EXPECT_EQ(body.display_name, "宁康　养护院（Ａ）");
  EXPECT_EQ(body.name_key, "宁康养护院(a)");
  using R = v1::CreateCenterRequest;
  ExpectFields<R>(request, &ToCreateCenter,
                  {{[](R* r) { r->set_display_name("\xE2\x80\x8B"); }, "display_name"},
                   {[](R* r) { r->set_display_name("110105194912310021"); }, "display_name"},
                   {[](R* r) { r->set_center_code("110105194912310021"); }, "center_code"}});
}

TEST(ToCreateHold, ChecksEveryField) {
  using R = v1::CreateHoldRequest;
  R good;
  good.set_parent("banks/xt/members/M1");
  good.set_minutes(60);
  good.set_expire_date("2026-12-31");
  good.set_reason("订单");
  ExpectFields<R>(good, &ToCreateHold,
                  {{[](R*) {}, ""},
                   {[](R* r) { r->set_minutes(1000000000); }, ""},
                   {[](R* r) { r->set_parent("banks/xt"); }, "parent"},
                   {[](R* r) { r->set_minutes(0); }, "minutes"},
                   {[](R* r) { r->set_minutes(-5); }, "minutes"},
                   {[](R* r) { r->set_minutes(1000000000000000000); }, "minutes"},
                   {[](R* r) { r->set_expire_date("9999-12-31"); }, "expire_date"},
                   {[](R* r) { r->clear_reason(); }, "reason"}});
}

TEST(ToChangeKinship, OnlyForward) {
  using R = v1::ChangeKinshipRequest;
  R good;
  good.set_name("banks/xt/kinships/4");
  good.set_state(v1::KINSHIP_STATE_BOUND);
  good.set_reason("户口本已核对");
  ExpectFields<R>(good, &ToChangeKinship,
                  {{[](R*) {}, ""},
                   {[](R* r) { r->set_state(v1::KINSHIP_STATE_PROPOSED); }, "state"},
                   {[](R* r) { r->set_state(static_cast<v1::KinshipState>(77)); }, "state"},
                   {[](R* r) { r->set_name("banks/xt/kinships/x"); }, "name"}});
}

TEST(ToTimestamp, CountsBeforeAndAfterTheEpoch) {
  EXPECT_EQ(ToTimestamp(model::RecordTime(1500000)).nanos(), 500000000);
  EXPECT_EQ(ToTimestamp(model::RecordTime(-1)).seconds(), -1);
  EXPECT_EQ(ToTimestamp(model::RecordTime(-1)).nanos(), 999999000);
  EXPECT_EQ(ToTimestamp(model::Minute(-2)).seconds(), -120);
}

TEST(FillRuleSet, ShowsTheTableAndTheWeights) {
  queries::RuleSetView view{3, model::Day(0), model::ShippedRules()};
  view.rules.category_weight_percent["助浴"] = 300;
  v1::RuleSet message;
  FillRuleSet(view, &message);
  EXPECT_EQ(message.effective_from(), "1970-01-01");
  EXPECT_EQ(static_cast<size_t>(message.rules_size()), model::RuleFields().size() + 1);
  EXPECT_EQ(message.rules(message.rules_size() - 1).name(), "category_weight_percent.助浴");
  EXPECT_EQ(message.rules(message.rules_size() - 1).value(), 300);
}

TEST(FillMember, ShowsWhatIsMasked) {
  queries::MemberView view;
  view.id = model::MemberId(1);
  v1::Member member;
  FillMember("xt", view, privacy::Masked({"张三", 2, "11010519491231002X", "13800005678"}), &member);
  EXPECT_EQ(member.name(), "banks/xt/members/" + model::MemberNumber(model::MemberId(1)));
  EXPECT_EQ(member.masked_national_id(), "**************002X");
  EXPECT_EQ(member.birth_date(), "1970");
  EXPECT_EQ(member.masked_phone(), "138****5678");
  EXPECT_EQ(member.display_name(), "张*");
  EXPECT_EQ(member.ShortDebugString().find("19491231"), std::string::npos);
  view.state = model::MemberState::kErased;
  member.Clear();
  FillMember("xt", view, {}, &member);
  EXPECT_EQ(member.birth_date(), "");
}

}  // namespace
}  // namespace timebank::rpc
