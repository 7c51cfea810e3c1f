// Whom the suggestions name, in which order, and why.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/ledger/test_bank.h"
#include "service/queries/queries.h"
#include "service/store/memory_store.h"

namespace timebank::queries {
namespace {

using ledger::LocalDate;
using ledger::LocalMinute;
using ledger::LocalTime;
using Event = model::ChangeOrder::Event;

// Two communities of one district, a centre in each; E orders at the first.
class SuggestTest : public testing::Test {
 protected:
  SuggestTest() {
    Do(model::CreateBank{"Bank", {}});
    Do(model::CreateScope{"d", "District", model::ScopeLevel::kDistrict, ""});
    Do(model::CreateScope{"s1", "Here", model::ScopeLevel::kCommunity, "d"});
    Do(model::CreateScope{"s2", "There", model::ScopeLevel::kCommunity, "d"});
    Do(model::CreateCenter{"c1", "c1", "s1"});
    Do(model::CreateCenter{"c2", "c2", "s2"});
    Register("E", "c1", 1950);
    for (const char* number : {"SameKind", "OtherKind", "Busy", "Suspended"}) {
      Register(number, "c1", 1980);
    }
    Register("Far", "c2", 1980);
    Register("Idle", "c1", 1980);
    Register("IdleFar", "c2", 1980);
    Register("IdleElder", "c1", 1950);
    Register("Long", "c1", 1980);
    int hour = 1;
    Serve("E", "c1", "陪伴", 1);
    Serve("E", "c1", "陪伴", 3);
    Serve("E", "c1", "陪伴", 20);
    for (const char* number : {"SameKind", "Busy", "Suspended"}) {
      Serve(number, "c1", "助餐", ++hour);
    }
    Serve("OtherKind", "c1", "陪伴", ++hour);
    Serve("Far", "c2", "助餐", ++hour);
    Do(model::CreateRecord{"long", "", "", "c1", "助餐", LocalMinute(2026, 3, 18, 9), LocalMinute(2026, 3, 18, 10), {}, {}});
    Do(model::ChangeMember{"Suspended", model::ChangeMember::Event::kSuspend, "reason"});
    const model::OrderId busy = Request();
    Do(model::ChangeOrder{busy, Event::kDispatch, "Busy", {}, {}, {}, {}, {}, {}});
  }

  template <typename Body>
  uint64_t Do(Body body, const std::string& actor = "wang") {
    const model::Outcome outcome =
        bank_.Apply(ledger::MakeCommand(absl::StrCat("r", ++requests_), actor, std::move(body)), LocalTime(2026, 11, 20));
    EXPECT_FALSE(outcome.rejection.has_value()) << model::TextOf(outcome.rejection->reason).name;
    return outcome.subject;
  }

  void Register(const std::string& number, const std::string& center, int year) {
    model::RegisterMember member;
    member.external_number = absl::AsciiStrToLower(number);
    member.center = center;
    member.birth = LocalDate(year, 1, 1);
    numbers_[Do(member)] = number;
  }

  void Serve(const std::string& volunteer, const std::string& center, const std::string& category, int hour) {
    model::CreateRecord record;
    record.volunteer = absl::AsciiStrToLower(volunteer);
    record.center = center;
    record.category = category;
    record.start = LocalMinute(2026, 11, 18, hour);
    record.end = LocalMinute(2026, 11, 18, hour + 1);
    Do(model::ChangeRecord{model::RecordId(Do(record)), model::ChangeRecord::Event::kConfirm, {}, {}, ""}, "li");
  }

  model::OrderId Request(const std::string& actor = "wang") {
    return model::OrderId(
        Do(model::RequestOrder{"e", "", "", "助餐", LocalMinute(2026, 11, 21, 9), model::Minutes(60), {}}, actor));
  }

  std::map<uint64_t, std::string> numbers_;
  std::unique_ptr<store::Store> store_ = store::MakeMemoryStore();
  ledger::TestBank bank_{store_.get(), 1};
  int requests_ = 0;
};

TEST_F(SuggestTest, TheBestFirstAndWithReasons) {
  const model::OrderId order = Request();
  const Queries queries(store_.get());
  const std::vector<SuggestionView> views = *queries.Suggest("xt", order, 10);
  std::vector<std::string> names;
  for (const SuggestionView& view : views) {
    names.push_back(numbers_[view.volunteer.id.value()]);
  }
  // Neither who is suspended, nor the elder herself. Last those of this scope who did not serve lately: the rules would let elders
  // serve as well, but one who never did is there to be cared for.
  EXPECT_EQ(names, (std::vector<std::string>{"SameKind", "Far", "OtherKind", "Busy", "Idle", "Long"}));
  ASSERT_EQ(views.size(), 6u);
  EXPECT_TRUE(views[0].free);
  EXPECT_EQ(views[0].distance, 0);
  EXPECT_EQ(views[0].category_services, 1);
  EXPECT_EQ(views[1].distance, 2);
  EXPECT_EQ(views[2].category_services, 0);
  EXPECT_EQ(views[2].services, 1);
  EXPECT_FALSE(views[3].free);
  EXPECT_TRUE(views[4].free);
  EXPECT_TRUE(views[4].never_served);
  EXPECT_EQ(views[5].services, 0);
  EXPECT_FALSE(views[5].never_served);
  EXPECT_EQ(queries.Suggest("xt", order, 2)->size(), 2u);
  // Who ordered it as a proxy is not named.
  const model::ProxyId proxy(Do(model::ProposeProxy{"e", "idle", {}, {}, {}, {}}));
  Do(model::ChangeProxy{proxy, model::ChangeProxy::Event::kProve, "reason"});
  Do(model::ChangeProxy{proxy, model::ChangeProxy::Event::kBind, "reason"});
  const model::OrderId by_proxy = Request("idle");
  EXPECT_EQ(Queries(store_.get()).Suggest("xt", order, 10)->size(), 6u);
  EXPECT_EQ(Queries(store_.get()).Suggest("xt", by_proxy, 10)->size(), 5u);
  EXPECT_EQ(queries.Suggest("xt", model::OrderId(999), 2).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace timebank::queries
