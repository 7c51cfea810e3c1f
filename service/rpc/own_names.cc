#include "service/rpc/own_names.h"

#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "service/base/fold.h"
#include "service/base/status.h"
#include "service/base/utf8.h"
#include "service/model/typed.h"
#include "service/privacy/digits.h"
#include "service/privacy/member_keys.h"
#include "service/queries/queries.h"

namespace timebank::rpc {
namespace {

constexpr size_t kNameLeast = 2;
constexpr size_t kPhoneDigits = 7;
// Without the check character.
constexpr size_t kIdDigits = 17;

size_t CharactersOf(absl::string_view text) {
  size_t count = 0;
  char32_t character = 0;
  while (base::ConsumeCharacter(&text, &character)) {
    ++count;
  }
  return count;
}

// The digits of a text, whatever stands between them.
std::string DigitsOf(absl::string_view text, int (*digit_of)(char32_t)) {
  std::string digits;
  char32_t character = 0;
  while (base::ConsumeCharacter(&text, &character)) {
    if (const int digit = digit_of(character); digit >= 0) {
      digits.push_back(static_cast<char>('0' + digit));
    }
  }
  return digits;
}

bool IsLatin(char32_t character) {
  return (character >= 'a' && character <= 'z') || (character >= 0x00C0 && character <= 0x024F) ||
         (character >= 0x1E00 && character <= 0x1EFF);
}

bool LatinAt(absl::string_view text, size_t at) {
  text.remove_prefix(at);
  char32_t character = 0;
  return base::ConsumeCharacter(&text, &character) && IsLatin(character);
}

bool LatinBefore(absl::string_view text, size_t at) {
  if (at == 0) {
    return false;
  }
  --at;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
    --at;
  }
  return LatinAt(text, at);
}

// A text folded, without what may stand between the parts of a name, and where something stood.
struct Tight {
  std::string text;
  std::set<size_t> borders;
};

Tight TightOf(absl::string_view text) {
  Tight tight;
  std::string piece;
  const auto end = [&] {
    tight.text += base::Fold(std::exchange(piece, std::string()));
    tight.borders.insert(tight.text.size());
  };
  char32_t character = 0;
  while (!text.empty()) {
    const absl::string_view before = text;
    if (!base::ConsumeCharacter(&text, &character)) {
      break;
    }
    if (privacy::MayJoin(character)) {
      end();
    } else {
      piece.append(before.data(), before.size() - text.size());
    }
  }
  end();
  return tight;
}

bool HasName(const Tight& text, const std::string& name) {
  const bool latin_first = LatinAt(name, 0);
  const bool latin_last = LatinBefore(name, name.size());
  for (size_t at = text.text.find(name); at != std::string::npos; at = text.text.find(name, at + 1)) {
    const size_t end = at + name.size();
    const bool begins = !latin_first || text.borders.count(at) > 0 || !LatinBefore(text.text, at);
    const bool ends = !latin_last || text.borders.count(end) > 0 || !LatinAt(text.text, end);
    if (begins && ends) {
      return true;
    }
  }
  return false;
}

// The texts of a command that stand in the journal, by the names of their fields.
using Text = std::pair<const char*, absl::string_view>;
std::vector<Text> TextsOf(const model::Command& command) {
  std::vector<Text> texts;
  const auto add = [&texts](const char* field, absl::string_view text) {
    if (!text.empty()) {
      texts.emplace_back(field, text);
    }
  };
  std::visit(
      [&add](const auto& body) {
        if constexpr (requires { body.reason; }) {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(body.reason)>, std::string>) {
            add("reason", body.reason);
          }
        }
        if constexpr (requires { body.purpose; }) {
          add("purpose", body.purpose);
        }
        if constexpr (requires { body.cover.consent; }) {
          add("consent", body.cover.consent);
        }
      },
      command.body);
  return texts;
}

