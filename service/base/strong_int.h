// An integer with a meaning: Minutes and Points do not mix, an id of a member is not an id of a record.
#ifndef TIMEBANK_BASE_STRONG_INT_H_
#define TIMEBANK_BASE_STRONG_INT_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <utility>

namespace timebank::base {

// Addition and subtraction stay within one meaning. They do not check for overflow: amounts are bounded at the edge (model/limits.h),
// and sums over accounts use CheckedAdd.
template <typename Tag, typename Rep>
class StrongInt {
 public:
  constexpr StrongInt() = default;
  constexpr explicit StrongInt(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }

  friend constexpr auto operator<=>(StrongInt, StrongInt) = default;
  friend constexpr StrongInt operator+(StrongInt a, StrongInt b) { return StrongInt(static_cast<Rep>(a.value_ + b.value_)); }
  friend constexpr StrongInt operator-(StrongInt a, StrongInt b) { return StrongInt(static_cast<Rep>(a.value_ - b.value_)); }
  friend constexpr StrongInt operator-(StrongInt a) { return StrongInt(static_cast<Rep>(-a.value_)); }
  constexpr StrongInt& operator+=(StrongInt other) { return *this = *this + other; }
  constexpr StrongInt& operator-=(StrongInt other) { return *this = *this - other; }

  template <typename H>
  friend H AbslHashValue(H h, StrongInt v) {
    return H::combine(std::move(h), v.value_);
  }
  friend std::ostream& operator<<(std::ostream& out, StrongInt v) { return out << v.value_; }

 private:
  Rep value_ = 0;
};

// Returns false, leaving `sum` alone, when a + b does not fit.
template <typename Tag, typename Rep>
[[nodiscard]] constexpr bool CheckedAdd(StrongInt<Tag, Rep> a, StrongInt<Tag, Rep> b, StrongInt<Tag, Rep>* sum) {
  Rep result = 0;
  if (__builtin_add_overflow(a.value(), b.value(), &result)) {
    return false;
  }
  *sum = StrongInt<Tag, Rep>(result);
  return true;
}

}  // namespace timebank::base

#endif  // TIMEBANK_BASE_STRONG_INT_H_
