// Text about a member that must not stand in the journal.
#ifndef TIMEBANK_MODEL_PRIVATE_TEXT_H_
#define TIMEBANK_MODEL_PRIVATE_TEXT_H_

#include <array>
#include <cstdint>
#include <string>

#include "service/model/ids.h"

namespace timebank::model {

using Digest = std::array<uint8_t, 32>;

// Text that may be personal (a note, why an elder is in need, whose consent a child has) never stands in the journal: the entry holds only
// Digest = SHA-256(salt || text); salt and text stand beside it, sealed under the key of the member whom they are about, and can be erased.
struct PrivateText {
  std::string text;    // in the clear: only on its way through the edge, which empties it
  std::string sealed;  // opaque here; empty when there is no text
  Digest digest{};
  MemberId about;  // whose key sealed it; 0: the edge found nobody, and sealed nothing
};

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_PRIVATE_TEXT_H_
