#include "service/store/overlay.h"

#include <algorithm>
#include <utility>

namespace timebank::store {

namespace {

// Walks the base and ordered operations side by side. Where both have a key the operation counts.
class Walk final : public Iterator {
 public:
  using Position = RowOrder::const_iterator;

  Walk(std::unique_ptr<Iterator> base, Position next, Position end) : base_(std::move(base)), next_(next), end_(end) {
    Settle();
  }

  bool Valid() const override { return source_ != Source::kNone; }
  absl::string_view key() const override { return source_ == Source::kOperation ? next_->first : base_->key(); }
  absl::string_view value() const override {
    return source_ == Source::kOperation ? absl::string_view(**next_->second) : base_->value();
  }
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
  enum class Source { kNone, kBase, kOperation };

  // Finds the least key that is not deleted, and leaves exactly one of the two walks standing on it.
  void Settle() {
    source_ = Source::kNone;
    while (base_->status().ok()) {
      if (next_ == end_) {
        source_ = base_->Valid() ? Source::kBase : Source::kNone;
        return;
      }
      if (base_->Valid()) {
        const int order = base_->key().compare(next_->first);
        if (order < 0) {
          source_ = Source::kBase;
          return;
        }
        if (order == 0) {
          base_->Next();
          continue;
        }
      }
      if (next_->second->has_value()) {
        source_ = Source::kOperation;
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

std::unique_ptr<Iterator> WalkRange(const Reader& base, const RowOrder& order, absl::string_view begin,
                                    absl::string_view end) {
  const auto first = order.lower_bound(begin);
  auto last = order.end();
  if (!end.empty()) {
    last = begin < end ? order.lower_bound(end) : first;
  }
  return std::make_unique<Walk>(base.Scan(begin, end), first, last);
}

}  // namespace

WriteBatch::Operations WrittenRows::Sorted() const {
  std::vector<const Rows::value_type*> sorted;
  sorted.reserve(rows_.size());
  for (const Rows::value_type& row : rows_) {
    sorted.push_back(&row);
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  WriteBatch::Operations operations;
  for (const Rows::value_type* row : sorted) {
    operations.emplace_hint(operations.end(), row->first, row->second);
  }
  return operations;
}

absl::StatusOr<std::optional<std::string>> Overlay::Get(absl::string_view key) const {
  const std::optional<std::string>* found = written_->Find(key);
  return found == nullptr ? base_->Get(key) : *found;
}

std::unique_ptr<Iterator> Overlay::Scan(absl::string_view begin, absl::string_view end) const {
  for (const auto* row : unordered_) {
    order_.emplace(row->first, &row->second);
  }
  unordered_.clear();
  return WalkRange(*base_, order_, begin, end);
}

void Overlay::Write(absl::string_view key, std::optional<std::string> value) {
  const auto [row, added] = written_->rows_.try_emplace(key);
  row->second = std::move(value);
  if (added) {
    unordered_.push_back(&*row);
  }
}

std::shared_ptr<const WrittenRows> Overlay::Release() {
  order_.clear();
  unordered_.clear();
  return std::exchange(written_, std::make_shared<WrittenRows>());
}

absl::StatusOr<std::optional<std::string>> RowsView::Get(absl::string_view key) const {
  const std::optional<std::string>* found = written_->Find(key);
  return found == nullptr ? base_->Get(key) : *found;
}

std::unique_ptr<Iterator> RowsView::Scan(absl::string_view begin, absl::string_view end) const {
  if (order_.empty()) {
    for (const auto& [key, value] : written_->rows()) {
      order_.emplace(key, &value);
    }
  }
  return WalkRange(*base_, order_, begin, end);
}

}  // namespace timebank::store
