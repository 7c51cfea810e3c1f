#include "service/ledger/calendar.h"

#include "service/base/civil.h"
#include "service/base/status.h"
#include "service/ledger/keys.h"
#include "service/ledger/rows.h"
#include "service/ledger/work.h"
#include "service/model/star.h"

namespace timebank::ledger {

absl::StatusOr<bool> IsWorkingDay(const store::Reader& reader, absl::string_view bank, model::Day day) {
  TB_ASSIGN_OR_RETURN(const std::optional<rec::CalendarDay> row,
                      LoadRow<rec::CalendarDay>(reader, keys::CalendarDay(bank, day)));
  if (row.has_value()) {
    return row->kind() == static_cast<uint32_t>(model::DayKind::kWorkday);
  }
  const absl::Weekday weekday = absl::GetWeekday(base::DayFromNumber(day.value()));
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
}

absl::StatusOr<model::Day> WorkingDayAfter(const store::Reader& reader, absl::string_view bank, model::Day day,
                                           int64_t count) {
  // Ends: behind the last listed day every week has its five.
  while (count > 0) {
    day = model::Day(day.value() + 1);
    TB_ASSIGN_OR_RETURN(const bool working, IsWorkingDay(reader, bank, day));
    count -= working ? 1 : 0;
  }
  return day;
}

absl::StatusOr<int64_t> WorkingDaysIn(const store::Reader& reader, absl::string_view bank, model::Day first,
                                      model::Day last) {
  int64_t count = 0;
  for (model::Day day = first; day <= last; day = model::Day(day.value() + 1)) {
    TB_ASSIGN_OR_RETURN(const bool working, IsWorkingDay(reader, bank, day));
    count += working ? 1 : 0;
  }
  return count;
}

absl::Status Decide(Work& work, const model::SetCalendar& command) {
  // Of what is over nothing is told anew: notices have run on it.
  for (const model::SetCalendar::Entry& entry : command.days) {
    if (entry.day < work.today()) {
      return work.Refuse(model::Reason::kCalendarDayPast, {{"day", DayText(entry.day)}});
    }
  }
  work.Describe(model::EntryKind::kCalendarSet, 0, work.today());
  work.entry().set_reason(command.reason);
  for (const model::SetCalendar::Entry& entry : command.days) {
    rec::CalendarChange::Listed* listed = work.entry().mutable_calendar_change()->add_days();
    listed->set_day(entry.day.value());
    listed->set_kind(static_cast<uint32_t>(entry.kind));
    if (entry.kind == model::DayKind::kDefault) {
      work.Delete(keys::CalendarDay(work.bank_id(), entry.day));
      continue;
    }
    rec::CalendarDay row;
    row.set_kind(static_cast<uint32_t>(entry.kind));
    row.set_reason(command.reason);
    work.Save(keys::CalendarDay(work.bank_id(), entry.day), row);
  }
  return absl::OkStatus();
}

}  // namespace timebank::ledger
