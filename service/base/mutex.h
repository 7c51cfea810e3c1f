// The lock of the house. In service it is absl::Mutex, which wakes a waiting thread only when its condition holds. Debian's Abseil is
// built without the thread sanitizer, which therefore sees no order in what it locks and takes every guarded field for a race; under that
// sanitizer a plain lock of the standard library stands in its place, with the same words, so that our own use of locks can be judged.
#ifndef TIMEBANK_BASE_MUTEX_H_
#define TIMEBANK_BASE_MUTEX_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TIMEBANK_PLAIN_MUTEX 1
#endif
#endif

#ifdef TIMEBANK_PLAIN_MUTEX
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#endif

namespace timebank::base {

#ifdef TIMEBANK_PLAIN_MUTEX

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  // Wakes every waiting thread: each looks at its own condition again. While still locked, since who is woken may destroy this.
  void Unlock() ABSL_UNLOCK_FUNCTION() {
    changed_.notify_all();
    mutex_.unlock();
  }
  void ReaderLock() ABSL_SHARED_LOCK_FUNCTION() { mutex_.lock_shared(); }
  void ReaderUnlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock_shared(); }
  // Waits, unlocked, until the condition holds. REQUIRES: locked by this thread, not for reading only.
  void Await(const absl::Condition& condition) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    changed_.notify_all();
    changed_.wait(mutex_, [&condition] { return condition.Eval(); });
  }
  // Likewise, for at most `timeout`; whether the condition holds.
  bool AwaitWithTimeout(const absl::Condition& condition, absl::Duration timeout) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    changed_.notify_all();
    return changed_.wait_for(mutex_, absl::ToChronoNanoseconds(timeout), [&condition] { return condition.Eval(); });
  }

 private:
  std::shared_mutex mutex_;
  std::condition_variable_any changed_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) { mutex_->Lock(); }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

class ABSL_SCOPED_LOCKABLE ReaderMutexLock {
 public:
  explicit ReaderMutexLock(Mutex* mutex) ABSL_SHARED_LOCK_FUNCTION(mutex) : mutex_(mutex) { mutex_->ReaderLock(); }
  ~ReaderMutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->ReaderUnlock(); }
  ReaderMutexLock(const ReaderMutexLock&) = delete;
  ReaderMutexLock& operator=(const ReaderMutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

#else

using Mutex = absl::Mutex;
using MutexLock = absl::MutexLock;
using ReaderMutexLock = absl::ReaderMutexLock;

#endif

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_MUTEX_H_
