#include "tests/benchmark/workload.h"

#include <array>
#include <cstdio>
#include <numeric>

namespace timebank::benchmark {
namespace {

constexpr int32_t kDayMinutes = 1440;
constexpr int32_t kChinaOffsetMinutes = 480;
constexpr int32_t kYear2000 = 10957 * kDayMinutes - kChinaOffsetMinutes;  // midnight there
constexpr int32_t kYear2015 = 16436 * kDayMinutes - kChinaOffsetMinutes;
constexpr int32_t kServicesPerDay = 4;
constexpr int32_t kFirstHour = 8;
constexpr int32_t kHalfHour = 30;

constexpr std::array<const char*, 4> kCategories = {"助餐", "助浴", "陪诊", "打扫"};

std::string Numbered(const char* prefix, int64_t number) {
  char text[48];
  std::snprintf(text, sizeof(text), "%s%010lld", prefix, static_cast<long long>(number));
  return text;
}

// Spreads neighbouring numbers (the finalizer of SplitMix64).
uint64_t Scatter(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

std::string ExternalNumber(int index) {
  char text[16];
  std::snprintf(text, sizeof(text), "M%07d", index);
  return text;
}

std::string CenterCode(int index) { return "centre-" + std::to_string(index + 1); }

Workload::Workload(int members, int centers, bool hot) : members_(members), centers_(centers), hot_(hot), stride_(7919) {
  while (std::gcd(stride_, static_cast<int64_t>(members - 1)) != 1) stride_ += 2;
}

Service Workload::At(int64_t number) const {
  const uint64_t scattered = Scatter(static_cast<uint64_t>(number));
  const int64_t others = members_ - 1;
  Service service;
  service.create_id = Numbered(hot_ ? "hot-record/" : "record/", number);
  service.confirm_id = Numbered(hot_ ? "hot-confirm/" : "confirm/", number);
  service.center = static_cast<int>(scattered % static_cast<uint64_t>(centers_));
  service.category = kCategories[(scattered >> 8) % kCategories.size()];
  if (hot_) {
    service.volunteer = 0;
    service.beneficiary = 1 + static_cast<int>((scattered >> 16) % static_cast<uint64_t>(others));
    service.start_minute = kYear2000 + static_cast<int32_t>(number) * kHalfHour;
    service.end_minute = service.start_minute + kHalfHour;
    return service;
  }
  const int64_t place = number * stride_ % others;
  const int64_t apart = 1 + static_cast<int64_t>((scattered >> 16) % static_cast<uint64_t>(others - 1));
  const int32_t turn = static_cast<int32_t>(number / others);
  service.volunteer = 1 + static_cast<int>(place);
  service.beneficiary = 1 + static_cast<int>((place + apart) % others);
  service.start_minute = kYear2015 + turn / kServicesPerDay * kDayMinutes + (kFirstHour + 2 * (turn % kServicesPerDay)) * 60;
  service.end_minute = service.start_minute + kHalfHour * (1 + static_cast<int32_t>((scattered >> 40) % 4));
  return service;
}

}  // namespace timebank::benchmark
