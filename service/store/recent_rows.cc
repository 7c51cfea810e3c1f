#include "service/store/recent_rows.h"

#include <utility>

#include "service/base/status.h"

namespace timebank::store {

absl::StatusOr<std::optional<std::string>> RecentRows::Get(absl::string_view key) const {
  if (const auto found = young_.find(key); found != young_.end()) {
    return found->second;
  }
  if (const auto found = old_.find(key); found != old_.end()) {
    std::optional<std::string> value = std::move(found->second);
    old_.erase(found);
    Remember(std::string(key), value);
    return value;
  }
  TB_ASSIGN_OR_RETURN(std::optional<std::string> value, snapshot_->Get(key));
  Remember(std::string(key), value);
  return value;
}

void RecentRows::Absorb(const WrittenRows& written) {
  for (const auto& [key, value] : written.rows()) {
    if (const auto found = young_.find(key); found != young_.end()) {
      found->second = value;
    } else if (const auto aged = old_.find(key); aged != old_.end()) {
      old_.erase(aged);
      Remember(key, value);
    }
  }
}

void RecentRows::Remember(std::string key, std::optional<std::string> value) const {
  young_bytes_ += key.size() + (value.has_value() ? value->size() : 0) + sizeof(Rows::value_type);
  young_.emplace(std::move(key), std::move(value));
  if (young_bytes_ > generation_bytes_) {
    old_ = std::exchange(young_, Rows());
    young_bytes_ = 0;
  }
}

}  // namespace timebank::store
