#include "service/rpc/unread.h"

#include "service/rpc/call.h"

namespace timebank::rpc {

void Unread::GiveUp(Moment now) {
  for (const auto& [begun, call] : calls_) {
    if (now - begun < kPatience) {
      break;
    }
    // Ends its reading, with which it leaves the list.
    call->context()->TryCancel();
  }
}

}  // namespace timebank::rpc
