// Clients that keep a bank busy: records, confirmations, batches and holds, right and wrong ones, each with a request id
// that is written down before it is sent.
#ifndef TIMEBANK_CRASH_LOAD_H_
#define TIMEBANK_CRASH_LOAD_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/history.h"
#include "tests/e2e/client.h"
#include "timebank/v1/record.pb.h"

namespace timebank::crash {

inline constexpr int kVolunteersPerClient = 4;

// One client with volunteers of its own, so that it knows which of its requests the rules must take. One thread at a time.
class LoadClient {
 public:
  // Works on members E{first} and following of `bank`, a bank of e2e::MakeSmallBank; E1 is who they serve.
  LoadClient(std::string bank, int index, unsigned seed);

  // Sends one request after the other until `stop` is set or an answer does not come.
  void Run(const e2e::Client& client, const std::atomic<bool>& stop);

  const History& history() const { return history_; }
  // Sends everything again from the request on that was the first of the last Run, or from the first of all.
  void Repeat(const e2e::Client& client, bool all) { history_.Repeat(client, all ? 0 : run_begin_); }
  // Of the last Run.
  size_t sent() const { return history_.attempts().size() - run_begin_; }

 private:
  // A record that waits for confirmation, and who has to confirm it next.
  struct Waiting {
    std::string name;
    bool late = false;
  };

  // Each sends one request; false when no answer came.
  bool Record(const e2e::Client& client);
  bool WrongRecord(const e2e::Client& client);
  bool Batch(const e2e::Client& client);
  bool Confirm(const e2e::Client& client);
  bool PlaceHold(const e2e::Client& client);
  bool CloseHold(const e2e::Client& client);

  std::string NextId();
  // Half an hour that is free so far: later ones lie further in the past.
  v1::CreateRecordRequest NextRecord();
  void Note(const v1::CreateRecordResponse& response);

  const std::string bank_;
  const int index_;
  const unsigned seed_;
  std::mt19937 random_;
  History history_;
  size_t run_begin_ = 0;
  int requests_ = 0;
  int records_ = 0;
  std::vector<Waiting> waiting_;
  std::vector<std::string> holds_;
};

// Clients running side by side, each in a thread and on a connection of its own, while it lives.
class Load {
 public:
  Load(std::vector<std::unique_ptr<LoadClient>>* clients, const std::string& address);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

 private:
  struct Threads;
  std::atomic<bool> stop_ = false;
  std::unique_ptr<Threads> threads_;
};

// Repeat() of all clients, side by side.
void RepeatAll(std::vector<std::unique_ptr<LoadClient>>* clients, const std::string& address, bool all);

}  // namespace timebank::crash

#endif  // TIMEBANK_CRASH_LOAD_H_
