#include "service/store/overlay.h"

#include <utility>

namespace timebank::store {

// Walks the base and the overlay's operations side by side. Where both have a key the overlay's word counts.
class Overlay::Walk final : public Iterator {
 public:
  using Position = Overlay::Order::const_iterator;

  Walk(std::unique_ptr<Iterator> base, Position next, Position end) : base_(std::move(base)), next_(next), end_(end) {
    Settle();
  }

  bool Valid() const override { return source_ != Source::kNone; }
  absl::string_view key() const override { return source_ == Source::kOverlay ? next_->first : base_->key(); }
  absl::string_view value() const override {
    return source_ == Source::kOverlay ? absl::string_view(**next_->second) : base_->value();
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
  enum class Source { kNone, kBase, kOverlay };

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
        source_ = Source::kOverlay;
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

absl::StatusOr<std::optional<std::string>> Overlay::Get(absl::string_view key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? base_->Get(key) : found->second;
}

std::unique_ptr<Iterator> Overlay::Scan(absl::string_view begin, absl::string_view end) const {
  const Order& order = Ordered();
  const auto first = order.lower_bound(begin);
  auto last = order.end();
  if (!end.empty()) {
    last = begin < end ? order.lower_bound(end) : first;
  }
  return std::make_unique<Walk>(base_->Scan(begin, end), first, last);
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
  WriteBatch::Operations operations;
  for (const auto& [key, value] : Ordered()) {
    operations.emplace_hint(operations.end(), key, std::move(rows_.find(key)->second));
  }
  order_.clear();
  rows_.clear();
  return operations;
}

}  // namespace timebank::store
