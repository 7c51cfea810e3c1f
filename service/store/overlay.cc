#include "service/store/overlay.h"

#include <algorithm>
#include <utility>

namespace timebank::store {

namespace {

const std::optional<std::string>& ValueIn(const std::optional<std::string>& value) { return value; }
const std::optional<std::string>& ValueIn(const std::optional<std::string>* value) { return *value; }

// Walks the base and ordered operations side by side. Where both have a key the operation counts.
template <typename Position>
class Walk final : public Iterator {
 public:
  Walk(std::unique_ptr<Iterator> base, Position next, Position end) : base_(std::move(base)), next_(next), end_(end) {
    Settle();
  }

  bool Valid() const override { return source_ != Source::kNone; }
  absl::string_view key() const override {
    return source_ == Source::kOperation ? absl::string_view(next_->first) : base_->key();
  }
  absl::string_view value() const override {
    return source_ == Source::kOperation ? absl::string_view(*ValueIn(next_->second)) : base_->value();
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
      if (ValueIn(next_->second).has_value()) {
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

template <typename Order>
std::unique_ptr<Iterator> WalkRange(const Reader& base, const Order& order, absl::string_view begin, absl::string_view end) {
  const auto first = order.lower_bound(begin);
  auto last = order.end();
  if (!end.empty()) {
    last = begin < end ? order.lower_bound(end) : first;
  }
  return std::make_unique<Walk<typename Order::const_iterator>>(base.Scan(begin, end), first, last);
}

}  // namespace

absl::StatusOr<std::optional<std::string>> Overlay::Get(absl::string_view key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? base_->Get(key) : found->second;
}

std::unique_ptr<Iterator> Overlay::Scan(absl::string_view begin, absl::string_view end) const {
  return WalkRange(*base_, Ordered(), begin, end);
}

void Overlay::Put(absl::string_view key, std::string value) { Write(key, std::move(value)); }

void Overlay::Delete(absl::string_view key) { Write(key, std::nullopt); }

void Overlay::Write(absl::string_view key, std::optional<std::string> value) {
  const auto [row, added] = rows_.try_emplace(key);
  row->second = std::move(value);
  if (added) {
    unordered_.push_back(&*row);
  }
}

const Overlay::Order& Overlay::Ordered() const {
  for (const Rows::value_type* row : unordered_) {
    order_.emplace(row->first, &row->second);
  }
  unordered_.clear();
  return order_;
}

WriteBatch::Operations Overlay::Release() {
  // Most groups are never scanned; sorting once costs half of what keeping an order does.
  std::vector<Rows::iterator> sorted;
  sorted.reserve(rows_.size());
  for (auto row = rows_.begin(); row != rows_.end(); ++row) {
    sorted.push_back(row);
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a->first < b->first; });
  order_.clear();
  unordered_.clear();
  WriteBatch::Operations operations;
  for (const Rows::iterator row : sorted) {
    auto node = rows_.extract(row);
    operations.emplace_hint(operations.end(), std::move(node.key()), std::move(node.mapped()));
  }
  rows_.clear();
  return operations;
}

absl::StatusOr<std::optional<std::string>> BatchView::Get(absl::string_view key) const {
  const auto found = operations_->find(key);
  return found == operations_->end() ? base_->Get(key) : found->second;
}

std::unique_ptr<Iterator> BatchView::Scan(absl::string_view begin, absl::string_view end) const {
  return WalkRange(*base_, *operations_, begin, end);
}

}  // namespace timebank::store
