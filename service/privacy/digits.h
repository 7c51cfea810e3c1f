// Digits as people write and dictate them.
#ifndef TIMEBANK_PRIVACY_DIGITS_H_
#define TIMEBANK_PRIVACY_DIGITS_H_

namespace timebank::privacy {

// The value of a digit in whatever script and width, 0 to 9; negative when the character is none.
int PlainDigitOf(char32_t character);

// The same, with the digits that Chinese counts and dictates with among them.
int DigitOf(char32_t character);

// What people put between the groups of one number and the parts of one name: space, hyphens, dots, slashes, brackets, underscores.
bool MayJoin(char32_t character);

}  // namespace timebank::privacy

#endif  // TIMEBANK_PRIVACY_DIGITS_H_
