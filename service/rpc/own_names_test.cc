#include "service/rpc/own_names.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "service/commands/sequencer.h"
#include "service/rpc/sealer_for_test.h"
#include "service/store/memory_store.h"

namespace timebank::rpc {
namespace {

constexpr int64_t kNow = 1795168800;  // 2026-11-20T18:00+08:00
constexpr char kElder[] = "欧阳修文";
constexpr char kVolunteer[] = "王小明";

// Answers like the other, or not at all.
class Silent final : public privacy::Sealer {
 public:
  Silent(const privacy::Sealer* sealer, absl::Status unseal) : sealer_(sealer), unseal_(std::move(unseal)) {}

  privacy::MemberKeys& keys() const override { return sealer_->keys(); }
  privacy::SealedPerson Seal(const privacy::Person& person) const override { return sealer_->Seal(person); }
  absl::StatusOr<privacy::Person> Unseal(absl::string_view) const override { return unseal_; }
  absl::StatusOr<std::array<uint8_t, 32>> DigestOf(absl::string_view sealed) const override {
    return sealer_->DigestOf(sealed);
  }
  absl::StatusOr<privacy::SealedText> SealText(absl::string_view sealed, absl::string_view text) const override {
    return sealer_->SealText(sealed, text);
  }
  absl::StatusOr<std::string> UnsealText(absl::string_view sealed) const override { return sealer_->UnsealText(sealed); }
  std::array<uint8_t, 16> KeyedDigest(absl::string_view purpose, absl::string_view bytes) const override {
    return sealer_->KeyedDigest(purpose, bytes);
  }

 private:
  const privacy::Sealer* const sealer_;
  const absl::Status unseal_;
};

class OwnNamesTest : public testing::Test {
 protected:
  OwnNamesTest()
      : clock_(absl::FromUnixSeconds(kNow)),
        store_(store::MakeMemoryStore()),
        sealer_(MakeTestSealer(folder_)),
        sequencer_(*commands::Sequencer::Start(store_.get(), &clock_, {})) {
    edge_.store = store_.get();
    edge_.sealer = sealer_.get();
    edge_.clock = &clock_;
    Do(model::CreateBank{"银行", {}});
    Do(model::CreateScope{"s1", "社区", model::ScopeLevel::kCommunity, ""});
    Do(model::CreateCenter{"c1", "服务站", "s1"});
    Register("e", kElder, model::Day(-7306));
    Register("v", kVolunteer, model::Day(-4000));
  }
  ~OwnNamesTest() override { sequencer_->Stop(); }

  template <typename Body>
  model::Command Command(Body body, const std::string& actor = "wang") {
    model::Command command;
    command.bank = "xt";
    command.request_id = absl::StrCat("r", ++requests_);
    command.actor = actor;
    command.body = std::move(body);
    return command;
  }
  // The id of what it made.
  template <typename Body>
  uint64_t Do(Body body, const std::string& actor = "wang") {
    std::vector<model::Command> commands;
    commands.push_back(Command(std::move(body), actor));
    absl::Notification done;
    std::vector<model::Outcome> outcomes;
    EXPECT_TRUE(sequencer_
                    ->Submit(std::move(commands),
                             [&](const absl::Status&, std::vector<model::Outcome> taken) {
                               outcomes = std::move(taken);
                               done.Notify();
                             })
                    .ok());
    done.WaitForNotification();
    const bool taken = outcomes.size() == 1 && !outcomes[0].rejection.has_value();
    EXPECT_TRUE(taken) << requests_ << " "
                       << (outcomes.size() == 1 ? model::TextOf(outcomes[0].rejection->reason).name : "no outcome");
    return taken ? outcomes[0].subject : 0;
  }
  void Register(const std::string& number, const std::string& name, model::Day birth) {
    const privacy::SealedPerson sealed = sealer_->Seal({name, 1, "", "13812345678"});
    model::RegisterMember member;
    member.external_number = number;
    member.center = "c1";
    member.birth = birth;
    member.sealed_person = sealed.bytes;
    member.person_digest = sealed.digest;
    member.name_index = name;
    Do(member);
  }
  uint64_t Serve(int64_t hours_ago) {
    model::CreateRecord record;
    record.volunteer = "v";
    record.beneficiary = "e";
    record.center = "c1";
    record.category = "陪伴";
    record.start = model::Minute(kNow / 60 - hours_ago * 60);
    record.end = model::Minute(kNow / 60 - hours_ago * 60 + 60);
    return Do(record);
  }

