#include "service/store/working_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
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

constexpr size_t kAmple = 1 << 20;

Rows ReadAll(const Reader& reader, absl::string_view begin = "", absl::string_view end = "") {
  Rows rows;
  std::unique_ptr<Iterator> scan = reader.Scan(begin, end);
  for (; scan->Valid(); scan->Next()) {
    rows.emplace_back(scan->key(), scan->value());
  }
  EXPECT_TRUE(scan->status().ok()) << scan->status();
  return rows;
}

std::vector<std::pair<std::string, std::optional<std::string>>> OperationsOf(const WriteBatch& batch) {
  std::vector<std::pair<std::string, std::optional<std::string>>> operations;
  for (size_t i = 0; i < batch.size(); ++i) {
    const WriteBatch::Operation operation = batch.operation(i);
    operations.emplace_back(operation.key, std::nullopt);
    if (operation.value.has_value()) {
      operations.back().second.emplace(*operation.value);
    }
  }
  return operations;
}

class WorkingRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    fence_ = *store_->Acquire();
    ASSERT_TRUE(store_->Commit(WriteBatch(fence_.epoch, 1, {{"a", "1"}, {"c", "3"}, {"e", "5"}}), fence_).ok());
  }

  // On a snapshot of all that is committed.
  void Begin(WorkingRows& rows) {
    base_ = store_->TakeSnapshot();
    rows.Begin(base_.get(), next_);
  }
  WriteBatch Finish(WorkingRows& rows) {
    next_ += rows.written() ? 1 : 0;
    return rows.Finish(fence_.epoch);
  }

  std::unique_ptr<Store> store_ = MakeMemoryStore();
  Fence fence_;
  std::unique_ptr<Snapshot> base_;
  uint64_t next_ = 2;
};

TEST_F(WorkingRowsTest, ReadsThroughToTheSnapshot) {
  WorkingRows rows(kAmple);
  Begin(rows);
  EXPECT_EQ(*rows.Get("a"), "1");
  EXPECT_EQ(*rows.Get("b"), std::nullopt);
  EXPECT_THAT(ReadAll(rows), ElementsAre(Pair("a", "1"), Pair("c", "3"), Pair("e", "5")));
  EXPECT_FALSE(rows.written());
  EXPECT_THAT(OperationsOf(Finish(rows)), IsEmpty());
}

TEST_F(WorkingRowsTest, ItsOwnWordCounts) {
  WorkingRows rows(kAmple);
  Begin(rows);
  rows.Put("c", "new");
  rows.Put("d", "");
  rows.Delete("a");
  rows.Delete("z");
  EXPECT_EQ(*rows.Get("c"), "new");
  EXPECT_EQ(*rows.Get("d"), "");
  EXPECT_EQ(*rows.Get("a"), std::nullopt);
  EXPECT_THAT(ReadAll(rows), ElementsAre(Pair("c", "new"), Pair("d", ""), Pair("e", "5")));
  EXPECT_THAT(ReadAll(rows, "d", "e"), ElementsAre(Pair("d", "")));
  EXPECT_THAT(ReadAll(rows, "e", "c"), IsEmpty());
  EXPECT_THAT(ReadAll(*base_), ElementsAre(Pair("a", "1"), Pair("c", "3"), Pair("e", "5")));
}

TEST_F(WorkingRowsTest, TheLastWordOnAKeyStandsWhereTheFirstDid) {
  WorkingRows rows(kAmple);
  Begin(rows);
  rows.Put("x", "1");
  rows.Delete("b");
  rows.Put("b", "1");
  rows.Delete("x");
  rows.Put("b", "2");
  rows.Put("a", "0");
  EXPECT_TRUE(rows.written());
  EXPECT_THAT(OperationsOf(Finish(rows)), ElementsAre(Pair("x", std::nullopt), Pair("b", "2"), Pair("a", "0")));
  Begin(rows);
  EXPECT_FALSE(rows.written()) << "a group writes what it wrote itself";
}

