#include "service/store/journal_view.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace timebank::store {
namespace {

bool IsReserved(absl::string_view key) { return key.empty() || key.front() == '\0'; }

// Walks the parts side by side. Where several have a key the newest one's word counts.
class MergedIterator final : public Iterator {
 public:
  MergedIterator(const JournalParts& parts, absl::string_view begin, absl::string_view end, uint64_t position)
      : tables_(parts.tables->Scan(begin, end)) {
    memory_.reserve(2);
    for (const std::shared_ptr<const MemoryTable>& table :
         {std::shared_ptr<const MemoryTable>(parts.active), parts.frozen}) {
      if (table != nullptr) {
        memory_.emplace_back(table, begin, end, position);
      }
    }
    Settle();
  }

  bool Valid() const override { return source_ != Source::kNone; }
  absl::string_view key() const override { return source_ == Source::kMemory ? chosen_->entry().key : tables_->key(); }
  absl::string_view value() const override {
    return source_ == Source::kMemory ? *chosen_->entry().value : tables_->value();
  }
  absl::Status status() const override { return tables_->status(); }

  void Next() override {
    if (source_ == Source::kMemory) {
      chosen_->Next();
    } else {
      tables_->Next();
    }
    Settle();
  }

 private:
  enum class Source { kNone, kMemory, kTables };

  // Finds the least key that is not deleted, and leaves exactly one part standing on it.
  void Settle() {
    source_ = Source::kNone;
    while (tables_->status().ok()) {
      chosen_ = nullptr;
      for (MemoryTableCursor& cursor : memory_) {
        if (!cursor.Valid()) {
          continue;
        }
        const int order = chosen_ == nullptr ? -1 : cursor.entry().key.compare(chosen_->entry().key);
        if (order < 0) {
          chosen_ = &cursor;
        } else if (order == 0) {
          cursor.Next();
        }
      }
      if (chosen_ == nullptr) {
        source_ = tables_->Valid() ? Source::kTables : Source::kNone;
        return;
      }
      if (tables_->Valid()) {
        const int order = tables_->key().compare(chosen_->entry().key);
        if (order < 0) {
          source_ = Source::kTables;
          return;
        }
        if (order == 0) {
          tables_->Next();
          continue;
        }
      }
      if (chosen_->entry().value.has_value()) {
        source_ = Source::kMemory;
        return;
      }
      chosen_->Next();
    }
  }

  const std::unique_ptr<Iterator> tables_;
  std::vector<MemoryTableCursor> memory_;  // newest first
  MemoryTableCursor* chosen_ = nullptr;
  Source source_ = Source::kNone;
};

class JournalSnapshot final : public Snapshot {
 public:
  JournalSnapshot(std::shared_ptr<const JournalParts> parts, uint64_t position)
      : parts_(std::move(parts)), position_(position) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    if (IsReserved(key)) {
      return std::nullopt;
    }
    std::optional<MemoryTable::Held> held = parts_->active->Find(key, position_);
    if (!held.has_value() && parts_->frozen != nullptr) {
      held = parts_->frozen->Find(key, position_);
    }
    if (!held.has_value()) {
      return parts_->tables->Get(key);
    }
    return held->has_value() ? std::make_optional<std::string>(**held) : std::nullopt;
  }

  std::unique_ptr<Iterator> Scan(absl::string_view begin, absl::string_view end) const override {
    return std::make_unique<MergedIterator>(*parts_, begin, end, position_);
  }

  uint64_t position() const override { return position_; }

 private:
  const std::shared_ptr<const JournalParts> parts_;
  const uint64_t position_;
};

}  // namespace

std::unique_ptr<Snapshot> MakeJournalSnapshot(std::shared_ptr<const JournalParts> parts, uint64_t position) {
  return std::make_unique<JournalSnapshot>(std::move(parts), position);
}

}  // namespace timebank::store
