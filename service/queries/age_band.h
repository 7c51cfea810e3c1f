// The ages by which reports group people.
#ifndef TIMEBANK_QUERIES_AGE_BAND_H_
#define TIMEBANK_QUERIES_AGE_BAND_H_

#include <cstddef>
#include <string>

#include "service/model/ids.h"

namespace timebank::queries {

inline constexpr int kAgeBands = 7;

// Complete years of age on a day.
int AgeOn(model::Day birth, model::Day day);
// 0 to kAgeBands - 1: up to 17, 18-34, 35-59, 60-69, 70-79, 80-89, from 90.
size_t AgeBandOf(int age);
// "60-69", "90+". REQUIRES: band < kAgeBands.
std::string AgeBandName(size_t band);

}  // namespace timebank::queries

#endif  // TIMEBANK_QUERIES_AGE_BAND_H_
