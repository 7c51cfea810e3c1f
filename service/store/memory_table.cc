#include "service/store/memory_table.h"

#include <algorithm>
#include <utility>

namespace timebank::store {
namespace {

constexpr size_t kRowsPerChunk = 4096;
constexpr size_t kOperationsPerLock = 128;  // readers wait for so many insertions at most
constexpr size_t kMostPortion = 1024;
// Of a row beside its bytes: itself, its places in the hash table and in the order.
constexpr size_t kRowOverheadBytes = 128;

uint64_t NumberAt(absl::string_view key, size_t at) {
  uint64_t number = 0;
  for (size_t i = at; i < at + 8; ++i) {
    number = number << 8 | (i < key.size() ? static_cast<uint8_t>(key[i]) : 0);
  }
  return number;
}

size_t FirstByte(absl::string_view key) { return static_cast<uint8_t>(key.front()); }

}  // namespace

void MemoryTable::Insert(WriteBatch inserted) {
  const WriteBatch* batch = nullptr;
  {
    const base::MutexLock lock(&mutex_);
    bytes_ += inserted.Seal().size();
    batch = &batches_.emplace_back(std::move(inserted));
  }
  for (size_t begin = 0; begin < batch->size(); begin += kOperationsPerLock) {
    const size_t end = std::min(begin + kOperationsPerLock, batch->size());
    const base::MutexLock lock(&mutex_);
    for (size_t i = begin; i < end; ++i) {
      rows_.prefetch(batch->operation(i).key);
    }
    for (size_t i = begin; i < end; ++i) {
      Write(batch->operation(i), batch->position());
    }
  }
}

void MemoryTable::Write(const WriteBatch::Operation& operation, uint64_t position) {
  const Version version = {position, operation.value.value_or(absl::string_view()), !operation.value.has_value(), nullptr};
  Row* row = FreeRow();
  *row = {operation.key, version};
  const auto [place, added] = rows_.insert(row);
  if (added) {
    ++chunk_used_;
    unordered_[FirstByte(operation.key)].push_back(row);
    bytes_ += kRowOverheadBytes;
    return;
  }
  row = *place;
  replaced_.push_back(row->newest);
  row->newest = version;
  row->newest.older = &replaced_.back();
  bytes_ += sizeof(Version);
}

MemoryTable::Row* MemoryTable::FreeRow() {
  if (chunks_.empty() || chunk_used_ == kRowsPerChunk) {
    chunks_.push_back(std::make_unique<Row[]>(kRowsPerChunk));
    chunk_used_ = 0;
  }
  return &chunks_.back()[chunk_used_];
}

std::optional<MemoryTable::Held> MemoryTable::At(const Version& newest, uint64_t position) {
  const Version* version = &newest;
  while (version != nullptr && version->since > position) {
    version = version->older;
  }
  if (version == nullptr) {
    return std::nullopt;
  }
  return version->deleted ? Held() : Held(version->value);
}

std::optional<MemoryTable::Held> MemoryTable::Find(absl::string_view key, uint64_t position) const {
  const base::ReaderMutexLock lock(&mutex_);
  const auto found = rows_.find(key);
  return found == rows_.end() ? std::nullopt : At((*found)->newest, position);
}

size_t MemoryTable::bytes() const {
  const base::ReaderMutexLock lock(&mutex_);
  return bytes_;
}

size_t MemoryTable::rows() const {
  const base::ReaderMutexLock lock(&mutex_);
  return rows_.size();
}

MemoryTable::Ordered MemoryTable::MakeOrdered(absl::string_view key, const Row* row) {
  return {NumberAt(key, 1), NumberAt(key, 9), key, row};
}

void MemoryTable::BringIntoOrder(size_t first_byte) const {
  {
    const base::ReaderMutexLock lock(&mutex_);
    if (unordered_[first_byte].empty()) {
      return;  // perhaps because somebody is sorting them in: then the order is locked
    }
  }
  const base::MutexLock order_lock(&order_mutex_);
  std::vector<const Row*> fresh;
  {
    const base::MutexLock lock(&mutex_);
    fresh.swap(unordered_[first_byte]);
  }
  std::vector<Ordered> sorted;
  sorted.reserve(fresh.size());
  for (const Row* row : fresh) {
    sorted.push_back(MakeOrdered(row->key, row));
  }
  std::sort(sorted.begin(), sorted.end(), Before());
  Order& order = order_[first_byte];
  auto hint = order.end();
  for (const Ordered& row : sorted) {
    hint = order.insert(hint, row);
    ++hint;
  }
}

void MemoryTable::Load(absl::string_view begin, absl::string_view end, uint64_t position, size_t limit,
                       std::vector<Entry>* found) const {
  if (!end.empty() && begin >= end) {
    return;
  }
  const size_t wanted = found->size() + limit;
  const size_t last = end.empty() ? kFirstBytes - 1 : FirstByte(end);
  for (size_t part = begin.empty() ? 0 : FirstByte(begin); part <= last && found->size() < wanted; ++part) {
    BringIntoOrder(part);
    LoadPart(part, begin, end, position, wanted - found->size(), found);
  }
}

void MemoryTable::LoadPart(size_t first_byte, absl::string_view begin, absl::string_view end, uint64_t position,
                           size_t limit, std::vector<Entry>* found) const {
  const base::ReaderMutexLock order_lock(&order_mutex_);
  const Order& order = order_[first_byte];
  if (order.empty()) {
    return;
  }
  // A key of another first byte than the part's is `begin` of an earlier part, and all of this one is behind it.
  const bool within = !begin.empty() && FirstByte(begin) == first_byte;
  auto next = within ? order.lower_bound(MakeOrdered(begin, nullptr)) : order.begin();
  const base::ReaderMutexLock lock(&mutex_);
  for (; next != order.end() && limit > 0 && (end.empty() || next->key < end); ++next) {
    if (const std::optional<Held> held = At(next->row->newest, position); held.has_value()) {
      found->push_back({next->key, *held});
      --limit;
    }
  }
}

MemoryTableCursor::MemoryTableCursor(std::shared_ptr<const MemoryTable> table, absl::string_view begin,
                                     absl::string_view end, uint64_t position)
    : table_(std::move(table)), end_(end), position_(position) {
  table_->Load(begin, end_, position_, portion_, &entries_);
}

void MemoryTableCursor::Next() {
  ++next_;
  if (next_ == entries_.size() && entries_.size() == portion_) {
    const std::string successor = std::string(entries_.back().key) + '\0';
    portion_ = std::min(portion_ * 4, kMostPortion);
    entries_.clear();
    next_ = 0;
    table_->Load(successor, end_, position_, portion_, &entries_);
  }
}

}  // namespace timebank::store
