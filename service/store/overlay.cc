#include "service/store/overlay.h"

#include <utility>

namespace timebank::store {
namespace {

// Walks the base and the overlay's operations side by side. Where both have a key the overlay's word counts.
class OverlayIterator final : public Iterator {
 public:
  using Position = WriteBatch::Operations::const_iterator;

  OverlayIterator(std::unique_ptr<Iterator> base, Position next, Position end)
      : base_(std::move(base)), next_(next), end_(end) {
    Settle();
  }

  bool Valid() const override { return source_ != Source::kNone; }
  absl::string_view key() const override {
    return source_ == Source::kOverlay ? absl::string_view(next_->first) : base_->key();
  }
  absl::string_view value() const override {
    return source_ == Source::kOverlay ? absl::string_view(*next_->second) : base_->value();
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
      if (next_->second.has_value()) {
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

}  // namespace

absl::StatusOr<std::optional<std::string>> Overlay::Get(absl::string_view key) const {
  auto found = operations_.find(key);
  if (found != operations_.end()) {
    return found->second;
  }
  return base_->Get(key);
}

std::unique_ptr<Iterator> Overlay::Scan(absl::string_view begin, absl::string_view end) const {
  auto first = operations_.lower_bound(begin);
  auto last = operations_.end();
  if (!end.empty()) {
    last = begin < end ? operations_.lower_bound(end) : first;
  }
  return std::make_unique<OverlayIterator>(base_->Scan(begin, end), first, last);
}

void Overlay::Put(absl::string_view key, std::string value) {
  auto place = operations_.lower_bound(key);
  if (place != operations_.end() && place->first == key) {
    place->second = std::move(value);
  } else {
    operations_.emplace_hint(place, key, std::move(value));
  }
}

void Overlay::Delete(absl::string_view key) {
  auto place = operations_.lower_bound(key);
  if (place != operations_.end() && place->first == key) {
    place->second.reset();
  } else {
    operations_.emplace_hint(place, key, std::nullopt);
  }
}

WriteBatch::Operations Overlay::Release() { return std::exchange(operations_, {}); }

}  // namespace timebank::store
