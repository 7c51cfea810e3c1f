#include "service/rpc/access_notes.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/log.h"
#include "service/base/thread_name.h"
#include "service/queries/queries.h"

namespace timebank::rpc {
namespace {

// How long alike attempts are gathered into one entry.
constexpr std::chrono::seconds kGather{1};
// Kinds of attempts gathered at once; what comes above them is counted under one.
constexpr size_t kKindsMost = 256;
// No id of a caller begins so.
constexpr char kMark[] = "~access:";

}  // namespace

AccessNotes::AccessNotes(commands::Sequencer* sequencer, const store::Store* store, const base::Clock* clock)
    : sequencer_(sequencer), store_(store), clock_(clock), thread_([this] {
        base::NameThisThread("access");
        Run();
      }) {}

AccessNotes::~AccessNotes() { Stop(); }

void AccessNotes::Denied(const std::string& bank, model::NoteAttempt attempt) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Kind kind(bank, attempt.method, attempt.principal, attempt.credential.value(), attempt.origin, attempt.reason);
  if (attempts_.size() >= kKindsMost && attempts_.count(kind) == 0) {
    attempt = model::NoteAttempt();
    attempt.reason = "MANY_KINDS";
    kind = Kind(bank, "", "", 0, "", attempt.reason);
  }
  Count(std::move(kind), std::move(attempt));
}

void AccessNotes::Shown(const std::string& bank, model::NoteAttempt attempt) {
  attempt.reason = "OK";
  Kind kind(bank, attempt.method, attempt.principal, attempt.credential.value(), attempt.origin,
            absl::StrCat(attempt.reason, " ", attempt.thing));
  const std::lock_guard<std::mutex> lock(mutex_);
  Count(std::move(kind), std::move(attempt));
}

void AccessNotes::Count(Kind kind, model::NoteAttempt attempt) {
  const model::RecordTime now(absl::ToUnixMicros(clock_->Now()));
  const auto [place, fresh] = attempts_.emplace(std::move(kind), std::move(attempt));
  place->second.count = fresh ? 1 : place->second.count + 1;
  place->second.first = fresh ? now : place->second.first;
  place->second.last = now;
}

void AccessNotes::Used(const std::string& bank, model::TokenId token, model::Day today, const std::string& origin) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (uses_.size() < kKindsMost) {
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

std::string AccessNotes::JournalFor(const std::string& bank) const {
  const queries::Queries queries(store_);
  if (!bank.empty() && queries.Bank(bank).ok()) {
    return bank;
  }
  queries::PageRequest page;
  page.size = 2;
  const absl::StatusOr<queries::Page<queries::BankView>> banks = queries.Banks(page);
  return banks.ok() && banks->rows.size() == 1 ? banks->rows[0].id : std::string();
}

std::vector<model::Command> AccessNotes::Take() {
  const std::string since = absl::StrCat(absl::ToUnixMicros(clock_->Now()));
  std::vector<model::Command> commands;
  const auto add = [&](const std::string& bank, std::string id) -> model::Command& {
    model::Command& command = commands.emplace_back();
    command.bank = bank;
    command.request_id = absl::StrCat(kMark, std::move(id));
    command.actor = "system";
    command.role = "gate";
    return command;
  };
  for (auto& [kind, attempt] : attempts_) {
    const std::string bank = JournalFor(std::get<0>(kind));
    if (bank.empty()) {
      base::Log(base::LogLevel::kWarning, "denied",
                {{"origin", attempt.origin}, {"reason", attempt.reason}, {"count", absl::StrCat(attempt.count)}});
      continue;
    }
    add(bank, absl::StrCat(since, ":", ++notes_)).body = std::move(attempt);
  }
  for (const Use& use : uses_) {
    // One entry a token and day, however often the process is started.
    model::Command& command = add(use.bank, absl::StrCat("use:", use.token.value(), ":", use.today.value()));
    command.origin = use.origin;
    command.credential = use.token;
    command.body = model::UseToken{use.token};
  }
  attempts_.clear();
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
      commands = Take();
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