constexpr const char* CollectionOf(model::RecordId) { return "records"; }
constexpr const char* CollectionOf(model::HoldId) { return "holds"; }
constexpr const char* CollectionOf(model::KinshipId) { return "kinships"; }
constexpr const char* CollectionOf(model::OrderId) { return "orders"; }
constexpr const char* CollectionOf(model::ProxyId) { return "proxies"; }
constexpr const char* CollectionOf(model::RecurringId) { return "recurringOrders"; }
constexpr const char* CollectionOf(model::RewardOrderId) { return "rewardOrders"; }
constexpr const char* CollectionOf(model::StarApplicationId) { return "starApplications"; }
constexpr const char* CollectionOf(model::StarAwardId) { return "starAwards"; }
constexpr const char* CollectionOf(model::GrantId) { return "grants"; }
constexpr const char* CollectionOf(model::ReversalId) { return "reversals"; }
constexpr const char* CollectionOf(model::TokenId) { return "tokens"; }

// Gathers the sealed persons whom a command is about, each once. What does not exist is nobody's: the rules refuse it.
class Persons {
 public:
  Persons(const Edge& edge, absl::string_view bank)
      : queries_(edge.store), bank_(bank), today_(model::DayOf(model::RecordTime(absl::ToUnixMicros(edge.clock->Now())))) {}

  const std::vector<std::string>& sealed() const { return sealed_; }

