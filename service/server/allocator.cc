// jemalloc's settings, read by it before main(): huge pages, since a page fault of the ordinary size costs 12 us on small
// machines and the memtables are many of them. A commit took half the processor time with these (service/store measured
// 18-26 us a command against 10-11). Memory that is freed is filled with a pattern at once, so that the names, numbers and keys that went
// through it do not stay for whoever gets to see the process's memory, or an image of it.
#include "service/server/allocator.h"

extern "C" {
// The name is jemalloc's.
const char* malloc_conf = "thp:always,metadata_thp:auto,junk:free";
}

namespace timebank::server {

const char* AllocatorSettings() { return malloc_conf; }

}  // namespace timebank::server
