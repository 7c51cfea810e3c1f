// A bank with two towns that have nothing to do with each other, one of each kind of thing in either, and somebody in every role.
#ifndef TIMEBANK_SECURITY_TWO_TOWNS_H_
#define TIMEBANK_SECURITY_TWO_TOWNS_H_

#include <map>
#include <string>

#include "tests/e2e/client.h"
#include "timebank/v1/access.pb.h"

namespace timebank::security {

inline constexpr char kBank[] = "banks/towns";

// The things of one town: full names of resources by collection, codes and numbers by themselves.
struct Town {
  std::map<std::string, std::string> names;  // "records" -> "banks/towns/records/17"
  std::string center;
  std::string community;
  std::string district;
  std::string city;
  std::string province;
  std::string member;  // number of the volunteer, who serves the elder
  std::string elder;
  int64_t binding = 0;  // of names["principals"], a clerk with a role over the district
  std::string agent;    // bound proxy of `member`
};

// Makes the bank and both towns through a server that trusts everybody and lives in the past, kDaysAgo days ago: a star takes its time. A
// failure of the test says what did not work.
void MakeTowns(const e2e::Client& client, Town* one, Town* other);
inline constexpr int kDaysAgo = 20;
// Ends the notice's time: awards the star of a town. Through a server that trusts everybody and lives today.
void AwardStar(const e2e::Client& client, Town* town);

// The token of a principal, made with the token of an administrator.
std::string MakeToken(const e2e::Client& client, const std::string& administrator, const std::string& principal);

// Gives a role; an empty scope is the whole bank.
void GiveRole(const e2e::Client& client, const std::string& administrator, const std::string& principal, v1::Role role,
              const std::string& scope);

// The first line of a file.
std::string LineOf(const std::string& path);

}  // namespace timebank::security

#endif  // TIMEBANK_SECURITY_TWO_TOWNS_H_
