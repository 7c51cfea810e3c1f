// Service records.
#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "service/base/coding.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/record_life.h"
#include "service/ledger/record_proto.h"
#include "service/queries/lookup.h"
#include "service/queries/queries.h"
#include "service/queries/walk.h"

namespace timebank::queries {

namespace keys = ledger::keys;
namespace rec = ledger::rec;

namespace {

model::Day FirstDay(const RecordFilter& filter) {
  return filter.from.value_or(model::Day(std::numeric_limits<int32_t>::min()));
}
// The day after the last, so that it ends a range.
model::Day EndDay(const RecordFilter& filter) {
  const model::Day last = filter.to.value_or(model::Day(std::numeric_limits<int32_t>::max() - 1));
  return model::Day(last.value() + 1);
}

std::string FilterText(absl::string_view bank, absl::string_view kind, uint64_t id, const RecordFilter& filter) {
  return absl::StrCat("records/", bank, "/", kind, "/", id, "/", FirstDay(filter).value(), "/", EndDay(filter).value(), "/",
                      filter.state.has_value() ? static_cast<int>(*filter.state) : 0);
}

absl::StatusOr<Page<RecordView>> OfCenter(Lookup& lookup, model::CenterId center, const RecordFilter& filter,
                                          const PageRequest& page) {
  std::vector<KeyRange> ranges;
  for (const bool open : {true, false}) {
    if (!filter.state.has_value() || ledger::IsOpen(*filter.state) == open) {
      ranges.push_back({keys::CenterDay(lookup.bank(), center, open, FirstDay(filter)),
                        keys::CenterDay(lookup.bank(), center, open, EndDay(filter))});
    }
  }
  return WalkRanges<RecordView>(
      lookup.reader(), ranges, FilterText(lookup.bank(), "center", center.value(), filter), page,
      [&](absl::string_view key, absl::string_view, std::vector<RecordView>& rows) -> absl::Status {
        TB_ASSIGN_OR_RETURN(RecordView view, lookup.Record(model::RecordId(keys::LastId(key))));
        if (!filter.state.has_value() || view.state == *filter.state) {
          rows.push_back(std::move(view));
        }
        return absl::OkStatus();
      });
}

// Where a page of a volunteer's records goes on: the key of a day and a place in it.
struct DayPlace {
  std::string key;
  uint32_t slot = 0;
};

absl::StatusOr<DayPlace> ReadDayPlace(absl::string_view filter, absl::string_view token, std::string begin) {
  TB_ASSIGN_OR_RETURN(const std::string place, ReadPageToken(filter, token));
  if (place.empty()) {
    return DayPlace{std::move(begin), 0};
  }
  DayPlace result;
  absl::string_view bytes = place;
  if (!base::ConsumeUint32(&bytes, &result.slot)) {
    return absl::InvalidArgumentError("page_token is not one of this list and filter");
  }
  result.key = std::string(bytes);
  return result;
}

// By time of day; slots lie in the order in which they were recorded.
std::vector<uint64_t> ByStart(const rec::VolunteerDay& day) {
  std::vector<std::pair<int64_t, uint64_t>> starts;
  for (const rec::Slot& slot : day.slots()) {
    starts.emplace_back(slot.start(), slot.record());
  }
  std::sort(starts.begin(), starts.end());
  std::vector<uint64_t> ids;
  for (const auto& [start, id] : starts) {
    ids.push_back(id);
  }
  return ids;
}

absl::StatusOr<Page<RecordView>> OfVolunteer(Lookup& lookup, model::MemberId volunteer, const RecordFilter& filter,
                                             const PageRequest& page) {
  const std::string text = FilterText(lookup.bank(), "volunteer", volunteer.value(), filter);
  const std::string end = keys::VolunteerDay(lookup.bank(), volunteer, EndDay(filter));
  TB_ASSIGN_OR_RETURN(DayPlace place,
                      ReadDayPlace(text, page.token, keys::VolunteerDay(lookup.bank(), volunteer, FirstDay(filter))));
  Page<RecordView> result;
  size_t looked_at = 0;
  auto it = lookup.reader().Scan(place.key, end);
  for (; it->Valid(); it->Next(), place.slot = 0) {
    TB_ASSIGN_OR_RETURN(const rec::VolunteerDay day, ParseRow<rec::VolunteerDay>(it->value()));
    const std::vector<uint64_t> ids = ByStart(day);
    for (uint32_t slot = place.slot; slot < ids.size(); ++slot) {
      if (result.rows.size() >= page.size || ++looked_at > model::limits::kPageScanMost) {
        std::string next;
        base::AppendUint32(&next, slot);
        result.next = MakePageToken(text, absl::StrCat(next, it->key()));
        return result;
      }
      TB_ASSIGN_OR_RETURN(RecordView view, lookup.Record(model::RecordId(ids[slot])));
      if (!filter.state.has_value() || view.state == *filter.state) {
        result.rows.push_back(std::move(view));
      }
    }
  }
  TB_RETURN_IF_ERROR(it->status());
  return result;
}

}  // namespace

absl::StatusOr<RecordView> Queries::Record(absl::string_view bank, model::RecordId id) const {
  Lookup lookup(*snapshot_, bank);
  TB_RETURN_IF_ERROR(lookup.RequireBank());
  return lookup.Record(id);
}

absl::StatusOr<Page<RecordView>> Queries::Records(absl::string_view bank, const RecordFilter& filter,
                                                  const PageRequest& page) const {
  Lookup lookup(*snapshot_, bank);
  if (!filter.center.empty()) {
    TB_ASSIGN_OR_RETURN(const model::CenterId center, lookup.CenterByRef(filter.center));
    return OfCenter(lookup, center, filter, page);
  }
  TB_ASSIGN_OR_RETURN(const model::MemberId volunteer, lookup.MemberByRef(filter.volunteer));
  return OfVolunteer(lookup, volunteer, filter, page);
}

}  // namespace timebank::queries
