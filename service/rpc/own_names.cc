#include "service/rpc/own_names.h"

#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "service/base/fold.h"
#include "service/base/utf8.h"
#include "service/model/typed.h"
#include "service/queries/queries.h"

namespace timebank::rpc {
namespace {

constexpr size_t kNameLeast = 2;
constexpr size_t kPhoneDigits = 7;

size_t CharactersOf(absl::string_view text) {
  size_t count = 0;
  char32_t character = 0;
  while (base::ConsumeCharacter(&text, &character)) {
    ++count;
  }
  return count;
}

std::string DigitsOf(absl::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      digits.push_back(c);
    }
  }
  return digits;
}

// The text of a command that stands in the journal, by the name of its field; empty when it has none.
std::pair<const char*, absl::string_view> TextOf(const model::Command& command) {
  return std::visit(
      [](const auto& body) -> std::pair<const char*, absl::string_view> {
        if constexpr (requires { body.reason; }) {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(body.reason)>, std::string>) {
            return {"reason", body.reason};
          }
        }
        if constexpr (requires { body.purpose; }) {
          return {"purpose", body.purpose};
        }
        return {"", ""};
      },
      command.body);
}

// The sealed persons whom a command is about.
std::vector<std::string> PersonsOf(const queries::Queries& queries, const model::Command& command) {
  std::vector<std::string> persons;
  for (const model::Typed& typed : model::TypedIn(command)) {
    if (!typed.member) {
      continue;
    }
    if (absl::StatusOr<queries::PersonView> view = queries.Person(command.bank, *typed.text); view.ok()) {
      persons.push_back(std::move(view->sealed_person));
    }
  }
  const auto* const text = std::get_if<model::RevealText>(&command.body);
  if (text != nullptr && text->record.value() != 0) {
    if (absl::StatusOr<queries::RecordView> view = queries.Record(command.bank, text->record); view.ok()) {
      persons.push_back(std::move(view->volunteer.sealed_person));
      persons.push_back(std::move(view->beneficiary.sealed_person));
    }
  } else if (text != nullptr) {
    if (absl::StatusOr<queries::GrantView> view = queries.Grant(command.bank, text->grant); view.ok()) {
      persons.push_back(std::move(view->member.sealed_person));
    }
  }
  return persons;
}

}  // namespace

bool NamesPerson(absl::string_view text, const privacy::Person& person) {
  // Half-width digits and letters from here on, and no spaces.
  const std::string folded = base::Fold(text);
  const std::string name = base::Fold(person.name);
  if (CharactersOf(name) >= kNameLeast && absl::StrContains(folded, name)) {
    return true;
  }
  const std::string phone = DigitsOf(person.phone);
  return phone.size() >= kPhoneDigits &&
         absl::StrContains(DigitsOf(folded), absl::string_view(phone).substr(phone.size() - kPhoneDigits));
}

std::optional<FieldError> NamesItsMember(const Edge& edge, const model::Command& command) {
  const auto [field, text] = TextOf(command);
  if (text.empty()) {
    return std::nullopt;
  }
  const queries::Queries queries(edge.store);
  for (const std::string& sealed : PersonsOf(queries, command)) {
    const absl::StatusOr<privacy::Person> person =
        sealed.empty() ? absl::StatusOr<privacy::Person>(privacy::Person()) : edge.sealer->Unseal(sealed);
    if (person.ok() && NamesPerson(text, *person)) {
      Fields fields;
      fields.Fail(field, "：请勿在此填写会员的姓名或电话",
                  "must not hold the name or the phone of the member; it stands in the journal for good");
      return fields.error();
    }
  }
  return std::nullopt;
}

}  // namespace timebank::rpc
