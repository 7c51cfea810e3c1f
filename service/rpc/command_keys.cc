#include "service/rpc/command_keys.h"

#include <utility>
#include <variant>

#include "absl/strings/string_view.h"
#include "service/base/check.h"
#include "service/base/log.h"
#include "service/base/status.h"
#include "service/queries/queries.h"

namespace timebank::rpc {
namespace {

// What a note is called that could not be sealed, because nobody was found whom it is about: the rules refuse it.
constexpr char kUnsealed[] = "-";

// The text of a command with whom it is about; the text is nullptr when there is none.
struct Noted {
  model::PrivateText* note = nullptr;
  const model::MemberRef* about = nullptr;
  model::GrantId grant = model::GrantId(0);  // instead of `about`: whose grant this is
};

Noted NoteOf(model::Command* command) {
  Noted noted;
  if (auto* member = std::get_if<model::ChangeMember>(&command->body)) {
    noted = {&member->consent, &member->member};
  } else if (auto* proposed = std::get_if<model::ProposeGrant>(&command->body)) {
    noted = {&proposed->grounds, &proposed->member};
  } else if (auto* step = std::get_if<model::ChangeGrant>(&command->body)) {
    noted = {&step->reason, nullptr, step->grant};
  } else if (auto* record = std::get_if<model::CreateRecord>(&command->body)) {
    noted = {&record->note, record->beneficiary.empty() ? &record->volunteer : &record->beneficiary};
  } else if (auto* order = std::get_if<model::RequestOrder>(&command->body)) {
    noted = {&order->note, order->beneficiary.empty() ? &order->payer : &order->beneficiary};
  } else if (auto* series = std::get_if<model::StartRecurring>(&command->body)) {
    noted = {&series->note, series->beneficiary.empty() ? &series->payer : &series->beneficiary};
  }
  return noted.note == nullptr || noted.note->text.empty() ? Noted() : noted;
}

absl::StatusOr<queries::PersonView> PersonOf(const queries::Queries& queries, const std::string& bank, const Noted& noted) {
  if (noted.about != nullptr) {
    return queries.Person(bank, *noted.about);
  }
  absl::StatusOr<queries::GrantView> grant = queries.Grant(bank, noted.grant);
  if (absl::IsNotFound(grant.status())) {
    return queries::PersonView();
  }
  TB_RETURN_IF_ERROR(grant.status());
  return std::move(grant->member);
}

// Under the key of the person, whose id is not known yet when she is being registered.
absl::Status SealText(const Edge& edge, const queries::PersonView& person, model::PrivateText* text) {
  model::PrivateText& note = *text;
  const std::string clear = std::exchange(note.text, std::string());
  note.sealed = kUnsealed;
  if (person.sealed_person.empty()) {
    return absl::OkStatus();
  }
  absl::StatusOr<privacy::SealedText> sealed = edge.sealer->SealText(person.sealed_person, clear);
  if (absl::IsNotFound(sealed.status())) {
    return absl::OkStatus();
  }
  TB_RETURN_IF_ERROR(sealed.status());
  note.sealed = std::move(sealed->bytes);
  note.digest = sealed->digest;
  note.about = person.id;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CommandKeys> CommandKeys::Prepare(const Edge& edge, std::vector<model::Command>* commands) {
  CommandKeys result;
  bool changed = false;
  std::optional<queries::Queries> queries;  // one snapshot for all, taken only when somebody needs it
  const auto snapshot = [&]() -> const queries::Queries& { return queries ? *queries : queries.emplace(edge.store); };
  for (size_t i = 0; i < commands->size(); ++i) {
    model::Command& command = (*commands)[i];
    if (auto* registered = std::get_if<model::RegisterMember>(&command.body)) {
      const std::optional<privacy::KeyId> key = privacy::Sealer::KeyOf(registered->sealed_person);
      TB_CHECK(key.has_value());
      result.keys_.push_back({i, command.bank, key, false});
      changed = true;
      if (!registered->consent.text.empty()) {
        const queries::PersonView person = {{}, {}, registered->sealed_person};
        if (absl::Status sealed = SealText(edge, person, &registered->consent); !sealed.ok()) {
          result.Drop(edge);
          return sealed;
        }
      }
    } else if (const auto* erased = std::get_if<model::EraseMember>(&command.body)) {
      TB_ASSIGN_OR_RETURN(const std::vector<queries::PersonView> numbers,
                          snapshot().NumbersOfPerson(command.bank, erased->member));
      for (const queries::PersonView& number : numbers) {
        const std::optional<privacy::KeyId> key = privacy::Sealer::KeyOf(number.sealed_person);
        result.keys_.push_back({i, command.bank, key, true});
        if (key.has_value()) {
          TB_RETURN_IF_ERROR(edge.sealer->keys().Leave(*key, edge.store->applied().position));
          changed = true;
        }
      }
    } else if (const Noted noted = NoteOf(&command); noted.note != nullptr) {
      TB_ASSIGN_OR_RETURN(const queries::PersonView person, PersonOf(snapshot(), command.bank, noted));
      TB_RETURN_IF_ERROR(SealText(edge, person, noted.note));
    }
  }
  if (changed) {
    if (absl::Status synced = result.Keep(edge); !synced.ok()) {
      result.Drop(edge);
      return synced;
    }
  }
  return result;
}

absl::Status CommandKeys::Keep(const Edge& edge) const {
  TB_RETURN_IF_ERROR(edge.sealer->keys().Sync());
  for (const OfCommand& of : keys_) {
    if (!of.erases && !edge.sealer->keys().Has(*of.key)) {
      return privacy::Silent("a member's key was not wrapped");
    }
  }
  return absl::OkStatus();
}

void CommandKeys::Drop(const Edge& edge) const {
  for (const OfCommand& of : keys_) {
    if (!of.erases) {
      edge.sealer->keys().Free(*of.key);
    }
  }
}

absl::Status CommandKeys::Settle(const Edge& edge, const std::vector<model::Outcome>& outcomes) const {
  std::optional<queries::Queries> queries;
  for (const OfCommand& of : keys_) {
    const model::Outcome& outcome = outcomes[of.command];
    if (of.erases) {
      // The answer to a retry finds the row gone, and perhaps not the key: after a fault of the disk nobody is told that it is.
      TB_RETURN_IF_ERROR(outcome.rejection    ? absl::OkStatus()
                         : of.key.has_value() ? edge.sealer->keys().Destroy(*of.key)
                                              : edge.sealer->keys().Sync());
      continue;
    }
    if (outcome.rejection) {
      edge.sealer->keys().Free(*of.key);
      continue;
    }
    // The first answer to a retry is about a member with the key that was made for the first call.
    if (!queries) {
      queries.emplace(edge.store);
    }
    TB_ASSIGN_OR_RETURN(const queries::PersonView person,
                        queries->Person(of.bank, model::MemberNumber(model::MemberId(outcome.subject))));
    if (privacy::Sealer::KeyOf(person.sealed_person) != of.key) {
      edge.sealer->keys().Free(*of.key);
    }
  }
  return absl::OkStatus();
}

}  // namespace timebank::rpc
