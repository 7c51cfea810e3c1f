#include "service/store/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/store/memory_store.h"

namespace timebank::store {
namespace {

using Model = std::map<std::string, std::string>;
using Rows = std::vector<std::pair<std::string, std::string>>;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Rows ReadAll(const Reader& reader, absl::string_view begin = "", absl::string_view end = "") {
  Rows rows;
  std::unique_ptr<Iterator> scan = reader.Scan(begin, end);
  for (; scan->Valid(); scan->Next()) {
    rows.emplace_back(scan->key(), scan->value());
  }
  EXPECT_TRUE(scan->status().ok()) << scan->status();
  return rows;
}

class OverlayTest : public testing::Test {
 protected:
  void SetUp() override {
    fence_ = *store_->Acquire();
    Commit({{"a", "1"}, {"c", "3"}, {"e", "5"}});
    base_ = store_->TakeSnapshot();
  }

  void Commit(WriteBatch::Operations operations) {
    ASSERT_TRUE(
        store_->Commit(WriteBatch(fence_.epoch, store_->applied().position + 1, std::move(operations)), fence_).ok());
  }

  std::unique_ptr<Store> store_ = MakeMemoryStore();
  Fence fence_;
  std::unique_ptr<Snapshot> base_;
};

TEST_F(OverlayTest, ReadsThroughToTheBase) {
  Overlay overlay(base_.get());
  EXPECT_EQ(*overlay.Get("a"), "1");
  EXPECT_EQ(*overlay.Get("b"), std::nullopt);
  EXPECT_THAT(ReadAll(overlay), ElementsAre(Pair("a", "1"), Pair("c", "3"), Pair("e", "5")));
  EXPECT_THAT(overlay.Release()->Sorted(), IsEmpty());
}

TEST_F(OverlayTest, ItsOwnWordCounts) {
  Overlay overlay(base_.get());
  overlay.Put("c", "new");
  overlay.Put("d", "");
  overlay.Delete("a");
  overlay.Delete("z");
  EXPECT_EQ(*overlay.Get("c"), "new");
  EXPECT_EQ(*overlay.Get("d"), "");
  EXPECT_EQ(*overlay.Get("a"), std::nullopt);
  EXPECT_THAT(ReadAll(overlay), ElementsAre(Pair("c", "new"), Pair("d", ""), Pair("e", "5")));
  EXPECT_THAT(ReadAll(overlay, "d", "e"), ElementsAre(Pair("d", "")));
  EXPECT_THAT(ReadAll(overlay, "e", "c"), IsEmpty());
  EXPECT_THAT(ReadAll(*base_), ElementsAre(Pair("a", "1"), Pair("c", "3"), Pair("e", "5")));
}

TEST_F(OverlayTest, LastWriteOfAKeyIsReleasedSorted) {
  Overlay overlay(base_.get());
  overlay.Put("x", "1");
  overlay.Delete("x");
  overlay.Delete("b");
  overlay.Put("b", "1");
  overlay.Put("b", "2");
  overlay.Put("a", "0");
  EXPECT_THAT(overlay.Release()->Sorted(), ElementsAre(Pair("a", "0"), Pair("b", "2"), Pair("x", std::nullopt)));
  EXPECT_EQ(*overlay.Get("a"), "1");
  EXPECT_THAT(overlay.Release()->Sorted(), IsEmpty());
}

TEST_F(OverlayTest, StacksOnAnOverlay) {
  Overlay lower(base_.get());
  lower.Put("b", "lower");
  lower.Delete("c");
  Overlay upper(&lower);
  upper.Put("c", "upper");
  upper.Delete("b");
  EXPECT_THAT(ReadAll(upper), ElementsAre(Pair("a", "1"), Pair("c", "upper"), Pair("e", "5")));
  EXPECT_THAT(ReadAll(lower), ElementsAre(Pair("a", "1"), Pair("b", "lower"), Pair("e", "5")));
}

// A base that breaks off after its first row.
class BrokenReader final : public Reader {
 public:
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view) const override { return absl::DataLossError("broken"); }
  std::unique_ptr<Iterator> Scan(absl::string_view, absl::string_view) const override {
    class BrokenIterator final : public Iterator {
     public:
      bool Valid() const override { return !broken_; }
      void Next() override { broken_ = true; }
      absl::string_view key() const override { return "a"; }
      absl::string_view value() const override { return "1"; }
      absl::Status status() const override { return broken_ ? absl::DataLossError("broken") : absl::OkStatus(); }

     private:
      bool broken_ = false;
    };
    return std::make_unique<BrokenIterator>();
  }
};

TEST(OverlayFaultTest, FaultOfTheBaseEndsTheScan) {
  BrokenReader base;
  Overlay overlay(&base);
  overlay.Put("b", "2");
  EXPECT_EQ(overlay.Get("a").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*overlay.Get("b"), "2");
  std::unique_ptr<Iterator> scan = overlay.Scan("", "");
  ASSERT_TRUE(scan->Valid());
  EXPECT_EQ(scan->key(), "a");
  scan->Next();
  EXPECT_FALSE(scan->Valid()) << "rows behind a fault would pretend that nothing is missing";
  EXPECT_EQ(scan->status().code(), absl::StatusCode::kDataLoss);
}

Rows RangeOf(const Model& model, const std::string& begin, const std::string& end) {
  Rows rows;
  for (auto row = model.lower_bound(begin); row != model.end() && (end.empty() || row->first < end); ++row) {
    rows.emplace_back(*row);
  }
  return rows;
}

TEST_F(OverlayTest, BehavesLikeAMap) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  Model model = {{"a", "1"}, {"c", "3"}, {"e", "5"}};
  // One to three letters of four: neighbours, prefixes and repeats are frequent.
  const auto any_key = [&random] {
    std::string key(1 + random() % 3, '\0');
    for (char& letter : key) {
      letter = "ab\0\xff"[random() % 4];
    }
    key.front() = "abce"[random() % 4];
    return key;
  };
  for (int round = 0; round < 200; ++round) {
    base_ = store_->TakeSnapshot();
    Overlay overlay(base_.get());
    for (int step = 0; step < 50; ++step) {
      const std::string key = any_key();
      switch (random() % 4) {
        case 0:
          overlay.Delete(key);
          model.erase(key);
          break;
        case 1:
          overlay.Put(key, absl::StrCat(round, ".", step));
          model[key] = absl::StrCat(round, ".", step);
          break;
        case 2: {
          auto row = model.find(key);
          ASSERT_EQ(*overlay.Get(key), row == model.end() ? std::nullopt : std::make_optional(row->second));
          break;
        }
        default: {
          const std::string begin = random() % 4 == 0 ? "" : key;
          const std::string end = random() % 4 == 0 ? "" : any_key();
          ASSERT_EQ(ReadAll(overlay, begin, end), RangeOf(model, begin, end)) << "round " << round << " step " << step;
        }
      }
    }
    if (random() % 5 == 0) {
      model.clear();
      for (const auto& row : ReadAll(*base_)) {
        model.insert(row);  // the overlay is thrown away
      }
    } else {
      Commit(overlay.Release()->Sorted());
    }
    ASSERT_EQ(ReadAll(*store_->TakeSnapshot()), Rows(model.begin(), model.end())) << "round " << round;
  }
}

}  // namespace
}  // namespace timebank::store
