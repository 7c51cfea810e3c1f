#include "service/rpc/access_notes.h"

#include <chrono>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "service/base/log.h"
#include "service/base/thread_name.h"
#include "service/queries/queries.h"
#include "service/rpc/only_bank.h"

namespace timebank::rpc {
namespace {

// How long alike attempts are gathered into one entry at least.
constexpr std::chrono::seconds kGather{1};
// What is alike makes one entry in so long.
constexpr int64_t kMinuteMicros = int64_t{60} * 1000000;
// Kinds of attempts of one party that wait at once; what comes above them is counted under one.
constexpr size_t kKindsMost = 64;
constexpr size_t kUsesMost = 256;
// No id of a caller begins so.
constexpr char kMark[] = "~access:";
// Of all whose credentials count no more; no principal is called so.
constexpr char kEnded[] = "/ended";

}  // namespace

AccessNotes::AccessNotes(commands::Sequencer* sequencer, const store::Store* store, const base::Clock* clock)
    : sequencer_(sequencer), store_(store), clock_(clock), thread_([this] {
        base::NameThisThread("access");
        Run();
      }) {}

AccessNotes::~AccessNotes() { Stop(); }

void AccessNotes::Denied(const std::string& bank, model::NoteAttempt attempt, bool let_in) {
  const model::RecordTime now(absl::ToUnixMicros(clock_->Now()));
  const bool stranger = attempt.principal.empty();
  attempt.count = 0;
  const std::string journal = JournalFor(bank);
  const std::lock_guard<std::mutex> lock(mutex_);
  Party& party = parties_[{journal, let_in || stranger ? attempt.principal : kEnded}];
  Kind kind(stranger ? std::string() : attempt.method, attempt.thing, attempt.credential.value(), attempt.origin,
            attempt.reason);
  if (party.waiting.size() >= kKindsMost && party.waiting.count(kind) == 0) {
    model::NoteAttempt many;
    many.principal = let_in ? std::move(attempt.principal) : std::string();
    many.reason = "MANY_KINDS";
    many.count = 0;
    attempt = std::move(many);
    kind = Kind("", "", 0, "", attempt.reason);
  }
  const auto place = party.waiting.try_emplace(std::move(kind), attempt).first;
  model::NoteAttempt& gathered = place->second;
  if (gathered.method != attempt.method) {
    gathered.method.clear();
  }
  gathered.first = gathered.count == 0 ? now : gathered.first;
  gathered.last = now;
  ++gathered.count;
}

void AccessNotes::Done(const std::string& bank, model::NoteAttempt attempt) {
  const model::RecordTime now(absl::ToUnixMicros(clock_->Now()));
  attempt.count = 1;
  attempt.first = now;
  attempt.last = now;
  const std::lock_guard<std::mutex> lock(mutex_);
  done_.emplace_back(bank, std::move(attempt));
}

void AccessNotes::Used(const std::string& bank, model::TokenId token, model::Day today, const std::string& origin) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (uses_.size() < kUsesMost) {
    uses_.push_back({bank, token, today, origin});
  }
}

void AccessNotes::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::vector<std::string> AccessNotes::Banks() const {
  const queries::Queries queries(store_);
  std::vector<std::string> ids;
  queries::PageRequest page;
  page.size = 1000;
  do {
    const absl::StatusOr<queries::Page<queries::BankView>> banks = queries.Banks(page);
    if (!banks.ok()) {
      break;
    }
    for (const queries::BankView& bank : banks->rows) {
      ids.push_back(bank.id);
    }
    page.token = banks->next;
  } while (!page.token.empty());
  return ids;
}

std::string AccessNotes::JournalFor(const std::string& bank) const {
  const queries::Queries queries(store_);
  if (!bank.empty() && queries.Bank(bank).ok()) {
    return bank;
  }
  return OnlyBank(*store_);
}

std::vector<model::NoteAttempt> AccessNotes::TakeOf(Party* party, model::RecordTime now, bool last) {
  for (auto noted = party->noted.begin(); noted != party->noted.end();) {
    const int64_t passed = now.value() - noted->second.value();
    noted = passed >= kMinuteMicros || passed < 0 ? party->noted.erase(noted) : std::next(noted);
  }
  std::vector<model::NoteAttempt> taken;
  for (auto waiting = party->waiting.begin(); waiting != party->waiting.end();) {
    if (!last && (party->noted.size() >= kEntriesAMinute || party->noted.count(waiting->first) > 0)) {
      ++waiting;
      continue;
    }
    party->noted[waiting->first] = now;
    taken.push_back(std::move(waiting->second));
    waiting = party->waiting.erase(waiting);
  }
  return taken;
}

std::vector<model::Command> AccessNotes::Take(bool last) {
  const model::RecordTime now(absl::ToUnixMicros(clock_->Now()));
  std::vector<model::Command> commands;
  const auto add = [&commands](const std::string& bank, std::string id) -> model::Command& {
    model::Command& command = commands.emplace_back();
    command.bank = bank;
    command.request_id = absl::StrCat(kMark, std::move(id));
    command.actor = "system";
    command.role = "gate";
    return command;
  };
  const auto note = [&](const std::string& bank, model::NoteAttempt attempt) {
    if (bank.empty()) {
      base::Log(base::LogLevel::kWarning, "denied",
                {{"origin", attempt.origin}, {"reason", attempt.reason}, {"count", absl::StrCat(attempt.count)}});
      return;
    }
    add(bank, absl::StrCat(now.value(), ":", ++notes_)).body = std::move(attempt);
  };
  for (auto party = parties_.begin(); party != parties_.end();) {
    for (model::NoteAttempt& attempt : TakeOf(&party->second, now, last)) {
      note(party->first.first, std::move(attempt));
    }
    const bool gone = party->second.waiting.empty() && party->second.noted.empty();
    party = gone ? parties_.erase(party) : std::next(party);
  }
  for (const auto& [of, attempt] : done_) {
    for (const std::string& bank : of.empty() ? Banks() : std::vector<std::string>{of}) {
      note(bank, attempt);
    }
  }
  for (const Use& use : uses_) {
    // One entry a token and day, however often the process is started.
    model::Command& command = add(use.bank, absl::StrCat("use:", use.token.value(), ":", use.today.value()));
    command.origin = use.origin;
    command.credential = use.token;
    command.body = model::UseToken{use.token};
  }
  done_.clear();
  uses_.clear();
  return commands;
}

void AccessNotes::Run() {
  for (bool last = false; !last;) {
    std::vector<model::Command> commands;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait_for(lock, kGather, [this] { return stopping_; });
      last = stopping_;
      commands = Take(last);
    }
    if (commands.empty()) {
      continue;
    }
    const size_t count = commands.size();
    const absl::Status taken =
        sequencer_->Submit(std::move(commands), [](const absl::Status&, std::vector<model::Outcome>) {});
    if (!taken.ok()) {
      base::Log(base::LogLevel::kWarning, "notes about access were not journaled", {{"count", absl::StrCat(count)}});
    }
  }
}

}  // namespace timebank::rpc
