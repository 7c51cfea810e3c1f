// Every bound, one line each. Those that the API names are part of its contract.
#ifndef TIMEBANK_MODEL_LIMITS_H_
#define TIMEBANK_MODEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace timebank::model::limits {

inline constexpr size_t kBatchItems = 1000;               // items of one batch call
inline constexpr size_t kPageDefault = 50;                // rows of a page when none is asked for
inline constexpr size_t kPageMost = 1000;                 // rows of a page
inline constexpr size_t kPageScanMost = 20000;            // rows looked at for one page of a filtered list
inline constexpr size_t kMessageBytes = size_t{4} << 20;  // one request or response
inline constexpr size_t kQueuedCommands = 65536;          // accepted and not yet answered
inline constexpr size_t kGroupCommands = 4096;            // commands of one commit
inline constexpr size_t kStatisticsRows = 1000;           // of one statistic
inline constexpr size_t kWaitingReports = 16;             // accepted and not yet answered
inline constexpr size_t kDueBatch = 256;                  // due commands that the scheduler submits at once

inline constexpr size_t kRequestIdBytes = 64;
inline constexpr size_t kActorBytes = 64;
inline constexpr size_t kBankIdLeast = 2;
inline constexpr size_t kBankIdMost = 20;
inline constexpr size_t kCodeBytes = 32;   // of scopes and centres
inline constexpr size_t kNameChars = 100;  // of people, banks, scopes, centres; characters, not bytes
inline constexpr size_t kExternalNumberBytes = 32;
inline constexpr size_t kPhoneBytes = 20;
inline constexpr size_t kAddressChars = 200;
inline constexpr size_t kCategoryChars = 32;
inline constexpr size_t kNoteChars = 500;
inline constexpr size_t kReasonChars = 200;
inline constexpr size_t kRuleChanges = 100;      // of one version
inline constexpr size_t kCategoryWeights = 200;  // of a bank
inline constexpr size_t kKinshipsPerMember = 50;
inline constexpr int64_t kStockMost = 1000000000;
inline constexpr int64_t kRewardLimitMost = 1000000;
inline constexpr int64_t kOrderQuantityMost = 1000;  // of one reward in one order
inline constexpr int kCampaigns = 500;               // of a bank, ended ones included
inline constexpr int64_t kCampaignPercentMost = 1000;
inline constexpr int64_t kForewarningDays = 3660;  // how far ahead the list of points that expire looks
inline constexpr size_t kProxyCategories = 20;     // kinds of care that one proxy may order
inline constexpr size_t kProxiesOfMember = 200;    // on either side, revoked ones included
inline constexpr size_t kRecurringOfMember = 500;  // paid for by her or for her, ended ones included
inline constexpr int kSkippedWeeks = 52;           // of a recurring order, that are remembered
inline constexpr int kObjections = 20;             // open at once, to one record, order or star application
inline constexpr int64_t kScoreMost = 5;           // of an evaluation, from 1
inline constexpr int64_t kScopeDistanceMost = 20;  // steps in the tree of scopes that a board looks around
inline constexpr size_t kSuggestCenters = 50;      // centres whose volunteers are considered for one order
inline constexpr int kSuggestDays = 180;           // how far back their services are looked at
inline constexpr size_t kSuggestScanMost = 20000;  // services looked at for one order
inline constexpr size_t kSuggestMembers =
    20000;  // members looked at for one order, who registered last, if they served at all
inline constexpr size_t kSuggestNewcomers = 200;      // of those without a service lately, at most so many are considered
inline constexpr int64_t kGrantMonthlyMost = 100000;  // minutes of one grant a month
inline constexpr size_t kCalendarDays = 100;          // that one request lists
inline constexpr size_t kStarNumberChars = 40;        // number of an award

inline constexpr size_t kReversalRecords = 1000;     // of one reversal of many
inline constexpr size_t kReversalScanMost = 500000;  // records looked at for one selection
inline constexpr size_t kSimulatedRecords = 200000;  // services that one try-out of rules banks again

inline constexpr int kBindingsOfPrincipal = 50;                         // revoked ones not counted
inline constexpr int64_t kTokenSecondsLeast = 60;                       // how long a token is accepted
inline constexpr int64_t kTokenSecondsMost = int64_t{366} * 24 * 3600;  // likewise
inline constexpr int64_t kTokenOverlapMost = int64_t{30} * 24 * 3600;  // of a token and the one that replaces it, in seconds
inline constexpr size_t kTokenPurposeChars = 100;                      // what a token is for

inline constexpr int64_t kRevealOpenMinutes = 10;  // how long the same request shows a member in the clear again
inline constexpr int64_t kExportOpenMinutes = 60;  // how long the pages of a copy can be read

inline constexpr uint64_t kMembersPerBank = 99999999;  // eight digits of the member number
inline constexpr int64_t kAmountMost = 1000000000;     // minutes or points in one request
inline constexpr int64_t kServiceMinutesMost = 1440;   // one service
inline constexpr int kYearLeast = 1900;
inline constexpr int kYearMost = 2200;

}  // namespace timebank::model::limits

#endif  // TIMEBANK_MODEL_LIMITS_H_
