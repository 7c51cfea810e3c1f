// A bank with one centre and some members, made through the API; and requests on it.
#ifndef TIMEBANK_E2E_SMALL_BANK_H_
#define TIMEBANK_E2E_SMALL_BANK_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/e2e/client.h"
#include "timebank/v1/account.pb.h"
#include "timebank/v1/record.pb.h"

namespace timebank::e2e {

// "banks/{id}" with the centre "c" and members E1, E2, … of the name 会员1, 会员2, …, all born in 1950. Request ids begin
// with the bank's id. `actor` did it all.
void MakeSmallBank(const Client& client, const std::string& id, int members, const std::string& actor = "wang");

// Seconds since 1970 of a local time in China, `days` days before today.
int64_t LocalSeconds(int days, int hour, int minute);
// YYYY-MM-DD of that day.
std::string LocalDate(int days);

// 10:00 to 11:00 of the day `days` days ago, E{volunteer} for E{beneficiary}.
v1::CreateRecordRequest RecordRequest(const std::string& bank, const std::string& request_id, int volunteer, int beneficiary,
                                      int days);

// Every entry of a bank's journal.
std::vector<v1::Entry> Journal(const Client& client, const std::string& bank);

// Checks, with a failure for each thing that does not hold: sequences from 1 without a gap, times that never go back,
// postings that sum to zero per asset, no request id twice; and for every owner that is a member, that balance and passbook
// are the sums of the postings.
void CheckJournal(const Client& client, const std::string& bank, const std::vector<v1::Entry>& journal);

}  // namespace timebank::e2e

#endif  // TIMEBANK_E2E_SMALL_BANK_H_
