#include "service/store/working_rows.h"

#include <algorithm>
#include <utility>

#include "service/base/check.h"
#include "service/base/status.h"

namespace timebank::store {

// Walks the snapshot and the ordered rows side by side. Where both have a key the row counts.
class WorkingRows::Walk final : public Iterator {
 public:
  using Position = Order::const_iterator;

  Walk(std::unique_ptr<Iterator> base, Position next, Position end) : base_(std::move(base)), next_(next), end_(end) {
    Settle();
  }

  bool Valid() const override { return source_ != Source::kNone; }
  absl::string_view key() const override { return source_ == Source::kRow ? (*next_)->key() : base_->key(); }
  absl::string_view value() const override { return source_ == Source::kRow ? (*next_)->value() : base_->value(); }
  absl::Status status() const override { return base_->status(); }

  void Next() override {
    if (source_ == Source::kBase) {
      base_->Next();
    } else {
      ++next_;
    }
    Settle();
  }

 private:
  enum class Source { kNone, kBase, kRow };

  // Finds the least key that is present, and leaves exactly one of the two walks standing on it.
  void Settle() {
    source_ = Source::kNone;
    while (base_->status().ok()) {
      if (next_ == end_) {
        source_ = base_->Valid() ? Source::kBase : Source::kNone;
        return;
      }
      if (base_->Valid()) {
        const int order = base_->key().compare((*next_)->key());
        if (order < 0) {
          source_ = Source::kBase;
          return;
        }
        if (order == 0) {
          base_->Next();
          continue;
        }
      }
      if ((*next_)->present) {
        source_ = Source::kRow;
        return;
      }
      ++next_;
    }
  }

  std::unique_ptr<Iterator> base_;
  Position next_;
  Position end_;
  Source source_ = Source::kNone;
};

void WorkingRows::Begin(const Snapshot* snapshot, uint64_t position) {
  snapshot_ = snapshot;
  position_ = position;
  unsnapped_.insert(unsnapped_.end(), written_.begin(), written_.end());
  // A row that was written twice stands here twice, which does no harm.
  unsnapped_.erase(std::remove_if(unsnapped_.begin(), unsnapped_.end(),
                                  [snapshot](const Row* row) { return row->written <= snapshot->position(); }),
                   unsnapped_.end());
  written_.clear();
  order_.clear();
  ordered_ = 0;
  MakeRoom();
}

// The hand goes round: a row that was used since it came by last is passed over once more, and one that no snapshot has yet always.
void WorkingRows::MakeRoom() {
  for (size_t looked = 0; bytes_ > bytes_most_ && looked < 2 * pool_.size(); ++looked) {
    Row& row = pool_[hand_];
    hand_ = (hand_ + 1) % pool_.size();
    if (row.key_size == 0 || row.written > snapshot_->position() || std::exchange(row.used, false)) {
      continue;
    }
    bytes_ -= row.counted;
    rows_.erase(Seek(row.key()));
    row = Row();
    free_.push_back(&row);
  }
}

void WorkingRows::Count(Row& row) const {
  const size_t bytes = sizeof(Row) + 2 * sizeof(Place) + row.bytes.capacity();
  bytes_ += bytes - row.counted;
  row.counted = bytes;
}

WorkingRows::Row* WorkingRows::Add(const Sought& sought) const {
  if (free_.empty()) {
    free_.push_back(&pool_.emplace_back());
  }
  Row* const row = free_.back();
  free_.pop_back();
  row->bytes.assign(sought.key.data(), sought.key.size());
  row->key_size = sought.key.size();
  rows_.insert({sought.hash, row});
  return row;
}

absl::StatusOr<std::optional<absl::string_view>> WorkingRows::Find(absl::string_view key) const {
  const Sought sought = Seek(key);
  const auto found = rows_.find(sought);
  Row* row = nullptr;
  if (found != rows_.end()) {
    row = found->row;
    row->used = true;
  } else {
    TB_ASSIGN_OR_RETURN(const std::optional<std::string> value, snapshot_->Get(key));
    row = Add(sought);
    row->present = value.has_value();
    row->bytes.append(value.value_or(""));
    Count(*row);
  }
  return row->present ? std::make_optional(row->value()) : std::nullopt;
}

absl::StatusOr<std::optional<std::string>> WorkingRows::Get(absl::string_view key) const {
  TB_ASSIGN_OR_RETURN(const std::optional<absl::string_view> value, Find(key));
  return value.has_value() ? std::make_optional<std::string>(*value) : std::nullopt;
}

std::unique_ptr<Iterator> WorkingRows::Scan(absl::string_view begin, absl::string_view end) const {
  if (order_.empty()) {
    order_.insert(unsnapped_.begin(), unsnapped_.end());
  }
  for (; ordered_ < written_.size(); ++ordered_) {
    order_.insert(written_[ordered_]);
  }
  const auto first = order_.lower_bound(begin);
  auto last = order_.end();
  if (!end.empty()) {
    last = begin < end ? order_.lower_bound(end) : first;
  }
  return std::make_unique<Walk>(snapshot_->Scan(begin, end), first, last);
}

WorkingRows::Row* WorkingRows::Write(absl::string_view key, bool present) {
  TB_CHECK(!key.empty());
  const Sought sought = Seek(key);
  const auto found = rows_.find(sought);
  Row* const row = found != rows_.end() ? found->row : Add(sought);
  row->used = true;
  row->present = present;
  row->bytes.resize(row->key_size);
  if (row->written != position_) {
    row->written = position_;
    written_.push_back(row);
  }
  return row;
}

std::string& WorkingRows::PutAtEnd(absl::string_view key) { return Write(key, true)->bytes; }

void WorkingRows::Delete(absl::string_view key) { Write(key, false); }

WriteBatch WorkingRows::Finish(uint64_t epoch) {
  WriteBatch batch(epoch, position_);
  for (Row* row : written_) {
    Count(*row);
    if (row->present) {
      batch.Put(row->key(), row->value());
    } else {
      batch.Delete(row->key());
    }
  }
  return batch;
}

}  // namespace timebank::store
