#include "service/rpc/report_thread.h"

#include <utility>

#include "service/base/thread_name.h"
#include "service/model/limits.h"

namespace timebank::rpc {

ReportThread::ReportThread() : thread_([this] { Run(); }) {}

bool ReportThread::Take(std::function<void()> work) {
  const base::MutexLock lock(&mutex_);
  if (stopping_ || waiting_.size() >= model::limits::kWaitingReports) {
    return false;
  }
  waiting_.push_back(std::move(work));
  return true;
}

void ReportThread::Stop() {
  {
    const base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  const base::MutexLock lock(&join_mutex_);
  if (thread_.joinable()) {
    thread_.join();
  }
}

void ReportThread::Run() {
  base::NameThisThread("reports");
  while (true) {
    std::function<void()> work;
    {
      const base::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &ReportThread::MayWake));
      if (waiting_.empty()) {
        return;
      }
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace timebank::rpc
