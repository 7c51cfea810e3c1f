// Units and ids. Each is a type of its own: minutes do not add to points, a record is not a member.
#ifndef TIMEBANK_MODEL_IDS_H_
#define TIMEBANK_MODEL_IDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/strong_int.h"

namespace timebank::model {

using Minutes = base::StrongInt<struct MinutesTag, int64_t>;
using Points = base::StrongInt<struct PointsTag, int64_t>;

// Minutes since 1970-01-01T00:00Z: begin and end of a service.
using Minute = base::StrongInt<struct MinuteTag, int64_t>;
// Days since 1970-01-01 of a local date (base/civil.h).
using Day = base::StrongInt<struct DayTag, int32_t>;
// Microseconds since 1970-01-01T00:00Z: when the sequencer took a command.
using RecordTime = base::StrongInt<struct RecordTimeTag, int64_t>;

// Place of an entry in its bank's journal, from 1 without gaps.
using Sequence = base::StrongInt<struct SequenceTag, uint64_t>;

// Ids count from 1 within a bank; 0 is nobody. A record, a kinship and a hold are named by the sequence of the entry that created them.
using ScopeId = base::StrongInt<struct ScopeIdTag, uint64_t>;
using CenterId = base::StrongInt<struct CenterIdTag, uint64_t>;
using MemberId = base::StrongInt<struct MemberIdTag, uint64_t>;
using KinshipId = base::StrongInt<struct KinshipIdTag, uint64_t>;
using RecordId = base::StrongInt<struct RecordIdTag, uint64_t>;
using HoldId = base::StrongInt<struct HoldIdTag, uint64_t>;
using RewardId = base::StrongInt<struct RewardIdTag, uint64_t>;
using RewardOrderId = base::StrongInt<struct RewardOrderIdTag, uint64_t>;
using CampaignId = base::StrongInt<struct CampaignIdTag, uint64_t>;

// The local day on which a minute or a moment lies.
Day DayOf(Minute minute);
Day DayOf(RecordTime time);

// The first instant of a local day.
RecordTime StartOf(Day day);

// "V", eight digits of the id, and the check digit of ISO 7064 MOD 11,10 over those eight digits.
// REQUIRES: 1 <= id <= limits::kMembersPerBank.
std::string MemberNumber(MemberId id);

// The id behind a member number; MemberId(0) when the text has another form or a wrong check digit.
MemberId ParseMemberNumber(absl::string_view text);

}  // namespace timebank::model

#endif  // TIMEBANK_MODEL_IDS_H_
