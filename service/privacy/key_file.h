// The one secret of a data folder.
#ifndef TIMEBANK_PRIVACY_KEY_FILE_H_
#define TIMEBANK_PRIVACY_KEY_FILE_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace timebank::privacy {

using Key = std::array<uint8_t, 32>;

// As Sealer::Open() says.
absl::StatusOr<Key> ReadOrMakeKey(const std::string& path, bool create);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_KEY_FILE_H_
