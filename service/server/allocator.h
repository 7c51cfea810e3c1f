// Settings of the allocator that the server is linked with.
#ifndef TIMEBANK_SERVER_ALLOCATOR_H_
#define TIMEBANK_SERVER_ALLOCATOR_H_

namespace timebank::server {

// For the log line at start; calling it also makes the linker keep the settings. Static storage.
const char* AllocatorSettings();

}  // namespace timebank::server

#endif  // TIMEBANK_SERVER_ALLOCATOR_H_