  // Whether the text of the command may not have the name, and may have another.
  template <typename Body>
  void ExpectNamed(const Body& body, const std::vector<std::string>& names = {kElder, kVolunteer}) {
    const auto with = [&](const std::string& text) {
      Body named = body;
      if constexpr (requires { named.reason; }) {
        named.reason = text;
      } else {
        named.purpose = text;
      }
      return NamesItsMember(edge_, Command(named));
    };
    for (const std::string& name : names) {
      const auto found = with(absl::StrCat(name, "没去"));
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_TRUE(found->has_value()) << typeid(Body).name() << name;
    }
    const auto other = with("李四没去");
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_FALSE(other->has_value()) << typeid(Body).name();
  }

  store::TestFolder folder_;
  base::ManualClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<privacy::Sealer> sealer_;
  std::unique_ptr<commands::Sequencer> sequencer_;
  Edge edge_;
  int requests_ = 0;
};

TEST_F(OwnNamesTest, WhoHasAPartInTheThingIsNotNamed) {
  const model::RecordId record(Serve(8));
  model::ChangeRecord reject;
  reject.record = record;
  reject.event = model::ChangeRecord::Event::kReject;
  ExpectNamed(reject);
  model::RevealText look;
  look.record = record;
  ExpectNamed(look);
  model::ProposeReversal list;
  list.records = {record};
  ExpectNamed(list);
  model::ChangeKinship kin;
  kin.kinship = model::KinshipId(Do(model::ProposeKinship{"e", "v", model::Relation::kChild}));
  ExpectNamed(kin);
  model::ProposeProxy proxy;
  proxy.elder = "e";
  proxy.agent = "v";
  proxy.until = model::Day(21000);
  model::ChangeProxy revoke;
  revoke.proxy = model::ProxyId(Do(proxy));
  ExpectNamed(revoke);
  const model::RecordId settled(Serve(6));
  model::ChangeRecord confirm;
  confirm.record = settled;
  Do(confirm, "li");
  model::CloseHold close;
  close.hold = model::HoldId(Do(model::PlaceHold{"v", model::Minutes(30), model::Day(20800), "预留"}));
  ExpectNamed(close, {kVolunteer});
  list.records = {settled};
  list.reason = "录错";
  list.cover.cover = model::Cover::kPool;
  model::ChangeReversal decide;
  decide.reversal = model::ReversalId(Do(list));
  ExpectNamed(decide);
}

TEST_F(OwnNamesTest, WhoseAccountItIsIsNotNamed) {
  model::GrantRole role;
  role.principal = "zhao";
  role.role = model::Role::kAuditor;
  role.reason = "新来";
  Do(role);
  Do(model::LinkPrincipal{"zhao", "v", "本人"});
  ExpectNamed(role, {kVolunteer});
  model::CreateToken token;
  token.principal = "zhao";
  ExpectNamed(token, {kVolunteer});
  token.principal = "v000000011";
  ExpectNamed(token, {kElder});
}

TEST_F(OwnNamesTest, StatementsOfConsentNameNobody) {
  model::ChangeRecord reverse;
  reverse.record = model::RecordId(Serve(8));
  reverse.cover.consent = absl::StrCat(kVolunteer, "同意");
  const auto found = NamesItsMember(edge_, Command(reverse));
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->field, "consent");
}

TEST_F(OwnNamesTest, WithoutItsKeysACommandWaits) {
  const model::Command command = Command(model::AwardPoints{"e", model::Points(1), "帮忙"});
  for (const auto& [unseal, answer] : std::vector<std::pair<absl::Status, absl::StatusCode>>{
           {absl::InternalError("a fault"), absl::StatusCode::kInternal},
           {absl::UnavailableError("silent"), absl::StatusCode::kUnavailable},
           {absl::DataLossError("missing"), absl::StatusCode::kDataLoss},
           {absl::NotFoundError("destroyed"), absl::StatusCode::kOk}}) {
    const Silent silent(sealer_.get(), unseal);
    edge_.sealer = &silent;
    EXPECT_EQ(NamesItsMember(edge_, command).status().code(), answer) << unseal;
    model::AwardPoints bare = std::get<model::AwardPoints>(command.body);
    bare.reason.clear();
    EXPECT_TRUE(NamesItsMember(edge_, Command(bare)).ok()) << "nothing stands in the journal";
  }
  edge_.sealer = sealer_.get();
}

template <typename Body>
concept HasText = requires(Body body) {
  requires std::is_same_v<decltype(body.reason), std::string>;
}
|| requires(Body body) { body.purpose; };
template <typename Body>
concept NamesMember = requires(Body body) {
  body.member;
}
|| requires(Body body) { body.from = std::string(); };
// About nobody, or the service's own.
template <typename Body>
constexpr bool kOfNobody = std::is_same_v<Body, model::ChangeReward> || std::is_same_v<Body, model::CountStock> ||
                           std::is_same_v<Body, model::EndCampaign> || std::is_same_v<Body, model::SetCalendar> ||
                           std::is_same_v<Body, model::NoteAttempt>;

template <typename Body>
void ExpectListed() {
  if constexpr (HasText<Body> && !kOfNobody<Body> && !NamesMember<Body>) {
    model::Command command;
    Body body;
    if constexpr (requires { body.records; }) {
      body.records = {model::RecordId(1)};
    }
    command.body = body;
    EXPECT_FALSE(ThingsIn(command).empty()) << typeid(Body).name() << " has a text, and nobody whom it could be about";
  }
}

template <typename... Bodies>
void ExpectAllListed(const std::variant<Bodies...>*) {
  (ExpectListed<Bodies>(), ...);
}

TEST(ThingsIn, EveryTextIsAboutSomebodyOrListedHere) {
  ExpectAllListed(static_cast<const decltype(model::Command::body)*>(nullptr));
}

TEST(NamesPerson, FindsNamesHoweverTheyAreWritten) {
  const auto names = [](const char* text, const char* name) { return NamesPerson(text, {name, 1, "", ""}); };
  EXPECT_TRUE(names("欧阳·翠花没去", "欧阳翠花"));
  EXPECT_TRUE(names("欧阳翠花没去", "欧阳·翠花"));
  EXPECT_TRUE(names("欧 阳-翠花没去", "欧阳翠花"));
  EXPECT_FALSE(names("欧阳没去", "欧阳翠花"));
  EXPECT_FALSE(names("She has applied for it", "Li"));
  EXPECT_FALSE(names("a list of Lis", "Li"));
  EXPECT_TRUE(names("It was Li.", "Li"));
  EXPECT_TRUE(names("请LI来", "Li"));
  EXPECT_TRUE(names("ZHANG  wei没去", "Zhang Wei"));
  EXPECT_TRUE(names("zhangwei没去", "Zhang Wei"));
  EXPECT_FALSE(names("zhang weiming", "Zhang Wei"));
  EXPECT_FALSE(names("王", "王")) << "one character is a word";
}

TEST(NamesPerson, FindsHerNumbers) {
  const privacy::Person person{"张三", 1, "11010519491231002X", "13812345678"};
  EXPECT_TRUE(NamesPerson("尾号 234-5678", person));
  EXPECT_TRUE(NamesPerson("电话一三八一二三四五六七八", person));
  EXPECT_TRUE(NamesPerson("110105:19491231:002", person));
  EXPECT_TRUE(NamesPerson("一一零一零五;一九四九一二三一;零零二", person));
  EXPECT_FALSE(NamesPerson("1949-12-31", person));
}

}  // namespace
}  // namespace timebank::rpc
