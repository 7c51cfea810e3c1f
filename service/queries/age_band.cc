#include "service/queries/age_band.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"

namespace timebank::queries {
namespace {

constexpr int kFirstAges[kAgeBands] = {0, 18, 35, 60, 70, 80, 90};

}  // namespace

int AgeOn(model::Day birth, model::Day day) {
  return base::AgeOn(base::DayFromNumber(birth.value()), base::DayFromNumber(day.value()));
}

size_t AgeBandOf(int age) {
  return static_cast<size_t>(std::upper_bound(std::begin(kFirstAges) + 1, std::end(kFirstAges), age) -
                             std::begin(kFirstAges) - 1);
}

std::string AgeBandName(size_t band) {
  return band + 1 == kAgeBands ? absl::StrCat(kFirstAges[band], "+")
                               : absl::StrCat(kFirstAges[band], "-", kFirstAges[band + 1] - 1);
}

}  // namespace timebank::queries