  // Under all her numbers.
  absl::Status AddMember(absl::string_view member) {
    TB_ASSIGN_OR_RETURN(const std::vector<queries::PersonView> numbers, queries_.NumbersOfPerson(bank_, member));
    for (const queries::PersonView& number : numbers) {
      if (seen_.insert(number.id.value()).second && !number.sealed_person.empty()) {
        sealed_.push_back(number.sealed_person);
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddThing(const NamedThing& thing) {
    if (thing.collection == "principals") {
      return AddPrincipal(thing.principal);
    }
    if (thing.id == 0) {
      return absl::OkStatus();
    }
    if (thing.collection == "tokens") {
      TB_ASSIGN_OR_RETURN(const std::optional<queries::TokenView> token,
                          queries_.TokenById(bank_, model::TokenId(thing.id)));
      return token.has_value() ? AddPrincipal(token->principal) : absl::OkStatus();
    }
    return thing.collection == "reversals" ? AddReversal(model::ReversalId(thing.id)) : AddPlace(thing);
  }

 private:
  absl::Status AddId(uint64_t member) {
    return seen_.count(member) > 0 ? absl::OkStatus() : AddMember(model::MemberNumber(model::MemberId(member)));
  }

  absl::Status AddPlace(const NamedThing& thing) {
    TB_ASSIGN_OR_RETURN(const std::optional<model::Place> place,
                        queries_.PlaceOfThing(bank_, thing.collection, thing.id, today_));
    if (!place.has_value()) {
      return absl::OkStatus();
    }
    for (const std::vector<uint64_t>* const members : {&place->owners, &place->agents}) {
      for (const uint64_t member : *members) {
        TB_RETURN_IF_ERROR(AddId(member));
      }
    }
    return absl::OkStatus();
  }

  // Of everybody on the list.
  absl::Status AddReversal(model::ReversalId id) {
    queries::PageRequest page;
    page.size = model::limits::kPageMost;
    do {
      const absl::StatusOr<queries::Page<queries::ReversalItemView>> items = queries_.ReversalItems(bank_, id, page);
      if (!items.ok()) {
        return absl::IsNotFound(items.status()) ? absl::OkStatus() : items.status();
      }
      for (const queries::ReversalItemView& item : items->rows) {
        TB_RETURN_IF_ERROR(AddPlace({"records", item.record.value()}));
      }
      page.token = items->next;
    } while (!page.token.empty());
    return absl::OkStatus();
  }

  // The member whose own account it is.
  absl::Status AddPrincipal(const std::string& name) {
    const absl::StatusOr<queries::PrincipalView> view = queries_.Principal(bank_, name);
    if (!view.ok() && !absl::IsNotFound(view.status())) {
      return view.status();
    }
    model::MemberId member = view.ok() ? view->member : model::MemberId(0);
    if (member.value() == 0) {
      member = model::ParseMemberNumber(absl::AsciiStrToUpper(name));
    }
    return member.value() == 0 ? absl::OkStatus() : AddId(member.value());
  }

  const queries::Queries queries_;
  const std::string bank_;
  const model::Day today_;
  std::set<uint64_t> seen_;
  std::vector<std::string> sealed_;
};

}  // namespace

#define TB_NUMBERED(field)                                            \
  if constexpr (requires { CollectionOf(body.field); }) {             \
    things.push_back({CollectionOf(body.field), body.field.value()}); \
  }

std::vector<NamedThing> ThingsIn(const model::Command& command) {
  std::vector<NamedThing> things;
  std::visit(
      [&things](const auto& body) {
        TB_NUMBERED(record)
        TB_NUMBERED(hold)
        TB_NUMBERED(kinship)
        TB_NUMBERED(order)
        TB_NUMBERED(proxy)
        TB_NUMBERED(recurring)
        TB_NUMBERED(application)
        TB_NUMBERED(award)
        TB_NUMBERED(grant)
        TB_NUMBERED(reversal)
        TB_NUMBERED(token)
        TB_NUMBERED(replaces)
        if constexpr (requires { body.records; }) {
          for (const model::RecordId record : body.records) {
            things.push_back({CollectionOf(record), record.value()});
          }
        }
        if constexpr (requires { body.principal; }) {
          things.push_back({"principals", 0, body.principal});
        }
      },
      command.body);
  return things;
}

#undef TB_NUMBERED

bool NamesPerson(absl::string_view text, const privacy::Person& person) {
  const std::string name = TightOf(person.name).text;
  if (CharactersOf(name) >= kNameLeast && HasName(TightOf(text), name)) {
    return true;
  }
  const std::string phone = DigitsOf(person.phone, &privacy::PlainDigitOf);
  const std::string id = person.national_id.substr(0, kIdDigits);
  for (int (*const digit_of)(char32_t) : {&privacy::PlainDigitOf, &privacy::DigitOf}) {
    const std::string digits = DigitsOf(text, digit_of);
    if ((phone.size() >= kPhoneDigits && absl::StrContains(digits, phone.substr(phone.size() - kPhoneDigits))) ||
        (id.size() == kIdDigits && absl::StrContains(digits, id))) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<std::optional<FieldError>> NamesItsMember(const Edge& edge, const model::Command& command) {
  const std::vector<Text> texts = TextsOf(command);
  if (texts.empty()) {
    return std::optional<FieldError>();
  }
  Persons persons(edge, command.bank);
  for (const model::Typed& typed : model::TypedIn(command)) {
    if (typed.member) {
      TB_RETURN_IF_ERROR(persons.AddMember(*typed.text));
    }
  }
  for (const NamedThing& thing : ThingsIn(command)) {
    TB_RETURN_IF_ERROR(persons.AddThing(thing));
  }
  for (const std::string& sealed : persons.sealed()) {
    const absl::StatusOr<privacy::Person> person = edge.sealer->Unseal(sealed);
    if (absl::IsNotFound(person.status()) || privacy::IsLost(person.status())) {
      continue;
    }
    if (!person.ok()) {
      return person.status();
    }
    for (const Text& text : texts) {
      if (NamesPerson(text.second, *person)) {
        Fields fields;
        fields.Fail(text.first, "：请勿在此填写会员的姓名、电话或身份证号",
                    "must not hold the name, the phone or the ID number of the member; it stands in the journal for good");
        return std::optional<FieldError>(fields.error());
      }
    }
  }
  return std::optional<FieldError>();
}

}  // namespace timebank::rpc
