#include "service/store/recent_rows.h"

#include <iostream>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "service/store/memory_store.h"

namespace timebank::store {
namespace {

// Commits random changes and reads random keys, through the remembered rows and past them: they never differ, whatever is
// forgotten.
TEST(RecentRowsTest, NeverDiffersFromTheStore) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  const std::unique_ptr<Store> store = MakeMemoryStore();
  const Fence fence = store->Acquire().value();
  RecentRows recent(4000);
  for (uint64_t position = 1; position <= 400; ++position) {
    const std::unique_ptr<Snapshot> snapshot = store->TakeSnapshot();
    recent.Rebase(snapshot.get());
    Overlay overlay(snapshot.get());
    for (int i = 0; i < 20; ++i) {
      const std::string key = absl::StrCat("k", random() % 60);
      ASSERT_EQ(recent.Get(key).value(), snapshot->Get(key).value()) << key;
      if (random() % 2 == 0) {
        if (random() % 3 == 0) {
          overlay.Delete(key);
        } else {
          overlay.Put(key, absl::StrCat("v", random() % 1000));
        }
      }
    }
    const std::shared_ptr<const WrittenRows> written = overlay.Release();
    ASSERT_TRUE(store->Commit(WriteBatch(fence.epoch, position, written->Sorted()), fence).ok());
    recent.Absorb(*written);
  }
}

// The point of it: a second look does not reach the snapshot.
TEST(RecentRowsTest, AsksTheSnapshotOnce) {
  class Counting final : public Reader {
   public:
    absl::StatusOr<std::optional<std::string>> Get(absl::string_view) const override {
      ++gets;
      return std::optional<std::string>();
    }
    std::unique_ptr<Iterator> Scan(absl::string_view, absl::string_view) const override { return nullptr; }
    mutable int gets = 0;
  };
  const Counting snapshot;
  RecentRows recent(1 << 20);
  recent.Rebase(&snapshot);
  EXPECT_EQ(recent.Get("absent").value(), std::nullopt);
  EXPECT_EQ(recent.Get("absent").value(), std::nullopt);
  EXPECT_EQ(snapshot.gets, 1);
  Overlay overlay(&snapshot);
  overlay.Put("absent", "present");
  overlay.Put("unseen", "value");
  recent.Absorb(*overlay.Release());
  EXPECT_EQ(recent.Get("absent").value(), "present");
  EXPECT_EQ(snapshot.gets, 1);
}

}  // namespace
}  // namespace timebank::store
