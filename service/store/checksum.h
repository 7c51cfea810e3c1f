// CRC-32C (Castagnoli, reflected), as in iSCSI and in RocksDB's files.
#ifndef TIMEBANK_STORE_CHECKSUM_H_
#define TIMEBANK_STORE_CHECKSUM_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace timebank::store {

// Of the empty string 0; of "123456789" 0xE3069283.
uint32_t Crc32c(absl::string_view bytes);

// The same without the processor's instruction for it; Crc32c takes it where there is none.
uint32_t PortableCrc32c(absl::string_view bytes);

}  // namespace timebank::store

#endif  // TIMEBANK_STORE_CHECKSUM_H_
