// Reads that take too long for the thread of the queue, which has all calls to serve.
#ifndef TIMEBANK_RPC_REPORT_THREAD_H_
#define TIMEBANK_RPC_REPORT_THREAD_H_

#include <atomic>
#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "service/base/mutex.h"

namespace timebank::rpc {

// One thread that does one piece of work after the other, first come, first served, so that reports never take more than one
// processor. Thread-safe.
class ReportThread {
 public:
  ReportThread();
  ~ReportThread() { Stop(); }

  // Has `work` done. False, and it is not done, when limits::kWaitingReports wait already or after Stop().
  bool Take(std::function<void()> work);

  // Work that takes long asks now and then, and ends when this is true.
  bool stopping() const { return stopping_; }

  // Ends the thread once all that was taken is done. May be called again.
  void Stop();

 private:
  void Run();
  bool MayWake() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !waiting_.empty(); }

  std::atomic<bool> stopping_{false};  // written with the mutex held
  base::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  base::Mutex join_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(join_mutex_);  // last: it uses all of the above
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_REPORT_THREAD_H_
