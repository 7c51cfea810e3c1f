// The same empty service, served in two ways. What timebankd could be built on, without what it does.
#ifndef TIMEBANK_TESTS_BENCHMARK_ECHO_SERVER_H_
#define TIMEBANK_TESTS_BENCHMARK_ECHO_SERVER_H_

#include <string>

namespace timebank::benchmark {

// Both serve EchoService on `address` ("unix:PATH" or "127.0.0.1:PORT"), print "listening on ADDRESS" when they do, and
// return only when the address cannot be served on (false).

// gRPC's callback API with its own threads.
bool ServeWithCallbacks(const std::string& address);

// One completion queue, served by the calling thread alone.
bool ServeWithQueue(const std::string& address);

}  // namespace timebank::benchmark

#endif  // TIMEBANK_TESTS_BENCHMARK_ECHO_SERVER_H_
