// Calls whose request is not there yet.
#ifndef TIMEBANK_RPC_UNREAD_H_
#define TIMEBANK_RPC_UNREAD_H_

#include <chrono>
#include <list>
#include <utility>

namespace timebank::rpc {

class Call;

// In the order in which their reading began. Thread of the queue.
class Unread {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  using List = std::list<std::pair<Moment, Call*>>;
  using Place = List::iterator;

  Place Add(Call* call) { return calls_.insert(calls_.end(), {std::chrono::steady_clock::now(), call}); }
  void Remove(Place place) { calls_.erase(place); }

  // Gives up the calls whose request is not there after kPatience: who sends it byte by byte would hold what is there of it for as long as
  // she likes.
  void GiveUp(Moment now);

 private:
  static constexpr std::chrono::seconds kPatience{60};
  List calls_;
};

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_UNREAD_H_
