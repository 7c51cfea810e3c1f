// jemalloc's settings, read by it before main(): huge pages, since a page fault of the ordinary size costs 12 us on small
// machines and the memtables are many of them. A commit took half the processor time with these (service/store measured
// 18-26 us a command against 10-11).
#include "service/server/allocator.h"

extern "C" {
// The name is jemalloc's.
const char* malloc_conf = "thp:always,metadata_thp:auto";
}

namespace timebank::server {

const char* AllocatorSettings() { return malloc_conf; }

}  // namespace timebank::server