// The point of it: a second look does not reach the snapshot, not even for what is absent.
TEST_F(WorkingRowsTest, AsksTheSnapshotOnce) {
  class Counting final : public Snapshot {
   public:
    absl::StatusOr<std::optional<std::string>> Get(absl::string_view) const override {
      ++gets;
      return std::optional<std::string>();
    }
    std::unique_ptr<Iterator> Scan(absl::string_view, absl::string_view) const override { return nullptr; }
    uint64_t position() const override { return 1; }
    mutable int gets = 0;
  };
  const Counting snapshot;
  WorkingRows rows(kAmple);
  rows.Begin(&snapshot, 2);
  EXPECT_EQ(*rows.Get("absent"), std::nullopt);
  EXPECT_EQ(*rows.Get("absent"), std::nullopt);
  EXPECT_EQ(snapshot.gets, 1);
  rows.Put("absent", "present");
  rows.Put("unseen", "value");
  EXPECT_EQ(*rows.Get("absent"), "present");
  EXPECT_EQ(*rows.Get("unseen"), "value");
  EXPECT_EQ(snapshot.gets, 1);
}

TEST_F(WorkingRowsTest, ForgetsWhatWasNotUsedLately) {
  WorkingRows rows(2000);
  for (int round = 0; round < 50; ++round) {
    Begin(rows);
    EXPECT_EQ(*rows.Get("a"), "1");
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(*rows.Get(absl::StrCat("absent", round, ".", i)), std::nullopt);
    }
    EXPECT_LT(rows.size(), 60u);
  }
}

// A snapshot that breaks off after its first row.
class BrokenSnapshot final : public Snapshot {
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
  uint64_t position() const override { return 0; }
};

TEST(WorkingRowsFaultTest, FaultOfTheSnapshotEndsTheScan) {
  const BrokenSnapshot snapshot;
  WorkingRows rows(kAmple);
  rows.Begin(&snapshot, 1);
  rows.Put("b", "2");
  EXPECT_EQ(rows.Get("a").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(rows.Get("a").status().code(), absl::StatusCode::kDataLoss) << "a fault is not remembered as an absence";
  EXPECT_EQ(*rows.Get("b"), "2");
  std::unique_ptr<Iterator> scan = rows.Scan("", "");
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

// Groups that are committed late, rows that are forgotten early: it never differs from a map.
TEST_F(WorkingRowsTest, BehavesLikeAMap) {
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
  WorkingRows rows(4000);
  std::deque<WriteBatch> finished;  // not yet committed
  const auto commit_to = [&](size_t left) {
    for (; finished.size() > left; finished.pop_front()) {
      ASSERT_TRUE(store_->Commit(std::move(finished.front()), fence_).ok());
    }
  };
  for (int round = 0; round < 300; ++round) {
    Begin(rows);
    for (int step = 0; step < 50; ++step) {
      const std::string key = any_key();
      switch (random() % 4) {
        case 0:
          rows.Delete(key);
          model.erase(key);
          break;
        case 1:
          rows.Put(key, absl::StrCat(round, ".", step));
          model[key] = absl::StrCat(round, ".", step);
          break;
        case 2: {
          auto row = model.find(key);
          ASSERT_EQ(*rows.Get(key), row == model.end() ? std::nullopt : std::make_optional(row->second));
          break;
        }
        default: {
          const std::string begin = random() % 4 == 0 ? "" : key;
          const std::string end = random() % 4 == 0 ? "" : any_key();
          ASSERT_EQ(ReadAll(rows, begin, end), RangeOf(model, begin, end)) << "round " << round << " step " << step;
        }
      }
      if (random() % 40 == 0) {
        commit_to(0);  // while the group goes on
      }
    }
    finished.push_back(Finish(rows));
    commit_to(random() % 3);
  }
  commit_to(0);
  EXPECT_EQ(ReadAll(*store_->TakeSnapshot()), Rows(model.begin(), model.end()));
}

}  // namespace
}  // namespace timebank::store
