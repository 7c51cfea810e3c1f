// The RPC behind a request: each has a request type of its own.
#ifndef TIMEBANK_RPC_METHOD_OF_H_
#define TIMEBANK_RPC_METHOD_OF_H_

#include <google/protobuf/descriptor.h>

namespace timebank::rpc {

// REQUIRES: the file of the request has an RPC that takes it.
const google::protobuf::MethodDescriptor& MethodOf(const google::protobuf::Descriptor& request);

}  // namespace timebank::rpc

#endif  // TIMEBANK_RPC_METHOD_OF_H_
