// Names for threads, so that a person looking at the process sees which one is busy.
#ifndef TIMEBANK_BASE_THREAD_NAME_H_
#define TIMEBANK_BASE_THREAD_NAME_H_

#include <pthread.h>

namespace timebank::base {

// Names the calling thread. At most 15 characters; a longer name has no effect.
inline void NameThisThread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_THREAD_NAME_H_
